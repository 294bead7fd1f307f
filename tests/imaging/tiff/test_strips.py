"""Samples of TIFF pages in every way to store them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from makers import noise, tiff

from lightprobe.errors import ImageError
from lightprobe.imaging import read_picture


def samples(dtype: str, height: int = 23, width: int = 46, count: int = 3) -> np.ndarray:
    if dtype[0] == "u":
        return noise(height, width, count, np.dtype(dtype).type)
    values = np.random.default_rng(1).random((height, width, count)) ** 4 * 500 - 1
    return values.astype(dtype)


def read(tmp_path: Path, data: bytes) -> np.ndarray:
    (tmp_path / "a.tif").write_bytes(data)
    return read_picture(tmp_path / "a.tif").pixels


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "u2", "u4"])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("planar", [False, True])
@pytest.mark.parametrize("tile", [None, (16, 32)])
def test_types_orders_and_places(
    tmp_path: Path, dtype: str, order: str, planar: bool, tile: tuple[int, int] | None
) -> None:
    stored = samples(dtype)
    expected = (stored >> 16).astype(np.uint16) if dtype == "u4" else stored
    for big in (False, True):
        found = read(tmp_path, tiff(stored, order=order, planar=planar, tile=tile, big=big))
        np.testing.assert_array_equal(found, expected)
        assert found.dtype == {"f8": np.float64, "u2": np.uint16, "u4": np.uint16}.get(dtype, np.float32)


@pytest.mark.parametrize("compression", [5, 8, 32773])
@pytest.mark.parametrize("predictor", [1, 2, 3])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("tile", [None, (16, 32)])
def test_compressions_and_predictors(
    tmp_path: Path, compression: int, predictor: int, order: str, tile: tuple[int, int] | None
) -> None:
    for dtype in ("f2", "f4", "f8") if predictor == 3 else ("f4", "u2"):
        for planar in (False, True):
            stored = samples(dtype)
            data = tiff(stored, compression=compression, predictor=predictor, order=order, tile=tile, planar=planar)
            np.testing.assert_array_equal(read(tmp_path, data), stored)


@pytest.mark.parametrize("rows", [1, 23, 1000])
def test_strips_of_any_height(tmp_path: Path, rows: int) -> None:
    stored = samples("f4")
    for compression in (1, 5):
        np.testing.assert_array_equal(read(tmp_path, tiff(stored, rows=rows, compression=compression)), stored)


def test_more_bytes_than_are_decompressed_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lightprobe.imaging.formats.tiff.strips.BLOCK_BYTES", 6000)
    stored = samples("f4")
    for compression in (1, 5, 8):
        np.testing.assert_array_equal(read(tmp_path, tiff(stored, compression=compression)), stored)


def test_a_strip_too_large_for_libtiff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lightprobe.imaging.formats.tiff.strips.MOST_BYTES", 1000)
    (tmp_path / "a.tif").write_bytes(tiff(samples("f4"), compression=5))
    with pytest.raises(ImageError, match=r"expected strips of at most 0 MiB, got 0 MiB; export the TIFF with smaller"):
        read_picture(tmp_path / "a.tif")


@pytest.mark.parametrize(
    ("tags", "title"),
    [
        ({259: (3, [34676])}, "TIFF with 32-bit float samples and compression SGI LogLuv is not supported; export it"),
        ({259: (3, [7])}, "TIFF with 32-bit float samples and compression JPEG is not supported"),
        ({259: (3, [999])}, "compression 999 is not supported"),
        ({317: (3, [34892])}, "predictor 34892 is not supported"),
    ],
)
def test_what_is_not_supported_is_named(tmp_path: Path, tags: dict, title: str) -> None:
    (tmp_path / "a.tif").write_bytes(tiff(samples("f4"), tags=tags))
    with pytest.raises(ImageError, match=title):
        read_picture(tmp_path / "a.tif")


@pytest.mark.parametrize("compression", [1, 5, 8, 32773])
def test_strips_that_are_cut_short(tmp_path: Path, compression: int, capfd: pytest.CaptureFixture[str]) -> None:
    data = tiff(samples("f4"), compression=compression, tags={279: (4, 5 * [40])})
    (tmp_path / "a.tif").write_bytes(data)
    with pytest.raises(ImageError, match=r"the TIFF file is damaged \(.*\); download or export it again"):
        read_picture(tmp_path / "a.tif")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({273: (4, [8, 8])}, "it has 2 of 5 strips"),
        ({273: (4, [10**9] * 5)}, "a strip of it is cut short"),
        ({322: (4, [10**9]), 323: (4, [16]), 324: (4, [8])}, "its tiles have 1000000000×16 pixels"),
    ],
)
def test_places_that_are_wrong(tmp_path: Path, tags: dict, reason: str) -> None:
    (tmp_path / "a.tif").write_bytes(tiff(samples("f4"), tags=tags))
    with pytest.raises(ImageError, match=reason):
        read_picture(tmp_path / "a.tif")
