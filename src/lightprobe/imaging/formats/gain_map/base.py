"""The base picture's own linear light: its tone curves, and the matrix from its primaries."""

from __future__ import annotations

import struct
from typing import NamedTuple

import numpy as np

from lightprobe._shapes import Float
from lightprobe.imaging.color.cicp import Cicp
from lightprobe.imaging.tone.curves import srgb_decode

SRGB_COLORANTS = np.array(
    [[0.4360747, 0.3850649, 0.1430804], [0.2225045, 0.7168786, 0.0606169], [0.0139322, 0.0971045, 0.7141733]]
)
"""Columns: XYZ of the primaries of Rec.709, adapted to D50. Source: IEC 61966-2-1 with Bradford's transform."""


class LinearSpace(NamedTuple):
    """How 8-bit codes become linear light in their own primaries, and that linear Rec.709."""

    curves: Float[np.ndarray, "3 256"]
    matrix: Float[np.ndarray, "3 3"] | None = None


def srgb_space() -> LinearSpace:
    """That of a picture without a profile."""
    return LinearSpace(np.tile(srgb_decode(np.arange(256) / 255), (3, 1)))


def linear_space(profile: bytes | None) -> LinearSpace | None:
    """That of an ICC profile with three curves and a matrix; None for any other kind.

    Source: ICC.1:2022, 8.3.3, 10.6 (curves) and 10.18 (parametric curves).
    """
    if not profile:
        return srgb_space()
    tags = _tags(profile)
    try:
        columns = [_xyz(tags[key]) for key in (b"rXYZ", b"gXYZ", b"bXYZ")]
        curves = np.stack([_curve(tags[key]) for key in (b"rTRC", b"gTRC", b"bTRC")])
        matrix = np.linalg.solve(SRGB_COLORANTS, np.array(columns).T)
    except (KeyError, ValueError, struct.error, np.linalg.LinAlgError):
        return None
    matrix /= matrix.sum(axis=1, keepdims=True)  # white stays white, whatever the rounding
    if not (np.isfinite(matrix).all() and np.isfinite(curves).all() and abs(np.linalg.det(matrix)) > 1e-6):
        return None
    return LinearSpace(curves, None if np.allclose(matrix, np.eye(3), atol=2e-3) else matrix)


def code_points(profile: bytes | None) -> Cicp:
    """The code points that an ICC profile names; unspecified if it names none. Source: ICC.1:2022, 9.2.17."""
    tag = _tags(profile).get(b"cicp", b"") if profile else b""
    return Cicp(tag[8], tag[9]) if len(tag) >= 12 else Cicp()


def _tags(profile: bytes) -> dict[bytes, bytes]:
    """The tags of a profile by their signatures; as many as can be read."""
    found: dict[bytes, bytes] = {}
    count = int.from_bytes(profile[128:132], "big")
    for start in range(132, min(132 + 12 * count, len(profile) - 11), 12):
        offset, size = struct.unpack_from(">II", profile, start + 4)
        found[profile[start : start + 4]] = profile[offset : offset + size]
    return found


def _xyz(tag: bytes) -> list[float]:
    return [value / 65536 for value in struct.unpack_from(">3i", tag, 8)]


def _curve(tag: bytes) -> Float[np.ndarray, " 256"]:
    """Light of each 8-bit code. Raises: ValueError for another kind of curve."""
    codes = np.arange(256) / 255
    if tag.startswith(b"curv"):
        (count,) = struct.unpack_from(">I", tag, 8)
        if count == 0:
            return codes
        table = np.array(struct.unpack_from(f">{min(count, 65536)}H", tag, 12), np.float64)
        return codes ** (table[0] / 256) if count == 1 else np.interp(codes, np.linspace(0, 1, count), table / 65535)
    if not tag.startswith(b"para"):
        raise ValueError("expected a curve")
    (kind,) = struct.unpack_from(">H", tag, 8)
    size = (1, 3, 4, 5, 7)[min(kind, 4)]
    numbers = [value / 65536 for value in struct.unpack_from(f">{size}i", tag, 12)]
    gamma, a, b, c, d, e, f = (*numbers, *(0.0,) * (7 - size))
    if kind == 0:
        a, d = 1.0, 0.0
    elif kind in (1, 2):
        e, f, c, d = (c if kind == 2 else 0.0), (c if kind == 2 else 0.0), 0.0, -b / (a or 1.0)
    with np.errstate(invalid="ignore", over="ignore"):
        return np.where(codes >= d, np.maximum(a * codes + b, 0) ** gamma + e, c * codes + f)
