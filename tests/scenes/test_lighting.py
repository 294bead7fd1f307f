"""Turning lamps."""

from __future__ import annotations

import numpy as np
import pytest

from lightprobe.scenes.lighting import turn_towards
from lightprobe.sphere.harmonics.irradiance import fibonacci


@pytest.mark.parametrize(
    "direction", [*fibonacci(20), np.array([0.0, 0, 1]), np.array([0.0, 0, -1]), np.array([1e-9, 0, -1.0])]
)
def test_a_turn_takes_z_to_the_direction(direction: np.ndarray) -> None:
    from scipy.spatial.transform import Rotation

    turned = Rotation.from_quat(turn_towards(direction)).apply([0, 0, 1])
    np.testing.assert_allclose(turned, direction, atol=1e-8)
