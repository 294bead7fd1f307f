"""Kinds of light: sun, soft, indoor, studio or night; and which panoramas are pure skies."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from lightprobe._shapes import Float, Num
from lightprobe.sphere.light import LUMINANCE
from lightprobe.sphere.panorama.equirect import directions, solid_angles

STRATA = ("sun", "soft", "indoor", "studio", "night")
SMALL = (64, 128)
"""Height and width of the small panorama that kind of light and scene group are found from."""
SUN_SHARE = 0.15
"""Share of all light from the brightest 0.1 % of the sphere that makes an outdoor scene sunny.

Measured on 54 outdoor HDRIs: without sun ≤ 0.10, with it ≥ 0.22 but for one.
"""

_DECIDING = {"studio", "indoor", "night", "outdoor", "skies"}
_WORDS = {
    "studio": {"studio", "photostudio", "stage"},
    "indoor": {"indoor", "interior", "room", "hall", "house", "workshop", "warehouse", "hangar", "chapel", "church"},
    "night": {"night", "moonless", "evening"},
}


def stratum(
    categories: Iterable[str], words: Iterable[str] = (), radiance: Float[np.ndarray, "h w 3"] | None = None
) -> str:
    """Kind of light: sun, soft, indoor, studio or night; '' if the words do not say it and there is no picture.

    Categories decide if studio, indoor, night, outdoor or skies is among them, in this order; otherwise `words`, tags
    and parts of the name, decide if one of them means a studio, an interior or a night. Otherwise the picture decides.
    It is outdoors if a category says so, or if the zenith is blue, or brighter than the rest and even; then it is sunny
    if the brightest 0.1 % of the sphere give `SUN_SHARE` of the light, a night if very dark, else soft. Indoors it is a
    studio if its light is gray on the whole, else an interior.

    On 100 HDRIs sorted by hand, from which the thresholds were chosen, 89 agree by name and picture, and 74 by picture
    alone, which takes studios for interiors, and nights with lamps for anything. Given the right category, sun and soft
    agree for 53 of 54.
    """
    known = {category.strip().lower() for category in categories}
    is_decided = bool(known & _DECIDING)
    signs = known if is_decided else known | {word.strip().lower() for word in words}
    for name, meant in _WORDS.items():
        if signs & ({name} if is_decided else meant):
            return name
    if radiance is None:
        return ""
    luminance = np.maximum(radiance @ LUMINANCE, 1e-9)
    up = directions(*radiance.shape[:2])[..., 1]
    zenith = up > 0.7
    zenith_color = np.median(radiance[zenith], axis=0) + 1e-9
    blue = np.log2(zenith_color[2] / zenith_color[0])
    contrast = np.log2(np.median(luminance[up > 0.17]) / np.median(luminance[up < -0.17]))
    bright_zenith = np.log2(np.median(luminance[zenith]) / np.median(luminance))
    is_even = np.log2(luminance[zenith]).std() < 1
    looks_outdoor = blue > 0.6 or (contrast > 1.1 and bright_zenith > 0.8 and is_even)
    if is_decided or signs & {"outdoor", "skies", "puresky", "nature"} or looks_outdoor:
        if not is_decided and np.log2(luminance.mean()) < -2.4 and np.log2(np.median(luminance)) < -5:
            return "night"
        return "sun" if brightest_share(luminance, 1e-3) > SUN_SHARE else "soft"
    red, _, blue_sum = (radiance * solid_angles(*radiance.shape[:2])[..., None]).sum(axis=(0, 1)) + 1e-9
    return "studio" if abs(np.log2(blue_sum / red)) < 0.15 else "indoor"


def brightest_share(luminance: Num[np.ndarray, "h w"], part: float) -> float:
    """Share of all light that comes from the brightest `part` of the sphere."""
    weight = solid_angles(*luminance.shape).ravel() / (4 * np.pi)
    order = np.argsort(-luminance, axis=None)
    light, area = (luminance.ravel() * weight)[order], np.cumsum(weight[order])
    taken = area <= part
    taken[0] = True
    return float(light[taken].sum() / light.sum())


def is_puresky(slug: str, flag: bool = False) -> bool:
    """Whether a panorama is a sky whose ground has been replaced: the catalog or the server says so by `flag`, or the
    slug does, however it is written (puresky, pure_sky, Pure-Sky)."""
    return flag or "puresky" in slug.lower().replace("_", "").replace("-", "")
