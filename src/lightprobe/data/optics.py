"""What lens and sensor do to a picture: blur and noise."""

from __future__ import annotations

import math

import numpy as np

from lightprobe._shapes import Float
from lightprobe.data import responses
from lightprobe.data.jobs import Job


def blur(pixels: Float[np.ndarray, "h w c"], deviation: float) -> Float[np.ndarray, "h w c"]:
    """Gaussian blur [pixels], seamless in azimuth; rows beyond a pole repeat the last."""
    if not deviation:
        return pixels
    radius = math.ceil(2.5 * deviation)
    kernel = np.exp(-0.5 * (np.arange(radius + 1) / deviation) ** 2)
    kernel = (kernel / (2 * kernel.sum() - kernel[0])).astype(np.float32)
    height, width = pixels.shape[:2]
    rows = np.concatenate([pixels[:1].repeat(radius, 0), pixels, pixels[-1:].repeat(radius, 0)])
    down = _symmetric(rows.reshape(height + 2 * radius, -1), kernel, height).reshape(pixels.shape)
    columns = np.concatenate([down[:, width - radius :], down, down[:, :radius]], axis=1).reshape(height, -1)
    step = pixels.shape[2]
    return _symmetric(columns.T, kernel, width * step, step).T.reshape(pixels.shape)


def _symmetric(
    padded: Float[np.ndarray, "p n"], kernel: Float[np.ndarray, " k"], length: int, step: int = 1
) -> Float[np.ndarray, "l n"]:
    """Sum of the lines at equal distances before and after, times the kernel's weight of that distance."""
    center = (len(kernel) - 1) * step
    total = kernel[0] * padded[center : center + length]
    pair = np.empty_like(total)
    for k, weight in enumerate(kernel[1:], 1):
        before, after = center - k * step, center + k * step
        np.add(padded[before : before + length], padded[after : after + length], out=pair)
        pair *= weight
        total += pair
    return total


def _normal(job: Job) -> Float[np.ndarray, "h w 3"]:
    rng = np.random.Generator(np.random.SFC64(job.noise_seed))
    return rng.standard_normal((job.height, job.width, 3), np.float32)


def linear_noise(radiance: Float[np.ndarray, "h w 3"], job: Job) -> Float[np.ndarray, "h w 3"]:
    """Radiance with the sensor's shot and read noise, both taken as normal; never below 0.

    Source: Foi et al., "Practical Poissonian-Gaussian noise modeling and fitting for single-image raw-data", IEEE
    TIP 17(10), 2008, equation 2.
    """
    if not (job.shot or job.read):
        return radiance
    deviation = np.sqrt(np.float32(job.shot) * radiance + np.float32(job.read**2))
    deviation *= _normal(job)
    deviation += radiance
    return np.maximum(deviation, 0, out=deviation)


def display_noise(display: Float[np.ndarray, "h w 3"], job: Job) -> Float[np.ndarray, "h w 3"]:
    """Display values with the same noise, carried through the curve; what is clipped stays clean."""
    if not (job.shot or job.read):
        return display
    radiance = responses.levels(job)
    noisy = radiance + np.sqrt(job.shot * radiance + job.read**2)
    gray = np.repeat(noisy[:, None], 3, axis=1)
    deviation = (responses.encode(job, gray)[:, 0] - np.arange(256) / 255).astype(np.float32)
    deviation[-1] = 0
    noise = deviation.take(np.rint(display * 255).astype(np.intp))
    noise *= _normal(job)
    noise += display
    return np.clip(noise, 0, 1, out=noise)
