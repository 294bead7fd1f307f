"""The HDR rendition of a picture with a gain map, by the formula; a strip of rows is in memory at a time.

Radiance 1.0 is the display white of the SDR rendition, which ISO 22028-5 puts at 203 cd/m².
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lightprobe._shapes import Bool, Float, UInt8
from lightprobe.imaging.color.space import areas
from lightprobe.imaging.formats.gain_map.base import LinearSpace
from lightprobe.imaging.formats.gain_map.metadata import AppleGainMap, Numbers
from lightprobe.imaging.tone.curves import srgb_decode

STRIP_VALUES = 1 << 18
"""Number of values computed at a time, about: they stay in the processor's cache."""
WHITE, TOP = 253, 252.5 / 255
"""From these values on, a code of the base and a sample of the gain map are at the largest: compression makes codes of
255 up to two less."""


class StoredGainMap(NamedTuple):
    """A gain map as its file holds it, turned as its base is shown."""

    codes: UInt8[np.ndarray, "u v c"]
    """Gray (one channel) or RGB."""
    numbers: Numbers
    alternate: LinearSpace | None = None
    """The color space on whose primaries the gain acts, where that is not the base's."""


class Rendition(NamedTuple):
    """The HDR rendition in linear light, in the primaries on which the gain acts."""

    radiance: Float[np.ndarray, "h w 3"]
    matrix: Float[np.ndarray, "3 3"] | None
    """To linear Rec.709; None where the primaries are those."""
    white: Bool[np.ndarray, "h w 3"] | None
    """Channels where the base and the map are both at their largest code; None if there are none."""


def hdr_rendition(
    base_rows: Callable[[int, int], UInt8[np.ndarray, "k w 3"]],
    size: tuple[int, int],
    space: LinearSpace,
    stored: StoredGainMap,
) -> Rendition:
    """The full HDR rendition of a base picture of `size` (rows, columns), whose rows come from `base_rows`.

    The map may have another size; it is sampled bilinearly, pixel centers at half-integers.
    (base + base_offset) · 2^(least + (most − least) · map^(1/gamma)) − alternate_offset; negative results are rounding
    and become 0. Apple's: base · (1 + (headroom − 1) · map), the map being decoded first. The gain acts on the
    primaries of the base, unless its numbers say that it acts on those of the `alternate`.

    Source: ISO 21496-1:2025, clause 6; Android, "Ultra HDR Image Format v1.1", "Decode"; Apple, "Applying Apple HDR
    effect to your photos".
    """
    height, width = size
    gain_map, numbers, alternate = stored
    across = _conversion(space, numbers, alternate)
    matrix = space.matrix if across is None or alternate is None else alternate.matrix
    linear = _Linear(space)
    samples = _Samples(gain_map, size, isinstance(numbers, AppleGainMap))
    radiance, white = np.empty((height, width, 3), np.float32), None
    step = max(1, STRIP_VALUES // (3 * width))
    for first in range(0, height, step):
        last = min(first + step, height)
        codes, strip = base_rows(first, last), radiance[first:last]
        linear(codes, strip)
        if across is not None:
            strip[...] = strip @ across
        sampled = samples.rows(first, last)
        _apply(strip, sampled, numbers)
        lost = (codes >= WHITE) & (sampled >= samples.top)
        if lost.any():
            white = np.zeros((height, width, 3), bool) if white is None else white
            white[first:last] = lost
    return Rendition(radiance, matrix, None if white is None else areas(white))


class _Linear:
    """Linear light of codes; of two codes at a time, if all channels have the same curve, which is three times as
    fast."""

    def __init__(self, space: LinearSpace) -> None:
        self._curves = space.curves.astype(np.float32)
        self._pairs: np.ndarray | None = None
        if (self._curves == self._curves[0]).all():
            self._pairs = self._curves[0][np.arange(65536, dtype=np.uint16).view(np.uint8)].view(np.complex64)

    def __call__(self, codes: UInt8[np.ndarray, "k w 3"], out: Float[np.ndarray, "k w 3"]) -> None:
        codes = np.ascontiguousarray(codes)
        if self._pairs is not None and codes.size % 2 == 0:
            pairs = codes.reshape(-1).view(np.uint16)
            self._pairs.take(pairs, mode="clip", out=out.reshape(-1).view(np.complex64))
            return
        for channel, curve in enumerate(self._curves):
            out[..., channel] = curve.take(codes[..., channel], mode="clip")


class _Samples:
    """Rows of a gain map at the size of its base."""

    def __init__(self, gain_map: UInt8[np.ndarray, "u v c"], size: tuple[int, int], is_encoded: bool) -> None:
        table = np.arange(256) / 255
        self._table = (srgb_decode(table) if is_encoded else table).astype(np.float32)
        self._map = gain_map
        self._rows = _neighbors(size[0], gain_map.shape[0])
        self._columns = _neighbors(size[1], gain_map.shape[1])
        self._is_same = size == gain_map.shape[:2]
        self.top = np.float32(srgb_decode(np.array(TOP)) if is_encoded else TOP)

    def rows(self, first: int, last: int) -> Float[np.ndarray, "k w c"]:
        """Samples 0 … 1 for some rows of the base."""
        if self._is_same:
            return self._table[self._map[first:last]]
        above, below, share = (part[first:last] for part in self._rows)
        upper, lower = self._table[self._map[above]], self._table[self._map[below]]
        mixed = upper + (lower - upper) * share[:, None, None]
        before, after, share = self._columns
        left = mixed[:, before]
        return left + (mixed[:, after] - left) * share[:, None]


def _neighbors(count: int, stored: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each pixel along one side, the two stored ones beside it, and the share of the second."""
    place = np.clip((np.arange(count) + 0.5) * stored / count - 0.5, 0, stored - 1)
    first = np.floor(place).astype(np.intp)
    return first, np.minimum(first + 1, stored - 1), (place - first).astype(np.float32)


def _conversion(space: LinearSpace, numbers: Numbers, alternate: LinearSpace | None) -> np.ndarray | None:
    """Matrix, transposed, from the primaries of the base to those of the alternate; None where the gain acts on the
    former."""
    if isinstance(numbers, AppleGainMap) or numbers.is_in_base_space or alternate is None:
        return None
    ours, theirs = (np.eye(3) if one.matrix is None else one.matrix for one in (space, alternate))
    found = np.linalg.solve(theirs, ours)
    return None if np.allclose(found, np.eye(3), atol=1e-6) else found.T.astype(np.float32)


def _apply(strip: Float[np.ndarray, "k w 3"], samples: Float[np.ndarray, "k w c"], numbers: Numbers) -> None:
    """Apply the gain to linear light in place."""
    if isinstance(numbers, AppleGainMap):
        strip *= 1 + np.float32(numbers.headroom - 1) * samples
        return
    least, most, power = (np.array(value, np.float32) for value in (numbers.least, numbers.most, numbers.gamma))
    if samples.shape[-1] == 1 and len({*zip(numbers.least, numbers.most, numbers.gamma, strict=True)}) == 1:
        least, most, power = least[:1], most[:1], power[:1]  # the same for all channels: computed once
    gain = samples if (power == 1).all() else samples ** (1 / power)
    gain = np.exp2(least + (most - least) * gain)
    strip += np.array(numbers.base_offset, np.float32)
    strip *= gain
    strip -= np.array(numbers.alternate_offset, np.float32)
    np.maximum(strip, 0, out=strip)
