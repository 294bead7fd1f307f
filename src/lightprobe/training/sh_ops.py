"""Arithmetic on the sphere as tables for torch: turning and mirroring coefficients, cmgen's units, solid angles.

Convention: spec/CONVENTIONS.md. Turns are whole cells of TURNS to the right (+X towards +Z), after mirroring.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from lightprobe._shapes import Float, Num
from lightprobe.sphere import conventions, cosine_lobe, rotation_matrix
from lightprobe.sphere.equirect import solid_angles
from lightprobe.sphere.rotation import MIRROR, about_y
from lightprobe.sphere.window import sinc_window

TURNS = 64
"""Cells about the up axis."""
GENTLE = 12.767
"""Cut-off [bands] at which cmgen's automatic window ends for light that does not ring (spec/CONVENTIONS.md#windowing):
band 1 × 0.960, band 2 × 0.850."""


@lru_cache(maxsize=1)
def turns() -> Float[np.ndarray, "2 64 9 9"]:
    """Matrices that turn radiance coefficients: [mirrored first, cells]."""
    tables = [
        [rotation_matrix(about_y(2 * math.pi * turn / TURNS) @ first) for turn in range(TURNS)]
        for first in (np.eye(3), MIRROR)
    ]
    return np.array(tables, np.float32)


def turned(panorama: Num[np.ndarray, "*c h w"], turn: int, mirror: bool) -> Num[np.ndarray, "*c h w"]:
    """A panorama mirrored if asked for, then turned by so many of TURNS cells; the last axis is the azimuth.

    Raises: ValueError for a width that is no multiple of TURNS.
    """
    width = panorama.shape[-1]
    if width % TURNS:
        raise ValueError(f"expected panoramas of a multiple of {TURNS} columns, got {width}; make them another size")
    source = panorama[..., ::-1] if mirror else panorama
    shift = turn * (width // TURNS)
    out = np.empty_like(panorama)
    out[..., shift:] = source[..., : width - shift]
    out[..., :shift] = source[..., width - shift :]
    return out


def lobe(device: torch.device | str = "cpu") -> Tensor:
    """A_l of each coefficient, [9, 1]: from radiance to irradiance."""
    return torch.as_tensor(cosine_lobe(3).copy(), dtype=torch.float32, device=device)[:, None]


def angles(height: int, width: int) -> Tensor:
    """Share of the sphere of each pixel, [height, width]."""
    return torch.as_tensor(solid_angles(height, width) / (4 * math.pi), dtype=torch.float32)


@lru_cache(maxsize=1)
def cmgen() -> Float[np.ndarray, "9 9"]:
    """What cmgen would write, from radiance coefficients: linear, so with the window of light that does not ring.

    The real cmgen windows a picture that rings more, so that its labels are a little lower there.
    """
    return conventions.encode(np.eye(9), "cmgen") @ np.diag(sinc_window(GENTLE, 3))


def convert(coeffs: Tensor, convention: str, *, back: bool = False) -> Tensor:
    """Radiance coefficients [n, 9, 3] in a model's convention, or the way back.

    Raises: ValueError for a convention other than 'radiance' and 'cmgen'.
    """
    if convention == "radiance":
        return coeffs
    if convention != "cmgen":
        raise ValueError(f"expected a model that tells radiance or cmgen, got {convention!r}; mend its `convention`")
    matrix = np.linalg.inv(cmgen()) if back else cmgen()
    return torch.as_tensor(matrix, dtype=coeffs.dtype, device=coeffs.device) @ coeffs
