"""HDR environment maps as written: read again by our readers, and by others."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import OpenEXR
import pytest
from makers import radiance_of

from lightprobe.errors import OutputError
from lightprobe.imaging import read_picture
from lightprobe.imaging.envmap import encode_radiance_hdr, shared_exponent, write_environment


def surroundings(height: int = 32, width: int = 64, seed: int = 0) -> np.ndarray:
    """Noise over twenty stops, with even stretches, black, a saturated color and a sun."""
    rng = np.random.default_rng(seed)
    values = rng.random((height, width, 3)) * 2.0 ** rng.integers(-12, 8, (height, width, 1))
    values[1] = values[1, :1]
    values[2, 3 : width // 2] = values[2, 3]
    values[3, ::2] = 0
    values[0, 0] = (0, 0, 5)
    values[height // 2, width // 3] = (90000, 80000, 60000)
    return values.astype(np.float32)


def test_exr_keeps_every_bit(tmp_path: Path) -> None:
    path, values = tmp_path / "env.exr", surroundings() - np.float32(0.1)  # wide gamuts have negative values
    write_environment(path, values)
    np.testing.assert_array_equal(read_picture(path).pixels, values)
    with OpenEXR.File(str(path)) as file:
        np.testing.assert_array_equal(file.channels()["RGB"].pixels, values)


@pytest.mark.parametrize("size", [(32, 64), (6, 7), (4, 8), (4, 127), (4, 128), (4, 129), (5, 1000)])
def test_radiance_is_within_half_a_step(tmp_path: Path, size: tuple[int, int]) -> None:
    path, values = tmp_path / "env.HDR", surroundings(*size)
    write_environment(path, values)
    picture = read_picture(path)
    assert picture.is_linear
    assert picture.pixels.shape == values.shape
    largest = values.max(axis=-1, keepdims=True)
    assert (np.abs(picture.pixels - values) <= largest / 256 * 1.001).all()  # half of 2^e / 256, largest ≥ 2^e / 2


@pytest.mark.parametrize("height", [1, 32])
def test_radiance_by_ffmpeg(tmp_path: Path, height: int) -> None:
    path, values = tmp_path / "env.hdr", surroundings(32)[:height]
    path.write_bytes(encode_radiance_hdr(values))
    with av.open(str(path), format="image2", options={"pattern_type": "none"}) as file:
        (frame,) = file.decode(video=0)
    np.testing.assert_array_equal(frame.to_ndarray(), radiance_of(shared_exponent(values)))


@pytest.mark.parametrize(("is_large", "dtype"), [(False, np.float32), (True, np.float16)])
def test_exr_by_ffmpeg(tmp_path: Path, is_large: bool, dtype: type) -> None:
    path, values = tmp_path / "env.exr", np.minimum(surroundings(), 60000)
    write_environment(path, values, is_large)
    with av.open(str(path), format="image2", options={"pattern_type": "none"}) as file:
        (frame,) = file.decode(video=0)
    green, blue, red = (
        np.frombuffer(plane, dtype).reshape(plane.height, -1)[:, : plane.width] for plane in frame.planes
    )
    np.testing.assert_array_equal(np.stack([red, green, blue], axis=-1), values.astype(dtype))


def test_long_runs_are_short() -> None:
    rows = np.full((16, 2000, 3), 0.3, np.float32)
    assert len(encode_radiance_hdr(rows)) < 16 * (4 + 4 * 2 * (2000 // 127 + 1)) + 100


@pytest.mark.parametrize(
    ("rgb", "stored"),
    [
        ((1.0, 0.5, 0.25), (128, 64, 32, 129)),
        ((0.999, 0.0, 0.0), (128, 0, 0, 129)),  # 255.7 of 256 is rounded up to the next power of two
        ((255 / 256, 0.0, 0.0), (255, 0, 0, 128)),
        ((0.0, 0.0, 0.0), (0, 0, 0, 0)),
        ((-3.0, 0.0, 3.0), (0, 0, 192, 130)),
        ((-3.0, -1.0, -2.0), (0, 0, 0, 0)),
        ((1e-39, 0.0, 0.0), (0, 0, 0, 0)),
        ((3.4e38, 1.0, 0.0), (255, 0, 0, 255)),
    ],
)
def test_pixels(rgb: tuple[float, ...], stored: tuple[int, ...]) -> None:
    assert tuple(shared_exponent(np.array([[rgb]], np.float64))[0, 0]) == stored


@pytest.mark.parametrize("name", ["env.png", "env", "exr"])
def test_other_formats_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match=r"^expected a path that ends in \.exr or \.hdr or \.jpg, got .*; rename it$"):
        write_environment(tmp_path / name, surroundings())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".exr", ".hdr"])
def test_a_missing_folder(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(OutputError, match=r"cannot write: No such file or directory; choose another path$"):
        write_environment(tmp_path / "none" / f"env{suffix}", surroundings())
