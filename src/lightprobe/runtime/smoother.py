"""Smoother: steadier light from frame to frame, by a time constant and not by frame counts."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from lightprobe.runtime.estimate import Estimate
from lightprobe.sphere import SH
from lightprobe.sphere.light import changed_light


class Smoother:
    """Exponential smoothing of estimates.

    After a sudden change the answer is 63 % of the way there after one time constant [s], 95 % after three,
    whatever the frame rate. Coefficients and panorama are smoothed, and the dominant light found anew on them:
    averaging directions would send a light that moves behind the camera through the floor.
    """

    def __init__(self, time_constant: float) -> None:
        if not (math.isfinite(time_constant) and time_constant >= 0):
            raise ValueError(f"expected a time constant ≥ 0 seconds, got {time_constant}; 0.3 suits a live view")
        self.time_constant = time_constant
        self._last: Estimate | None = None
        self._time = -math.inf

    def __call__(self, estimate: Estimate, time: float) -> Estimate:
        """The smoothed estimate at this time [s]; times must not run backwards.

        Raises: ValueError if they do; call `reset` where a video is wound back.
        """
        if not self._time <= time < math.inf:  # also true of NaN
            raise ValueError(f"expected a time ≥ {self._time:g} s, got {time:g} s; reset() after winding back")
        if self._last is not None and self.time_constant > 0:
            new = -math.expm1((self._time - time) / self.time_constant)
            coeffs = self._last.sh.coeffs + new * (estimate.sh.coeffs - self._last.sh.coeffs)
            panorama = self._last.panorama + np.float32(new) * (estimate.panorama - self._last.panorama)
            sh = SH(coeffs, is_windowed=estimate.sh.is_windowed)
            light = (
                sh.light
                if estimate.is_drawn
                else changed_light(estimate.light, estimate.sh.coeffs, coeffs, panorama, estimate.seen)
            )
            estimate = replace(estimate, sh=sh, panorama=panorama, light=light)
        self._last, self._time = estimate, time
        return estimate

    def reset(self) -> None:
        """Forget everything: the next estimate passes unchanged."""
        self._last, self._time = None, -math.inf
