"""The tone curve that a job names, forwards, and the steps of its eight bits."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from lightprobe._shapes import Float, Num
from lightprobe.data import cameras
from lightprobe.data.jobs import Job
from lightprobe.imaging import curves

PER_CHANNEL = ("srgb", "reinhard", "camera")
"""Curves that look at each channel by itself."""


def encode(job: Job, radiance: Num[np.ndarray, "*shape 3"]) -> Float[np.ndarray, "*shape 3"]:
    """Display values 0 … 1 of linear radiance."""
    if job.curve == "camera":
        return cameras.camera_encode(radiance, job.power, job.shoulder)
    return curves.encode(radiance, job.curve)


def white(job: Job) -> float:
    """Radiance at which gray reaches display white."""
    return cameras.camera_white(job.power, job.shoulder) if job.curve == "camera" else curves.white(job.curve)


@lru_cache(maxsize=64)
def decode(curve: str, power: float, shoulder: float, levels: tuple[float, ...]) -> Float[np.ndarray, " n"]:
    """Radiance of gray display values, of a curve that looks at each channel by itself."""
    assert curve in PER_CHANNEL
    display = np.array(levels)
    if curve == "camera":
        return cameras.camera_decode(display, power, shoulder)
    return curves.decode(np.repeat(display[:, None], 3, axis=1), curve)[:, 0].astype(np.float64)


STEPS = tuple(float(level) for level in (np.arange(1, 256) - 0.5) / 255)
"""Display values at which eight bits step."""
LEVELS = tuple(float(level) for level in np.arange(256) / 255)


def thresholds(job: Job) -> Float[np.ndarray, " 255"]:
    """Radiance at which the picture's eight bits step."""
    return decode(job.curve, job.power, job.shoulder, STEPS)


def levels(job: Job) -> Float[np.ndarray, " 256"]:
    """Radiance of each of the picture's 256 values."""
    return decode(job.curve, job.power, job.shoulder, LEVELS)
