"""Writing panoramas as HDR environment maps, linear Rec.709: OpenEXR, Radiance HDR, or JPEG with a gain map.

Source of Radiance's format: Ward, "Real Pixels", Graphics Gems II, 1991; Radiance's file format reference.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lightprobe._shapes import Float, UInt8
from lightprobe.imaging.formats.exr import write_exr
from lightprobe.imaging.formats.gain_map.encoder import encode_gain_map_jpeg
from lightprobe.imaging.output import atomic

ENVIRONMENT_SUFFIXES = (".exr", ".hdr", ".jpg")

MOST_HALF = 65504.0
"""Largest half float."""

ORIGIN = "made by lightprobe, linear Rec.709"
"""The comment in large files."""

HEADER = b"#?RADIANCE\n# made by lightprobe, linear Rec.709\nFORMAT=32-bit_rle_rgbe\n\n-Y %d +X %d\n"
SHORTEST_RUN = 4
WIDTHS_OF_RUNS = range(8, 32768)
"""Widths of rows that readers take for run-length encoded."""


def check_environment_path(path: str | Path) -> Path:
    """The path. Raises: ValueError if it ends in none of `ENVIRONMENT_SUFFIXES`."""
    path = Path(path)
    if path.suffix.lower() not in ENVIRONMENT_SUFFIXES:
        raise ValueError(f"expected a path that ends in {' or '.join(ENVIRONMENT_SUFFIXES)}, got {path}; rename it")
    return path


def write_environment(path: str | Path, radiance: Float[np.ndarray, "h w 3"], is_large: bool = False) -> None:
    """Write linear radiance, atomically, as .exr (float32), as .hdr (8 bits and a shared exponent, no negative values),
    or as .jpg (display values and a gain map, 8 bits each, lossy).

    Of `is_large` pictures, .exr has half floats, which keep 11 bits, unless a value exceeds 65504.

    Raises: ValueError for another suffix; OutputError if the file cannot be written.
    """
    path = check_environment_path(path)
    with atomic(path) as temporary:
        if path.suffix.lower() == ".exr":
            is_half = is_large and float(radiance.max()) <= MOST_HALF
            write_exr(temporary, radiance, is_half, ORIGIN if is_large else "")  # training data keep their bytes
        elif path.suffix.lower() == ".hdr":
            temporary.write_bytes(encode_radiance_hdr(radiance))
        else:
            temporary.write_bytes(encode_gain_map_jpeg(radiance))


def encode_radiance_hdr(radiance: Float[np.ndarray, "h w 3"]) -> bytes:
    """The bytes of a Radiance file, run-length encoded; negative values become 0."""
    height, width = radiance.shape[:2]
    pixels = shared_exponent(radiance)
    if width not in WIDTHS_OF_RUNS:
        return HEADER % (height, width) + pixels.tobytes()
    start = bytes((2, 2, width >> 8, width & 255))
    rows = (start + b"".join(map(_run_lengths, row)) for row in np.ascontiguousarray(pixels.transpose(0, 2, 1)))
    return HEADER % (height, width) + b"".join(rows)


def shared_exponent(radiance: Float[np.ndarray, "h w 3"]) -> UInt8[np.ndarray, "h w 4"]:
    """Red, green and blue in 8 bits each, rounded, and their exponent: mantissa · 2^(exponent − 136)."""
    values = np.maximum(radiance.astype(np.float64), 0)
    largest = values.max(axis=-1, keepdims=True)
    exponent = np.frexp(largest)[1]
    exponent += np.rint(np.ldexp(largest, 8 - exponent)) > 255  # rounding up reaches the next power of two
    exponent = np.minimum(exponent, 127)
    mantissas = np.minimum(np.rint(np.ldexp(values, 8 - exponent)), 255)
    pixels = np.concatenate([mantissas, exponent + 128], axis=-1)
    return np.where((largest > 0) & (exponent > -128), pixels, 0).astype(np.uint8)


def _run_lengths(values: UInt8[np.ndarray, " w"]) -> bytes:
    """128 + n and a value for n equal ones; n and the values for others."""
    edges = np.concatenate([[0], np.flatnonzero(np.diff(values)) + 1, [len(values)]])
    long = np.flatnonzero(np.diff(edges) >= SHORTEST_RUN)
    out, plain, data = bytearray(), 0, values.tobytes()
    for start, end in [*zip(edges[long].tolist(), edges[long + 1].tolist(), strict=True), (len(data), len(data))]:
        for first in range(plain, start, 128):
            part = data[first : min(first + 128, start)]
            out += bytes((len(part),)) + part
        for first in range(start, end, 127):
            out += bytes((128 + min(127, end - first), data[first]))
        plain = end
    return bytes(out)
