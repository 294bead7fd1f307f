"""OpenEXR: reading and writing linear radiance.

parts      headers, and a part of many as a file of its own
layers     which channels are the picture
planes     pixels
scanlines  files without compression, as bytes
"""

from lightprobe.imaging.formats.exr.planes import read_exr, write_exr

__all__ = ["read_exr", "write_exr"]
