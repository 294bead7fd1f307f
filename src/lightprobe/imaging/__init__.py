"""Pictures in and out, and the tone curves they were made with.

files             read any picture; arrays: pixels that are in memory already
pillow, deep_png  JPEG, PNG, WebP, AVIF, TIFF, HEIC
exr               OpenEXR, in and out
radiance_hdr      Radiance HDR
video             read frames
picture           what has been read, and what may be read
gpano, color      what files say about place on the sphere and color space
damage, quiet     libraries' errors as one line of ours, and nothing beside it
curves, lut       tone curves and their inverses
cells             means over the small grid that estimators work on
placement         partial pictures on the sphere, and the rest filled
output            writing, whole or not at all
"""

from lightprobe.imaging.curves import RESPONSES, clipped, decode, encode
from lightprobe.imaging.files import as_picture, read_picture
from lightprobe.imaging.picture import Picture

__all__ = ["RESPONSES", "Picture", "as_picture", "clipped", "decode", "encode", "read_picture"]
