"""HDRIs in memory, prepared for capture, and a cache for them.

Convention: radiance in the HDRI's own unit: the file's radiance times a power of two, `scale`, so that the median
luminance lies between 1/2 and 1. Half floats then reach 13 EV below it, and far above display white at any exposure.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lightprobe._shapes import Float, Num
from lightprobe.camera import exposure, half_codes
from lightprobe.camera.geometry import downsample
from lightprobe.camera.lens.glare import with_glare
from lightprobe.errors import ImageError
from lightprobe.imaging.files import read_picture
from lightprobe.imaging.picture import check_radiance, rec709
from lightprobe.sphere import project
from lightprobe.sphere.panorama import equirect

EXCESS = 16.0
"""Radiance, in units of the mean over the sphere, above which a pixel counts as a light: tilting keeps its energy."""
LAMP, GLOW = 1000.0, 10.0
"""Radiance of suns and bare lamps, and of the glow around them, in means over the sphere. Colored lights (neon, LEDs)
reach 530 in 144 good HDRIs; suns that lost red and green in lossy compression are above 17,000."""
LOST = 0.01
"""Part of the largest channel below which a channel counts as missing."""
AMBER = (1 / 30, 1 / 2)
"""Green in red light without blue that glowing bodies below 2000 K, sodium lamps and suns at the horizon have."""
BLOCK = 8
"""Pixels across a block of a lossy codec, which loses a channel block by block."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Hdri:
    """One HDRI, for pictures of one height. Fields are in the HDRI's own unit."""

    slug: str
    scale: float
    coeffs: Float[np.ndarray, "9 3"]
    """Radiance coefficients, from full resolution."""
    zones: Float[np.ndarray, "z y 3"]
    """Radiance of the light meter's zones."""
    codes: Num[np.ndarray, "3 H W"]
    """Half-float codes of the source, a plane per channel; a whole number of its pixels make a pixel of the picture."""
    small: Float[np.ndarray, "3 h w"]
    """Radiance at the picture's size."""
    wide: Float[np.ndarray, "3 m n"]
    """Radiance at twice the picture's size, without the part above EXCESS."""
    lights: Float[np.ndarray, "k 3"]
    """Energy [radiance · sr] of each source pixel above EXCESS."""
    toward: Float[np.ndarray, "k 3"]
    """Direction of each of these pixels."""

    @cached_property
    def reading(self) -> exposure.Reading:
        """The light meter's reading of the whole sphere."""
        return exposure.Reading.of(self.zones)

    @property
    def nbytes(self) -> int:
        """Memory used [bytes]."""
        return sum(array.nbytes for array in (self.codes, self.small, self.wide, self.lights, self.toward))


class Layer(NamedTuple):
    """An HDRI that is added to a picture: the factor of each channel, and the first turn [columns]."""

    hdri: Hdri
    gains: Float[np.ndarray, " 3"]
    turn: int


def make_hdri(
    slug: str,
    radiance: Float[np.ndarray, "H W 3"],
    height: int,
    coeffs: Float[np.ndarray, "9 3"] | None = None,
) -> Hdri:
    """Prepare linear radiance for pictures of this height; pass `coeffs` if they are known exactly, else they are
    projected.

    Raises: ImageError if it is not a 2:1 panorama, is all black, or is smaller than the picture.
    """
    source, small = downsample.two_sizes(slug, radiance, height)
    zones = equirect.resize(np.moveaxis(small, 0, -1), exposure.ZONES, 2 * exposure.ZONES)
    middle = exposure.Reading.of(zones).median
    if not middle > 0:
        raise ImageError(f"{slug}: the panorama is black; remove it from the catalog")
    scale = 2.0 ** -math.ceil(math.log2(middle))
    for plane in (source, small):
        plane *= np.float32(scale)
    base, lights, toward = _split_lights(source)
    return Hdri(
        slug=slug,
        scale=scale,
        coeffs=(project(radiance) if coeffs is None else coeffs) * scale,
        zones=zones * scale,
        codes=half_codes.codes(source),
        small=small,
        wide=_twice(base, height),
        lights=lights,
        toward=toward,
    )


def _split_lights(
    source: Float[np.ndarray, "3 h w"],
) -> tuple[Float[np.ndarray, "3 h w"], Float[np.ndarray, "k 3"], Float[np.ndarray, "k 3"]]:
    """The panorama cut off at EXCESS means, and the energies and directions of the pixels above."""
    height, width = source.shape[1:]
    angle = equirect.solid_angles(height, width)
    limit = np.float32(EXCESS * (angle * source).sum() / (12 * np.pi))
    base = np.minimum(source, limit)
    above = np.flatnonzero((source > limit).any(axis=0))
    lights = (source - base).reshape(3, -1)[:, above] * angle.ravel()[above]
    return base, lights.T, equirect.directions(height, width).reshape(-1, 3)[above]


def _twice(base: Float[np.ndarray, "3 h w"], height: int) -> Float[np.ndarray, "3 m n"]:
    """The panorama at twice the picture's size."""
    factor, odd = divmod(base.shape[1], 2 * height)
    if not odd:
        return downsample.shrink(base, factor)
    repeats, odd = divmod(2 * height, base.shape[1])
    if not odd:  # each new pixel lies inside an old one
        return base.repeat(repeats, axis=1).repeat(repeats, axis=2)
    return downsample.planes(equirect.resize(np.moveaxis(base, 0, -1), 2 * height, 4 * height))


