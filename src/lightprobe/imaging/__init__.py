"""Reading and writing pictures and videos, and the tone curves of pictures.

files         reads a picture file of any supported format
arrays        pictures from pixels in memory
pillow        JPEG, PNG, WebP, AVIF, TIFF, HEIC, BMP, GIF
deep_png      PNG with 16 bits per channel
exr           OpenEXR, reading and writing
radiance_hdr  Radiance HDR
video         frames of a video
suffixes      file suffixes of pictures and videos
picture       Picture: pixels and their metadata; limits on size and radiance
gpano         the position of a cropped panorama, from XMP metadata
color         color spaces: ICC profiles, primaries
damage        errors of decoding libraries as an ImageError
quiet         silences warnings and messages of those libraries
curves        tone curves and their inverses
lut           the lookup tables of Filmic and AgX
cells         means over the 32×64 grid that estimators work on
partial       partial pictures on the cells
placement     the pixels of a partial picture on the sphere, and filling the rest
output        atomic writing of files
"""

from lightprobe.imaging.curves import RESPONSES, clipped, decode, encode
from lightprobe.imaging.files import as_picture, read_picture
from lightprobe.imaging.picture import Picture

__all__ = ["RESPONSES", "Picture", "as_picture", "clipped", "decode", "encode", "read_picture"]
