"""The base picture's linear light: curves and matrices of profiles, read from their bytes."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable

import numpy as np
import pytest
from gain_map_files import srgb_decoded
from makers import ADOBE_RGB, DISPLAY_P3, SRGB, cmyk_profile, colorants, gray_profile, rgb_profile
from PIL import ImageCms

from lightprobe.imaging.color.cicp import Cicp
from lightprobe.imaging.formats.gain_map.base import code_points, linear_space, srgb_space

CODES = np.arange(256) / 255


@pytest.mark.parametrize(("primaries", "gamma"), [(DISPLAY_P3, 2.2), (ADOBE_RGB, 563 / 256), (SRGB, 1.8)])
def test_matrix_and_power(primaries: tuple[tuple[float, float], ...], gamma: float) -> None:
    space = linear_space(rgb_profile(primaries, gamma))
    assert space is not None
    np.testing.assert_allclose(space.curves, np.tile(CODES ** (round(gamma * 256) / 256), (3, 1)), atol=1e-12)
    matrix = np.eye(3) if space.matrix is None else space.matrix
    np.testing.assert_allclose(matrix, np.linalg.solve(colorants(SRGB), colorants(primaries)), atol=3e-3)
    np.testing.assert_allclose(matrix @ np.ones(3), 1, atol=1e-9)
    assert (space.matrix is None) == (primaries == SRGB)


def test_without_a_profile_and_with_that_of_srgb() -> None:
    for space in (srgb_space(), linear_space(None), linear_space(b"")):
        assert space is not None
        np.testing.assert_allclose(space.curves, np.tile(srgb_decoded(np.arange(256)), (3, 1)), atol=1e-12)
        assert space.matrix is None
    space = linear_space(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    assert space is not None
    np.testing.assert_allclose(space.curves, np.tile(srgb_decoded(np.arange(256)), (3, 1)), atol=1e-4)
    assert space.matrix is None


def curve(kind: int, *numbers: float) -> bytes:
    return b"para" + bytes(4) + struct.pack(">HH", kind, 0) + struct.pack(f">{len(numbers)}i", *fixed(numbers))


def table(*values: int) -> bytes:
    return b"curv" + bytes(4) + struct.pack(f">I{len(values)}H", len(values), *values)


def fixed(numbers: Iterable[float]) -> list[int]:
    return [round(65536 * number) for number in numbers]


@pytest.mark.parametrize(
    ("tag", "light"),
    [
        (table(), lambda x: x),
        (table(640), lambda x: x**2.5),
        (table(0, 16384, 65535), lambda x: np.interp(x, [0, 0.5, 1], [0, 16384 / 65535, 1])),
        (curve(0, 2.5), lambda x: x**2.5),
        (curve(1, 2.0, 1.25, -0.25), lambda x: np.where(x >= 0.2, (1.25 * x - 0.25) ** 2, 0)),
        (curve(2, 2.0, 1.25, -0.25, 0.125), lambda x: np.where(x >= 0.2, (1.25 * x - 0.25) ** 2 + 0.125, 0.125)),
        (curve(3, 2.0, 0.5, 0.5, 0.25, 0.5), lambda x: np.where(x >= 0.5, (0.5 * x + 0.5) ** 2, 0.25 * x)),
        (
            curve(4, 2.0, 0.5, 0.5, 0.25, 0.5, 0.125, -0.125),
            lambda x: np.where(x >= 0.5, (0.5 * x + 0.5) ** 2 + 0.125, 0.25 * x - 0.125),
        ),
    ],
)
def test_curves(tag: bytes, light: Callable[[np.ndarray], np.ndarray]) -> None:
    space = linear_space(with_tags(gTRC=tag))
    assert space is not None
    np.testing.assert_allclose(space.curves[0], CODES**2.0, atol=1e-9)
    np.testing.assert_allclose(space.curves[1], light(CODES), atol=1e-9)


def with_tags(**changes: bytes) -> bytes:
    """The profile of a display with other tags."""
    columns = colorants(DISPLAY_P3)
    tags = {f"{letter}TRC": curve(0, 2.0) for letter in "rgb"}
    for k, letter in enumerate("rgb"):
        tags[f"{letter}XYZ"] = b"XYZ " + bytes(4) + struct.pack(">3i", *fixed(columns[:, k]))
    tags |= changes
    head, body = struct.pack(">I", len(tags)), b""
    for name, data in tags.items():
        head += name.encode() + struct.pack(">II", 132 + 12 * len(tags) + len(body), len(data))
        body += data
    return bytes(128) + head + body


def test_other_profiles_are_left_to_others() -> None:
    assert linear_space(cmyk_profile()) is None
    assert linear_space(gray_profile(2.2)) is None
    assert linear_space(b"no profile") is None
    assert linear_space(with_tags(rTRC=b"what" + bytes(8))) is None
    assert linear_space(with_tags(rXYZ=b"XYZ ")) is None
    assert linear_space(with_tags(rXYZ=b"XYZ " + bytes(16))) is None
    whole = rgb_profile(DISPLAY_P3, 2.2)
    for end in range(0, len(whole), 7):
        linear_space(whole[:end])  # whatever it is, no exception


def test_code_points() -> None:
    assert code_points(with_tags(cicp=b"cicp" + bytes(4) + bytes([9, 16, 0, 1]))) == Cicp(9, 16)
    assert code_points(rgb_profile(SRGB, 2.2)) == code_points(None) == code_points(b"x") == Cicp()
