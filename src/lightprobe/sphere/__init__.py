"""Spherical harmonics and panoramas: arithmetic in numpy, no input or output.

basis        real spherical harmonics, up to 32 bands
equirect     panoramas: solid angles, directions, turning, energy-preserving resize
cubemap      the six faces of a cubemap, and conversion from and to panoramas
projection   exact projection of a panorama onto spherical harmonics
rows         weighted sums over rows, block by block
irradiance   radiance and irradiance from coefficients
rotation     rotating and mirroring coefficients
window       windows against ringing
light        the dominant light
frames       axes of other tools
conventions  how other tools store coefficients
cmgen        clamping and text format of Filament's cmgen
sh           SH: the coefficients as an object
"""

from lightprobe.sphere.basis import basis
from lightprobe.sphere.conventions import CONVENTIONS, Convention
from lightprobe.sphere.cubemap import project_cubemap
from lightprobe.sphere.frames import FRAMES
from lightprobe.sphere.irradiance import cosine_lobe, fibonacci, irradiance, radiance
from lightprobe.sphere.light import LUMINANCE, Light, directional_fit, dominant_direction, dominant_light
from lightprobe.sphere.projection import project
from lightprobe.sphere.rotation import rotate, rotation_matrix
from lightprobe.sphere.sh import SH
from lightprobe.sphere.window import window

__all__ = [
    "CONVENTIONS",
    "FRAMES",
    "LUMINANCE",
    "SH",
    "Convention",
    "Light",
    "basis",
    "cosine_lobe",
    "directional_fit",
    "dominant_direction",
    "dominant_light",
    "fibonacci",
    "irradiance",
    "project",
    "project_cubemap",
    "radiance",
    "rotate",
    "rotation_matrix",
    "window",
]
