"""Blender as a process, with a stand-in that crashes on purpose."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lightprobe.errors import LightprobeError
from lightprobe.synth import process
from lightprobe.synth.process import render_worlds
from lightprobe.synth.run import WorldRun, WorldTask

from .fake_blender import fake_blender


def task(folder: Path, count: int) -> WorldTask:
    run = WorldRun(out=folder / "worlds", count=count, width=64, height=32)
    return WorldTask(run=run, indices=tuple(range(count)))


def test_worlds_come_in_order(tmp_path: Path) -> None:
    python, log = fake_blender(tmp_path / "fake")
    made = list(render_worlds(task(tmp_path, 4), python=python))
    assert [world.index for world in made] == [0, 1, 2, 3]
    expected = np.random.default_rng([1, 2]).uniform(0.5, 1.5, (32, 64, 3)).astype(np.float32)
    if task(tmp_path, 4).run.kind_of(2) == "outdoor":
        expected[3, 5] = 90000
    radiance = made[2].radiance
    assert radiance is not None
    np.testing.assert_array_equal(radiance, expected)
    assert made[2].parameters == {"place": "field", "sun_visible": 1.0}
    assert made[2].blender == "fake 1"
    assert log.read_text() == "0 1 2 3\n"  # one process


def test_a_crash_loses_one_world(tmp_path: Path) -> None:
    python, log = fake_blender(tmp_path / "fake", crashes=(2,), fails=(4,))
    made = list(render_worlds(task(tmp_path, 6), python=python))
    assert sorted(world.index for world in made) == [0, 1, 2, 3, 4, 5]
    failures = {world.index: world.failure for world in made if world.radiance is None}
    assert failures == {2: "Blender ended (-6): Segmentation fault", 4: "ValueError: no place"}
    assert log.read_text() == "0 1 2 3 4 5\n3 4 5\n"  # a new process goes on after the lost world


def test_a_blender_that_does_not_start_is_an_error(tmp_path: Path) -> None:
    python, _ = fake_blender(tmp_path / "fake", starts=False)
    with pytest.raises(LightprobeError, match="Blender does not start: no module named bpy; check it with"):
        list(render_worlds(task(tmp_path, 2), python=python))


def test_a_blender_that_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python, _ = fake_blender(tmp_path / "fake")
    text = python.read_text().replace("rng = np.random", "import time; time.sleep(60 * (index == 1)); rng = np.random")
    python.write_text(text)
    monkeypatch.setattr(process, "PATIENCE", 1.5)
    made = {world.index: world for world in render_worlds(task(tmp_path, 3), python=python)}
    assert made[1].failure.startswith("Blender ended (-9)")
    assert made[0].radiance is not None
    assert made[2].radiance is not None
