"""Color space: what the codes of a picture mean, whoever says so, and making a Picture of them.

The curve becomes sRGB's by a table, with 16 bits, so that the largest code stays the largest: display white, where
light is lost. Primaries stay the picture's own: their matrix is applied to sums, so colors outside Rec.709 are kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lightprobe._shapes import Bool, Float, Num
from lightprobe.imaging.color.cicp import (
    HLG,
    HLG_PEAK,
    LINEAR,
    PRIMARIES,
    REFERENCE_WHITE,
    UNSPECIFIED,
    Cicp,
    is_standard,
    power,
    to_radiance,
)
from lightprobe.imaging.color.primaries import ADOBE_RGB, to_rec709
from lightprobe.imaging.picture import Picture
from lightprobe.imaging.tone.curves import srgb_encode

Light = Callable[[Float[np.ndarray, " n"]], Float[np.ndarray, " n"]]
"""A curve: the light of a signal, both 0 … 1."""

_TITLES = {
    4: "BT.470 M",
    5: "BT.601 (625 lines)",
    6: "BT.601 (525 lines)",
    7: "SMPTE 240M",
    8: "film",
    9: "BT.2020",
    10: "CIE XYZ",
    11: "DCI-P3",
    12: "Display P3",
    22: "EBU 3213",
}
"""Names of primaries, for messages."""
_SRGB_LIKE = (1, UNSPECIFIED, 6, 11, 12, 13, 14, 15)
"""Transfer characteristics that count as sRGB without a word."""
_LEVELS = np.arange(256)


@dataclass(frozen=True, kw_only=True, eq=False)
class ColorSpace:
    """What the codes of a picture mean; without any of these fields, sRGB."""

    matrix: Float[np.ndarray, "3 3"] | None = None
    """From its own linear RGB to linear Rec.709."""
    curves: tuple[Light, ...] | None = None
    """Of red, green and blue, where they are not sRGB's."""
    hdr: Cicp | None = None
    """PQ, HLG or linear: codes are radiance."""
    is_full_range: bool = True
    """False: black and white are 16/255 and 235/255 of 8 bits, as in videos."""
    profile: bytes | None = None
    """An ICC profile that has to be applied first, by `lcms`; then the codes are sRGB."""
    notes: tuple[str, ...] = ()
    """What is to be said of it to the picture's user."""


SRGB = ColorSpace()


def power_curve(exponent: float) -> Light:
    """The curve that is a power."""
    return lambda signal: signal**exponent


def display_space(
    matrix: Float[np.ndarray, "3 3"] | None, curves: tuple[Light, ...], notes: tuple[str, ...] = ()
) -> ColorSpace:
    """The space of a display with these curves; they are left out if they differ from sRGB's by no more than one of
    256 levels."""
    is_srgb = all(np.abs(_srgb_codes(curve, 255) / 257 - _LEVELS).max() <= 1 for curve in curves)
    return ColorSpace(matrix=matrix, curves=None if is_srgb else curves, notes=notes)


def from_cicp(space: Cicp, source: str) -> ColorSpace:
    """A color space by code points; `source` says in the notes where they were found."""
    title = f"{_TITLES[space.primaries]} primaries" if space.primaries in _TITLES else ""
    notes: list[str] = []
    if space.transfer == LINEAR:
        notes.append(f"The picture is linear ({source}): 1.0 is the largest value of its file")
    elif space.transfer == HLG:
        notes.append(
            f"HLG ({source}) was decoded for a display of {HLG_PEAK:.0f} cd/m² (BT.2100); "
            f"{REFERENCE_WHITE:.0f} cd/m² are 1.0"
        )
    elif space.is_linear:
        notes.append(f"PQ ({source}) was decoded; {REFERENCE_WHITE:.0f} cd/m² are 1.0")
    elif is_standard(space.transfer) and space.transfer not in _SRGB_LIKE:
        notes.append(f"The curve {space.transfer} of ITU-T H.273 ({source}) was not obeyed: it counts as sRGB")
    if title:
        notes.append(f"{title} ({source}) were converted to Rec.709")
    elif space.primaries not in PRIMARIES and (space.primaries != UNSPECIFIED or space.is_linear):
        what = "not specified" if space.primaries == UNSPECIFIED else f"unknown ({space.primaries} of ITU-T H.273)"
        notes.append(f"The primaries are {what} ({source}): they count as those of Rec.709")
    if space.is_linear:
        return ColorSpace(matrix=space.matrix, hdr=space, notes=tuple(notes))
    if is_standard(space.transfer):
        return ColorSpace(matrix=space.matrix, notes=tuple(notes))
    exponent = power(space.transfer)
    notes.append(f"The curve is a power of {exponent} ({source})")
    return display_space(space.matrix, 3 * (power_curve(exponent),), tuple(notes))


