"""Scene files: two files, written whole or not at all."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import lightprobe
from lightprobe.errors import OutputError
from lightprobe.imaging import read_picture
from lightprobe.scenes.files import SCENE_SUFFIXES
from lightprobe.sphere.panorama import equirect
from lightprobe.sphere.panorama.projection import project

SUN, WINDOW = np.array([0.48, 0.6, 0.64]), np.array([0.6, 0.64, 0.48])


@pytest.mark.parametrize("suffix", SCENE_SUFFIXES)
def test_a_scene_and_its_environment_are_all_that_is_written(compass: ModuleType, tmp_path: Path, suffix: str) -> None:
    result, path = compass.saved(tmp_path, f"light{suffix}")
    assert {file.name for file in tmp_path.iterdir()} == {path.name, "light_environment.exr"}
    assert "light_environment.exr" in path.read_text(encoding="utf-8")
    shown = read_picture(tmp_path / "light_environment.exr").pixels
    np.testing.assert_allclose(shown, result.without_sun().environment(), rtol=1e-3)  # half floats


@pytest.mark.parametrize(("width", "spot", "radius"), [(None, 3000.0, 1.0), (None, 30.0, 12.0), (128, 30.0, 12.0)])
def test_dome_and_lamp_add_up_to_the_answer(tmp_path: Path, width: int | None, spot: float, radius: float) -> None:
    """A bare sun, and two windows of different colors, which no lamp can hold."""
    toward = equirect.directions(128, 256)
    distance = [np.degrees(np.arccos(np.clip(toward @ at, -1, 1)))[..., None] for at in (SUN, WINDOW)]
    picture = np.where(distance[0] < radius, spot, [0.2, 0.3, 0.4])
    picture = np.where((distance[1] < 5) & (radius > 2), [0.0, 10, 40], picture).astype(np.float32)
    result = lightprobe.load("plain")(picture)
    result.save(tmp_path / "light.usda", width)
    dome = read_picture(tmp_path / "light_environment.exr").pixels
    assert dome.shape == ((64, 128, 3) if width else picture.shape)
    text = (tmp_path / "light.usda").read_text()
    lamp = text[text.index("DistantLight") :]
    angle, red, green, blue, intensity = (
        float(value)
        for name in ("angle", "color", "intensity")
        for value in re.findall(rf"inputs:{name} = \(?([^)\n]+)", lamp)[0].split(",")
    )
    fine = equirect.directions(2048, 4096)  # the lamp as a disc of pixels, in the three frame
    disc = fine @ result.sun.direction > np.cos(np.radians(angle / 2))
    area = np.where(disc, equirect.solid_angles(2048, 4096), 0)
    shape = project((area / area.sum() / equirect.solid_angles(2048, 4096))[..., None])
    total = project(dome) + shape * intensity * np.array([red, green, blue])
    error = np.linalg.norm(total - result.sh.coeffs) / np.linalg.norm(result.sh.coeffs)
    assert error < 0.005
    assert dome.min() >= 0


@pytest.mark.parametrize("suffix", [".exr", ".hdr"])
def test_panoramas_are_saved_whole(compass: ModuleType, tmp_path: Path, suffix: str) -> None:
    result, path = compass.saved(tmp_path, f"env{suffix}")
    np.testing.assert_allclose(read_picture(path).pixels, result.environment(), rtol=0.02, atol=0.01)


def test_other_suffixes_and_names_are_refused(compass: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match=r"expected a path that ends in one of \.usda, \.gltf, \.py, .*got .*light.fbx"
    ):
        compass.saved(tmp_path, "light.fbx")
    with pytest.raises(ValueError, match="expected a name of printable characters"):
        compass.saved(tmp_path, "a\nb.usda")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_where_the_scene_cannot_be_written(compass: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "light.usda").mkdir()
    with pytest.raises(OutputError, match=r"light\.usda: cannot write"):
        compass.saved(tmp_path, "light.usda")
    assert [path.name for path in tmp_path.iterdir()] == ["light.usda"]
