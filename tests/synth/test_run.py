"""Runs and their tasks; none of this needs Blender."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from lightprobe.synth.run import CHUNK, KINDS, WorldRun, make_world_tasks


def test_kinds_have_their_shares(tmp_path: Path) -> None:
    run = WorldRun(out=tmp_path, count=4000)
    counts = Counter(run.kind_of(index) for index in range(4000))
    for kind, share in KINDS.items():
        assert counts[kind] / 4000 == pytest.approx(share, abs=0.025)
    rooms = WorldRun(out=tmp_path, kinds=("studio", "indoor"))
    assert {rooms.kind_of(index) for index in range(100)} == {"indoor", "studio"}


def test_a_world_is_named_after_its_numbers(tmp_path: Path) -> None:
    run = WorldRun(out=tmp_path, seed=7, kinds=("night",))
    assert run.slug_of(42) == "night_7_00042"
    other = WorldRun(out=tmp_path, count=5000, seed=7, kinds=("night",))
    assert run.settings() == other.settings()  # worlds can be added


def test_tasks_hold_every_missing_world_once(tmp_path: Path) -> None:
    run = WorldRun(out=tmp_path, count=100)
    done = {3, 50, 99}
    tasks = list(make_world_tasks(run, done))
    assert sorted(index for task in tasks for index in task.indices) == sorted(set(range(100)) - done)
    assert max(len(task.indices) for task in tasks) == CHUNK == 30


def test_few_worlds_are_shared_among_processes(tmp_path: Path) -> None:
    tasks = list(make_world_tasks(WorldRun(out=tmp_path, count=10), (), processes=4))
    assert [len(task.indices) for task in tasks] == [3, 3, 3, 1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"count": 0}, "expected at least 1 world, got 0"),
        ({"kinds": ("forest",)}, "expected kinds of outdoor, indoor, night, studio, got forest"),
        ({"kinds": ()}, "got none"),
        ({"width": 300}, "expected a 2:1 size .* got 300x256"),
        ({"samples": 0}, "at least 1 ray"),
    ],
)
def test_wrong_settings_are_refused(tmp_path: Path, change: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        WorldRun(out=tmp_path, **change)
