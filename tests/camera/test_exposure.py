"""Exposure: what a meter reads, and white balance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lightprobe.camera import exposure
from lightprobe.camera.capture import capture
from lightprobe.camera.hdri import make_hdri
from lightprobe.camera.response import GRAY
from lightprobe.camera.shot import Shot
from lightprobe.sphere import LUMINANCE
from lightprobe.sphere.panorama.equirect import solid_angles

from ..data.pairs_toys import toy

PLAIN = Shot(scene="toy1", variant=0, width=32, height=16)


def test_protection_darkens_bright_scenes() -> None:
    bright = make_hdri("toy1", toy(1) * np.where(np.arange(128) < 16, 60, 1)[None, :, None].astype(np.float32), 16)
    levels = [capture(replace(PLAIN, meter="auto", protection=p), bright).gains[1] for p in (0.0, 0.3, 0.6)]
    assert levels[0] > levels[1] > levels[2]
    with pytest.raises(ValueError, match="expected a meter 'auto' or 'fixed', got 'spot'"):
        exposure.exposure(bright.reading, "spot", 0, 0)


@pytest.mark.parametrize(("warmth", "tint"), [(0.5, 0.0), (-0.3, 0.2)])
def test_white_balance_keeps_the_luminance_of_gray(warmth: float, tint: float) -> None:
    red, green, blue = gains = exposure.balance(warmth, tint)
    assert gains @ LUMINANCE == pytest.approx(1)
    assert np.log2(red / blue) == pytest.approx(warmth)
    assert np.log2(green / np.sqrt(red * blue)) == pytest.approx(tint)


def test_exposure_is_on_the_sphere() -> None:
    zones = np.ones((32, 64, 3))
    zones[:16] = 3.0
    assert exposure.Reading.of(zones).median in (1.0, 3.0)
    assert exposure.quantile(zones[..., 0], 0.25, exposure.sphere_shares(32, 64)) == 1.0
    assert exposure.log_average(zones[..., 0], exposure.sphere_shares(32, 64)) == pytest.approx(np.sqrt(3), rel=1e-3)
    assert solid_angles(32, 64).sum() == pytest.approx(4 * np.pi)
    assert GRAY == 0.18
