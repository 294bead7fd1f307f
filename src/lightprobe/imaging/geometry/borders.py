"""Borders: black that surrounds a picture and is no light: bars above and below, and the outside of fisheye circles."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from lightprobe._shapes import Bool, Float, Int
from lightprobe.errors import ImageError
from lightprobe.imaging.geometry.resample import luma_grid
from lightprobe.imaging.picture import Picture
from lightprobe.sphere.panorama import equirect

BLACK = 4 / 255
"""Display value up to which all pixels of a bar are; JPEG leaves such noise in black."""
LIT = 16 / 255
"""Display value above which most pixels beside a bar are."""
MOST = 0.8
"""How many of them: the edge of a bar is straight."""
BLURRED = 17
"""Lines after the last black one within which the picture begins: JPEG blurs the edge over a block of 16."""
SMALL_BAR = 0.1
"""Share of the height or width up to which bars are not worth a word."""
SAMPLES = 256
"""Pixels of a row that are looked at."""

DARK = 24 / 255
"""Display value of the dark outside of a fisheye circle, at most."""


class Bars(NamedTuple):
    """Shares [0…1] of the height or width of a picture that are black bars."""

    first: float
    second: float


def find_bars(picture: Picture) -> tuple[Bars, Bars] | None:
    """Black bars above and below, and left and right; None if they are small, or if there are none.

    Their pixels are black, their edges are straight, and the picture beside them is not dark.
    """
    height, width = picture.pixels.shape[:2]
    rows, columns = _sampled(height), _sampled(width)
    largest = 1 if picture.is_linear else np.iinfo(picture.pixels.dtype).max
    black, lit = (0.0, 0.0) if picture.is_linear else (BLACK * largest, LIT * largest)
    pixels = picture.pixels
    turned = pixels.swapaxes(0, 1)
    ends = [
        _bar(lines, across, black, lit) / len(lines)
        for lines, across in ((pixels, columns), (pixels[::-1], columns), (turned, rows), (turned[::-1], rows))
    ]
    vertical, horizontal = Bars(*ends[:2]), Bars(*ends[2:])
    return (vertical, horizontal) if max(sum(vertical), sum(horizontal)) > SMALL_BAR else None


@lru_cache(maxsize=16)
def _sampled(size: int) -> Int[np.ndarray, " n"]:
    """Which pixels along a side are looked at."""
    index = np.linspace(0, size - 1, SAMPLES).astype(int)
    return index[np.diff(index, prepend=-1) > 0]


def bar_notes(picture: Picture) -> list[str]:
    """A sentence on the black bars above and below, and one on those left and right, where there are any."""
    found = find_bars(picture)
    notes: list[str] = []
    for names, shares, angle in zip(
        (("upper", "lower"), ("left", "right")), found or (), ("vfov", "hfov"), strict=False
    ):
        if sum(shares) > SMALL_BAR:
            bars = " and ".join(f"{name} {share:.0%}" for name, share in zip(names, shares, strict=True) if share > 0)
            notes.append(
                f"The {bars} are black bars, which count as dark surroundings; make them transparent, or crop them and "
                f"give --{angle} ({angle}=)"
            )
    return notes


def _bar(lines: np.ndarray, across: np.ndarray, black: float, lit: float) -> int:
    """Lines of pixels that are a black bar, from the first on; only pixels `across` them are looked at."""
    if lines[0, across].max() > black:
        return 0
    brightest = lines[:, across].max(axis=(1, 2))
    (beyond,) = np.nonzero(brightest > black)
    if not beyond.size:
        return 0
    edge = int(beyond[0])
    beside = lines[edge : edge + BLURRED, across].max(axis=2)
    (bright,) = np.nonzero((beside > lit).mean(axis=1) >= MOST)
    return edge + int(bright[0]) if bright.size else 0


def find_circles(picture: Picture) -> int:
    """How many fisheye circles on black make up the picture: one (1:1), two (2:1 or 1:2), or 0."""
    height, width = picture.pixels.shape[:2]
    corners = picture.pixels[:: max(1, height - 1), :: max(1, width - 1)]
    if not picture.is_linear and corners.max() > DARK * np.iinfo(corners.dtype).max:
        return 0
    size = 64
    if equirect.is_panorama(height, width):
        small = luma_grid(picture, size, 2 * size, 1)
        return 2 if _is_circle(small[:, :size]) and _is_circle(small[:, size:]) else 0
    if equirect.is_panorama(width, height):
        small = luma_grid(picture, 2 * size, size, 1)
        return 2 if _is_circle(small[:size]) and _is_circle(small[size:]) else 0
    if abs(height - width) <= 2:
        return int(_is_circle(luma_grid(picture, size, size, 1)))
    return 0


def check_circles(picture: Picture) -> None:
    """Raises: ImageError if fisheye circles on black make up the picture."""
    circles = find_circles(picture)
    if circles == 1:
        raise ImageError(
            f"{picture.name}: expected a panorama, got one circle on black (a fisheye picture, an angular map or a "
            "mirror ball); convert it to a 2:1 panorama, with Hugin or PTGui for instance"
        )
    if circles == 2:
        raise ImageError(
            f"{picture.name}: expected a panorama, got two fisheye circles on black, as 360° cameras write them before "
            "stitching; stitch them with the maker's program, with Hugin or with FFmpeg's v360 filter (if it is a "
            "panorama: --hfov 360 --vfov 180)"
        )


def _is_circle(square: Float[np.ndarray, "n n"]) -> bool:
    """Whether a circle is lit up to its edge, all around, and everything outside of it is dark."""
    x, y = np.meshgrid(*[(2 * np.arange(len(square)) + 1) / len(square) - 1] * 2)
    radius, octant = np.hypot(x, y), ((np.arctan2(y, x) + np.pi) * (4 / np.pi)).astype(int) % 8
    dark = square <= min(DARK, float(np.quantile(square[radius > 1.25], 0.98)) + 3 / 255)
    return any(_fits(dark, radius, octant, edge) for edge in np.arange(0.7, 1.15, 0.03))


def _fits(dark: Bool[np.ndarray, "n n"], radius: np.ndarray, octant: np.ndarray, edge: float) -> bool:
    outside, rim = radius > edge + 0.06, (radius > edge - 0.15) & (radius < edge - 0.03)
    if dark[outside].mean() < 0.98 or dark[rim].mean() > 0.45:
        return False
    return all(dark[rim & (octant == k)].mean() < 0.85 for k in range(8))
