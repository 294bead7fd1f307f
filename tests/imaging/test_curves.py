"""Tone curves against Blender's OpenColorIO, against themselves backwards, and at their edges."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lightprobe.imaging.tone import curves, lut

GOLDEN = Path(__file__).parent / "data" / "ocio_views.npz"
each_response = pytest.mark.parametrize("response", curves.RESPONSES)


def scene(count: int = 60_000, seed: int = 1) -> np.ndarray:
    """Colors as saturated as those of photographs: brightness over 14 EV, channels about 0.7 EV apart."""
    rng = np.random.default_rng(seed)
    level = 2.0 ** rng.normal(-2.5, 2.5, (count, 1))
    return (level * 2.0 ** rng.normal(0, 0.4, (count, 3))).astype(np.float32)


def seen(picture: np.ndarray) -> np.ndarray:
    return ~curves.clipped(picture) & (picture > 0.01).all(axis=-1)


@pytest.mark.parametrize("response", ["srgb", "filmic", "agx"])
def test_encode_agrees_with_blenders_opencolorio(response: str) -> None:
    with np.load(GOLDEN) as golden:
        picture, expected = curves.encode(golden["radiance"], response), golden[response]
    error = np.abs(picture - expected).max(axis=1)
    assert np.mean(error < 0.25 / 255) >= 0.999
    assert error.max() < 1 / 255
    off = np.abs(np.round(picture * 255) - np.round(expected * 255)).max(axis=1)
    assert off.max() <= 1
    assert np.mean(off == 0) >= 0.99


# AgX mixes channels in a way that only a fitted table undoes; the other ways back are exact
@pytest.mark.parametrize(
    ("response", "median", "percentile"),
    [("srgb", 1e-6, 1e-5), ("filmic", 1e-6, 1e-3), ("agx", 2e-3, 2e-2), ("aces", 1e-4, 1e-3), ("reinhard", 1e-6, 1e-5)],
)
def test_decode_undoes_encode(response: str, median: float, percentile: float) -> None:
    radiance = scene()
    picture = curves.encode(radiance, response)
    kept = seen(picture)
    assert kept.mean() > 0.3
    error = np.abs(curves.decode(picture, response)[kept] / radiance[kept] - 1)
    assert np.median(error) <= median
    assert np.quantile(error, 0.99) <= percentile


@each_response
def test_eight_bits_keep_the_mean(response: str) -> None:
    radiance = scene()
    picture = np.round(curves.encode(radiance, response) * 255).astype(np.uint8)
    kept = ~curves.clipped(picture)
    ratio = curves.decode(picture[kept], response).mean(axis=0, dtype=float) / radiance[kept].mean(axis=0, dtype=float)
    np.testing.assert_allclose(ratio, 1, atol=3e-3)


@each_response
def test_integers_decode_as_the_values_they_stand_for(response: str) -> None:
    codes = np.random.default_rng(2).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    expected = curves.decode(codes / 255, response)
    np.testing.assert_allclose(curves.decode(codes, response), expected, rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(curves.decode(codes.astype(np.uint16) * 257, response), expected, rtol=1e-4, atol=1e-7)
    assert expected.shape == codes.shape
    assert expected.dtype == np.float32


@each_response
def test_every_picture_decodes_to_light(response: str) -> None:
    codes = np.append(np.arange(0, 255, 5), [253, 254, 255]).astype(np.uint8)
    cube = np.stack(np.meshgrid(codes, codes, codes, indexing="ij"), axis=-1)
    radiance = curves.decode(cube, response)
    assert np.isfinite(radiance).all()
    assert radiance.min() >= 0
    assert radiance.max() < 1.5 * curves.white(response)


@each_response
def test_neighbouring_colors_decode_to_neighbours(response: str) -> None:
    start, direction = np.random.default_rng(3).random((2, 400, 1, 3))
    line = np.clip(start + 1e-3 * np.linspace(-1, 1, 65)[:, None] * (direction - 0.5), 0, 1)
    radiance = curves.decode(line, response)
    step = np.abs(np.diff(radiance, axis=1)).max(axis=(1, 2))
    assert (step <= 0.02 * radiance.max(axis=(1, 2)) + 1e-4).all()


@each_response
def test_gray_stays_in_order(response: str) -> None:
    level = 2.0 ** np.linspace(-12, 6, 2000)
    picture = curves.encode(np.repeat(level[:, None], 3, axis=1), response)
    assert (np.diff(picture, axis=0) >= 0).all()
    codes = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    assert (np.diff(curves.decode(codes, response), axis=0) >= 0).all()


@each_response
def test_gray_decodes_to_gray(response: str) -> None:
    gray = curves.decode(np.repeat(np.arange(16, 255, dtype=np.uint8)[:, None], 3, axis=1), response)
    np.testing.assert_allclose(gray, gray.mean(axis=1, keepdims=True) * np.ones(3), rtol=3e-3)


@each_response
def test_white_is_where_gray_clips(response: str) -> None:
    white = curves.white(response)
    assert curves.clipped(curves.encode(np.full((1, 3), white), response)).all()
    assert not curves.clipped(curves.encode(np.full((1, 3), 0.75 * white), response)).any()
    np.testing.assert_allclose(curves.decode(np.full((1, 3), 255, np.uint8), response), white, rtol=6e-3)


def test_white_levels_are_known() -> None:
    expected = {"srgb": 1, "filmic": 16.292, "agx": 16.495, "aces": 15.411, "reinhard": 4}
    assert {name: round(curves.white(name), 3) for name in curves.RESPONSES} == expected


def test_srgb_is_exact_and_not_a_power_of_two_point_two() -> None:
    # IEC 61966-2-1: a straight line of slope 12.92 below 0.0031308, and 0.5 is 0.2140 where 2.2 would say 0.2176
    assert curves.encode(np.full((1, 3), 0.002), "srgb")[0, 0] == pytest.approx(0.02584)
    assert curves.decode(np.full((1, 3), 0.5), "srgb")[0, 0] == pytest.approx(0.21404114, rel=1e-6)
    assert curves.decode(np.full((1, 3), 10, np.uint8), "srgb")[0, 0] == pytest.approx(10 / 255 / 12.92, rel=1e-6)
    assert curves.encode(np.ones((1, 3), np.float32), "srgb")[0, 0] == 1


def test_filmic_shows_middle_gray_at_one_half() -> None:
    assert curves.encode(np.full((1, 3), 0.18), "filmic")[0, 0] == pytest.approx(0.5002, abs=1e-4)


def test_filmic_gives_bright_colors_their_saturation_back() -> None:
    rng = np.random.default_rng(6)  # above 8.9 the view takes saturation away, and near 16 all of it
    radiance = np.stack([rng.uniform(9, 14.5, 4000), *2.0 ** rng.uniform(-8, 3.1, (2, 4000))], axis=1)
    picture = curves.encode(radiance, "filmic")
    kept = ~curves.clipped(picture)
    assert kept.mean() > 0.9
    error = np.abs(curves.decode(picture, "filmic")[kept] / radiance[kept] - 1)
    assert np.median(error) < 1e-3
    assert error.max() < 5e-2


def test_aces_is_three_js_number_by_number() -> None:
    # ACESFilmicToneMapping(0.18, 0.18, 0.18), worked by hand: v = 0.3, (v(v + a) − b) / (v(cv + d) + e)
    gray = (0.3 * (0.3 + 0.0245786) - 0.000090537) / (0.3 * (0.983729 * 0.3 + 0.4329510) + 0.238081)
    np.testing.assert_allclose(curves.aces(np.full((1, 3), 0.18)), gray, rtol=2e-5)


def test_reinhard_is_equation_four() -> None:
    assert curves.reinhard(np.array([4.0])) == [1]
    assert curves.reinhard(np.array([1.0]), white=2.0) == [0.625]
    np.testing.assert_allclose(curves.reinhard_inverse(curves.reinhard(np.array([1e-6, 0.3, 3.0]))), [1e-6, 0.3, 3.0])


def test_clipped_means_one_channel_at_white() -> None:
    codes = np.array([[254, 254, 254], [0, 255, 0]], np.uint8)
    assert curves.clipped(codes).tolist() == [False, True]
    assert curves.clipped(codes.astype(np.uint16) * 257).tolist() == [False, True]
    assert curves.clipped(np.array([[0.997, 0, 0], [0.9985, 0, 0]])).tolist() == [False, True]


@each_response
def test_precision_and_shape_are_kept(response: str) -> None:
    radiance = scene(24).reshape(2, 3, 4, 3)
    assert curves.encode(radiance, response).dtype == np.float32
    assert curves.encode(radiance.astype(np.float64), response).dtype == np.float64
    assert curves.encode(radiance, response).shape == radiance.shape
    assert curves.decode(np.empty((0, 3), np.uint8), response).shape == (0, 3)
    blocks = np.tile(radiance.reshape(-1, 3), (curves.BLOCK_PIXELS // 12, 1))
    repeated = curves.encode(blocks, response).reshape(-1, 24, 3)
    np.testing.assert_array_equal(repeated, np.broadcast_to(repeated[0], repeated.shape))


@each_response
def test_light_below_black_shows_as_black(response: str) -> None:
    picture = curves.encode(np.array([[-1.0, -0.5, -1e-9], [0, 0, 0]]), response)
    np.testing.assert_allclose(picture, 0, atol=2e-5)


def test_errors_say_what_to_do() -> None:
    radiance = np.zeros((1, 3))
    names = "srgb, filmic, agx, aces, reinhard"
    with pytest.raises(ValueError, match=f"expected a response of {names}, got 'auto'; name the picture's tone curve"):
        curves.decode(radiance, "auto")
    with pytest.raises(ValueError, match=f"expected a response of {names}, got 'gamma'"):
        curves.encode(radiance, "gamma")
    with pytest.raises(ValueError, match=f"expected a response of {names}, got ''"):
        curves.white("")
    with pytest.raises(ValueError, match="expected display values from 0 to 1, got 0 to 255; pass integers as uint8"):
        curves.decode(np.array([[0.0, 128.0, 255.0]]), "srgb")
    with pytest.raises(ValueError, match="expected display values from 0 to 1, got nan"):
        curves.decode(np.array([[0.0, np.nan, 1.0]]), "srgb")
    with pytest.raises(ValueError, match="expected a uint8, uint16 or floating-point picture, got int64; convert it"):
        curves.decode(np.zeros((1, 3), np.int64), "srgb")
    with pytest.raises(ValueError, match="expected a uint8, uint16 or floating-point picture, got int64; convert it"):
        curves.clipped(np.zeros((1, 3), np.int64))
    with pytest.raises(ValueError, match="expected floating-point radiance, got uint8; decode pictures first"):
        curves.encode(np.zeros((1, 3), np.uint8), "srgb")


def test_tetrahedra_reproduce_what_is_linear() -> None:
    nodes = np.stack(np.meshgrid(*[np.arange(4.0)] * 3, indexing="ij")[::-1]).reshape(3, -1)
    weights = np.array([[1.0, 2, 3], [-1, 0.5, 2], [0, 0, 1]])
    position = (3 * np.random.default_rng(5).random((3, 500))).astype(np.float32)
    position[:, 0] = 3
    table = np.concatenate([weights @ nodes, np.full((1, 64), np.nan)]).astype(np.float32).T.copy()
    values = lut.tetrahedral(table, 4, position)
    np.testing.assert_allclose(values, weights @ position, atol=1e-5)


def test_tables_come_with_their_license() -> None:
    folder = Path(lut.__file__).parent / "tables"
    assert "Redistributions in binary form must reproduce" in (folder / "LICENSE-OpenColorIO.txt").read_text()
    assert sum(path.stat().st_size for path in folder.iterdir()) < 700_000


@pytest.mark.parametrize("shape", [(5, 16, 3), (3, 8, 3), (4, 12, 3), (1, 2, 3)])
def test_clipped_pixels_are_counted_by_row(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(4)
    picture = rng.integers(250, 256, shape).astype(np.uint8)
    expected = curves.clipped(picture).sum(axis=1)
    assert expected.max() > 0
    np.testing.assert_array_equal(curves.count_clipped(picture), expected)
    np.testing.assert_array_equal(curves.count_clipped(picture.astype(np.uint16) * 257), expected)
    mask = rng.random(shape[:2]) < 0.5
    np.testing.assert_array_equal(curves.count_clipped(picture, mask), (curves.clipped(picture) & mask).sum(axis=1))
