"""What is true of a picture besides its light: its tone curve, as a model can be asked for it, or be told.

Convention: a curve is the natural logarithm of the radiance that gray display values k/KNOTS stand for, k = 1 … KNOTS;
1.0 is display white of a hard-clipped picture.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from lightprobe._shapes import Float
from lightprobe.camera.response import POWER, SHOULDER, Response, camera_decode, white_radiance
from lightprobe.camera.sampling import rng
from lightprobe.imaging import curves
from lightprobe.models import KNOTS, RESPONSES

AUTO = 0


@lru_cache(maxsize=1024)
def curve(name: str, power: float = POWER[0], shoulder: float = SHOULDER[0]) -> Float[np.ndarray, " k"]:
    """The curve of this name; `power` and `shoulder` are those of a `camera`. Raises: ValueError for another name."""
    display = np.arange(1, KNOTS + 1) / KNOTS
    if name == "camera":
        radiance = camera_decode(display, power, shoulder)
    else:
        radiance = curves.decode(np.repeat(display[:, None], 3, axis=1), name).astype(np.float64).mean(axis=1)
    radiance[-1] = white_radiance(Response(name=name, power=power, shoulder=shoulder))
    logarithm = np.log(radiance)
    logarithm.flags.writeable = False
    return logarithm


def told(name: str, share: float, seed: int, scene: str, variant: int) -> int:
    """Index into RESPONSES of what the model is told: the curve, with this probability if it has a name there; else
    nothing."""
    if name in RESPONSES and rng.uniform(seed, scene, variant, "told") < share:
        return RESPONSES.index(name)
    return AUTO
