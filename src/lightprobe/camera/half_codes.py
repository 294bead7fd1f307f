"""Radiance as half-float codes, and display values from codes by one table.

A half float's bits grow with its value. So a curve that works on each channel by itself and ends in 8 bits is 255
steps along the codes, and a whole source turns into display values with one look-up per value, which is what makes
forming pictures at the source's resolution affordable.
"""

from __future__ import annotations

import numpy as np

from lightprobe._shapes import Float, Num, UInt8

COUNT = 0x7C00
"""Codes of finite half floats of 0 and more; the last is 65504."""
_BIAS = (127 - 15) << 10


def codes(radiance: Float[np.ndarray, "*shape"]) -> Num[np.ndarray, "*shape"]:
    """Codes of radiance ≥ 0, rounded; below 6e-5 it counts as 0, above 65504 as that."""
    bits = np.ascontiguousarray(radiance, np.float32).view(np.int32)
    code = (bits + 0x1000) >> 13
    code -= _BIAS
    np.clip(code, 0, COUNT - 1, out=code)
    code[code < 0x400] = 0
    return code.astype(np.uint16)


def values() -> Float[np.ndarray, " codes"]:
    """Radiance of every code."""
    return np.arange(COUNT, dtype=np.uint16).view(np.float16).astype(np.float32)


def display_table(thresholds: Float[np.ndarray, " 255"], gain: float) -> UInt8[np.ndarray, " codes"]:
    """Display value 0 … 255 of each code, of radiance to be multiplied by `gain`.

    `thresholds` are the radiances at which the display value steps from 0 to 1, from 1 to 2, ….
    """
    steps = np.searchsorted(VALUES, thresholds / gain)
    return np.repeat(np.arange(256, dtype=np.uint8), np.diff(steps, prepend=0, append=COUNT))


VALUES = values()
