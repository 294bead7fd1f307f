"""Measurements, and their cache."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import OpenEXR
import pytest

from lightprobe.data.catalog.measure import (
    Measurement,
    measure,
    measure_cached,
    measure_catalog,
    read_measurement,
    write_measurement,
)
from lightprobe.data.catalog.table import Entry
from lightprobe.data.fakehaven.pictures import panorama
from lightprobe.errors import ImageError
from lightprobe.imaging.formats.exr import write_exr
from lightprobe.progress import Progress


class Recorded(Progress):
    def __init__(self) -> None:
        self.calls: list[str] = []

    def start(self, task: str, total: int = 0, *, done: int = 0, size: int = 0) -> None:
        self.calls.append(f"{task} {total}")

    def advance(self, pieces: int = 1, *, size: int = 0, status: str = "") -> None:
        self.calls.append(f"+{pieces}")


def test_measure_counts_impossible_values_and_takes_them_as_dark(tmp_path: Path) -> None:
    radiance = panorama("soft", 1, 64).copy()
    radiance[3, 4], radiance[5, 6, 1], radiance[7, 8] = np.nan, -1, np.inf
    write_exr(tmp_path / "a.exr", radiance)
    measured = measure(tmp_path / "a.exr")
    assert (measured.width, measured.height, measured.invalid_pixels) == (128, 64, 3)
    assert np.isfinite(measured.radiance).all()


def test_measure_knows_a_clipped_picture(tmp_path: Path) -> None:
    radiance = panorama("sun", 1, 64)
    write_exr(tmp_path / "whole.exr", radiance)
    write_exr(tmp_path / "clipped.exr", np.minimum(radiance, 1))
    whole, clipped = (measure(tmp_path / f"{name}.exr") for name in ("whole", "clipped"))
    assert whole.clipped_share < 5e-4 < clipped.clipped_share
    assert whole.dynamic_range_ev > clipped.dynamic_range_ev + 5


def test_a_measurement_is_read_as_written(tmp_path: Path) -> None:
    write_exr(tmp_path / "a.exr", panorama("sun", 1, 64))
    measured = measure(tmp_path / "a.exr")
    write_measurement(measured, tmp_path / "a.npz")
    recalled = read_measurement(tmp_path / "a.npz")
    assert recalled is not None
    for field in fields(Measurement):
        assert np.array_equal(getattr(recalled, field.name), getattr(measured, field.name))
    (tmp_path / "a.npz").write_bytes(b"damaged")
    assert read_measurement(tmp_path / "a.npz") is None


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.hdr").write_bytes(b"nothing of the kind")
    with pytest.raises(ImageError, match=r"a\.hdr: unknown picture format"):
        measure(tmp_path / "a.hdr")


def test_a_file_is_measured_once_per_content(tmp_path: Path) -> None:
    write_exr(tmp_path / "a.exr", panorama("sun", 1, 64))
    entry = Entry(slug="a", file="a.exr")
    first = measure_cached(tmp_path, entry)
    (cached,) = (tmp_path / ".cache" / "measured").iterdir()
    written = cached.stat().st_mtime_ns
    assert measure_cached(tmp_path, entry).max_mean_ratio == first.max_mean_ratio
    assert cached.stat().st_mtime_ns == written
    write_exr(tmp_path / "a.exr", panorama("sun", 2, 64))
    assert measure_cached(tmp_path, entry).max_mean_ratio != first.max_mean_ratio


def test_a_catalog_is_measured_with_progress_and_without_what_cannot_be_read(tmp_path: Path) -> None:
    write_exr(tmp_path / "a.exr", panorama("sun", 1, 64))
    (tmp_path / "b.hdr").write_bytes(b"nothing of the kind")
    progress = Recorded()
    entries = [Entry(slug="a", file="a.exr"), Entry(slug="b", file="b.hdr")]
    measurements, unreadable = measure_catalog(tmp_path, entries, progress)
    assert list(measurements) == ["a"]
    assert list(unreadable) == ["b"]
    assert "b.hdr: unknown picture format" in unreadable["b"]
    assert progress.calls == ["Measuring 2", "+1", "+1"]


def test_an_implausible_sun_is_measured(tmp_path: Path) -> None:
    radiance = panorama("sun", 1, 64).copy()
    row, column = np.unravel_index(radiance.max(axis=-1).argmax(), (64, 128))
    radiance[row, column, :2] = -1
    write_exr(tmp_path / "a.exr", radiance)
    assert measure(tmp_path / "a.exr").peak_problem.startswith("the brightest pixel has lost red and green")
    write_exr(tmp_path / "b.exr", panorama("sun", 1, 64))
    assert measure(tmp_path / "b.exr").peak_problem == ""


def test_a_crop_is_no_hdri(tmp_path: Path) -> None:
    """Its pixels may be twice as wide as high."""
    header = {"type": OpenEXR.scanlineimage, "dataWindow": ((8, 4), (39, 19)), "displayWindow": ((0, 0), (63, 31))}
    OpenEXR.File(header, {"RGB": np.ones((16, 32, 3), np.float32)}).write(str(tmp_path / "a.exr"))
    with pytest.raises(ImageError, match="expected a whole panorama, got a crop of one; export the full frame"):
        measure(tmp_path / "a.exr")


def test_a_cache_of_other_values_is_not_believed(tmp_path: Path) -> None:
    write_exr(tmp_path / "a.exr", panorama("sun", 1, 64))
    measured = measure(tmp_path / "a.exr")
    whole = {field.name: np.array(getattr(measured, field.name)) for field in fields(Measurement)}
    for name, value in (
        ("radiance", np.zeros((64, 128, 4), np.float32)),
        ("radiance", np.full((64, 128, 3), np.nan, np.float32)),
        ("preview_srgb", np.zeros((128, 256, 3), np.float32)),
        ("width", np.array("wide")),
        ("width", np.arange(3)),
        ("max_mean_ratio", np.array(np.inf)),
        ("peak_problem", np.array(3)),
        ("more", np.array(3)),
        ("radiance", np.array([None], object)),
    ):
        np.savez(tmp_path / "a.npz", **{**whole, name: value})
        assert read_measurement(tmp_path / "a.npz") is None, name
    np.savez(tmp_path / "a.npz", **whole)
    assert read_measurement(tmp_path / "a.npz") is not None
