"""Suffixes of picture and video files, for searching folders. Readers look at the first bytes instead."""

PICTURE_SUFFIXES = (
    *(".jpg", ".jpeg", ".png", ".webp", ".avif", ".tif", ".tiff", ".heic", ".heif"),
    *(".exr", ".hdr"),
)
VIDEO_SUFFIXES = (".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".mjpeg", ".mpg", ".ts")
