"""TIFF: float and 16-bit pixels are read here, others by Pillow; raw photographs are refused.

directory  pages and their tags
strips     the samples of a page
pages      a page as a picture
"""

from lightprobe.imaging.formats.tiff.pages import read_tiff

__all__ = ["read_tiff"]
