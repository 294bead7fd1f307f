"""Records: a model's input and the targets, made once."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch

from lightprobe.imaging.cells import picture_cells
from lightprobe.imaging.tone.curves import RESPONSE_CODES
from lightprobe.sphere import project
from lightprobe.training.data import records as records_module
from lightprobe.training.data.dataset import open_dataset
from lightprobe.training.data.loader import Batch, Batches, record_at
from lightprobe.training.data.records import Records, model_cells


def test_a_record_is_what_its_sample_is(records: Records) -> None:
    for number in (0, 5):
        record, sample = records[number], records.samples(number)
        np.testing.assert_allclose(record["coeffs"], sample.coeffs, rtol=1e-6, atol=1e-7)
        np.testing.assert_allclose(record["panorama"], sample.panorama, rtol=1e-6)
        np.testing.assert_allclose(project(sample.panorama), sample.coeffs, rtol=0.05, atol=0.05)
        assert record["response"] == sample.response
        assert 0 <= record["clipped"] <= 1


def test_records_are_read_the_second_time(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    first = records[3].tobytes()
    monkeypatch.setattr(type(records.samples), "__call__", None)
    assert records[3].tobytes() == first


def test_another_law_of_cells_has_records_of_its_own(
    toys: ModuleType, hdris: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = open_dataset(hdris, toys.toy()).train
    before = Records(samples, toys.Toy(), tmp_path).store.folder
    assert Records(samples, toys.Toy(), tmp_path).store.folder == before
    monkeypatch.setattr(records_module, "picture_cells", lambda *args: 2 * picture_cells(*args))
    assert Records(samples, toys.Toy(), tmp_path).store.folder != before


def test_the_seen_share_is_a_seventh_plane() -> None:
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 256, (64, 128, 3), np.uint8)
    picture[10:20, 30:40] = 255
    whole, cells = model_cells(7, picture, "filmic"), picture_cells(picture, "filmic")
    np.testing.assert_array_equal(whole[:6], cells)
    assert (whole[6] == 1).all()
    left = np.zeros((64, 128), bool)
    left[:, :61] = True  # 30 columns of cells, and half of one
    part = model_cells(7, picture, "filmic", left)
    np.testing.assert_allclose(part[:6, :, :30], cells[:, :, :30], atol=2e-6)
    np.testing.assert_allclose(part[6, :, 30], 0.5)
    assert not part[:, :, 31:].any()
    with pytest.raises(ValueError, match=r"one of whole pictures; set data\.partial=0"):
        model_cells(6, picture, "filmic", left)


def test_records_hold_what_the_model_takes(
    records: Records, toys: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample, record = records.samples(5), records[5]
    cells = picture_cells(sample.picture_srgb, RESPONSE_CODES[sample.response])
    np.testing.assert_allclose(record["cells"], cells, atol=1e-3)
    monkeypatch.setattr(toys.Toy, "input", "image")
    of_images = Records(records.samples, toys.Toy(), tmp_path)
    np.testing.assert_array_equal(of_images[5]["image"], sample.picture_srgb)
    batch = Batches(of_images, batch=2, seed=1)[0]
    assert isinstance(batch, Batch)
    assert batch.picture.dtype == torch.uint8
    number, turn, mirror = record_at(1, 0, len(of_images))
    image = of_images[number]["image"][:, ::-1] if mirror else of_images[number]["image"]
    np.testing.assert_array_equal(batch.picture[0], np.roll(image, turn * image.shape[1] // 64, axis=1))
