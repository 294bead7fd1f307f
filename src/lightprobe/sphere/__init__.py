"""Spherical harmonics and panoramas: arithmetic in numpy, no input or output.

harmonics   spherical harmonics: basis, irradiance, rotation, windows
panorama    panoramas and cubemaps, and their projection
light       the dominant light
interop     axes and conventions of other tools
sh          SH: the coefficients as an object
"""

from lightprobe.sphere.harmonics.basis import basis
from lightprobe.sphere.harmonics.irradiance import cosine_lobe, fibonacci, irradiance, radiance
from lightprobe.sphere.harmonics.rotation import rotate, rotation_matrix
from lightprobe.sphere.harmonics.window import window
from lightprobe.sphere.interop.conventions import CONVENTIONS, Convention
from lightprobe.sphere.interop.frames import FRAMES
from lightprobe.sphere.light import LUMINANCE, Light, directional_fit, dominant_direction, dominant_light
from lightprobe.sphere.panorama.cubemap import project_cubemap
from lightprobe.sphere.panorama.projection import project
from lightprobe.sphere.sh import SH

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
