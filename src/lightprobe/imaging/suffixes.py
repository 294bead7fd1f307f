"""Which files of a folder are taken for pictures and videos. What a file is, its first bytes tell."""

PICTURE_SUFFIXES = (
    *(".jpg", ".jpeg", ".png", ".webp", ".avif", ".tif", ".tiff", ".heic", ".heif"),
    *(".exr", ".hdr"),
)
VIDEO_SUFFIXES = (".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".mjpeg", ".mpg", ".ts")
