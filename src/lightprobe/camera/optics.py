"""Lens and sensor: blur and noise."""

from __future__ import annotations

import math

import numpy as np

from lightprobe._shapes import Float
from lightprobe.camera.response import encode, levels
from lightprobe.camera.shot import Shot


def blur(
    pixels: Float[np.ndarray, "h w c"], deviation: float, *, is_panorama: bool = True
) -> Float[np.ndarray, "h w c"]:
    """Gaussian blur [pixels]; seamless in azimuth for panoramas. Pixels are repeated beyond all other edges."""
    if not deviation:
        return pixels
    radius = math.ceil(2.5 * deviation)
    kernel = np.exp(-0.5 * (np.arange(radius + 1) / deviation) ** 2)
    kernel = (kernel / (2 * kernel.sum() - kernel[0])).astype(np.float32)
    height, width, step = pixels.shape
    rows = np.concatenate([pixels[:1].repeat(radius, 0), pixels, pixels[-1:].repeat(radius, 0)])
    down = _symmetric(rows.reshape(height + 2 * radius, -1), kernel, height).reshape(pixels.shape)
    if is_panorama:
        left, right = down[:, width - radius :], down[:, :radius]
    else:
        left, right = down[:, :1].repeat(radius, 1), down[:, -1:].repeat(radius, 1)
    columns = np.concatenate([left, down, right], axis=1).reshape(height, -1)
    return _symmetric(columns.T, kernel, width * step, step).T.reshape(pixels.shape)


def _symmetric(
    padded: Float[np.ndarray, "p n"], kernel: Float[np.ndarray, " k"], length: int, step: int = 1
) -> Float[np.ndarray, "l n"]:
    """Sum over distances: the lines at this distance before and after, times the kernel's weight."""
    center = (len(kernel) - 1) * step
    total = kernel[0] * padded[center : center + length]
    pair = np.empty_like(total)
    for k, weight in enumerate(kernel[1:], 1):
        before, after = center - k * step, center + k * step
        np.add(padded[before : before + length], padded[after : after + length], out=pair)
        pair *= weight
        total += pair
    return total


def _normal(shot: Shot, shape: tuple[int, ...]) -> Float[np.ndarray, "h w 3"]:
    rng = np.random.Generator(np.random.SFC64(shot.noise_seed))
    return rng.standard_normal(shape, np.float32)


def linear_noise(radiance: Float[np.ndarray, "h w 3"], shot: Shot) -> Float[np.ndarray, "h w 3"]:
    """Add the sensor's shot and read noise to radiance, both with a normal distribution; never below 0.

    Source: Foi et al., "Practical Poissonian-Gaussian noise modeling and fitting for single-image raw-data", IEEE
    TIP 17(10), 2008, equation 2.
    """
    if not (shot.shot_noise or shot.read_noise):
        return radiance
    deviation = np.sqrt(np.float32(shot.shot_noise) * radiance + np.float32(shot.read_noise**2))
    deviation *= _normal(shot, radiance.shape)
    deviation += radiance
    return np.maximum(deviation, 0, out=deviation)


def display_noise(display: Float[np.ndarray, "h w 3"], shot: Shot) -> Float[np.ndarray, "h w 3"]:
    """Add the same noise to display values, through the response; clipped values get no noise."""
    if not (shot.shot_noise or shot.read_noise):
        return display
    radiance = levels(shot.response)
    noisy = radiance + np.sqrt(shot.shot_noise * radiance + shot.read_noise**2)
    gray = np.repeat(noisy[:, None], 3, axis=1)
    deviation = (encode(shot.response, gray)[:, 0] - np.arange(256) / 255).astype(np.float32)
    deviation[-1] = 0
    noise = deviation.take(np.rint(display * 255).astype(np.intp))
    noise *= _normal(shot, display.shape)
    noise += display
    return np.clip(noise, 0, 1, out=noise)
