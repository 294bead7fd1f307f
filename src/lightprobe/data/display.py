"""Pictures formed at the source's resolution: curve and eight bits first, then display values averaged."""

from __future__ import annotations

import numpy as np

from lightprobe._shapes import Float, Num, UInt8
from lightprobe.data import codes, responses, tilt
from lightprobe.data.hdri import Hdri
from lightprobe.data.jobs import Job


def form_at_source(
    job: Job, layers: list[tuple[Hdri, Float[np.ndarray, " 3"], int]]
) -> tuple[Float[np.ndarray, "3 h w"], Float[np.ndarray, "1 h w"]]:
    """Display values 0 … 1, a plane per channel, at the picture's size, and the share of each pixel that is clipped."""
    factor = max(hdri.codes.shape[1] for hdri, _, _ in layers) // job.height
    planes = _per_channel(job, layers, factor) if job.curve in responses.PER_CHANNEL else _across(job, layers, factor)
    if job.tilt:
        index = tilt.nearest(planes.shape[1], job.tilt)
        planes = np.roll(planes, job.toward * factor, axis=2)
        planes = planes.reshape(3, -1).take(index, axis=1, mode="clip").reshape(planes.shape)
    white = np.maximum(np.maximum(planes[0], planes[1]), planes[2]) == 255
    display = block_sums(planes, factor).astype(np.float32)
    display *= np.float32(1 / (255 * factor**2))
    clipped = block_sums(white.view(np.uint8)[None], factor) * np.float32(1 / factor**2)
    return display, clipped


def block_sums(planes: UInt8[np.ndarray, "c H W"], factor: int) -> Num[np.ndarray, "c h w"]:
    """Sums over factor × factor blocks."""
    rows = planes[:, ::factor].astype(np.uint16)
    for k in range(1, factor):
        rows += planes[:, k::factor]
    sums = rows[:, :, ::factor].copy()
    for k in range(1, factor):
        sums += rows[:, :, k::factor]
    return sums


def _per_channel(
    job: Job, layers: list[tuple[Hdri, Float[np.ndarray, " 3"], int]], factor: int
) -> UInt8[np.ndarray, "3 H W"]:
    steps = responses.thresholds(job)
    planes = np.empty((3, factor * job.height, factor * job.width), np.uint8)
    for channel, plane in enumerate(planes):
        if len(layers) == 1:
            hdri, gains, _ = layers[0]
            table, code = codes.display_table(steps, gains[channel]), hdri.codes[channel]
        else:
            table, code = codes.display_table(steps, 1.0), codes.codes(_radiance(layers, factor, job.height, channel))
        table.take(code, out=plane, mode="clip")
    return planes


def _radiance(
    layers: list[tuple[Hdri, Float[np.ndarray, " 3"], int]], factor: int, height: int, channel: int
) -> Float[np.ndarray, "H W"]:
    """One channel of the layers' sum, at the source's resolution."""
    total = np.zeros((factor * height, 2 * factor * height), np.float32)
    for hdri, gains, turn in layers:
        code = hdri.codes[channel]
        if len(code) < len(total):  # a coarser source: its pixels are repeated
            rows, columns = (np.arange(size) * len(code) // len(total) for size in total.shape)
            code = code[rows[:, None], columns]
        light = (codes.VALUES * np.float32(gains[channel])).take(code, mode="clip")
        shift = turn * factor
        total[:, shift:] += light[:, : light.shape[1] - shift]
        total[:, :shift] += light[:, light.shape[1] - shift :]
    return total


def _across(
    job: Job, layers: list[tuple[Hdri, Float[np.ndarray, " 3"], int]], factor: int
) -> UInt8[np.ndarray, "3 H W"]:
    """Curves that mix channels have no table; they take their time."""
    radiance = np.stack([_radiance(layers, factor, job.height, channel) for channel in range(3)], axis=-1)
    display = np.rint(responses.encode(job, radiance) * 255).astype(np.uint8)
    return np.ascontiguousarray(np.moveaxis(display, -1, 0))
