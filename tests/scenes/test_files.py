"""Scene files: two files, written whole or not at all."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from lightprobe.errors import OutputError
from lightprobe.imaging import read_picture
from lightprobe.scenes.files import SCENE_SUFFIXES


@pytest.mark.parametrize("suffix", SCENE_SUFFIXES)
def test_a_scene_and_its_environment_are_all_that_is_written(compass: ModuleType, tmp_path: Path, suffix: str) -> None:
    result, path = compass.saved(tmp_path, f"light{suffix}")
    assert {file.name for file in tmp_path.iterdir()} == {path.name, "light_environment.exr"}
    assert "light_environment.exr" in path.read_text(encoding="utf-8")
    np.testing.assert_array_equal(read_picture(tmp_path / "light_environment.exr").pixels, result.surroundings())


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
