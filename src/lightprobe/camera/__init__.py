"""The virtual camera: it takes pictures of HDRIs and knows the true light of each picture. numpy only.

hdri               an HDRI prepared for pictures of one height
shot               Shot: all parameters of one picture
view               View: a perspective picture instead of the whole panorama
exposure           light meter, standard exposures, white balance
response           camera responses and their inverses
optics             blur and noise
capture            shot + HDRI → picture + its true light
capture_at_source  the response applied at the source's resolution
half_codes         radiance as half-float codes, for fast lookups
lens               glare around bright lights
geometry           turning, tilting and averaging down panoramas
sampling           random shots, each drawn from its name alone

hdri = load_hdri("venice_sunset", Path("venice_sunset.exr"), height=128)
taken = capture(Shot(scene="venice_sunset", width=256, height=128, compensation=-0.5), hdri)
taken.picture_srgb, taken.coeffs
"""

from lightprobe.camera.capture import Capture, capture, light_of
from lightprobe.camera.hdri import (
    Hdri,
    HdriCache,
    implausible_peak,
    load_hdri,
    make_hdri,
    make_unclipped,
    read_radiance,
)
from lightprobe.camera.response import Response
from lightprobe.camera.sampling.recipe import ShotRecipe, draw_shot, draw_shots
from lightprobe.camera.shot import Shot
from lightprobe.camera.view import View

__all__ = [
    "Capture",
    "Hdri",
    "HdriCache",
    "Response",
    "Shot",
    "ShotRecipe",
    "View",
    "capture",
    "draw_shot",
    "draw_shots",
    "implausible_peak",
    "light_of",
    "load_hdri",
    "make_hdri",
    "make_unclipped",
    "read_radiance",
]
