"""Pictures in and out, and the tone curves they were made with.

files         read any picture (Pillow, OpenEXR, Radiance HDR, HEIC)
video         read frames
picture       what has been read
gpano, color  what files say about place on the sphere and colour space
curves, lut   tone curves and their inverses
placement     partial pictures on the sphere, and the rest filled
exr, output   writing, whole or not at all
"""

from lightprobe.imaging.curves import RESPONSES, clipped, decode, encode
from lightprobe.imaging.files import as_picture, read_picture
from lightprobe.imaging.picture import Picture

__all__ = ["RESPONSES", "Picture", "as_picture", "clipped", "decode", "encode", "read_picture"]
