"""Golden vectors of irradiance: coefficients, normals and what falls on them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.special import eval_legendre

from document import SH, write
from harmonics import direction, lobe, real_basis


def irradiance_file(folder: Path) -> None:
    rng = np.random.default_rng(3)
    normals = np.array(
        [*np.eye(3), *-np.eye(3)] + [v / np.linalg.norm(v) for v in rng.normal(size=(6, 3))], dtype=float
    )
    cases = []

    def add(name: str, coeffs: np.ndarray, irradiance: np.ndarray, how: str) -> None:
        cases.append({"name": name, "how": how, "coeffs": coeffs, "normals": normals, "irradiance": irradiance})

    one = np.ones(3)
    constant = np.zeros((9, 3))
    constant[0] = np.sqrt(4 * np.pi)
    add("constant 1", constant, np.full((len(normals), 3), np.pi), "closed form: π")

    # radiance 1 above the horizon; band 2 of it is 0, and odd bands above 1 give no irradiance: exact
    sky = np.zeros((9, 3))
    sky[0], sky[1] = np.sqrt(np.pi), np.sqrt(3 * np.pi) / 2
    add("upper half 1", sky, np.outer(np.pi * (1 + normals[:, 1]) / 2, one), "closed form: π (1 + n·up) / 2")

    # radiance max(d·a, 0), cut after band 2: E(n) = Σ A_l² (2l + 1) / 4π P_l(n·a)
    axis = direction(35, -70)
    a = np.array([np.pi, 2 * np.pi / 3, np.pi / 4])
    zonal = a[[0, 1, 1, 1, 2, 2, 2, 2, 2]]
    legendre = sum(a[l] ** 2 * (2 * l + 1) / (4 * np.pi) * eval_legendre(l, normals @ axis) for l in range(3))
    add(
        "cosine lobe about elevation 35°, azimuth −70°",
        np.outer(zonal * real_basis(axis, 3), one),
        np.outer(legendre, one),
        "closed form: Σ A_l² (2l + 1)/4π P_l(n·a), l = 0 … 2",
    )
    for bands in (3, 5):
        coeffs = rng.normal(size=(bands * bands, 3)).round(6)
        field = real_basis(normals, bands) @ (lobe(bands)[:, None] * coeffs)
        add(f"random, {bands} bands", coeffs, field, "SciPy's harmonics; A_l = 2π ∫ t P_l(t) dt by quadrature")
    write(
        folder,
        "irradiance.json",
        f"{SH}; irradiance of surfaces with these unit normals [radiance · sr], E/π is what a white one shows",
        "closed forms, or SciPy; see `how` of each case",
        {"cases": cases},
    )
