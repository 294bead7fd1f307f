"""USD scenes: the text, and the same through Pixar's library where it is installed."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from lightprobe.imaging import read_picture
from lightprobe.sphere import FRAMES


def numbers(text: str, name: str) -> list[float]:
    """The last value of an attribute in the text: that of the lamp, which comes after the dome."""
    found = re.findall(rf"{re.escape(name)} = \(?([-+0-9.e, ]+)\)?$", text, re.MULTILINE)
    return [float(value) for value in found[-1].split(",")]


def towards(quaternion: list[float]) -> np.ndarray:
    """Where a quaternion w, x, y, z takes +Z: the third column of its rotation matrix."""
    w, x, y, z = quaternion
    return np.array([2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)])


def test_the_lamp_shines_from_over_the_right_shoulder(compass: ModuleType, tmp_path: Path) -> None:
    result, path = compass.saved(tmp_path, "light.usda")
    text = path.read_text()
    expected = [-compass.RIGHT, compass.UP, compass.CENTER]  # center +Z, right -X, up +Y
    assert expected[0] < -0.5
    assert expected[2] < -0.3
    np.testing.assert_allclose(towards(numbers(text, "xformOp:orient")), expected, atol=0.01)
    irradiance = np.array(numbers(text, "inputs:color")) * numbers(text, "inputs:intensity")
    np.testing.assert_allclose(irradiance, result.sun.irradiance, rtol=1e-6)
    assert numbers(text, "inputs:angle") == [0.53]
    pixel = np.pi**2 * 2 / 64 / 128 * np.cos(compass.ELEVATION)  # solid angle, to 0.02 %
    np.testing.assert_allclose(irradiance, pixel * np.array([900, 600, 300]), rtol=0.02)
    assert "bool inputs:normalize = 1" in text


def test_the_header_names_origin_axes_and_units(compass: ModuleType, tmp_path: Path) -> None:
    text = compass.saved(tmp_path, "light.usda")[1].read_text()
    assert text.startswith("#usda 1.0\n")
    assert 'upAxis = "Y"' in text
    assert "metersPerUnit = 1" in text
    assert 'defaultPrim = "Light"' in text
    assert re.search(r'string origin = "lightprobe \d+\.\d+', text)
    assert "the center of the picture is +Z, its right -X, up +Y" in text


def test_the_dome_shows_the_environment_without_the_sun(compass: ModuleType, tmp_path: Path) -> None:
    result, path = compass.saved(tmp_path, "a b@@@c.usda")
    match = re.search(r"texture:file = @@@\./(.+)@@@$", path.read_text(), re.MULTILINE)
    assert match
    name = match[1].replace(r"\@@@", "@@@")
    shown = read_picture(tmp_path / name).pixels
    np.testing.assert_allclose(shown, result.without_sun().environment(), rtol=1e-3)  # half floats
    assert shown.shape == (compass.HEIGHT, 2 * compass.HEIGHT, 3)
    assert shown.max() < 5  # of the sun's 900


def test_pixars_library_reads_it(compass: ModuleType, tmp_path: Path) -> None:
    usd = pytest.importorskip("pxr.Usd", reason="usd-core is not installed")
    from pxr import Gf, UsdGeom, UsdLux  # pyright: ignore

    result, path = compass.saved(tmp_path, "a b@@@c.usda")
    stage = usd.Stage.Open(str(path))
    assert UsdGeom.GetStageUpAxis(stage) == "Y"
    dome = UsdLux.DomeLight(stage.GetPrimAtPath("/Light/Environment"))
    assert Path(dome.GetTextureFileAttr().Get().resolvedPath) == tmp_path / "a b@@@c_environment.exr"
    assert dome.GetTextureFormatAttr().Get() == "latlong"
    lamp = UsdLux.DistantLight(stage.GetPrimAtPath("/Light/Lamp"))
    turn = UsdGeom.Xformable(lamp).ComputeLocalToWorldTransform(0)
    np.testing.assert_allclose(turn.TransformDir(Gf.Vec3d(0, 0, 1)), FRAMES["usd"] @ result.sun.direction, atol=1e-9)
    assert abs(lamp.GetAngleAttr().Get() - result.sun.angular_diameter) < 1e-6
