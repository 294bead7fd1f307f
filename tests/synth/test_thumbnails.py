"""The strip of thumbnails."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lightprobe.imaging.files import read_picture
from lightprobe.synth.manifest import row_folder
from lightprobe.synth.thumbnails import COLUMNS, ThumbnailStrip, write_thumbnail


def gray(level: float) -> np.ndarray:
    """Half dark, half bright, so that the preview's exposure shows."""
    panorama = np.full((64, 128, 3), 0.1, np.float32)
    panorama[:, : int(128 * level)] = 10.0
    return panorama


def test_the_strip_grows(tmp_path: Path) -> None:
    row_folder(tmp_path).mkdir(parents=True)
    for index in range(COLUMNS + 2):
        write_thumbnail(tmp_path, index, gray((index + 1) / 20))
    strip = ThumbnailStrip(tmp_path, range(COLUMNS - 1))
    strip.add(COLUMNS - 1)
    assert read_picture(tmp_path / "strip.png").pixels.shape == (48, 96 * COLUMNS, 3)
    strip.add(COLUMNS)
    strip.add(COLUMNS + 1)
    strip.write()
    pixels = np.asarray(read_picture(tmp_path / "strip.png").pixels).astype(int)
    assert pixels.shape == (96, 96 * COLUMNS, 3)
    assert np.all(pixels[48:, 2 * 96 :] == 0)  # room for the next
    for column in (0, 7, 15):
        cell = pixels[:48, column * 96 : (column + 1) * 96].mean(axis=(0, 2))
        bright = (cell > (cell.max() + cell.min()) / 2).mean()
        assert abs(bright - (column + 1) / 20) < 0.03
