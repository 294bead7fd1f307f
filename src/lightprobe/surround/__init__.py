"""The light around a camera that turns: frames gathered into an HDR panorama of cells. numpy and a network, no torch.

surround     Surround: frames in, light out, better with each frame
orientation  Orientation: yaw, pitch and roll of a camera
track        orientations over time, from a table
alignment    a frame turned so that it fits what is known
grid         the cells: points, solid angles, neighbors
look         a frame on the cells
gains        exposure and white balance of a frame, from its overlap
exposures    what was seen, by exposure, and the best of it
brackets     exposures of one panorama, merged
completion   what was never seen or always clipped, estimated
"""

from lightprobe.surround.orientation import Orientation
from lightprobe.surround.surround import Surround
from lightprobe.surround.track import Track, read_track

__all__ = ["Orientation", "Surround", "Track", "read_track"]
