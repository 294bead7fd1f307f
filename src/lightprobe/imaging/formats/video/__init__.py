"""Frames of a video, one at a time, as pictures.

frames        reads the frames
container     the file: opening, its video stream, its damage
codes         the codes of a frame as display values or as radiance
pixel_map     where the pixels of a frame go: cropping, square pixels, eyes in order, orientation
spherical     metadata of projection and eyes
headers       reads that metadata from MP4, MOV, Matroska and WebM files
"""

from lightprobe.imaging.formats.video.container import video_length
from lightprobe.imaging.formats.video.frames import Frame, read_video

__all__ = ["Frame", "read_video", "video_length"]