def read_radiance(path: Path) -> Float[np.ndarray, "h w 3"]:
    """Read the linear radiance of an HDRI's file; NaN, infinite and negative values become 0.

    Raises: ImageError if it cannot be read, holds display values, or its brightest pixel has lost a channel (see
    `implausible_peak`).
    """
    picture = read_picture(path)
    if not picture.is_linear:
        raise ImageError(f"{picture.name}: expected HDR radiance, got display values; use an EXR or Radiance HDR file")
    if picture.crop is not None:
        raise ImageError(f"{picture.name}: expected a whole panorama, got a crop of one; export the full frame")
    radiance = np.maximum(rec709(check_radiance(picture, repair=True)), 0)
    if problem := implausible_peak(radiance):
        raise ImageError(f"{picture.name}: {problem}; take an intact copy, or remove it")
    return radiance


def implausible_peak(radiance: Float[np.ndarray, "h w 3"]) -> str:
    """Why the color of the brightest pixel cannot be true, with the numbers; empty if it can.

    A color is implausible if a sun or a lamp (`LAMP`) lacks a channel (`LOST`) that its own glow has (`GLOW`, within a
    `BLOCK`), unless it is amber. Lossy compression makes such suns: values overshoot and end up below 0. Pure red or
    blue lights are plausible, because their glow has their color.
    """
    width = radiance.shape[1]
    row, column = divmod(int(radiance.argmax()) // 3, width)
    peak = radiance[row, column].astype(np.float64)
    red, green, blue = (radiance[..., channel] for channel in range(3))
    mean = equirect.mean((red + green + blue) / 3)  # a mean along an axis of three is ten times as slow
    missing = peak < LOST * peak.max()
    red, green, blue = peak
    is_amber = red > green >= blue and AMBER[0] * red <= green <= AMBER[1] * red
    if not missing.any() or is_amber or peak.max() < LAMP * mean:
        return ""
    rows = slice(max(0, row - BLOCK), row + BLOCK + 1)
    glow = radiance[rows].take(range(column - BLOCK, column + BLOCK + 1), axis=1, mode="wrap").max(axis=(0, 1))
    missing &= glow > GLOW * mean
    if not missing.any():
        return ""
    names = " and ".join(name for name, is_missing in zip(("red", "green", "blue"), missing, strict=True) if is_missing)
    color = ", ".join(f"{channel:{'.0f' if peak.max() >= 100 else '.3g'}}" for channel in peak)
    return (
        f"the brightest pixel has lost {names}: it is ({color}), {peak.max() / mean:.0f} times the mean, "
        f"though the light around it has {names}"
    )


def load_hdri(slug: str, path: Path, height: int, glare: float = 0.0) -> Hdri:
    """Read an HDRI and prepare it; `glare` is the share of bright light that a lens spreads (see `lens.glare`).

    Raises: ImageError if it cannot be read, is not an HDR panorama, is black, or is smaller than the picture.
    """
    return make_hdri(slug, with_glare(read_radiance(path), glare), height)


def make_unclipped(
    slug: str,
    radiance: Float[np.ndarray, "H W 3"],
    height: int,
    compensation: float,
    coeffs: Float[np.ndarray, "9 3"] | None = None,
) -> Hdri:
    """Prepare a scene without the light that would clip at the `fixed` exposure with this compensation [EV].

    Radiance is cut off at `exposure.BELOW_WHITE` of display white. The mean becomes smaller by that, and with it the
    smallest luminance that the meter returns, so the exposure may rise; the cut is repeated until it does not.
    `coeffs` are kept if nothing is cut off.

    Raises: as `make_hdri`.
    """
    whole, level = make_hdri(slug, radiance, height, coeffs), 0.0
    while (found := exposure.exposure(whole.reading, "fixed", 0.0, compensation) * whole.scale) > level:
        level = found
        limit = np.float32(exposure.BELOW_WHITE / level)
        if radiance.max() > limit:
            whole = make_hdri(slug, np.minimum(radiance, limit), height)
    return whole


class HdriCache:
    """The most recently used HDRIs, as many as fit into a memory budget."""

    def __init__(self, load: Callable[[str], Hdri], budget: int = 1 << 30) -> None:
        """`load` makes an HDRI from its slug; `budget` is in bytes. At least one HDRI is kept, whatever its size."""
        self._load, self._budget = load, budget
        self._held: OrderedDict[str, Hdri] = OrderedDict()
        self._bytes = 0

    def __call__(self, slug: str) -> Hdri:
        """The HDRI with this slug; loaded if it is not in the cache."""
        if slug in self._held:
            self._held.move_to_end(slug)
            return self._held[slug]
        hdri = self._held[slug] = self._load(slug)
        self._bytes += hdri.nbytes
        while self._bytes > self._budget and len(self._held) > 1:
            self._bytes -= self._held.popitem(last=False)[1].nbytes
        return hdri
