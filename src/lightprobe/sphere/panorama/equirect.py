"""Equirectangular panoramas as functions on the sphere.

Convention: spec/CONVENTIONS.md#panorama. Row 0 is up (+Y); the center column looks along +X; columns run
towards +Z. A pixel stands for the whole patch of sphere that it covers, not for its center.
"""

from __future__ import annotations

import numpy as np

from lightprobe._shapes import Bool, Float, Num
from lightprobe.sphere.panorama.rows import array_blocks, integrate_rows


def is_panorama(height: int, width: int) -> bool:
    """Whether a picture of this size is 2:1, or one row or column off, as programs leave it that round a size.

    Such a picture shows the whole sphere too, with pixels that are not quite square. One off is at most 2 %.
    """
    return height > 0 and abs(width - 2 * height) <= min(2, width // 50)


def check_panorama(height: int, width: int, rounded: bool = False) -> None:
    """Raises: ValueError if a picture of this size is not a 2:1 panorama; `rounded` is content with `is_panorama`."""
    if height < 1 or (width != 2 * height and not (rounded and is_panorama(height, width))):
        raise ValueError(
            f"expected a 2:1 panorama (width = 2 × height), got {width}×{height}; give the field of view of a "
            "perspective picture (fov=60, --fov 60), or the angles of a part of a panorama (hfov=360, vfov=90, "
            "--hfov 360 --vfov 90), or pad it to 2:1 with transparency, not with black"
        )


def row_edges(height: int) -> Float[np.ndarray, " edges"]:
    """sin(latitude) of the upper edge of each row and of the lower edge of the last: 1 … −1."""
    return np.cos(np.pi * np.arange(height + 1) / height)


def column_edges(width: int) -> Float[np.ndarray, " edges"]:
    """Azimuth [rad] of the left edge of each column and of the right edge of the last: −π … π."""
    return np.pi * (2 * np.arange(width + 1) / width - 1)


def solid_angles(height: int, width: int) -> Float[np.ndarray, "{height} {width}"]:
    """Exact solid angle of each pixel [sr]; they add up to 4π. Read-only."""
    edges = row_edges(height)
    return np.broadcast_to(((edges[:-1] - edges[1:]) * 2 * np.pi / width)[:, None], (height, width))


def mean(values: Num[np.ndarray, "h w"]) -> float:
    """Mean over the sphere: each pixel counts by its solid angle."""
    edges = row_edges(len(values))
    return float((edges[:-1] - edges[1:]) @ values.mean(axis=1) / 2)


def directions(height: int, width: int, rows: slice = slice(None)) -> Float[np.ndarray, "h {width} 3"]:
    """Unit direction of each pixel's center, for all rows or for a slice of them."""
    latitude = np.pi * (0.5 - (np.arange(height)[rows] + 0.5) / height)[:, None]
    azimuth = np.pi * (2 * (np.arange(width) + 0.5) / width - 1)
    x, y, z = np.cos(latitude) * np.cos(azimuth), np.sin(latitude), np.cos(latitude) * np.sin(azimuth)
    return np.stack(np.broadcast_arrays(x, y, z), axis=-1)


def positions(
    directions: Float[np.ndarray, "*shape 3"], height: int, width: int
) -> tuple[Float[np.ndarray, "*shape"], Float[np.ndarray, "*shape"]]:
    """Row and column [pixels, centers at whole numbers] at which a panorama shows each direction."""
    x, y, z = np.moveaxis(np.asarray(directions, np.float64), -1, 0)
    latitude = np.arctan2(y, np.hypot(x, z))
    azimuth = np.arctan2(z, x)
    row, column = (0.5 - latitude / np.pi) * height - 0.5, (azimuth / (2 * np.pi) + 0.5) * width - 0.5
    return np.asarray(row), np.asarray(column)


def sample(
    panorama: Num[np.ndarray, "h w c"], directions: Float[np.ndarray, "*shape 3"]
) -> Float[np.ndarray, "*shape c"]:
    """Values of the panorama in these directions, bilinear, seamless in azimuth and across the poles."""
    height, width = panorama.shape[:2]
    row, column = positions(directions, height, width)
    top, left = np.floor(row).astype(int), np.floor(column).astype(int)
    below, right = (row - top)[..., None], (column - left)[..., None]

    def pixel(r: np.ndarray, c: np.ndarray) -> np.ndarray:
        over = (r < 0) | (r >= height)  # beyond a pole: same row, half a turn away
        return panorama[np.clip(r, 0, height - 1), np.where(over, c + width // 2, c) % width]

    upper = pixel(top, left) * (1 - right) + pixel(top, left + 1) * right
    lower = pixel(top + 1, left) * (1 - right) + pixel(top + 1, left + 1) * right
    return upper * (1 - below) + lower * below


def turn(panorama: Num[np.ndarray, "h w *c"], columns: int) -> Num[np.ndarray, "h w *c"]:
    """Move a panorama's content right by whole columns (a yaw of 2π·columns/width)."""
    return np.roll(panorama, columns, axis=1)


def mirror(panorama: Num[np.ndarray, "h w *c"]) -> Num[np.ndarray, "h w *c"]:
    """Exchange left and right of a panorama (+Z ↔ −Z)."""
    return panorama[:, ::-1]


def overlaps(source_edges: Float[np.ndarray, " s"], target_edges: Float[np.ndarray, " t"]) -> Float[np.ndarray, "m n"]:
    """Share of each target interval that each source interval fills.

    Both lists of edges must be monotone. Rows add up to the covered share: 1 where the source covers the target.
    """
    source, target = np.sort(source_edges), np.sort(target_edges)
    upper = np.minimum(target[1:, None], source[None, 1:])
    lower = np.maximum(target[:-1, None], source[None, :-1])
    share = np.maximum(upper - lower, 0) / np.diff(target)[:, None]
    flip_rows, flip_columns = target_edges[0] > target_edges[-1], source_edges[0] > source_edges[-1]
    return share[:: -1 if flip_rows else 1, :: -1 if flip_columns else 1]


def resize(panorama: Num[np.ndarray, "h w c"], height: int, width: int) -> Float[np.ndarray, "{height} {width} c"]:
    """Resize a panorama and keep its energy: each new pixel is the mean of the area of the sphere that it covers.

    For linear radiance and other quantities that can be averaged; never for display values.
    """
    source_height, source_width = panorama.shape[:2]
    rows = overlaps(row_edges(source_height), row_edges(height))
    reduced = integrate_rows(rows, array_blocks(panorama)).reshape(height, source_width, -1)
    columns = overlaps(column_edges(source_width), column_edges(width))
    return columns @ reduced


def coverage(seen: Bool[np.ndarray, "h w"], height: int, width: int) -> Float[np.ndarray, "{height} {width}"]:
    """Share of each cell of a coarser panorama that is True in `seen`."""
    return resize(seen[..., None].astype(np.float32), height, width)[..., 0]