def adobe_rgb(source: str) -> ColorSpace:
    """Adobe RGB (1998): a power of 563/256. Source: as `primaries.ADOBE_RGB`, section 4.3.4."""
    note = f"The picture counts as Adobe RGB ({source})"
    return display_space(to_rec709(ADOBE_RGB), 3 * (power_curve(563 / 256),), (note,))


def from_codes(codes: Num[np.ndarray, "h w 3"], space: ColorSpace, limit: int | None = None, **fields: Any) -> Picture:
    """A Picture of full-range codes (uint8 or uint16) up to `limit`, by default the largest of their type.

    `fields` are those of the Picture that have nothing to do with color.

    Raises: ValueError if another limit is given for codes that are no radiance.
    """
    largest = int(np.iinfo(codes.dtype).max)
    limit = largest if limit is None else limit
    if not space.is_full_range:
        codes, limit = _full_range(limit)[codes], 65535
        largest = limit
    notes = (*space.notes, *fields.pop("notes", ()))
    if space.hdr is not None:
        return Picture(
            pixels=to_radiance(codes, space.hdr, limit),
            is_linear=True,
            matrix=space.matrix,
            white=areas(codes == limit),
            notes=notes,
            **fields,
        )
    if limit != largest:
        raise ValueError(f"expected codes up to {largest}, got {limit}; scale them")
    if space.curves is not None:
        codes = _translated(codes, space.curves, limit)
    return Picture(pixels=codes, is_linear=False, matrix=space.matrix, notes=notes, **fields)


def areas(mask: Bool[np.ndarray, "h w c"]) -> Bool[np.ndarray, "h w c"] | None:
    """The parts of a mask, channel by channel, that are made of blocks of 2 × 2 pixels; None if there are none.

    Where light is lost, there is an area of pixels at the largest code. A single one may be an overshoot of lossy
    coding, or the brightest pixel, to which encoders scale a gain map. A bright area that is alike all over looks the
    same; so whoever completes lost light must take what the file holds as the least. The mask itself is changed.
    """
    rows = np.flatnonzero(mask.any(axis=(1, 2)))
    if not len(rows):
        return None
    part = mask[rows[0] : rows[-1] + 1]
    blocks = part[:-1, :-1] & part[1:, :-1] & part[:-1, 1:] & part[1:, 1:]
    part[...] = False
    for down in (0, 1):
        for across in (0, 1):
            part[down : len(part) - 1 + down, across : part.shape[1] - 1 + across] |= blocks
    return mask if blocks.any() else None


def _translated(codes: Num[np.ndarray, "h w 3"], curves: tuple[Light, ...], limit: int) -> Num[np.ndarray, "h w 3"]:
    """The uint16 sRGB codes of codes with these curves."""
    if all(curve is curves[0] for curve in curves):
        return _srgb_codes(curves[0], limit)[codes]
    found = np.empty(codes.shape, np.uint16)
    for channel, curve in enumerate(curves):
        found[..., channel] = _srgb_codes(curve, limit)[codes[..., channel]]
    return found


def _full_range(limit: int) -> Num[np.ndarray, " n"]:
    """The full-range uint16 code of each narrow-range code 0 … `limit`. Source: ITU-T H.273, equation 20."""
    step = (limit + 1) // 256
    signal = (np.arange(limit + 1) - 16 * step) / (219 * step)
    return np.rint(65535 * np.clip(signal, 0, 1)).astype(np.uint16)


def _srgb_codes(curve: Light, limit: int) -> Num[np.ndarray, " n"]:
    """The uint16 sRGB code of each code 0 … `limit`; only the largest becomes the largest."""
    light = curve(np.linspace(0, 1, limit + 1))
    codes = np.rint(65535 * srgb_encode(np.clip(light, 0, 1))).astype(np.uint16)
    codes[:-1] = np.minimum(codes[:-1], 65534)
    codes[-1] = 65535
    return codes
