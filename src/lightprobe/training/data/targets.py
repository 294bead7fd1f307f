"""Targets: the true light of a batch, and the tone curves of its pictures.

Convention: a curve is the natural logarithm of the radiance that the gray display values k/KNOTS stand for, k = 1 …
KNOTS; 1.0 is display white of a hard-clipped picture.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from torch import Tensor

from lightprobe._shapes import Float
from lightprobe.camera.response import POWER, SHOULDER, Response, camera_decode, white_radiance
from lightprobe.camera.sampling import rng
from lightprobe.imaging.tone import curves
from lightprobe.imaging.tone.curves import AUTO, KNOTS, RESPONSE_CODES


class Targets(NamedTuple):
    """The targets of a batch; radiance, three frame."""

    coeffs: Tensor
    """[n, 9, 3]"""
    panorama: Tensor
    """[n, 32, 64, 3]"""
    curve: Tensor
    """[n, KNOTS], see `log_curve`."""
    response_given: Tensor
    """[n], 1 where the model is given the curve, else 0."""


@lru_cache(maxsize=1024)
def log_curve(name: str, power: float = POWER[0], shoulder: float = SHOULDER[0]) -> Float[np.ndarray, " k"]:
    """The tone curve with this name; `power` and `shoulder` are parameters of `camera`. Raises: ValueError."""
    display = np.arange(1, KNOTS + 1) / KNOTS
    if name == "camera":
        radiance = camera_decode(display, power, shoulder)
    else:
        radiance = curves.decode(np.repeat(display[:, None], 3, axis=1), name).astype(np.float64).mean(axis=1)
    radiance[-1] = white_radiance(Response(name=name, power=power, shoulder=shoulder))
    logarithm = np.log(radiance)
    logarithm.flags.writeable = False
    return logarithm


def draw_response(name: str, p_given: float, seed: int, scene: str, variant: int) -> int:
    """Index in RESPONSE_CODES of the response that the model is given: with probability `p_given` that of the curve, if
    it has one; else that of 'auto', the curve is unknown."""
    # "told" is the name of a random stream, which decides the records of a seed: keep it
    if name in RESPONSE_CODES and rng.uniform(seed, scene, variant, "told") < p_given:
        return RESPONSE_CODES.index(name)
    return RESPONSE_CODES.index(AUTO)
