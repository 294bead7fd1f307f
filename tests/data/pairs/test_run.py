"""A run, its tasks, and what cannot be asked for."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from lightprobe.camera.capture import capture
from lightprobe.camera.hdri import load_hdri
from lightprobe.camera.sampling.recipe import ShotRecipe, draw_shot
from lightprobe.data.catalog.hdri_files import partners, read_sources
from lightprobe.data.pairs import dask, journal
from lightprobe.data.pairs.run import Run, make_tasks, run_task
from lightprobe.imaging.files import read_picture

from .small_runs import RECIPE


def test_wrong_requests_are_named(hdris: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected at least 1 variant of each scene, got 0; 10 is the default"):
        Run(folder=hdris, out=tmp_path, variants=0)
    with pytest.raises(ValueError, match="expected an engine of native, blender, got 'unreal'"):
        Run(folder=hdris, out=tmp_path, engine="unreal")
    with pytest.raises(ValueError, match="expected tone curves of srgb, filmic, agx for Blender, got camera; leave"):
        Run(folder=hdris, out=tmp_path, engine="blender", recipe=ShotRecipe(curves=("agx", "camera")))
    with pytest.raises(ValueError, match="expected --workers or --scheduler, got both"):
        list(dask.run_on_dask(run_task, [], workers=2, scheduler="tcp://127.0.0.1:1"))
    with pytest.raises(ValueError, match="expected at least 1 worker, got 0"):
        list(dask.run_on_dask(run_task, []))


def test_tasks_can_be_done_alone(hdris: Path, whole: Path, tmp_path: Path) -> None:
    run = Run(folder=hdris, out=tmp_path / "pairs", variants=12, recipe=RECIPE)
    task = next(itertools.islice(make_tasks(run, done=["aaa/0000"]), 3, None))
    rows = run_task(task)
    assert [row["id"] for row in rows] == [f"{task.slug}/{variant:04d}" for variant in task.variants]
    expected = {row["id"]: row for row in journal.read_manifest(whole)}
    for row in rows:
        assert {key: str(value) for key, value in row.items()} == expected[row["id"]]


def test_the_camera_alone_gives_the_pairs_of_a_run(hdris: Path, whole: Path) -> None:
    """As training does it: shots are drawn and captured, nothing is written."""
    rows = {row["id"]: row for row in journal.read_manifest(whole)}
    sources = read_sources(hdris)
    pools = partners(sources)
    held = {source.slug: load_hdri(source.slug, source.path, RECIPE.height) for source in sources}
    for source, variant in itertools.product(sources, range(12)):
        shot = draw_shot(RECIPE, source.slug, variant, pools[source.split])
        pair = capture(shot, held[shot.scene], held.get(shot.partner))
        row = rows[shot.id]
        assert row["sh"] == " ".join(f"{value:.9g}" for value in pair.coeffs.ravel())
        np.testing.assert_array_equal(pair.picture_srgb, read_picture(whole / row["picture"]).pixels)
