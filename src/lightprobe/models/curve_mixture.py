"""Tone curves as a network mixes them: log gains over sRGB, in a basis that is cheap to evaluate.

Convention: t is the square root of the sRGB-decoded display value, 0 … 1. A gain multiplies decoded values, and
makes them radiance (1.0 is display white of a hard-clipped picture). BASIS functions 1, t … t⁴ and ln(1.01 − t)
follow every prototype within 8 % from display value 0.08 up; the logarithm is the shoulder's asymptote.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from lightprobe._shapes import Float
from lightprobe.camera import response
from lightprobe.imaging.tone import curves
from lightprobe.imaging.tone.curves import KNOTS

CAMERAS = ((0.9, 0.6), (0.75, 0.6), (1.05, 0.6), (0.9, 0.4), (0.9, 0.8))
"""Powers and shoulders of the camera responses among the prototypes: the mean camera, and its spread both ways."""
PROTOTYPES = (*curves.RESPONSES, *(f"camera {power} {shoulder}" for power, shoulder in CAMERAS))
"""Curves of which an estimated curve is a mixture."""
POWERS = 4
ASYMPTOTE = 1.01


def prototype(index: int, display: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """Radiance of gray display values 0 … 1 under one of the prototypes."""
    if index < len(curves.RESPONSES):
        return curves.decode(np.repeat(display[:, None], 3, axis=1), curves.RESPONSES[index]).mean(axis=1)
    power, shoulder = CAMERAS[index - len(curves.RESPONSES)]
    return response.camera_decode(display, power, shoulder)


def log_curves() -> Float[np.ndarray, "p k"]:
    """ln of the radiance of display values 1/KNOTS … 1, for each prototype."""
    knots = np.arange(1, KNOTS + 1) / KNOTS
    return np.log(np.stack([prototype(index, knots) for index in range(len(PROTOTYPES))]))


def log_gains() -> Float[np.ndarray, "p b"]:
    """Coefficients of each prototype's log gain over sRGB, by least squares over the 255 codes above black."""
    display = np.arange(1, 256) / 255
    linear = curves.srgb_decode(display)
    basis = evaluate(torch.from_numpy(np.sqrt(linear))).numpy().T
    weight = np.minimum(1, display / 0.05)[:, None]
    gains = [np.log(np.maximum(prototype(index, display), 1e-6) / linear) for index in range(len(PROTOTYPES))]
    return np.linalg.lstsq(basis * weight, np.stack(gains, axis=1) * weight, rcond=None)[0].T


def evaluate(root: Tensor) -> Tensor:
    """The basis functions of t, stacked along a new first axis."""
    return torch.stack([*(root**power for power in range(POWERS + 1)), torch.log(ASYMPTOTE - root)])


def mixed_gain(coeffs: Tensor, root: Tensor) -> Tensor:
    """The log gain of a mixture: `coeffs` [n, b], t [n, c, h, w]."""
    a = coeffs[:, :, None, None].split(1, dim=1)
    gain = a[POWERS]
    for power in range(POWERS - 1, -1, -1):
        gain = gain * root + a[power]
    return gain + a[-1] * torch.log(ASYMPTOTE - root)
