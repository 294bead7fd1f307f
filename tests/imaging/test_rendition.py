"""The HDR rendition: the formula pixel by pixel, sampling, primaries, and where light is lost."""

from __future__ import annotations

import numpy as np
import pytest
from gain_map_files import bilinear, srgb_decoded

from lightprobe.imaging.color.space import SRGB, areas
from lightprobe.imaging.formats.gain_map import rendition
from lightprobe.imaging.formats.gain_map.base import LinearSpace, linear_space
from lightprobe.imaging.formats.gain_map.metadata import AppleGainMap, GainMapMetadata
from lightprobe.imaging.formats.gain_map.rendition import StoredGainMap, hdr_rendition

GRAY = GainMapMetadata(least=(-1, -1, -1), most=(4, 4, 4), gamma=(0.6, 0.6, 0.6))
COLOR = GainMapMetadata(
    least=(0, -0.5, 0.5),
    most=(2, 3.5, 4),
    gamma=(1, 0.7, 1.5),
    base_offset=(0.02, 0.1, 0),
    alternate_offset=(0.01, 0, 0.05),
)


def codes(height: int, width: int, channels: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, channels), np.uint8)


def made(base: np.ndarray, stored: StoredGainMap, space: LinearSpace | None = None) -> rendition.Rendition:
    return hdr_rendition(lambda first, last: base[first:last], base.shape[:2], space or linear_space(SRGB), stored)


def expected(base: np.ndarray, gain_map: np.ndarray, numbers: GainMapMetadata) -> np.ndarray:
    """ISO 21496-1, one channel at a time."""
    light, samples = srgb_decoded(base), bilinear(gain_map, *base.shape[:2])
    out = np.empty(light.shape)
    for c in range(3):
        normalized = samples[..., min(c, samples.shape[-1] - 1)] ** (1 / numbers.gamma[c])
        log_gain = numbers.least[c] * (1 - normalized) + numbers.most[c] * normalized
        out[..., c] = (light[..., c] + numbers.base_offset[c]) * 2**log_gain - numbers.alternate_offset[c]
    return np.maximum(out, 0)


@pytest.mark.parametrize("numbers", [GRAY, COLOR])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("size", [(12, 20), (6, 10), (3, 5), (1, 1), (7, 4), (24, 40), (5, 33)])
def test_formula(
    monkeypatch: pytest.MonkeyPatch, numbers: GainMapMetadata, channels: int, size: tuple[int, int]
) -> None:
    monkeypatch.setattr(rendition, "STRIP_VALUES", 200)  # three rows at a time
    base, gain_map = codes(12, 20, 3), codes(*size, channels, seed=1)
    found = made(base, StoredGainMap(gain_map, numbers))
    np.testing.assert_allclose(found.radiance, expected(base, gain_map, numbers), rtol=2e-5, atol=2e-5)
    assert found.radiance.dtype == np.float32
    assert found.matrix is None


@pytest.mark.parametrize("size", [(12, 20), (4, 6)])
def test_apples_formula(size: tuple[int, int]) -> None:
    """The map is decoded before it is sampled."""
    base, gain_map = codes(12, 20, 3), codes(*size, 1, seed=1)
    light = srgb_decoded(gain_map)
    gain = bilinear(255 * light, 12, 20)
    found = made(base, StoredGainMap(gain_map, AppleGainMap(headroom=6.5))).radiance
    np.testing.assert_allclose(found, srgb_decoded(base) * (1 + 5.5 * gain), rtol=2e-5, atol=1e-6)


def test_the_gain_acts_on_the_primaries_of_the_base_or_of_the_alternate() -> None:
    base, gain_map = codes(8, 16, 3), codes(8, 16, 3, seed=1)
    ours = np.array([[1.2, -0.2, 0], [-0.05, 1.05, 0], [-0.02, -0.08, 1.1]])
    theirs = np.array([[1.6, -0.5, -0.1], [-0.1, 1.2, -0.1], [0, -0.1, 1.1]])
    curves = np.linspace(0, 1, 256) ** np.array([[1.8], [2.0], [2.2]])
    light = np.stack([curves[c][base[..., c]] for c in range(3)], axis=-1)
    gain = 2 ** (gain_map / 85.0)
    space, other = LinearSpace(curves, ours), LinearSpace(curves, theirs)
    flat = {"least": (0.0, 0.0, 0.0), "most": (3.0, 3.0, 3.0)}
    zero = {"base_offset": (0.0, 0.0, 0.0), "alternate_offset": (0.0, 0.0, 0.0)}
    found = made(base, StoredGainMap(gain_map, GainMapMetadata(**flat, **zero), other), space)
    assert found.matrix is not None
    np.testing.assert_allclose(found.matrix, ours)
    np.testing.assert_allclose(found.radiance, light * gain, rtol=1e-5, atol=1e-6)
    numbers = GainMapMetadata(**flat, **zero, is_in_base_space=False)
    found = made(base, StoredGainMap(gain_map, numbers, other), space)
    assert found.matrix is not None
    np.testing.assert_allclose(found.matrix, theirs)
    wanted = np.maximum(light @ np.linalg.solve(theirs, ours).T * gain, 0)
    np.testing.assert_allclose(found.radiance, wanted, rtol=1e-5, atol=1e-5)


def test_light_is_lost_where_base_and_map_are_both_at_their_largest_code() -> None:
    base, gain_map = np.full((8, 16, 3), 255, np.uint8), np.full((8, 16, 1), 252, np.uint8)
    gain_map[2:5, 3:7, 0] = 255, 254, 253, 255  # as compression has it
    base[3:, 6, 1] = 252
    white = made(base, StoredGainMap(gain_map, GRAY)).white
    assert white is not None
    wanted = np.zeros((8, 16, 3), bool)
    wanted[2:5, 3:7] = True
    wanted[2:5, 6, 1] = False
    np.testing.assert_array_equal(white, wanted)
    assert made(base, StoredGainMap(np.minimum(gain_map, 252), GRAY)).white is None
    base[...] = 252
    assert made(base, StoredGainMap(gain_map, GRAY)).white is None


def test_a_brightest_pixel_loses_nothing() -> None:
    """Encoders scale the map so that it has the largest code."""
    base, gain_map = np.full((8, 16, 3), 255, np.uint8), np.full((8, 16, 3), 250, np.uint8)
    gain_map[2, 3] = gain_map[5, 5:9] = 255
    assert made(base, StoredGainMap(gain_map, COLOR)).white is None
    half = np.full((4, 8, 1), 200, np.uint8)
    half[2, 3] = 255
    assert made(base, StoredGainMap(half, GRAY)).white is None


def test_areas() -> None:
    mask = np.zeros((6, 9, 2), bool)
    mask[0:2, 0:2, 0] = mask[3, :, 0] = mask[4:, 7:, 0] = mask[2:6, 4:6, 1] = True
    wanted = mask.copy()
    wanted[3, :7, 0] = False
    found = areas(mask.copy())
    assert found is not None
    wanted[3, 7:9, 0] = True  # with the two rows below
    np.testing.assert_array_equal(found, wanted)
    assert areas(np.zeros((4, 4, 3), bool)) is None
    assert areas(np.ones((1, 8, 3), bool)) is None
