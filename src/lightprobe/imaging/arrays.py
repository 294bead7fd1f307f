"""Pictures from pixels in memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from lightprobe.imaging.picture import Picture, seen_where


def from_array(source: Any) -> Picture:
    """uint8 or uint16 sRGB pixels, or float radiance, as a Picture. It counts as laid out: it may be a live frame.

    A gray array (h×w) becomes RGB; a fourth channel is opacity. Radiance keeps double precision.

    Raises: ValueError for another shape or data type; ImageError if every pixel is transparent.
    """
    kind = f"{type(source).__name__} {getattr(source, 'shape', '')} {getattr(source, 'dtype', '')}"
    expected = "expected a path, a PIL image, or an array (h, w, 3) of uint8 sRGB or float radiance, got"
    try:
        pixels = np.asarray(source)
    except (ValueError, TypeError):  # ragged lists, objects that only look like arrays
        raise ValueError(f"{expected} {kind.strip()}; convert it to a numpy array") from None
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[..., None], 3, axis=2)
    if pixels.ndim != 3 or pixels.shape[2] not in (3, 4) or 0 in pixels.shape:
        raise ValueError(f"{expected} {' '.join(kind.split())}; give height, width and three channels")
    is_linear = pixels.dtype.kind == "f"
    if not is_linear and (pixels.dtype.kind != "u" or pixels.dtype.itemsize > 2):
        raise ValueError(f"{expected} {' '.join(kind.split())}; convert it with astype(np.uint8), or to float radiance")
    seen = None
    if pixels.shape[2] == 4:
        opaque = 0.5 if is_linear else np.iinfo(pixels.dtype).max / 2
        seen = seen_where(pixels[..., 3] >= opaque, "array")
    stored = pixels.dtype.newbyteorder("=")
    if is_linear and stored != np.float64:
        stored = np.dtype(np.float32)
    pixels = np.ascontiguousarray(pixels[..., :3], stored)
    return Picture(pixels=pixels, is_linear=is_linear, name="array", seen=seen, is_laid_out=True)
