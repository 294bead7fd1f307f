"""Previews of HDRIs: small pictures to look at."""

from __future__ import annotations

import numpy as np

from lightprobe._shapes import Float, UInt8
from lightprobe.imaging.tone import curves
from lightprobe.sphere.light import LUMINANCE


def preview(radiance: Float[np.ndarray, "h w 3"]) -> UInt8[np.ndarray, "h w 3"]:
    """The picture in sRGB, geometric mean luminance at 0.16, through the AgX curve."""
    luminance = radiance @ LUMINANCE
    middle = np.exp(np.log(luminance[luminance > 0]).mean()) if luminance.any() else 1.0
    return np.round(curves.encode((radiance * (0.16 / middle)).astype(np.float32), "agx") * 255).astype(np.uint8)
