"""The tone curve of a camera, found from exposures of one scene.

Source: Debevec & Malik, "Recovering high dynamic range radiance maps from photographs", SIGGRAPH 1997, equation 3; one
curve for all channels.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lightprobe._shapes import Float, Int, UInt8

SAMPLES = 300
"""Pixels that are used."""
SMOOTHNESS = 30.0
"""Weight of the curve's second differences, λ."""
GRAY, GRAY_CODE = 0.18, 118
"""Radiance of middle gray, and the 8-bit display value that it is given, as in sRGB."""


def fit_curve(pictures: Sequence[UInt8[np.ndarray, "h w 3"]], exposures: Sequence[float]) -> Float[np.ndarray, " 256"]:
    """Radiance of each 8-bit display value: increasing, 0 for 0, middle gray for that of sRGB.

    The scale of radiance is that of an exposure of 1.
    """
    codes = _samples(pictures)
    count = len(codes)
    weight = np.minimum(codes, 255 - codes) / 127.5
    pixel, shot = np.nonzero(weight > 0)
    w, code = weight[pixel, shot], codes[pixel, shot]
    rows = len(pixel)
    system = np.zeros((rows + 255, 256 + count))
    wanted = np.zeros(len(system))
    system[np.arange(rows), code] = w
    system[np.arange(rows), 256 + pixel] = -w
    wanted[:rows] = w * np.log(np.array(exposures))[shot]
    inner = np.arange(1, 255)
    bend = SMOOTHNESS * np.minimum(inner, 255 - inner) / 127.5
    for step, factor in ((-1, 1), (0, -2), (1, 1)):
        system[rows + inner - 1, inner + step] = factor * bend
    system[-1, GRAY_CODE], wanted[-1] = 1e3, 1e3 * np.log(GRAY)
    logarithm = np.linalg.lstsq(system, wanted, rcond=None)[0][:256]
    curve = np.exp(np.maximum.accumulate(logarithm))
    curve[0] = 0
    return curve


def _samples(pictures: Sequence[UInt8[np.ndarray, "h w 3"]]) -> Int[np.ndarray, "n k"]:
    """Display values, in all exposures, of pixels on a regular grid: as many dark ones as bright ones."""
    height, width = pictures[0].shape[:2]
    step = max(1, int((height * width / 20_000) ** 0.5))
    values = np.stack([picture[step // 2 :: step, ::step, 1].ravel() for picture in pictures], axis=-1).astype(int)
    order = np.argsort(values.sum(axis=1), kind="stable")
    return values[order[np.linspace(0, len(order) - 1, min(SAMPLES, len(order))).astype(int)]]
