"""The text of the script for Blender; `test_in_blender` renders with it."""

from __future__ import annotations

import ast
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest


def constants(path: Path) -> dict[str, object]:
    """The constants at the top of a script."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    found = [node for node in body if isinstance(node, ast.Assign)]
    return {ast.unparse(node.targets[0]): ast.literal_eval(node.value) for node in found}


def test_the_lamp_shines_from_over_the_right_shoulder(compass: ModuleType, tmp_path: Path) -> None:
    result, path = compass.saved(tmp_path, 'it\'s "light" é.py')
    values = constants(path)
    assert values["ENVIRONMENT"] == 'it\'s "light" é_environment.exr'
    expected = [compass.CENTER, -compass.RIGHT, compass.UP]  # center +X, right -Y, up +Z
    np.testing.assert_allclose(values["TOWARDS_LAMP"], expected, atol=0.01)
    np.testing.assert_allclose(np.array(values["COLOR"]) * values["STRENGTH"], result.sun.irradiance)
    assert values["ANGLE"] == pytest.approx(np.radians(0.53))
