"""Averaging panoramas down by whole factors, a plane per channel: like `equirect.resize`, but at memory speed."""

from __future__ import annotations

import numpy as np

from lightprobe._shapes import Float, Num
from lightprobe.errors import ImageError
from lightprobe.sphere.panorama import equirect
from lightprobe.sphere.panorama.equirect import row_edges

FINEST = 4
"""Largest number of source pixels per pixel of the picture, along each side; finer sources are averaged down."""


def planes(pixels: Num[np.ndarray, "h w c"]) -> Float[np.ndarray, "c h w"]:
    """A plane per channel, float32."""
    return np.ascontiguousarray(np.moveaxis(pixels, -1, 0), np.float32)


def shrink(planes: Float[np.ndarray, "c H W"], factor: int) -> Float[np.ndarray, "c h w"]:
    """Means over factor × factor pixels, weighted by solid angle; energy is kept."""
    edges = row_edges(planes.shape[1])
    angle = (edges[:-1] - edges[1:]).reshape(-1, factor)
    share = (angle / (factor * angle.sum(axis=1, keepdims=True))).astype(np.float32)
    rows = planes[:, ::factor] * share[:, :1]
    for k in range(1, factor):
        rows += planes[:, k::factor] * share[:, k : k + 1]
    total = rows[..., ::factor].copy()
    for k in range(1, factor):
        total += rows[..., k::factor]
    return total


def two_sizes(
    slug: str, radiance: Float[np.ndarray, "H W 3"], height: int
) -> tuple[Float[np.ndarray, "3 m n"], Float[np.ndarray, "3 h w"]]:
    """A panorama at two sizes: 1 to FINEST times `height`, and `height`.

    Raises: ImageError if it is not a 2:1 panorama, or is smaller than the picture.
    """
    try:
        equirect.check_panorama(*radiance.shape[:2])
    except ValueError as error:
        raise ImageError(f"{slug}: {error}") from None
    if len(radiance) < height:
        raise ImageError(
            f"{slug}: expected an HDRI of at least {2 * height}×{height}, got {2 * len(radiance)}×{len(radiance)}; "
            "fetch a larger one, or make smaller pictures"
        )
    fine = height * min(FINEST, len(radiance) // height)
    source = planes(radiance if fine == len(radiance) else equirect.resize(radiance, fine, 2 * fine))
    return source, shrink(source, fine // height)
