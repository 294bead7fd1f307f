"""What is true of a picture besides its light: its tone curve, as a model can be asked for it, or be told.

Convention: a curve is the natural logarithm of the radiance that gray display values k/KNOTS stand for, k = 1 … KNOTS;
1.0 is display white of a hard-clipped picture.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from lightprobe._shapes import Float
from lightprobe.data import cameras, streams
from lightprobe.imaging import curves
from lightprobe.imaging.curves import KNOTS, RESPONSE_CODES


@lru_cache(maxsize=1024)
def curve(name: str, power: float = cameras.POWER[0], shoulder: float = cameras.SHOULDER[0]) -> Float[np.ndarray, " k"]:
    """The curve of this name; `power` and `shoulder` are those of a `camera`. Raises: ValueError for another name."""
    display = np.arange(1, KNOTS + 1) / KNOTS
    if name == "camera":
        radiance = cameras.camera_decode(display, power, shoulder)
        white = cameras.camera_white(power, shoulder)
    else:
        radiance = curves.decode(np.repeat(display[:, None], 3, axis=1), name).astype(np.float64).mean(axis=1)
        white = curves.white(name)
    radiance[-1] = white
    logarithm = np.log(radiance)
    logarithm.flags.writeable = False
    return logarithm


def told(name: str, share: float, seed: int, scene: str, variant: int) -> int:
    """Index into RESPONSE_CODES: of the curve, with this probability if it has a name there; else of 'auto'."""
    if name in RESPONSE_CODES and streams.uniform(seed, scene, variant, "told") < share:
        return RESPONSE_CODES.index(name)
    return RESPONSE_CODES.index(curves.AUTO)
