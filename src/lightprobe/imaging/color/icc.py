"""ICC profiles of displays: a matrix, a curve for each channel, or code points; no color is clipped.

Profiles with tables, of CMYK and of Lab are left to `lcms`.

Source: ICC.1:2022 (version 4.4), sections 7, 8.3, 9.2.17, 10.3, 10.6, 10.18, 10.31 and annex E.
"""

from __future__ import annotations

import struct

import numpy as np

from lightprobe._shapes import Float
from lightprobe.imaging.color.cicp import HLG, PQ, Cicp
from lightprobe.imaging.color.primaries import REC709, xyz_from_rgb
from lightprobe.imaging.color.space import ColorSpace, Light, display_space, from_cicp

_MOST_TAGS = 256
_TOLERANCE = 2e-3
"""How far from the identity the matrix of an sRGB profile may be: its colorants are rounded."""

D50 = np.array([0.9642, 1.0, 0.8249])
"""White of the profile connection space. Source: section 7.2.16."""
BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
"""From XYZ to cones. Source: annex E, table E.1."""

_KEYS: tuple[bytes, ...] = (b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"kTRC")
_PARAMETRIC = {0: 1, 1: 3, 2: 4, 3: 5, 4: 7}
"""Number of parameters of each parametric curve. Source: table 68."""


def read_profile(profile: bytes, is_gray: bool = False) -> ColorSpace | None:
    """The color space of a picture with this profile; None if it needs `lcms`, which also says what is wrong with it.

    `is_gray`: the pixels are gray; they may have a profile of colors too.
    """
    try:
        return _read(profile, is_gray)
    except (struct.error, ValueError, IndexError, np.linalg.LinAlgError):
        return None


def _read(profile: bytes, is_gray: bool) -> ColorSpace | None:
    if len(profile) < 132 or profile[36:40] != b"acsp":
        return None
    tags = _tags(profile)
    model, connection = profile[16:20], profile[20:24]
    if model == b"RGB " and tags.get(b"cicp", b"")[:4] == b"cicp":
        space = Cicp(*tags[b"cicp"][8:10])
        if space.transfer in (PQ, HLG):
            return from_cicp(space, "cicp tag of the ICC profile")
    if connection != b"XYZ " or b"A2B0" in tags or b"D2B0" in tags:
        return None
    if model == b"RGB ":
        return display_space(_matrix(tags), (_curve(tags[b"rTRC"]), _curve(tags[b"gTRC"]), _curve(tags[b"bTRC"])))
    if model == b"GRAY" and is_gray:
        curve = _curve(tags[b"kTRC"])
        return display_space(None, (curve, curve, curve))
    return None


def _tags(profile: bytes) -> dict[bytes, bytes]:
    """The content of each tag; what is missing is empty, so that reading it fails."""
    (count,) = struct.unpack_from(">I", profile, 128)
    if count > _MOST_TAGS:
        raise ValueError("too many tags")
    found = dict.fromkeys(_KEYS, b"")
    for k in range(count):
        key, offset, size = struct.unpack_from(">4sII", profile, 132 + 12 * k)
        found[key] = profile[offset : offset + size]
    return found


def _matrix(tags: dict[bytes, bytes]) -> Float[np.ndarray, "3 3"] | None:
    """From linear RGB to linear Rec.709: colorants are relative to D50, which Bradford's transform makes D65."""
    colorants = np.array([_fixed(tags[key], 8, 3) for key in (b"rXYZ", b"gXYZ", b"bXYZ")]).T
    if abs(np.linalg.det(colorants)) < 1e-4:
        raise ValueError("colorants lie in one plane")
    to_xyz = xyz_from_rgb(REC709)
    cones = BRADFORD @ np.stack([D50, to_xyz.sum(axis=1)], axis=1)
    adapt = np.linalg.inv(BRADFORD) @ np.diag(cones[:, 1] / cones[:, 0]) @ BRADFORD
    matrix = np.linalg.solve(to_xyz, adapt @ colorants)
    return None if np.abs(matrix - np.eye(3)).max() < _TOLERANCE else matrix


def _fixed(data: bytes, start: int, count: int) -> tuple[float, ...]:
    """Numbers of type s15Fixed16."""
    return tuple(number / 65536 for number in struct.unpack_from(f">{count}i", data, start))


def _curve(tag: bytes) -> Light:
    """The light of a signal, by a tag of type 'curv' or 'para'."""
    kind = tag[:4]
    if kind == b"para":
        (number,) = struct.unpack_from(">H", tag, 8)
        if number not in _PARAMETRIC:
            raise ValueError("unknown parametric curve")
        return _parametric(number, _fixed(tag, 12, _PARAMETRIC[number]))
    if kind != b"curv":
        raise ValueError("unknown kind of curve")
    (count,) = struct.unpack_from(">I", tag, 8)
    if count == 0:
        return lambda signal: signal
    if count == 1:
        return _parametric(0, (struct.unpack_from(">H", tag, 12)[0] / 256,))  # u8Fixed8
    if len(tag) < 12 + 2 * count:
        raise ValueError("a curve is cut short")
    table = np.frombuffer(tag, ">u2", count, 12) / 65535
    return lambda signal: np.interp(signal, np.linspace(0, 1, count), table)


def _parametric(number: int, parameters: tuple[float, ...]) -> Light:
    """Y = (aX + b)^g + e where X ≥ d, else Y = cX + f; types 0 to 2 are written so too. Source: table 68."""
    g, a, b, c, d, e, f = (*parameters, *(1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)[len(parameters) - 1 :])[:7]
    if not 0.1 <= g <= 10 or (number in (1, 2) and a == 0):
        raise ValueError("impossible curve")
    if number in (1, 2):
        c, d, e, f = 0.0, -b / a, c, c

    def light(signal: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        return np.where(signal >= d, np.maximum(a * signal + b, 0) ** g + e, c * signal + f)

    return light
