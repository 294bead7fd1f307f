"""Reading and writing pictures and videos, and the tone curves of pictures.

files       reads a picture file of any supported format
arrays      pictures from pixels in memory
kinds       kinds of files: what is read, obeyed and refused
formats     readers of the formats
containers  where in a file its parts lie
codecs      decoding libraries: their errors, and their chatter
color       color spaces: what the numbers mean
geometry    where a picture lies on the sphere
picture     Picture: pixels and their metadata; limits on size and radiance
tone        tone curves and their inverses
cells       means over the 32×64 grid that estimators work on
partial     partial pictures on the cells
placement   the pixels of a partial picture on the sphere, and filling the rest
envmap      writing panoramas as HDR environment maps
output      atomic writing of files
"""

from lightprobe.imaging.files import as_picture, read_cubemap, read_picture
from lightprobe.imaging.picture import Picture
from lightprobe.imaging.tone.curves import RESPONSES, clipped, decode, encode

__all__ = ["RESPONSES", "Picture", "as_picture", "clipped", "decode", "encode", "read_cubemap", "read_picture"]
