"""By how many pixels one exposure of a panorama is off against another.

Source: Ward, "Fast, robust image registration for compositing high dynamic range photographs from hand-held exposures",
JGT 8(2), 2003: pictures are compared as bitmaps, brighter or darker than their median, which no exposure changes. All
shifts are compared at once, by the Fourier transform.
"""

from __future__ import annotations

import numpy as np

from lightprobe._shapes import Float, Num

NEAR = 0.02
"""Luma [0…1] around the median that counts as neither."""
MOST_PIXELS = 1 << 21
"""Size of the middle part of a picture that is compared."""


def find_shift(first: Num[np.ndarray, "h w 3"], second: Num[np.ndarray, "h w 3"]) -> tuple[int, int, float]:
    """Rows and columns by which the second picture's content lies further down and right, and how well the bitmaps
    then agree: 1 where all pixels do or none can be compared, 0 by chance. Where no shift agrees
    better than none, it is none."""
    height, width = first.shape[:2]
    rows = min(height, max(1, MOST_PIXELS // width))
    part = slice((height - rows) // 2, (height - rows) // 2 + rows)
    bitmaps = [_bitmap(pixels[part]) for pixels in (first, second)]
    a, b = (np.fft.rfft2(bitmap) for bitmap in bitmaps)
    match = np.fft.irfft2(np.conj(a) * b, s=bitmaps[0].shape)
    best = int(np.argmax(match))
    if match[0, 0] > match.flat[best] - 0.5:  # a few bright pixels agree with a large bright part all over it
        best = 0
    down, right = divmod(best, width)
    counted = np.fft.irfft2(np.conj(np.fft.rfft2(np.abs(bitmaps[0]))) * np.fft.rfft2(np.abs(bitmaps[1])), s=match.shape)
    agreement = float(match.flat[best] / counted.flat[best]) if counted.flat[best] > 0.5 else 1.0
    return down - rows * (down > rows // 2), right - width * (right > width // 2), agreement


def _bitmap(pixels: Num[np.ndarray, "h w 3"]) -> Float[np.ndarray, "h w"]:
    """1 above the median luma, −1 below, 0 near it."""
    luma = pixels.astype(np.float32).mean(axis=-1) / np.iinfo(pixels.dtype).max
    middle = float(np.median(luma))
    return np.where(luma > middle + NEAR, 1.0, np.where(luma < middle - NEAR, -1.0, 0.0))
