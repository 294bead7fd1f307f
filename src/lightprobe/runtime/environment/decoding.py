"""The picture's own light on the rows of an environment: decoded, and looked up where the sizes differ.

Where a panorama, or a part of one, has the resolution of the environment, pixels are decoded and nothing else. Where
the environment is coarser, pixels are means of the areas that they cover; where it is finer, they are bilinear.
Perspective pictures are looked up bilinearly, after averaging to the environment's resolution where that is coarser.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from lightprobe._shapes import Bool, Float, Int, UInt8
from lightprobe.imaging.partial import shown_white
from lightprobe.imaging.picture import Crop, Picture
from lightprobe.imaging.placement import area_average, check_fov
from lightprobe.imaging.tone import curves
from lightprobe.sphere.panorama import equirect

LAYERS = 5
"""Radiance; share of pixels that have a channel at white; share that is seen."""

SAME = 1e-9
"""Difference of scales, or of positions [pixels], that is none."""


class Taps(NamedTuple):
    """Which of the lines of a picture each line of an environment is made of, and their weights."""

    lines: Int[np.ndarray, "n k"]
    weights: Float[np.ndarray, "n k"]
    """They add up to the share of the line that the picture covers."""

    @property
    def is_copy(self) -> bool:
        """Whether each line is one of the picture's, or none."""
        return self.lines.shape[1] == 1


def find_taps(source: int, target: int, start: float, scale: float, wraps: bool) -> Taps:
    """The taps of `target` lines, of which line i covers `start` + `scale` · (i … i + 1) of `source` lines."""
    edges = start + scale * np.arange(target + 1)
    if abs(scale - 1) < SAME * source and abs(start - round(start)) < SAME * source:
        index, weights = np.rint(edges[:-1]).astype(np.intp)[:, None], np.ones((target, 1))
    elif scale > 1:
        first, count = np.floor(edges[:-1] + SAME).astype(np.intp), math.ceil(scale) + 1
        index = first[:, None] + np.arange(count)
        covered = np.minimum(index + 1, edges[1:, None]) - np.maximum(index, edges[:-1, None])
        weights = np.maximum(covered, 0) / scale
    else:
        at = (edges[:-1] + edges[1:]) / 2
        first = np.floor(at - 0.5).astype(np.intp)
        right = at - 0.5 - first
        index, weights = first[:, None] + np.arange(2), np.stack([1 - right, right], axis=1)
        if not wraps:  # beyond the first and the last center, they go on
            weights *= ((at >= 0) & (at <= source))[:, None]
            index = np.clip(index, 0, source - 1)
    if wraps:
        return Taps(index % source, weights.astype(np.float32))
    weights = np.where((index >= 0) & (index < source), weights, 0)
    return Taps(np.clip(index, 0, source - 1), weights.astype(np.float32))


