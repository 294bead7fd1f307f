"""Writing panoramas as HDR environment maps, linear Rec.709: OpenEXR, Radiance HDR, or JPEG with a gain map.

Source of Radiance's format: Ward, "Real Pixels", Graphics Gems II, 1991; Radiance's file format reference.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lightprobe._shapes import Float, Int, UInt8
from lightprobe.imaging.formats.exr import write_exr
from lightprobe.imaging.formats.gain_map.encoder import encode_gain_map_jpeg
from lightprobe.imaging.output import atomic

ENVIRONMENT_SUFFIXES = (".exr", ".hdr", ".jpg")

MOST_HALF = 65504.0
"""Largest half float."""

ORIGIN = "made by lightprobe, linear Rec.709"
"""The comment in large files."""

HEADER = b"#?RADIANCE\n# made by lightprobe, linear Rec.709\nFORMAT=32-bit_rle_rgbe\n\n-Y %d +X %d\n"
SHORTEST_RUN, LONGEST_RUN, LONGEST_PLAIN = 4, 127, 128
LEAST_EXPONENT = -118
"""Power of 2 of the darkest pixels that are not black."""
FLOAT_MAX = np.finfo(np.float32).max
BLOCK = 1 << 17
"""Pixels that are encoded at a time."""
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
    step = max(1, BLOCK // width)
    blocks = (shared_exponent(radiance[first : first + step]) for first in range(0, height, step))
    if width in WIDTHS_OF_RUNS:
        blocks = map(_run_lengths, blocks)
    return HEADER % (height, width) + b"".join(block.tobytes() for block in blocks)


def shared_exponent(radiance: Float[np.ndarray, "h w 3"]) -> UInt8[np.ndarray, "h w 4"]:
    """Red, green and blue in 8 bits each, rounded, and their exponent: mantissa · 2^(exponent − 136).

    Pixels of less than `LEAST_EXPONENT` are 0. Exponents are read from, and put into, the bits of IEEE 754 binary32.
    """
    values = np.clip(radiance, 0, FLOAT_MAX, dtype=np.float32)
    largest = np.maximum(np.maximum(values[..., 0], values[..., 1]), values[..., 2])
    exponent = (largest.view(np.int32) >> 23) - 126
    is_zero = exponent < LEAST_EXPONENT
    exponent[is_zero] = 0
    exponent += np.rint(largest * _power(8 - exponent)) > 255  # rounding up reaches the next power of two
    np.minimum(exponent, 127, out=exponent)
    values *= _power(8 - exponent)[..., None]
    pixels = np.empty((*largest.shape, 4), np.uint8)
    pixels[..., :3] = np.minimum(np.rint(values, out=values), 255, out=values)
    pixels[..., 3] = exponent + 128
    pixels[is_zero] = 0
    return pixels


def _power(exponent: Int[np.ndarray, "h w"]) -> Float[np.ndarray, "h w"]:
    """2^exponent, of normal numbers."""
    return ((exponent + 127) << 23).view(np.float32)


def _run_lengths(pixels: UInt8[np.ndarray, "h w 4"]) -> UInt8[np.ndarray, " n"]:
    """Rows, each with a mark and then its four channels: 128 + n and a value for n equal ones; n and the values for
    others."""
    width = pixels.shape[1]
    lines = np.ascontiguousarray(pixels.transpose(0, 2, 1)).reshape(-1, width)
    is_same = lines[:, 1:] == lines[:, :-1]
    is_run, starts_run = np.zeros(lines.shape, bool), is_same[:, :-2] & is_same[:, 1:-1] & is_same[:, 2:]
    for shift in range(SHORTEST_RUN):
        is_run[:, shift : width - SHORTEST_RUN + 1 + shift] |= starts_run
    is_start = np.ones(lines.shape, bool)  # of a piece: a run, or values that differ
    np.not_equal(is_run[:, 1:], is_run[:, :-1], out=is_start[:, 1:])
    is_start[:, 1:] |= is_run[:, 1:] & ~is_same
    values, is_run = lines.reshape(-1), is_run.reshape(-1)
    starts = np.flatnonzero(is_start)
    lengths = np.diff(starts, append=len(values))
    limits = np.where(is_run[starts], LONGEST_RUN, LONGEST_PLAIN)
    counts = -(-lengths // limits)
    which = np.repeat(np.arange(len(starts)), counts)
    starts = starts[which] + (np.arange(len(which)) - (np.cumsum(counts) - counts)[which]) * limits[which]
    lengths, runs = np.diff(starts, append=len(values)), is_run[starts]
    marked = starts % (4 * width) == 0
    sizes = 1 + np.where(runs, 1, lengths)
    places = np.cumsum(sizes + 4 * marked) - sizes
    out = np.empty(int(places[-1] + sizes[-1]), np.uint8)
    is_plain = np.ones(len(out), bool)
    marks = places[marked, None] + np.arange(-4, 0)
    is_plain[marks], is_plain[places], is_plain[places[runs] + 1] = False, False, False
    out[marks] = (2, 2, width >> 8, width & 255)
    out[places] = lengths + 128 * runs
    out[places[runs] + 1] = values[starts[runs]]
    out[is_plain] = values[~is_run]
    return out
