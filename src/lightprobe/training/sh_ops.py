"""Spherical harmonics as tables for torch: turning and mirroring coefficients, cmgen's units, solid angles.

Convention: spec/CONVENTIONS.md. A turn is a whole number of 1/TURN_STEPS of a circle to the right (+X towards +Z),
after mirroring.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from lightprobe._shapes import Float, Num
from lightprobe.models.ambient import projection_steps
from lightprobe.sphere import cosine_lobe, rotation_matrix
from lightprobe.sphere.harmonics.rotation import MIRROR, about_y
from lightprobe.sphere.harmonics.window import sinc_window
from lightprobe.sphere.interop import conventions
from lightprobe.sphere.panorama.equirect import solid_angles

TURN_STEPS = 64
"""Turns about the up axis; one step is one column of cells."""
GENTLE = 12.767
"""Cut-off [bands] of cmgen's automatic window for light that does not ring (spec/CONVENTIONS.md#windowing):
band 1 × 0.960, band 2 × 0.850."""


@lru_cache(maxsize=1)
def turn_matrices() -> Float[np.ndarray, "2 64 9 9"]:
    """Matrices that turn radiance coefficients, by [mirrored first, steps]."""
    tables = [
        [rotation_matrix(about_y(2 * math.pi * turn / TURN_STEPS) @ first) for turn in range(TURN_STEPS)]
        for first in (np.eye(3), MIRROR)
    ]
    return np.array(tables, np.float32)


def turned(panorama: Num[np.ndarray, "*c h w"], turn: int, mirror: bool) -> Num[np.ndarray, "*c h w"]:
    """The panorama, mirrored first if `mirror`, then turned by `turn` steps; the last axis is the azimuth.

    Raises: ValueError for a width that is not a multiple of TURN_STEPS.
    """
    width = panorama.shape[-1]
    if width % TURN_STEPS:
        raise ValueError(
            f"expected a panorama width that is a multiple of {TURN_STEPS}, got {width}; change the model's input size"
        )
    source = panorama[..., ::-1] if mirror else panorama
    shift = turn * (width // TURN_STEPS)
    out = np.empty_like(panorama)
    out[..., shift:] = source[..., : width - shift]
    out[..., :shift] = source[..., width - shift :]
    return out


@lru_cache(maxsize=2)
def _steps(device: torch.device) -> tuple[Tensor, Tensor]:
    around, down = projection_steps()
    return around.to(device), down.to(device)


def panorama_coeffs(panorama: Tensor) -> Tensor:
    """Coefficients [n, 9, 3] of panoramas [n, 32, 64, 3], exactly."""
    around, down = _steps(panorama.device)
    return down @ (around @ panorama).transpose(1, 2).flatten(1, 2)


def lobe_factors(device: torch.device | str = "cpu") -> Tensor:
    """A_l of each coefficient, [9, 1]: radiance coefficients times these are irradiance coefficients."""
    return torch.as_tensor(cosine_lobe(3).copy(), dtype=torch.float32, device=device)[:, None]


def pixel_shares(height: int, width: int) -> Tensor:
    """Share of the sphere of each pixel, [height, width]."""
    return torch.as_tensor(solid_angles(height, width) / (4 * math.pi), dtype=torch.float32)


@lru_cache(maxsize=1)
def cmgen_matrix() -> Float[np.ndarray, "9 9"]:
    """Radiance coefficients to the numbers that cmgen writes for light that does not ring.

    cmgen itself uses a stronger window for light that rings; its numbers are then a little lower.
    """
    return conventions.encode(np.eye(9), "cmgen") @ np.diag(sinc_window(GENTLE, 3))


def convert_coeffs(coeffs: Tensor, convention: str, *, back: bool = False) -> Tensor:
    """Radiance coefficients [n, 9, 3] in a model's convention; with `back`, from that convention to radiance.

    Raises: ValueError for a convention other than 'radiance' and 'cmgen'.
    """
    if convention == "radiance":
        return coeffs
    if convention != "cmgen":
        raise ValueError(f"expected a model's convention to be radiance or cmgen, got {convention!r}; correct it")
    matrix = np.linalg.inv(cmgen_matrix()) if back else cmgen_matrix()
    return torch.as_tensor(matrix, dtype=coeffs.dtype, device=coeffs.device) @ coeffs
