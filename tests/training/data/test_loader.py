"""Batches: the same whoever makes them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch

from lightprobe.errors import ImageError, LightprobeError
from lightprobe.sphere import project
from lightprobe.training.data.dataset import open_dataset
from lightprobe.training.data.loader import Batch, Batches, explain_killed_workers, load_batches, record_at
from lightprobe.training.data.mixture import AddedCatalog
from lightprobe.training.data.records import Records
from lightprobe.training.data.samples import hdri_cache


def same(one: Batch, other: Batch) -> bool:
    pairs = zip((one.picture, one.response, *one.targets), (other.picture, other.response, *other.targets), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def test_every_round_brings_every_record_once() -> None:
    for round_ in range(3):
        drawn = [record_at(7, position, 20)[0] for position in range(20 * round_, 20 * round_ + 20)]
        assert sorted(drawn) == list(range(20))
    assert [record_at(7, k, 20) for k in range(20)] != [record_at(7, k, 20) for k in range(20, 40)]
    assert [record_at(7, k, 20) for k in range(20)] != [record_at(8, k, 20) for k in range(20)]
    turns, mirrors = zip(*[record_at(7, k, 20)[1:] for k in range(2000)], strict=True)
    assert set(turns) == set(range(64))
    assert 0.45 < np.mean(mirrors) < 0.55


def test_a_batch_is_turned_with_its_truth(records: Records) -> None:
    batch = Batches(records, batch=4, seed=1)[0]
    assert isinstance(batch, Batch)
    for k in range(4):
        number, turn, mirror = record_at(1, k, len(records))
        record = records[number]
        panorama = record["panorama"][:, ::-1] if mirror else record["panorama"]
        np.testing.assert_array_equal(batch.targets.panorama[k], np.roll(panorama, turn, axis=1))
        cells = record["cells"].astype(np.float32)
        np.testing.assert_array_equal(batch.picture[k], np.roll(cells[..., ::-1] if mirror else cells, turn, -1))
        assert batch.response[k] == record["response"]
        whole, small = batch.targets.coeffs[k].numpy(), project(batch.targets.panorama[k].numpy().astype(float))
        assert np.linalg.norm(whole - small) < 0.05 * np.linalg.norm(whole)
        assert batch.targets.response_given[k] == (record["response"] > 0)


def test_two_processes_share_a_batch(records: Records) -> None:
    whole = Batches(records, batch=4, seed=1)[5]
    parts = [Batches(records, batch=4, seed=1, rank=rank, world=2)[5] for rank in range(2)]
    assert isinstance(whole, Batch)
    for k, tensor in enumerate(whole.targets):
        assert torch.equal(tensor, torch.cat([part.targets[k] for part in parts]))  # type: ignore[union-attr]
    with pytest.raises(ValueError, match=r"expected a batch that 3 processes can share evenly, got 4; .* batch=6"):
        Batches(records, batch=4, seed=1, world=3)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # from Python 3.12 on; the workers use no threads
def test_workers_make_the_same_batches_and_leave_chance_alone(
    toys: ModuleType, hdris: Path, records: Records, tmp_path: Path
) -> None:
    torch.manual_seed(3)
    alone = list(load_batches(Batches(records, batch=4, seed=1), 2, 6, workers=0))
    drawn = torch.rand(1)
    fresh = Records(records.samples, toys.Toy(), tmp_path)
    torch.manual_seed(3)
    together = list(load_batches(Batches(fresh, batch=4, seed=1), 2, 6, workers=2))
    assert torch.equal(torch.rand(1), drawn)
    assert len(alone) == len(together) == 4
    assert all(same(a, b) for a, b in zip(alone, together, strict=True))
    assert fresh.store.written() > 0


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # as above
@pytest.mark.parametrize("workers", [0, 1])
def test_what_goes_wrong_in_a_worker_is_one_line(toys: ModuleType, hdris: Path, tmp_path: Path, workers: int) -> None:
    folder = tmp_path / "hdris"
    folder.mkdir()
    for path in hdris.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    samples = open_dataset(folder, toys.toy()).train
    records = Records(samples, toys.Toy(), tmp_path / "cache")
    for path in folder.iterdir():
        path.write_bytes(b"no picture")
    hdri_cache.cache_clear()
    with pytest.raises(ImageError) as caught:
        list(load_batches(Batches(records, batch=4, seed=1), 0, 2, workers=workers))
    assert "\n" not in str(caught.value)


def test_a_killed_worker_is_one_line() -> None:
    message = "a data worker was killed, probably out of memory; continue with --resume --workers 0"
    with pytest.raises(LightprobeError, match=message), explain_killed_workers():
        raise RuntimeError("DataLoader worker (pid 7) is killed by signal: Killed.")
    with pytest.raises(RuntimeError, match="another error"), explain_killed_workers():
        raise RuntimeError("another error")


def test_an_added_catalog_has_its_share_of_every_batch(
    toys: ModuleType, hdris: Path, worlds: Path, shared_cache: Path
) -> None:
    catalog = AddedCatalog(folder=worlds, share=Fraction(1, 4))
    dataset = open_dataset(hdris, toys.toy(), [catalog])
    first, more = (Records(part, toys.Toy(), shared_cache) for part in (dataset.train, dataset.added[0].samples))
    mixed, plain = Batches(first, batch=4, seed=1, added=[(more, catalog.share)]), Batches(first, batch=4, seed=1)
    for step in range(3):
        batch = mixed[step]
        assert isinstance(batch, Batch)
        number, turn, mirror = record_at(1, step, len(more))[0], *record_at(1, 4 * step + 3, len(first))[1:]
        panorama = more[number]["panorama"][:, ::-1] if mirror else more[number]["panorama"]
        np.testing.assert_array_equal(batch.targets.panorama[3], np.roll(panorama, turn, axis=1))
    again = Batches(first, batch=4, seed=1)
    assert same(plain[2], again[2])  # type: ignore[arg-type]
