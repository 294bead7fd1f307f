"""A bracket: several exposures of one panorama, merged into linear radiance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from lightprobe._shapes import Float, Num
from lightprobe.errors import ImageError
from lightprobe.imaging.picture import Picture
from lightprobe.imaging.tone import curves
from lightprobe.runtime import Estimate, Estimator
from lightprobe.sphere import SH
from lightprobe.surround.brackets.curve_fit import fit_curve
from lightprobe.surround.brackets.exposure_data import exposure_ratio
from lightprobe.surround.brackets.shift import find_shift

FARTHEST = 1
"""Shift of a picture [pixels] that is undone; a larger one means that the camera moved."""
AGREEMENT = 0.5
"""Agreement of bitmaps below which pictures show different places."""


class Bracket(NamedTuple):
    """Merged exposures of one panorama."""

    picture: Picture
    """Linear radiance, in which 1.0 is display white of the middle exposure; `white` marks channels that are clipped in
    all of them."""
    exposures: Float[np.ndarray, " k"]
    """Exposure of each picture, in units of the middle one."""


def merge_bracket(pictures: Sequence[Picture], exposures: Sequence[float] | None, response: str) -> Bracket:
    """Exposures of one panorama as linear radiance.

    `exposures` are factors (`exposure_data`); None: they are found, for a `response` that is known, or that of sRGB.
    `response` is the tone curve of all pictures; auto: it is found where exposures are known and pictures have 8 bits.
    A pixel is the mean of the exposures in which it is not clipped, by weights that fall to 0 at both ends of the
    display values and grow with the exposure.

    Raises: ValueError for pictures that are no bracket: fewer than two, HDR, of different sizes or equal exposure;
    ImageError if they do not show the same place to one pixel.

    Source: Debevec & Malik, SIGGRAPH 1997, equation 6, in linear light.
    """
    _check(pictures, exposures)
    reference = _from_dark([picture.pixels for picture in pictures])[len(pictures) // 2]
    shifted = [_aligned(picture, pictures[reference]) for picture in pictures]
    codes = [pixels for pixels, _ in shifted]
    decode, notes = _decoder(codes, exposures, response)
    radiance = [decode(pixels) for pixels in codes]
    factors = _found(codes, radiance) if exposures is None else np.array(exposures, float)
    factors = factors / factors[reference]
    if np.ptp(np.log2(factors)) < 0.1:
        raise ValueError("expected different exposures, got equal ones; say them with --ev")
    total, weights = np.zeros(codes[0].shape, np.float32), np.zeros(codes[0].shape, np.float32)
    for pixels, light, factor in zip(codes, radiance, factors, strict=True):
        weight = _weights(pixels) * np.float32(factor)
        total += weight * (light / np.float32(factor))
        weights += weight
    shortest, longest = int(np.argmin(factors)), int(np.argmax(factors))
    is_white = codes[shortest] == np.iinfo(codes[shortest].dtype).max
    rest = np.where(is_white, radiance[shortest] / factors[shortest], radiance[longest] / factors[longest])
    merged = np.where(weights > 0, total / np.maximum(weights, 1e-12), rest).astype(np.float32)
    stops = ", ".join(f"{stop:+.2g}" for stop in np.log2(factors))
    notes = (f"{len(codes)} exposures were merged: {stops} EV", *notes, *(note for _, note in shifted if note))
    picture = Picture(
        pixels=merged,
        is_linear=True,
        name=pictures[reference].name,
        matrix=pictures[reference].matrix,
        white=is_white if is_white.any() else None,
        notes=(*pictures[reference].notes, *notes),
        is_laid_out=True,
    )
    return Bracket(picture, factors)


def estimate_bracket(estimator: Estimator, bracket: Bracket) -> Estimate:
    """The light of a bracket, in the scale of its middle exposure.

    A network sees what an exposure half way [EV] between the middle and the shortest one shows. Of those tried on
    held-out scenes, it gave the best answers: light that still clips there is known to be bright, and the rest is not
    too dark yet.

    Raises: ValueError if the pictures are no 2:1 panoramas.
    """
    white = float(bracket.exposures.min()) ** -0.5
    shown = replace(bracket.picture, pixels=bracket.picture.pixels / np.float32(white))
    found = estimator(shown)
    coeffs, panorama = found.sh.coeffs * white, found.panorama * np.float32(white)
    light = replace(found.light, intensity=found.light.intensity * white)
    return replace(found, sh=SH(coeffs), panorama=panorama, light=light, source=bracket.picture)


def _check(pictures: Sequence[Picture], exposures: Sequence[float] | None) -> None:
    if len(pictures) < 2:
        raise ValueError(f"expected two exposures or more, got {len(pictures)}; give all pictures of the bracket")
    if len({picture.pixels.shape for picture in pictures}) > 1:
        sizes = ", ".join(picture.size for picture in pictures)
        raise ValueError(f"expected pictures of one size, got {sizes}; export them alike")
    for picture in pictures:
        if picture.is_linear:
            raise ValueError(f"{picture.name}: expected a picture of 8 or 16 bits, got HDR; it needs no merging")
    if exposures is not None and not (len(exposures) == len(pictures) and min(exposures) > 0):
        raise ValueError(
            f"expected {len(pictures)} exposures above 0, got {list(exposures)}; give one for each picture"
        )


def _from_dark(codes: Sequence[Num[np.ndarray, "h w 3"]]) -> list[int]:
    """Numbers of the pictures, the darkest first."""
    return sorted(range(len(codes)), key=lambda number: float(codes[number][::4, ::4].mean()))


def _aligned(picture: Picture, reference: Picture) -> tuple[Num[np.ndarray, "h w 3"], str]:
    """The pixels, moved to where the reference has them, and a note if they were."""
    down, right, agreement = find_shift(reference.pixels, picture.pixels)
    if agreement < AGREEMENT:
        raise ImageError(f"{picture.name}: it shows another place than {reference.name}; give pictures of one bracket")
    if max(abs(down), abs(right)) > FARTHEST:
        raise ImageError(
            f"{picture.name}: expected at most {FARTHEST} pixel between exposures, got {abs(down)} rows and "
            f"{abs(right)} columns against {reference.name}; align them first, or use a tripod"
        )
    if not (down or right):
        return picture.pixels, ""
    moved = np.roll(picture.pixels, -right, axis=1)
    index = np.clip(np.arange(len(moved)) + down, 0, len(moved) - 1)
    return moved[index], f"{picture.name} was moved by {down} rows and {right} columns"


def _decoder(
    codes: Sequence[Num[np.ndarray, "h w 3"]], exposures: Sequence[float] | None, response: str
) -> tuple[Callable[[Num[np.ndarray, "h w 3"]], Float[np.ndarray, "h w 3"]], tuple[str, ...]]:
    """What undoes the tone curve."""
    if response == curves.AUTO and exposures is not None and codes[0].dtype == np.uint8:
        table = fit_curve(codes, exposures).astype(np.float32)
        return lambda pixels: table[pixels], ("Their tone curve was found",)
    known = curves.decoding(response)
    return lambda pixels: curves.decode(pixels, known), ()


def _found(
    codes: Sequence[Num[np.ndarray, "h w 3"]], radiance: Sequence[Float[np.ndarray, "h w 3"]]
) -> Float[np.ndarray, " k"]:
    """Exposures from the ratios of pictures that are next to each other in brightness."""
    order = _from_dark(codes)
    factors = np.ones(len(codes))
    for darker, brighter in pairwise(order):
        factors[brighter] = factors[darker] * exposure_ratio(radiance[darker], radiance[brighter])
    return factors


def _weights(pixels: Num[np.ndarray, "h w 3"]) -> Float[np.ndarray, "h w 3"]:
    """0 at black and at white, 1 in the middle."""
    most = np.iinfo(pixels.dtype).max
    return np.minimum(pixels, most - pixels).astype(np.float32) * np.float32(2 / most)
