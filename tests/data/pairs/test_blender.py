"""Blender's part of a run, as far as it needs no Blender; tests/blender compares the pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lightprobe.camera.sampling.recipe import ShotRecipe, draw_shots
from lightprobe.camera.shot import Shot
from lightprobe.data.pairs.blender import TILTED_SAMPLES, VIEW_TRANSFORMS, blender_job, blender_recipe

CURVES = tuple(VIEW_TRANSFORMS)


def test_the_recipe_keeps_only_what_blender_renders() -> None:
    recipe = blender_recipe(ShotRecipe(curves=CURVES, seed=3))
    shots = draw_shots(recipe, {"a": ("a", "b"), "b": ("a", "b")}, 40)
    assert not any(shot.partner or shot.blur or shot.shot_noise or shot.read_noise or shot.jpeg for shot in shots)
    assert {shot.form for shot in shots} == {"picture"}
    assert {shot.curve for shot in shots} == set(CURVES)
    assert any(shot.tilt for shot in shots)


def test_other_curves_and_forms_are_refused() -> None:
    with pytest.raises(ValueError, match="expected tone curves of srgb, filmic, agx for Blender, got camera; leave"):
        blender_recipe(ShotRecipe(curves=("agx", "camera")))
    with pytest.raises(ValueError, match="expected the form 'picture' for Blender, got 'source'; leave it out, or"):
        blender_recipe(ShotRecipe(curves=CURVES, form="source"))


def test_a_job_names_files_gains_and_view_transform() -> None:
    shot = Shot(scene="hall", variant=3, width=64, height=32, curve="agx")
    job = blender_job(shot, np.array([1.0, 2.0, 3.0]), Path("hdris/hall.exr"), Path("out"))
    assert (job.hdri, job.exr, job.png) == ("hdris/hall.exr", "out/hall-3.exr", "out/hall-3.png")
    assert (job.width, job.height, job.gains, job.view, job.samples) == (64, 32, (1.0, 2.0, 3.0), "AgX", 1)
    np.testing.assert_allclose(job.lookup, np.eye(3), atol=1e-12)


def test_a_turned_job_looks_the_hdri_up_the_other_way() -> None:
    """Blender's axes: the center is +X, right is −Y. Content moved right by a quarter was ahead where +Y is now …"""
    turned = Shot(scene="hall", width=64, height=32, yaw=16)
    lookup = np.array(blender_job(turned, np.ones(3), Path("a.exr"), Path("out")).lookup)
    np.testing.assert_allclose(lookup @ [0, -1, 0], [1, 0, 0], atol=1e-12)
    tilted = Shot(scene="hall", width=64, height=32, tilt=10)
    job = blender_job(tilted, np.ones(3), Path("a.exr"), Path("out"))
    assert job.samples == TILTED_SAMPLES
    assert (np.array(job.lookup) @ [1, 0, 0])[2] == pytest.approx(-np.sin(np.radians(10)))
