"""Capture at the source's resolution: response and eight bits first, then display values are averaged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
    packed = _packed(shot, layers, factor)
    if shot.tilt:
        index = tilt.nearest(len(packed), shot.tilt)
        packed = (
            np.roll(packed, shot.pre_yaw * factor, axis=1).reshape(-1).take(index, mode="clip").reshape(packed.shape)
        )
    even, odd = (block_sums(packed >> np.uint32(shift) & _EVEN, factor) for shift in (0, 8))
    display = np.stack([even & _LOW, odd & _LOW, even >> _HALF]).astype(np.float32)
    display *= np.float32(1 / (255 * factor**2))
    return display, (odd >> _HALF)[None].astype(np.uint16) * np.float32(1 / factor**2)


_EVEN, _LOW, _HALF = np.uint32(0x00FF00FF), np.uint32(0xFFFF), np.uint32(16)
"""Every other byte of a packed pixel; the lower and the upper half of a number that holds two sums."""


def _packed(shot: Shot, layers: Sequence[Layer], factor: int) -> Num[np.ndarray, "H W"]:
    """Display values of the scene as `display_planes` gives them, four bytes a pixel: red, green, blue, and 1 where a
    channel is at white. So the pixels of a tilt are looked up once, and sums of two channels are made at once."""
    if shot.curve not in response.PER_CHANNEL:
        planes = _across_channels(shot, layers, factor)
        packed = is_white(planes).astype(np.uint32) << np.uint32(24)
        for channel, plane in enumerate(planes):
            packed |= plane.astype(np.uint32) << np.uint32(8 * channel)
        return packed
    packed = np.zeros((factor * shot.height, factor * shot.width), np.uint32)
    taken = np.empty_like(packed)
    for channel, (table, code) in enumerate(_tables(shot, layers, factor)):
        wide = table.astype(np.uint32) << np.uint32(8 * channel)
        wide[table == 255] |= np.uint32(1 << 24)
        packed |= wide.take(code, out=taken, mode="clip")
    return packed


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


def block_sums(packed: Num[np.ndarray, "H W"], factor: int) -> Num[np.ndarray, "h w"]:
    """Sums over factor × factor blocks."""
    rows = packed[::factor].copy()
    for k in range(1, factor):
        rows += packed[k::factor]
    sums = rows[:, ::factor].copy()
    for k in range(1, factor):
        sums += rows[:, k::factor]
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
    planes = np.empty((3, factor * shot.height, factor * shot.width), np.uint8)
    for plane, (table, code) in zip(planes, _tables(shot, layers, factor), strict=True):
        table.take(code, out=plane, mode="clip")
    return planes


def _tables(
    shot: Shot, layers: Sequence[Layer], factor: int
) -> Iterator[tuple[UInt8[np.ndarray, " codes"], Num[np.ndarray, "H W"]]]:
    """For each channel, a table of display values and the codes to look up in it."""
    steps = response.thresholds(shot.response)
    for channel in range(3):
        if len(layers) == 1:
            hdri, gains, _ = layers[0]
            yield half_codes.display_table(steps, gains[channel]), hdri.codes[channel]
        else:
            codes = half_codes.codes(radiance_plane(layers, factor, shot.height, channel))
            yield half_codes.display_table(steps, 1.0), codes


def _across_channels(shot: Shot, layers: Sequence[Layer], factor: int) -> UInt8[np.ndarray, "3 H W"]:
    """For responses that mix channels: they have no table, so this is slow."""
    radiance = np.stack([radiance_plane(layers, factor, shot.height, channel) for channel in range(3)], axis=-1)
    display = np.rint(response.encode(shot.response, radiance) * 255).astype(np.uint8)
    return np.ascontiguousarray(np.moveaxis(display, -1, 0))
