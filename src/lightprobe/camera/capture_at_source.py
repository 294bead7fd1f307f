"""Capture at the source's resolution: response and eight bits first, then display values are averaged."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lightprobe._shapes import Float, Num, UInt8
from lightprobe.camera import half_codes, response
from lightprobe.camera.geometry import tilt
from lightprobe.camera.hdri import Layer
from lightprobe.camera.shot import Shot


def capture_at_source(
    shot: Shot, layers: Sequence[Layer]
) -> tuple[Float[np.ndarray, "3 h w"], Float[np.ndarray, "1 h w"]]:
    """Display values 0 … 1, a plane per channel, at the panorama's size, and the clipped share of each pixel."""
    factor = fineness(layers, shot.height)
    planes = display_planes(shot, layers)
    if shot.tilt:
        index = tilt.nearest(planes.shape[1], shot.tilt)
        planes = np.roll(planes, shot.pre_yaw * factor, axis=2)
        planes = planes.reshape(3, -1).take(index, axis=1, mode="clip").reshape(planes.shape)
    display = block_sums(planes, factor).astype(np.float32)
    display *= np.float32(1 / (255 * factor**2))
    clipped = block_sums(is_white(planes).view(np.uint8)[None], factor) * np.float32(1 / factor**2)
    return display, clipped


def fineness(layers: Sequence[Layer], height: int) -> int:
    """Source pixels per pixel of a panorama of this height, along each side, for the finest layer."""
    return max(layer.hdri.codes.shape[1] for layer in layers) // height


def display_planes(shot: Shot, layers: Sequence[Layer]) -> UInt8[np.ndarray, "3 H W"]:
    """Display values 0 … 255 of the scene at the source's resolution, before it is tilted or turned."""
    factor = fineness(layers, shot.height)
    is_separable = shot.curve in response.PER_CHANNEL
    return _per_channel(shot, layers, factor) if is_separable else _across_channels(shot, layers, factor)


def is_white(planes: UInt8[np.ndarray, "3 H W"]) -> np.ndarray:
    """The pixels with a channel at display white."""
    return np.maximum(np.maximum(planes[0], planes[1]), planes[2]) == 255


def block_sums(planes: UInt8[np.ndarray, "c H W"], factor: int) -> Num[np.ndarray, "c h w"]:
    """Sums over factor × factor blocks."""
    rows = planes[:, ::factor].astype(np.uint16)
    for k in range(1, factor):
        rows += planes[:, k::factor]
    sums = rows[:, :, ::factor].copy()
    for k in range(1, factor):
        sums += rows[:, :, k::factor]
    return sums


def radiance_plane(layers: Sequence[Layer], factor: int, height: int, channel: int) -> Float[np.ndarray, "H W"]:
    """One channel of the layers' sum, at the source's resolution."""
    total = np.zeros((factor * height, 2 * factor * height), np.float32)
    for hdri, gains, turn in layers:
        code = hdri.codes[channel]
        if len(code) < len(total):  # a coarser source: its pixels are repeated
            rows, columns = (np.arange(size) * len(code) // len(total) for size in total.shape)
            code = code[rows[:, None], columns]
        light = (half_codes.VALUES * np.float32(gains[channel])).take(code, mode="clip")
        shift = turn * factor
        total[:, shift:] += light[:, : light.shape[1] - shift]
        total[:, :shift] += light[:, light.shape[1] - shift :]
    return total


def _per_channel(shot: Shot, layers: Sequence[Layer], factor: int) -> UInt8[np.ndarray, "3 H W"]:
    steps = response.thresholds(shot.response)
    planes = np.empty((3, factor * shot.height, factor * shot.width), np.uint8)
    for channel, plane in enumerate(planes):
        if len(layers) == 1:
            hdri, gains, _ = layers[0]
            table, code = half_codes.display_table(steps, gains[channel]), hdri.codes[channel]
        else:
            table = half_codes.display_table(steps, 1.0)
            code = half_codes.codes(radiance_plane(layers, factor, shot.height, channel))
        table.take(code, out=plane, mode="clip")
    return planes


def _across_channels(shot: Shot, layers: Sequence[Layer], factor: int) -> UInt8[np.ndarray, "3 H W"]:
    """For responses that mix channels: they have no table, so this is slow."""
    radiance = np.stack([radiance_plane(layers, factor, shot.height, channel) for channel in range(3)], axis=-1)
    display = np.rint(response.encode(shot.response, radiance) * 255).astype(np.uint8)
    return np.ascontiguousarray(np.moveaxis(display, -1, 0))
