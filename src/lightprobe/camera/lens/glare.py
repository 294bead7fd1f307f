"""Glare: air and lens spread part of each bright light around it.

Photographs of the sun have 2 … 9 % of the light near it between 0.7° and 5°, rendered ones 0.6 %: without glare, a
rendered sun clips 0.7 % of the sphere, a photographed one 6 %. So rendered worlds are read through a lens that is drawn
anew, and one world serves as many lenses.
"""

from __future__ import annotations

import hashlib
import math

import numpy as np

from lightprobe._shapes import Float
from lightprobe.sphere.light import LUMINANCE
from lightprobe.sphere.panorama.equirect import directions, solid_angles

LENSES = 4
"""Lenses through which training sees each world."""
SPREAD = 0.5
"""Standard deviation of the logarithm of a lens's share."""
MOST_SHARE = 0.4
BRIGHT = 50.0
"""Luminance, in medians of the picture, from which on a pixel spreads light."""
EXPONENT, CORE, REACH = 1.3, 0.5, 40.0
"""Fall-off of the glare with the angle, its square where it levels off [deg²], and where it ends [°]. Fitted to the
luminance around 36 photographed suns."""
COVERED = 0.995
"""Part of the bright light whose pixels spread each on its own; the rest stays as it is."""
MOST_PIXELS = 160
"""Pixels that spread light, at most: the brightest."""


def drawn_share(median: float, slug: str, lens: int) -> float:
    """Share of bright light that lens number `lens` spreads in the world `slug`; 0 if the median is 0."""
    digest = hashlib.blake2b(f"glare:{slug}:{lens}".encode(), digest_size=16).digest()
    normal = np.random.Generator(np.random.Philox(key=int.from_bytes(digest, "big"))).standard_normal()
    return min(MOST_SHARE, median * math.exp(SPREAD * normal))


def with_glare(radiance: Float[np.ndarray, "h w 3"], share: float) -> Float[np.ndarray, "h w 3"]:
    """The panorama with `share` of the light of its bright pixels spread around them; each channel keeps its sum.

    Raises: ValueError for a share below 0 or above `MOST_SHARE`.
    """
    if not 0 <= share <= MOST_SHARE:
        raise ValueError(f"expected a share of 0 … {MOST_SHARE}, got {share}; 0.09 is usual outdoors")
    luminance = radiance @ LUMINANCE
    limit = BRIGHT * float(np.median(luminance))
    if not share or not limit or not luminance.max() > limit:
        return radiance
    height, width = luminance.shape
    angle = solid_angles(height, width)
    light = np.where(luminance > limit, luminance * angle, 0.0).ravel()
    order = np.argsort(-light, kind="stable")[:MOST_PIXELS]
    order = order[light[order] > 0]
    order = order[: int(np.searchsorted(np.cumsum(light[order]), COVERED * light.sum())) + 1]
    toward = directions(height, width).reshape(-1, 3)
    weight, result = angle.ravel(), radiance.reshape(-1, 3).astype(np.float64)
    energy = share * result[order] * weight[order, None]
    result[order] *= 1 - share
    near = math.cos(math.radians(REACH))
    for number, spread in zip(order, energy, strict=True):
        cosine = toward @ toward[number]
        reached = np.flatnonzero(cosine > near)
        theta = np.degrees(np.arccos(np.minimum(cosine[reached], 1.0)))
        kernel = (theta**2 + CORE) ** (-EXPONENT / 2) * (1 - theta / REACH) ** 2
        kernel /= kernel @ weight[reached]
        result[reached] += kernel[:, None] * spread
    return result.reshape(height, width, 3).astype(radiance.dtype)
