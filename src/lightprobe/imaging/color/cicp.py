"""CICP: color spaces by code points, as PNG, AVIF, HEIC and videos name them, and the curves of HDR among them.

Display light of 203 cd/m² is radiance 1.0: HDR reference white, which is where SDR's white belongs.

Sources: ITU-T H.273, tables 2 and 3; ITU-R BT.2100-2, tables 4 and 5; ITU-R BT.2408-7, table 1.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from lightprobe._shapes import Float, Num
from lightprobe.imaging.color.primaries import (
    DISPLAY_P3,
    REC709,
    REC2020,
    XYZ,
    to_rec709,
    xyz_from_rgb,
)

REFERENCE_WHITE = 203.0
"""Luminance [cd/m²] of radiance 1.0. Source: ITU-R BT.2408-7, table 1."""
HLG_PEAK = 1000.0
"""Luminance [cd/m²] of the display on which HLG is judged; the exponent of its OOTF is then 1.2."""

UNSPECIFIED, LINEAR, SRGB, PQ, HLG = 2, 8, 13, 16, 18
"""Transfer characteristics; `UNSPECIFIED` stands for primaries too. Source: ITU-T H.273, table 3."""

_POWERS = {4: 2.2, 5: 2.8}
"""Transfer characteristics that are powers."""

_D65 = REC709[3]
PRIMARIES = {
    1: REC709,
    4: ((0.67, 0.33), (0.21, 0.71), (0.14, 0.08), (0.310, 0.316)),
    5: ((0.64, 0.33), (0.29, 0.60), (0.15, 0.06), _D65),
    6: ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), _D65),
    7: ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), _D65),
    8: ((0.681, 0.319), (0.243, 0.692), (0.145, 0.049), (0.310, 0.316)),
    9: REC2020,
    10: (*XYZ, (1 / 3, 1 / 3)),
    11: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.314, 0.351)),
    12: DISPLAY_P3,
    22: ((0.630, 0.340), (0.295, 0.605), (0.155, 0.077), _D65),
}
"""Chromaticities by code point. Source: ITU-T H.273, table 2."""


class Cicp(NamedTuple):
    """A color space by code points of ITU-T H.273."""

    primaries: int = UNSPECIFIED
    transfer: int = UNSPECIFIED

    @property
    def is_linear(self) -> bool:
        """Whether values decode to radiance beyond display white, or to linear radiance: PQ, HLG and linear."""
        return self.transfer in (LINEAR, PQ, HLG)

    @property
    def matrix(self) -> Float[np.ndarray, "3 3"] | None:
        """To linear Rec.709; None where the primaries are those of Rec.709, unspecified or unknown."""
        found = PRIMARIES.get(self.primaries)
        return None if found is None else to_rec709(found)

    @property
    def title(self) -> str:
        """Name of the curve, for messages."""
        return {LINEAR: "linear", PQ: "PQ", HLG: "HLG"}.get(self.transfer, f"transfer {self.transfer}")


def to_radiance(codes: Num[np.ndarray, "h w 3"], space: Cicp, limit: int) -> Float[np.ndarray, "h w 3"]:
    """Linear radiance (float32) of full-range codes 0 … `limit` in PQ, HLG or linear, in the space's own primaries.

    HLG is decoded to display light: scene light E by the inverse of its OETF, times Y^0.2 (the OOTF for a display of
    1000 cd/m²), Y being its luminance.

    Raises: ValueError for another curve.
    """
    scene = _table(space.transfer, limit)[codes]
    if space.transfer == HLG:
        weights = xyz_from_rgb(PRIMARIES.get(space.primaries, REC2020))[1].astype(np.float32)
        scene *= (scene @ weights)[..., None] ** np.float32(0.2) * np.float32(HLG_PEAK / REFERENCE_WHITE)
    return scene


def is_standard(transfer: int) -> bool:
    """Whether a transfer is handled as that of sRGB: unspecified, sRGB's own, and those of BT.709, BT.601 and BT.2020,
    whose cameras' curves are not displays' curves; pictures with these code points are shown as sRGB."""
    return not Cicp(transfer=transfer).is_linear and transfer not in _POWERS


def power(transfer: int) -> float:
    """The exponent of a curve that is a power. Raises: KeyError for others."""
    return _POWERS[transfer]


@lru_cache(maxsize=8)
def as_srgb_codes(transfer: int, limit: int) -> Num[np.ndarray, " n"]:
    """The uint16 sRGB display value of each code 0 … `limit` of a curve that is a power.

    Raises: KeyError for others.
    """
    light = np.linspace(0, 1, limit + 1) ** _POWERS[transfer]
    encoded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.rint(65535 * encoded).astype(np.uint16)


@lru_cache(maxsize=8)
def _table(transfer: int, limit: int) -> Float[np.ndarray, " n"]:
    """Light of each code: PQ and linear as radiance, HLG as scene light 0 … 1."""
    signal = np.linspace(0, 1, limit + 1)
    if transfer == PQ:
        light = pq_luminance(signal) / REFERENCE_WHITE
    elif transfer == HLG:
        light = hlg_scene(signal)
    elif transfer == LINEAR:
        light = signal
    else:
        raise ValueError(f"expected PQ (16), HLG (18) or linear (8), got transfer {transfer}; use its display values")
    return light.astype(np.float32)


def pq_luminance(signal: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """Luminance [cd/m²] of a PQ signal 0 … 1. Source: ITU-R BT.2100-2, table 4 (SMPTE ST 2084)."""
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 4096 * 128, 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    root = np.power(signal, 1 / m2)
    return 10000 * (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1)


def hlg_scene(signal: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """Scene light 0 … 1 of an HLG signal 0 … 1. Source: ITU-R BT.2100-2, table 5."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