class OwnLight:
    """A picture as an environment shows it, rows by rows."""

    def __init__(
        self, picture: Picture, response: str, curve: Float[np.ndarray, " k"] | None, size: tuple[int, int]
    ) -> None:
        """`response` and `curve` are those of the Estimate; `size` is rows and columns of the environment.

        Raises: ValueError if the picture is neither a 2:1 panorama nor has a crop or a field of view.
        """
        self.picture, self.response, self.size = picture, response, size
        self.table = None if picture.is_linear or curve is None else _table(curve, picture.pixels.dtype)
        height, width = picture.pixels.shape[:2]
        self.view: np.ndarray | None = None
        if picture.fov is not None:
            self.view = self._reduced(check_fov(picture.fov))
            return
        if picture.crop is None:
            equirect.check_panorama(height, width, rounded=True)
        crop = picture.crop or Crop(full_height=height, full_width=width, left=0, top=0)
        down, across = crop.full_height / size[0], crop.columns / size[1]
        wraps = abs(crop.columns - width) < SAME * width
        self.down = find_taps(height, size[0], -crop.top, down, False)
        self.across = find_taps(width, size[1], -crop.left, across, wraps)

    @property
    def white(self) -> float:
        """Radiance of display white."""
        if self.picture.is_linear:
            return 1.0
        return curves.white(curves.decoding(self.response)) if self.table is None else float(self.table[-1])

    def read(
        self,
        first: int,
        radiance: Float[np.ndarray, "k w 3"],
        lost: UInt8[np.ndarray, "k w"],
        seen: UInt8[np.ndarray, "k w"],
    ) -> None:
        """Rows of the environment from `first` on, into these arrays; shares in 255ths; 0 where nothing is seen."""
        last = first + len(radiance)
        if self._is_whole:
            self._decode(first, last, radiance)
            lost[...] = self._lost(first, last)
            lost *= np.uint8(255)
            seen[...] = 255
            if self.picture.seen is not None:
                hidden = ~self.picture.seen[first:last]
                radiance[hidden], lost[hidden], seen[hidden] = 0, 0, 0
            return
        layers = self._looked_up(first, last) if self.view is not None else self._resized(first, last)
        radiance[...] = layers[..., :3]
        lost[...] = np.ceil(np.minimum(layers[..., 3], 1) * 255)
        seen[...] = np.rint(np.minimum(layers[..., 4], 1) * 255)

    @property
    def _is_whole(self) -> bool:
        picture = self.picture
        return picture.pixels.shape[:2] == self.size and picture.crop is None and picture.fov is None

    def _resized(self, first: int, last: int) -> Float[np.ndarray, "k w 5"]:
        """`LAYERS` of some rows of the environment, from a panorama or a part of one."""
        index, weights = (part[first:last] for part in self.down)
        top, bottom = int(index.min()), int(index.max()) + 1
        layers = _apply(self._layers(top, bottom), Taps(index - top, weights), 0)
        return _apply(layers, self.across, 1)

    def _layers(self, first: int, last: int) -> Float[np.ndarray, "k w 5"]:
        """Rows of the picture, as they are."""
        layers = np.zeros((last - first, self.picture.pixels.shape[1], LAYERS), np.float32)
        light = np.empty((*layers.shape[:2], 3), np.float32)
        self._decode(first, last, light)
        layers[..., :3], layers[..., 3], layers[..., 4] = light, self._lost(first, last), 1
        if self.picture.seen is not None:
            layers[~self.picture.seen[first:last]] = 0
        return layers

    def _decode(self, first: int, last: int, out: Float[np.ndarray, "k w 3"]) -> None:
        picture = self.picture
        codes = picture.pixels[first:last]
        if picture.is_linear:
            out[...] = codes
        elif self.table is None:
            curves.decode(codes, curves.decoding(self.response), out)
        else:
            self.table.take(codes, mode="clip", out=out)
        if picture.matrix is not None:
            out[...] = out @ picture.matrix.T.astype(np.float32)

    def _lost(self, first: int, last: int) -> Bool[np.ndarray, "k w"]:
        """Pixels that have a channel at white."""
        white = shown_white(self.picture, slice(first, last))
        if white is None:
            return np.zeros((last - first, self.picture.pixels.shape[1]), bool)
        return white[..., 0] | white[..., 1] | white[..., 2]

    def _reduced(self, fov: float) -> Float[np.ndarray, "h w 5"]:
        """A perspective picture, averaged to the resolution of the environment at its center if that is coarser."""
        height, width = self.picture.pixels.shape[:2]
        per_pixel = width / 2 / math.tan(math.radians(fov) / 2) * 2 * math.pi / self.size[1]
        target = [max(1, round(length / max(per_pixel, 1))) for length in (height, width)]
        if target == [height, width]:
            return self._layers(0, height)
        return area_average(self._layers, (height, width), (target[0], target[1])).astype(np.float32)

    def _looked_up(self, first: int, last: int) -> Float[np.ndarray, "k w 5"]:
        assert self.view is not None
        assert self.picture.fov is not None
        rows, columns = self.view.shape[:2]
        height, width = self.picture.pixels.shape[:2]
        half = math.tan(math.radians(self.picture.fov) / 2)
        azimuth = np.pi * ((2 * np.arange(self.size[1]) + 1) / self.size[1] - 1)
        ahead = np.flatnonzero(np.cos(azimuth) > SAME)
        latitude = np.pi * (0.5 - (np.arange(first, last) + 0.5) / self.size[0])
        across = np.broadcast_to(np.tan(azimuth[ahead]) / half, (last - first, len(ahead)))
        down = -np.tan(latitude)[:, None] / np.cos(azimuth[ahead]) / half * (width / height)
        layers = np.zeros((last - first, self.size[1], LAYERS), np.float32)
        at, column = np.nonzero((np.abs(across) <= 1) & (np.abs(down) <= 1))
        y = np.clip((down[at, column] + 1) / 2 * rows - 0.5, 0, rows - 1)
        x = np.clip((across[at, column] + 1) / 2 * columns - 0.5, 0, columns - 1)
        top, left = y.astype(np.intp), x.astype(np.intp)
        below, right = np.minimum(top + 1, rows - 1), np.minimum(left + 1, columns - 1)
        v, u = (y - top).astype(np.float32)[:, None], (x - left).astype(np.float32)[:, None]
        upper = self.view[top, left] * (1 - u) + self.view[top, right] * u
        lower = self.view[below, left] * (1 - u) + self.view[below, right] * u
        layers[at, ahead[column]] = upper * (1 - v) + lower * v
        return layers


def _apply(layers: Float[np.ndarray, "h w c"], taps: Taps, axis: int) -> Float[np.ndarray, "k v c"]:
    """Weighted sums of lines along an axis."""
    total: np.ndarray | None = None
    for index, weights in zip(taps.lines.T, taps.weights.T, strict=True):
        part = layers.take(index, axis=axis) * np.expand_dims(weights, (1 - axis, 2))
        total = part if total is None else np.add(total, part, out=total)
    assert total is not None
    return total


def _table(curve: Float[np.ndarray, " k"], dtype: np.dtype) -> Float[np.ndarray, " codes"]:
    """Radiance of each code by an estimated tone curve.

    Between its knots, the logarithm of its ratio to the curve of sRGB is linear; below the first, that is constant.
    Above the last but one, it grows no faster than before: display white itself, where many curves are steep, is light
    that is lost, and it goes where that goes.
    """
    display = np.arange(np.iinfo(dtype).max + 1) / np.iinfo(dtype).max
    knots = np.arange(1, len(curve) + 1) / len(curve)
    ratios = np.log(curve / curves.srgb_decode(knots))
    ratios[-1] = min(ratios[-1], max(2 * ratios[-2] - ratios[-3], ratios[-2]))
    ratio = np.interp(display, knots, ratios)
    return (curves.srgb_decode(display) * np.exp(ratio)).astype(np.float32)
