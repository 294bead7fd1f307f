"""Exposures from EXIF data and from pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lightprobe.imaging import Picture, decode
from lightprobe.surround.brackets.exposure_data import exposure_ratio, read_exposure


def picture_with(path: Path, **tags: Any) -> Path:
    numbers = {"time": 0x829A, "aperture": 0x829D, "iso": 0x8827, "bias": 0x9204}
    exif = Image.Exif()
    camera = exif.get_ifd(0x8769)
    for name, value in tags.items():
        camera[numbers[name]] = value
    Image.new("RGB", (16, 8)).save(path, exif=exif)
    return path


def test_exposure_is_time_times_sensitivity_over_aperture_squared(tmp_path: Path) -> None:
    path = picture_with(tmp_path / "a.jpg", time=0.01, aperture=2.0, iso=400, bias=1.0)
    assert read_exposure(path) == pytest.approx(0.01 * 400 / 4)
    assert read_exposure(picture_with(tmp_path / "b.jpg", time=0.01)) == pytest.approx(1)


def test_without_a_time_the_bias_counts(tmp_path: Path) -> None:
    assert read_exposure(picture_with(tmp_path / "a.jpg", bias=-2.0)) == pytest.approx(0.25)
    assert read_exposure(picture_with(tmp_path / "b.jpg")) is None


def test_ratios_of_pictures(take: Callable[..., Picture]) -> None:
    dark, bright = (decode(take(e).pixels, "srgb") for e in (0.5, 2))
    assert exposure_ratio(dark, bright) == pytest.approx(4, rel=0.01)
    with pytest.raises(ValueError, match="expected 100 well-exposed pixels that neighboring exposures share, got 0"):
        exposure_ratio(np.zeros(dark.shape, np.float32), bright)
