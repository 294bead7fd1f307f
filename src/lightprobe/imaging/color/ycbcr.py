"""YCbCr: from luma and chroma to red, green and blue codes, exactly.

FFmpeg's own conversion loses the last bits, so that the largest code, where light is lost, never occurs.

Source: ITU-T H.273, equations 20 to 43 and table 4.
"""

from __future__ import annotations

import numpy as np

from lightprobe._shapes import Num

IDENTITY = 0
"""Matrix coefficients of pictures that are stored as green, blue and red."""
WEIGHTS = {
    1: (0.2126, 0.0722),
    4: (0.30, 0.11),
    5: (0.299, 0.114),
    6: (0.299, 0.114),
    7: (0.212, 0.087),
    9: (0.2627, 0.0593),
}
"""K_R and K_B by matrix coefficients."""
_ROWS = 64
"""Rows that are converted at a time."""


def rgb_codes(
    planes: list[Num[np.ndarray, "_ _"]], coefficients: int, depth: int, is_full_range: bool
) -> Num[np.ndarray, "h w 3"]:
    """Full-range codes (uint8 or uint16) 0 … 2^depth − 1 of luma alone, or of luma, Cb and Cr, whose planes may have
    fewer rows and columns.

    Raises: KeyError for coefficients that are neither in `WEIGHTS` nor `IDENTITY`.
    """
    height, width = planes[0].shape
    limit, step = (1 << depth) - 1, 1 << (depth - 8)
    codes = np.empty((height, width, 3), np.uint8 if depth == 8 else np.uint16)
    # lowest code and range of luma, and of chroma as ±½
    black, luma_range, chroma_range = (0, limit, limit) if is_full_range else (16 * step, 219 * step, 224 * step)
    down, across = (1, 1) if len(planes) == 1 else (-(-height // planes[1].shape[0]), -(-width // planes[1].shape[1]))
    for top in range(0, height, _ROWS):
        rows = slice(top, min(top + _ROWS, height))
        luma = (planes[0][rows].astype(np.float32) - black) / luma_range
        if len(planes) == 1:
            block = np.repeat(luma[..., None], 3, axis=2)
        elif coefficients == IDENTITY:
            others = [(plane[rows].astype(np.float32) - black) / luma_range for plane in planes[1:]]
            block = np.stack([others[1], luma, others[0]], axis=-1)
        else:
            kr, kb = WEIGHTS[coefficients]
            lines, columns = np.arange(rows.start, rows.stop) // down, np.arange(width) // across
            blue, red = (
                (plane[np.ix_(lines, columns)].astype(np.float32) - 128 * step) / chroma_range for plane in planes[1:]
            )
            r, b = luma + 2 * (1 - kr) * red, luma + 2 * (1 - kb) * blue
            block = np.stack([r, (luma - kr * r - kb * b) / (1 - kr - kb), b], axis=-1)
        codes[rows] = np.rint(np.clip(block, 0, 1) * limit).astype(codes.dtype)
    return codes
