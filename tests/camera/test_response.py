"""Responses of cameras: anchored on gray, and invertible."""

from __future__ import annotations

import numpy as np
import pytest

from lightprobe.camera import response
from lightprobe.imaging.tone.curves import srgb_encode


@pytest.mark.parametrize(("power", "shoulder"), [(0.9, 0.6), (0.7, 0.35), (1.15, 0.9)])
def test_cameras_agree_with_srgb_on_gray_and_can_be_undone(power: float, shoulder: float) -> None:
    gray = np.array([0.18])
    assert response.camera_encode(gray, power, shoulder) == pytest.approx(srgb_encode(gray))
    white = response.camera_white(power, shoulder)
    radiance = np.linspace(0, white, 500)
    display = response.camera_encode(radiance, power, shoulder)
    assert (np.diff(display) > 0).all()
    assert display[-1] == pytest.approx(1)
    assert response.camera_encode(np.array([5.0]), power, shoulder)[0] == 1
    np.testing.assert_allclose(response.camera_decode(display, power, shoulder), radiance, atol=1e-12)


def test_impossible_cameras_are_refused() -> None:
    with pytest.raises(ValueError, match=r"expected power and shoulder above 0, got 0\.0 and 0\.6"):
        response.camera_white(0.0, 0.6)
