"""Whole runs, with a stand-in for Blender."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lightprobe.blender.environment import VARIABLE
from lightprobe.data.catalog import read_catalog, read_sources
from lightprobe.errors import OutputError
from lightprobe.imaging.files import read_picture
from lightprobe.progress import Progress
from lightprobe.synth import WorldRun, make_worlds, read_worlds

from .fake_blender import fake_blender


def small(folder: Path, count: int = 6, **settings: object) -> WorldRun:
    return WorldRun(out=folder / "worlds", count=count, width=64, height=32, **settings)  # type: ignore[arg-type]


def contents(folder: Path) -> dict[str, bytes]:
    """All files but those in hidden folders."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


@pytest.fixture
def blender(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    python, log = fake_blender(tmp_path / "fake")
    monkeypatch.setenv(VARIABLE, str(python))
    return log


def test_a_run_is_a_catalog(blender: Path, tmp_path: Path) -> None:
    run = small(tmp_path)
    assert make_worlds(run).made == 6
    rows, entries = read_worlds(run.out), read_catalog(run.out)
    assert [row["index"] for row in rows] == list(range(6))
    assert sorted(entry.slug for entry in entries) == sorted(run.slug_of(index) for index in range(6))
    assert all(entry.is_synthetic and entry.licence == "CC0-1.0" and entry.width == 64 for entry in entries)
    sources = {source.slug: source for source in read_sources(run.out)}
    for row in rows:
        source, kind = sources[row["slug"]], run.kind_of(row["index"])
        assert source.is_synthetic
        assert source.glare == {"outdoor": 0.07, "night": 0.05}.get(kind, 0.03)
        assert row["stratum"] == ("sun" if kind == "outdoor" else kind)
        pixels = read_picture(source.path).pixels
        expected = np.random.default_rng([1, row["index"]]).uniform(0.5, 1.5, (32, 64, 3)).astype(np.float32)
        if kind == "outdoor":
            assert pixels[3, 5, 0] == 90000  # beyond half floats
            np.testing.assert_array_equal(pixels[8:], expected[8:])
        else:
            np.testing.assert_allclose(pixels, expected, rtol=1e-3)
    assert read_picture(run.out / "strip.png").pixels.shape == (48, 16 * 96, 3)


def test_an_interrupted_run_continues(blender: Path, tmp_path: Path) -> None:
    class Impatient(Progress):
        def advance(self, pieces: int = 1, *, size: int = 0, status: str = "") -> None:
            self.seen = getattr(self, "seen", 0) + pieces
            if self.seen == 3:
                raise KeyboardInterrupt

    run = small(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        make_worlds(run, progress=Impatient())
    assert not (run.out / "worlds.jsonl").exists()
    result = make_worlds(run)
    assert (result.worlds, result.made) == (6, 3)
    assert blender.read_text() == "0 1 2 3 4 5\n3 4 5\n"
    undisturbed = small(tmp_path / "other")
    make_worlds(undisturbed)
    ours, theirs = contents(run.out), contents(undisturbed.out)
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []


def test_worlds_can_be_added_and_lost_ones_are_made_again(blender: Path, tmp_path: Path) -> None:
    make_worlds(small(tmp_path, 3))
    (small(tmp_path).out / f"{small(tmp_path).slug_of(1)}.exr").unlink()
    result = make_worlds(small(tmp_path, 5))
    assert (result.worlds, result.made) == (5, 3)
    assert blender.read_text() == "0 1 2\n1 3 4\n"
    assert make_worlds(small(tmp_path, 5)).made == 0


def test_failed_worlds_are_reported_and_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python, _ = fake_blender(tmp_path / "bad", crashes=(1,))
    monkeypatch.setenv(VARIABLE, str(python))
    run = small(tmp_path, 4)
    result = make_worlds(run)
    assert (result.worlds, result.made) == (3, 3)
    assert result.failed == (f"{run.slug_of(1)}: Blender ended (-6): Segmentation fault",)
    assert ["failed" in row for row in read_worlds(run.out)] == [False, True, False, False]
    assert len(read_catalog(run.out)) == 3
    monkeypatch.setenv(VARIABLE, str(fake_blender(tmp_path / "good")[0]))
    assert make_worlds(run).made == 1
    assert not any("failed" in row for row in read_worlds(run.out))


@pytest.mark.slow
def test_workers_make_the_same_worlds(blender: Path, tmp_path: Path) -> None:
    one, many = small(tmp_path / "one"), small(tmp_path / "many")
    make_worlds(one)
    make_worlds(many, workers=2)
    ours, theirs = contents(one.out), contents(many.out)
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if name != "strip.png" and ours[name] != theirs[name]] == []


def test_a_folder_of_something_else_is_left_alone(blender: Path, tmp_path: Path) -> None:
    make_worlds(small(tmp_path, 2))
    with pytest.raises(OutputError, match="holds worlds with another seed; give the same settings"):
        make_worlds(small(tmp_path, 2, seed=9))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    with pytest.raises(OutputError, match="expected a new folder or one of worlds, got other files"):
        make_worlds(WorldRun(out=tmp_path / "mine", count=1))
