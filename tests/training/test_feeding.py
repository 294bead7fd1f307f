"""Records, and batches of them: the same whoever makes them."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch

from lightprobe.errors import ImageError
from lightprobe.imaging.cells import picture_cells
from lightprobe.imaging.curves import RESPONSE_CODES
from lightprobe.sphere import project
from lightprobe.training import records as records_module
from lightprobe.training import settings
from lightprobe.training.feeding import Batch, Batches, feed, place
from lightprobe.training.material import gather
from lightprobe.training.records import Records


@pytest.fixture
def records(toys: ModuleType, hdris: Path, shared_cache: Path) -> Records:
    return Records(gather(hdris, toys.toy()).train, toys.Toy(), shared_cache)


def same(one: Batch, other: Batch) -> bool:
    pairs = zip((one.picture, one.response, *one.truth), (other.picture, other.response, *other.truth), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def test_a_record_is_what_its_example_says(records: Records) -> None:
    for number in (0, 5):
        record, example = records[number], records.supply(number)
        np.testing.assert_allclose(record["coeffs"], example.coeffs, rtol=1e-6, atol=1e-7)
        np.testing.assert_allclose(record["panorama"], example.panorama, rtol=1e-6)
        np.testing.assert_allclose(project(example.panorama), example.coeffs, rtol=0.05, atol=0.05)
        assert record["response"] == example.response
        assert 0 <= record["clipped"] <= 1


def test_records_are_read_the_second_time(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    first = records[3].tobytes()
    monkeypatch.setattr(type(records.supply), "__call__", None)
    assert records[3].tobytes() == first


def test_another_law_of_cells_has_records_of_its_own(
    toys: ModuleType, hdris: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    supply = gather(hdris, toys.toy()).train
    before = Records(supply, toys.Toy(), tmp_path).store.folder
    assert Records(supply, toys.Toy(), tmp_path).store.folder == before
    monkeypatch.setattr(records_module, "picture_cells", lambda *args: 2 * picture_cells(*args))
    assert Records(supply, toys.Toy(), tmp_path).store.folder != before


def test_records_hold_what_the_model_takes(
    records: Records, toys: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    example, record = records.supply(5), records[5]
    cells = picture_cells(example.picture_srgb, RESPONSE_CODES[example.response])
    np.testing.assert_allclose(record["cells"], cells, atol=1e-3)
    monkeypatch.setattr(toys.Toy, "input", "image")
    of_images = Records(records.supply, toys.Toy(), tmp_path)
    np.testing.assert_array_equal(of_images[5]["image"], example.picture_srgb)
    batch = Batches(of_images, batch=2, seed=1)[0]
    assert isinstance(batch, Batch)
    assert batch.picture.dtype == torch.uint8
    number, turn, mirror = place(1, 0, len(of_images))
    image = of_images[number]["image"][:, ::-1] if mirror else of_images[number]["image"]
    np.testing.assert_array_equal(batch.picture[0], np.roll(image, turn * image.shape[1] // 64, axis=1))


def test_every_round_brings_every_record_once() -> None:
    for round_ in range(3):
        drawn = [place(7, position, 20)[0] for position in range(20 * round_, 20 * round_ + 20)]
        assert sorted(drawn) == list(range(20))
    assert [place(7, k, 20) for k in range(20)] != [place(7, k, 20) for k in range(20, 40)]
    assert [place(7, k, 20) for k in range(20)] != [place(8, k, 20) for k in range(20)]
    turns, mirrors = zip(*[place(7, k, 20)[1:] for k in range(2000)], strict=True)
    assert set(turns) == set(range(64))
    assert 0.45 < np.mean(mirrors) < 0.55


def test_a_batch_is_turned_with_its_truth(records: Records) -> None:
    batch = Batches(records, batch=4, seed=1)[0]
    assert isinstance(batch, Batch)
    for k in range(4):
        number, turn, mirror = place(1, k, len(records))
        record = records[number]
        panorama = record["panorama"][:, ::-1] if mirror else record["panorama"]
        np.testing.assert_array_equal(batch.truth.panorama[k], np.roll(panorama, turn, axis=1))
        cells = record["cells"].astype(np.float32)
        np.testing.assert_array_equal(batch.picture[k], np.roll(cells[..., ::-1] if mirror else cells, turn, -1))
        assert batch.response[k] == record["response"]
        whole, small = batch.truth.coeffs[k].numpy(), project(batch.truth.panorama[k].numpy().astype(float))
        assert np.linalg.norm(whole - small) < 0.05 * np.linalg.norm(whole)
        assert batch.truth.told[k] == (record["response"] > 0)


def test_two_processes_share_a_batch(records: Records) -> None:
    whole = Batches(records, batch=4, seed=1)[5]
    parts = [Batches(records, batch=4, seed=1, rank=rank, world=2)[5] for rank in range(2)]
    assert isinstance(whole, Batch)
    for k, tensor in enumerate(whole.truth):
        assert torch.equal(tensor, torch.cat([part.truth[k] for part in parts]))  # type: ignore[union-attr]
    with pytest.raises(ValueError, match=r"expected a batch that 3 processes can share evenly, got 4; .* batch=6"):
        Batches(records, batch=4, seed=1, world=3)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # from Python 3.12 on; the workers use no threads
def test_workers_make_the_same_batches_and_leave_chance_alone(
    toys: ModuleType, hdris: Path, records: Records, tmp_path: Path
) -> None:
    torch.manual_seed(3)
    alone = list(feed(Batches(records, batch=4, seed=1), 2, 6, workers=0))
    drawn = torch.rand(1)
    fresh = Records(records.supply, toys.Toy(), tmp_path)
    torch.manual_seed(3)
    together = list(feed(Batches(fresh, batch=4, seed=1), 2, 6, workers=2))
    assert torch.equal(torch.rand(1), drawn)
    assert len(alone) == len(together) == 4
    assert all(same(a, b) for a, b in zip(alone, together, strict=True))
    assert fresh.store.held() > 0


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # as above
@pytest.mark.parametrize("workers", [0, 1])
def test_what_goes_wrong_in_a_worker_is_one_line(toys: ModuleType, hdris: Path, tmp_path: Path, workers: int) -> None:
    folder = tmp_path / "hdris"
    folder.mkdir()
    for path in hdris.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    supply = gather(folder, toys.toy()).train
    records = Records(supply, toys.Toy(), tmp_path / "cache")
    for path in folder.iterdir():
        path.write_bytes(b"no picture")
    from lightprobe.training import examples

    examples.hdris.cache_clear()
    with pytest.raises(ImageError) as caught:
        list(feed(Batches(records, batch=4, seed=1), 0, 2, workers=workers))
    assert "\n" not in str(caught.value)


def test_a_folder_of_pairs(toys: ModuleType, hdris: Path, tmp_path: Path) -> None:
    from lightprobe.data.jobs import Recipe
    from lightprobe.data.pairs import make_pairs
    from lightprobe.data.run import Run

    made = Recipe(width=128, height=64, mixed=0.5)
    make_pairs(Run(folder=hdris, out=tmp_path / "pairs", variants=4, recipe=made))
    recipe = settings.changed(toys.toy(), ["data.told=1"])
    material = gather(tmp_path / "pairs", recipe)
    assert material.about["source"] == "pairs"
    held = set(material.about["scored"])
    assert held
    assert not held & set(material.about["scenes"])
    ids = {row.id.split("/")[0] for row in material.train.rows}  # type: ignore[attr-defined]
    assert not ids & held
    rows = {row["id"]: row for row in _manifest(tmp_path / "pairs")}
    for row in material.train.rows:  # type: ignore[attr-defined]
        assert rows[row.id]["partner"] not in held
    for judged in material.judged:
        assert {row.id.split("/")[0] for row in judged.supply.rows} <= held  # type: ignore[attr-defined]
        assert {rows[row.id]["partner"] for row in judged.supply.rows} <= held | {""}  # type: ignore[attr-defined]
        assert len(judged.modes) == judged.supply.count
    example = material.train(0)
    np.testing.assert_allclose(project(example.panorama), example.coeffs, rtol=0.1, atol=0.1)
    assert {mode.split()[-1] for judged in material.judged for mode in judged.modes} == {"told", "auto"}


def _manifest(folder: Path) -> list[dict[str, str]]:
    from lightprobe.data.manifest import read_manifest

    return read_manifest(folder)
