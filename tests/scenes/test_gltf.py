"""glTF scenes: the lamp, its axes, and what the extras say."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from lightprobe import SH
from lightprobe.imaging import read_picture


def document(compass: ModuleType, folder: Path) -> tuple[Any, dict[str, Any]]:
    """The estimate, and what its file holds."""
    result, path = compass.saved(folder, "light.gltf")
    return result, json.loads(path.read_text())


def test_the_lamp_shines_from_over_the_right_shoulder(compass: ModuleType, tmp_path: Path) -> None:
    result, read = document(compass, tmp_path)
    (node,) = read["nodes"]
    (lamp,) = read["extensions"]["KHR_lights_punctual"]["lights"]
    x, y, z, w = node["rotation"]
    assert abs(np.hypot(np.hypot(x, y), np.hypot(z, w)) - 1) < 1e-12
    shines = -np.array([2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)])  # along its own -Z
    np.testing.assert_allclose(-shines, [compass.CENTER, compass.UP, compass.RIGHT], atol=0.01)
    assert node["extensions"] == {"KHR_lights_punctual": {"light": 0}}
    assert lamp["type"] == "directional"
    np.testing.assert_allclose(np.array(lamp["color"]) * lamp["intensity"], result.sun.irradiance)
    assert max(lamp["color"]) == 1


def test_it_is_a_whole_asset(compass: ModuleType, tmp_path: Path) -> None:
    read = document(compass, tmp_path)[1]
    assert read["asset"]["version"] == "2.0"
    assert read["asset"]["generator"].startswith("lightprobe ")
    assert read["extensionsUsed"] == ["KHR_lights_punctual"]
    assert read["scenes"][read["scene"]]["nodes"] == [0]


def test_the_extras_hold_the_environment(compass: ModuleType, tmp_path: Path) -> None:
    read = document(compass, tmp_path)[1]
    extras = read["scenes"][0]["extras"]["lightprobe"]
    assert (extras["frame"], extras["center"], extras["right"]) == ("three", [1, 0, 0], [0, 0, 1])
    assert extras["lampAngularDiameterDegrees"] == 0.53
    environment = read_picture(tmp_path / extras["environment"]).pixels
    sh = SH.from_convention(np.array(extras["sh"]["flat"]), extras["sh"]["convention"])
    np.testing.assert_allclose(sh.coeffs, SH.from_equirect(environment).coeffs, rtol=1e-3, atol=1e-4)  # half floats
    blue = sh.irradiance(np.array([[0.0, 0, -1], [0, 0, 1]]))[:, 2]
    assert blue[0] > blue[1]  # the left is bluer
