"""The native engine against Blender, shot by shot. Skipped where Blender is not installed."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from lightprobe.camera.capture import Capture, capture
from lightprobe.camera.hdri import Hdri, make_hdri
from lightprobe.camera.sampling.recipe import ShotRecipe
from lightprobe.camera.shot import Shot
from lightprobe.data.pairs import journal
from lightprobe.data.pairs.blender import capture_in_blender
from lightprobe.data.pairs.generate import make_pairs
from lightprobe.data.pairs.run import Run
from lightprobe.imaging.formats.exr import write_exr
from lightprobe.sphere import project
from lightprobe.sphere.panorama.equirect import directions

pytestmark = pytest.mark.blender
TURNS = ({"yaw": 37}, {"mirror": True}, {"yaw": 90, "mirror": True})


def scene(height: int) -> np.ndarray:
    """Ten stops of texture in all colors, and a sun."""
    toward, rng = directions(height, 2 * height), np.random.default_rng(4)
    waves = sum(
        np.sin(k * (toward @ rng.normal(0, 3, (3, 3))) + rng.uniform(0, 6, 3)) / k**0.5 for k in (1, 2, 4, 8, 16)
    )
    panorama = (0.2 * 2.0 ** (1.6 * np.asarray(waves))).astype(np.float16).astype(np.float32)
    panorama[height // 4, height // 3] = 30000
    return panorama


@pytest.fixture(scope="module")
def hdri(tmp_path_factory: pytest.TempPathFactory) -> tuple[Hdri, Path]:
    path = tmp_path_factory.mktemp("agreement") / "toy.exr"
    write_exr(path, scene(256))
    return make_hdri("toy", scene(256), 64), path


@pytest.fixture(scope="module")
def both(hdri: tuple[Hdri, Path]) -> list[tuple[Capture, Capture]]:
    """(Blender's, ours) for every view and turn."""
    shots = [
        Shot(scene="toy", variant=n, width=128, height=64, curve=curve, compensation=n % 3 - 1.0, warmth=0.3, **turn)
        for n, (curve, turn) in enumerate(itertools.product(("srgb", "filmic", "agx"), TURNS))
    ]
    theirs = capture_in_blender(shots, lambda slug: hdri[0], {"toy": hdri[1]})
    return [(pair, capture(pair.shot, hdri[0])) for pair in theirs]


def test_panoramas_agree(both: list[tuple[Capture, Capture]]) -> None:
    assert len(both) == 9
    for blender, native in both:
        np.testing.assert_allclose(blender.panorama, native.panorama, rtol=1e-3)


def test_pictures_agree(both: list[tuple[Capture, Capture]]) -> None:
    for blender, native in both:
        off = np.abs(blender.picture_srgb.astype(int) - native.picture_srgb).max(axis=-1)
        assert np.mean(off <= 1) >= 0.99, native.shot.curve
        assert np.mean(off == 0) >= 0.97, native.shot.curve


def test_coefficients_agree(both: list[tuple[Capture, Capture]]) -> None:
    for blender, native in both:
        np.testing.assert_array_equal(blender.coeffs, native.coeffs)
        rendered, ours = project(blender.panorama), project(native.panorama)
        assert np.linalg.norm(rendered - ours) < 1e-3 * np.linalg.norm(ours)


def test_coefficients_are_those_of_blenders_render_at_full_size(tmp_path: Path) -> None:
    """Without averaging down, what Blender renders projects to the truth itself."""
    path, panorama = tmp_path / "toy.exr", scene(64)
    write_exr(path, panorama)
    hdri = make_hdri("toy", panorama, 64)
    shot = Shot(scene="toy", variant=0, width=128, height=64, yaw=21, mirror=True, tint=0.2)
    (pair,) = capture_in_blender([shot], lambda slug: hdri, {"toy": path})
    assert np.linalg.norm(project(pair.panorama) - pair.coeffs) < 1e-3 * np.linalg.norm(pair.coeffs)


def test_a_tilt_turns_the_same_way(hdri: tuple[Hdri, Path]) -> None:
    """Blender looks up, we interpolate: alike to the eye, not pixel by pixel."""
    shot = Shot(scene="toy", variant=0, width=128, height=64, tilt=10, pre_yaw=40, yaw=9, mirror=True, compensation=-2)
    (blender,) = capture_in_blender([shot], lambda slug: hdri[0], {"toy": hdri[1]})
    native = capture(shot, hdri[0])
    assert np.median(np.abs(blender.panorama / native.panorama - 1)) < 0.05
    error = np.linalg.norm(project(blender.panorama) - native.coeffs) / np.linalg.norm(native.coeffs)
    assert error < 0.2  # the sun is one pixel, which sixteen samples hit by chance


def test_a_run_with_blender(hdri: tuple[Hdri, Path], tmp_path: Path) -> None:
    recipe = ShotRecipe(width=128, height=64, curves=("filmic", "agx"), seed=1)
    run = Run(folder=hdri[1].parent, out=tmp_path / "pairs", variants=2, recipe=recipe, engine="blender")
    assert make_pairs(run).made == 2
    rows = journal.read_manifest(tmp_path / "pairs")
    assert {row["form"] for row in rows} == {"picture"}
    assert {row["jpeg"] for row in rows} == {"0"}
    assert all((tmp_path / "pairs" / row["panorama"]).exists() for row in rows)
