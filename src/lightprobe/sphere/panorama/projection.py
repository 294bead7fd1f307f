"""Projecting panoramas onto spherical harmonics, exactly and in one pass.

A panorama is constant over each pixel; the basis is integrated over that pixel in closed form. Around the up
axis the basis separates into a function of the row and a function of the column, so all rows are first
reduced to a few weighted sums (one matrix product per block of rows, the only work that grows with the
picture), and the azimuth follows on those sums alone. That basis has its pole up (+Y); one orthogonal matrix
takes the result to the z-pole order of spec/CONVENTIONS.md.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from lightprobe._shapes import Float, Num
from lightprobe.sphere.harmonics.basis import check_bands, index, normalization
from lightprobe.sphere.harmonics.rotation import rotation_matrix
from lightprobe.sphere.panorama.equirect import check_panorama, column_edges, row_edges
from lightprobe.sphere.panorama.rows import array_blocks, integrate_rows

POLE_UP = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
"""From pole-up coordinates (x, z, y) to ours."""


@lru_cache(maxsize=16)
def row_integrals(height: int, bands: int) -> Float[np.ndarray, "k {height}"]:
    """∫ K_lm P_lm(sin φ) d(sin φ) over each row, for m = 0…bands−1 and l = m…bands−1, in that order.

    The antiderivatives follow from recurrences in closed form, so that rows telescope.

    Source: Paul, "Recurrence relations for integrals of associated Legendre functions", Bull. Géod. 52, 1978.
    """
    t = row_edges(height)
    cosine = np.sin(np.pi * np.arange(height + 1) / height)  # not √(1 − t²): exact near the poles
    legendre = {(0, 0): np.ones_like(t)}  # P_lm(t), no Condon-Shortley sign
    integral = {(0, 0): t.copy()}  # antiderivatives of P_lm
    for m in range(bands + 1):
        if m:
            legendre[m, m] = (2 * m - 1) * cosine * legendre[m - 1, m - 1]
        if m == 1:
            integral[1, 1] = (t * cosine - np.pi * np.arange(height + 1) / height) / 2
        elif m > 1:
            reduced = m * (2 * m - 1) * (2 * m - 3) * integral[m - 2, m - 2]
            integral[m, m] = (reduced + t * legendre[m, m]) / (m + 1)
        for l in range(m + 1, bands + 1):
            below = legendre.get((l - 2, m), np.zeros_like(t))
            legendre[l, m] = ((2 * l - 1) * t * legendre[l - 1, m] - (l + m - 1) * below) / (l - m)
            shrunk = integral.get((l - 2, m), np.zeros_like(t))
            integral[l, m] = ((l - 2) * (l + m - 1) * shrunk - (2 * l - 1) * cosine**2 * legendre[l - 1, m]) / (
                (l + 1) * (l - m)
            )
    table = np.stack(
        [
            normalization(l, m) * (integral[l, m][:-1] - integral[l, m][1:])
            for m in range(bands)
            for l in range(m, bands)
        ]
    )
    table.flags.writeable = False
    return table


@lru_cache(maxsize=16)
def column_integrals(width: int, bands: int) -> Float[np.ndarray, "2 {bands} {width}"]:
    """∫ cos mθ dθ and ∫ sin mθ dθ over each column, for m = 0…bands−1."""
    edges = column_edges(width)
    table = np.empty((2, bands, width))
    table[0, 0], table[1, 0] = 2 * math.pi / width, 0.0
    for m in range(1, bands):
        table[0, m] = np.diff(np.sin(m * edges)) / m
        table[1, m] = np.diff(-np.cos(m * edges)) / m
    table.flags.writeable = False
    return table


@lru_cache(maxsize=32)
def _from_pole_up(bands: int) -> Float[np.ndarray, "n n"]:
    return rotation_matrix(POLE_UP, bands)


def azimuth_step(sums: Float[np.ndarray, "k v"], width: int, bands: int) -> Float[np.ndarray, "n c"]:
    """Coefficients from the row sums that `row_integrals` weighted."""
    cosine, sine = column_integrals(width, bands)
    sums = sums.reshape(len(sums), width, -1)
    out = np.empty((bands * bands, sums.shape[2]))
    row = 0
    for m in range(bands):
        for l in range(m, bands):
            out[index(l, m)] = cosine[m] @ sums[row]
            if m:
                out[index(l, -m)] = sine[m] @ sums[row]
            row += 1
    return _from_pole_up(bands) @ out


def projection_factors(
    height: int, width: int, bands: int
) -> tuple[Float[np.ndarray, "k {width}"], Float[np.ndarray, "n k {height}"]]:
    """The exact projection in two steps: first over the columns of each row, then over the rows.

    With waves = `around` @ radiance, the sums of each row with 1, cos θ, cos 2θ …, sin θ, sin 2θ …, coefficient n is
    the sum of `down`[n] · waves. For small panoramas of a fixed size: about k multiplications per pixel instead of n.
    """
    cosine, sine = column_integrals(width, bands)
    rows = row_integrals(height, bands)
    pole_up = np.zeros((bands * bands, 2 * bands - 1, height))
    row = 0
    for m in range(bands):
        for l in range(m, bands):
            pole_up[index(l, m), m] = rows[row]
            if m:
                pole_up[index(l, -m), bands - 1 + m] = rows[row]
            row += 1
    down = np.einsum("ij,jkh->ikh", _from_pole_up(bands), pole_up)
    return np.concatenate([cosine, sine[1:]]), down


def project(radiance: Num[np.ndarray, "h w c"], bands: int = 3) -> Float[np.ndarray, "n c"]:
    """Radiance coefficients of a panorama: L_lm = ∫ L(ω) Y_lm(ω) dω.

    Convention: three frame; a constant panorama 1 gives L_00 = √(4π) and zeros.
    Memory beyond the panorama itself does not depend on its height.

    Raises: ValueError if the panorama is not 2:1, or for more than 32 bands.
    """
    height, width = radiance.shape[:2]
    check_panorama(height, width)
    check_bands(bands)
    sums = integrate_rows(row_integrals(height, bands), array_blocks(radiance))
    return azimuth_step(sums, width, bands)
