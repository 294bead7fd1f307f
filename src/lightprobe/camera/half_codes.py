"""Radiance as half-float codes, and display values from codes by a table.

The code of a positive half float grows with its value. So a response that works on each channel by itself and ends
in 8 bits has 255 steps along the codes, and one lookup per value converts a whole source to display values. This
makes capture at the source's resolution fast.
"""

from __future__ import annotations

import numpy as np

from lightprobe._shapes import Float, Num, UInt8

COUNT = 0x7C00
"""Number of codes of finite half floats ≥ 0; the largest value is 65504."""
_BIAS = (127 - 15) << 10


def codes(radiance: Float[np.ndarray, "*shape"]) -> Num[np.ndarray, "*shape"]:
    """Codes of radiance ≥ 0, rounded; values below 6e-5 become 0, values above 65504 become 65504."""
    bits = np.ascontiguousarray(radiance, np.float32).view(np.int32)
    code = (bits + 0x1000) >> 13
    code -= _BIAS
    np.clip(code, 0, COUNT - 1, out=code)
    code[code < 0x400] = 0
    return code.astype(np.uint16)


def values() -> Float[np.ndarray, " codes"]:
    """The radiance of every code."""
    return np.arange(COUNT, dtype=np.uint16).view(np.float16).astype(np.float32)


def display_table(thresholds: Float[np.ndarray, " 255"], gain: float) -> UInt8[np.ndarray, " codes"]:
    """Display value 0 … 255 of each code, after its radiance is multiplied by `gain`.

    `thresholds` are the radiances at which the display value steps from 0 to 1, from 1 to 2, and so on.
    """
    steps = np.searchsorted(VALUES, thresholds / gain)
    return np.repeat(np.arange(256, dtype=np.uint8), np.diff(steps, prepend=0, append=COUNT))


VALUES = values()
