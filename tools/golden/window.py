"""Golden vectors of windows: cmgen's and Sloan's, by bisection and root finding over minima."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.optimize import brentq, minimize, minimize_scalar

from document import SH, write
from harmonics import PAIRS, direction, lobe, real_basis, sphere_rule
from rotation import rotate


def sinc4(cutoff: float) -> np.ndarray:
    per_band = [1.0] + [(np.sin(np.pi * l / cutoff) / (np.pi * l / cutoff)) ** 4 if l < cutoff else 0.0 for l in (1, 2)]
    return np.array([per_band[l] for l, _ in PAIRS[:9]])


def worst_case(channel: np.ndarray) -> float:
    """cmgen's estimate of the minimum: about the axis of band 1, bands |m| = 1 and 2 at their worst phases."""
    axis = np.array([channel[3], channel[1], channel[2]])
    length = np.linalg.norm(axis)
    if length > 0:
        z = axis / length
        helper = np.array([1.0, 0, 0]) if abs(z[0]) < 0.5 else np.array([0, 1.0, 0])
        x = np.cross(helper, z) / np.linalg.norm(np.cross(helper, z))
        channel = rotate(channel[:, None], np.stack([x, np.cross(z, x), z]))[:, 0]
    k = real_basis(np.array([[0.0, 0, 1], [np.sqrt(0.5), 0, np.sqrt(0.5)], [1.0, 0, 0]]), 3)
    one, two = k[1, 7] * np.hypot(channel[5], channel[7]), k[2, 8] * np.hypot(channel[4], channel[8])

    def bound(angle: np.ndarray) -> np.ndarray:
        c, s = np.cos(angle), np.sin(angle)
        zonal = k[0, 0] * channel[0] + k[0, 2] * channel[2] * c + k[0, 6] * channel[6] * (3 * c * c - 1) / 2
        return zonal - two * s * s - one * 2 * np.abs(c) * s

    angles = np.linspace(0, np.pi, 100_001)
    best = angles[np.argmin(bound(angles))]
    step = angles[1]
    refined = minimize_scalar(bound, bounds=(best - step, best + step), method="bounded", options={"xatol": 1e-12})
    return min(float(refined.fun), float(bound(best)))


def cmgen_cutoff(values: np.ndarray) -> float:
    """cmgen's bisection, three bands; `values` is what must not be negative."""
    cutoff = 13.0
    for channel in values.T:
        low, high = 3.0, cutoff
        for _ in range(16):
            if low + 0.1 >= high:
                break
            middle = (low + high) / 2
            low, high = (low, middle) if worst_case(sinc4(middle) * channel) < 0 else (middle, high)
        cutoff = min(cutoff, low)
    return cutoff


def lowest(channel: np.ndarray) -> float:
    """Minimum over the sphere: dense grid, then Nelder-Mead from the three best."""
    points, _ = sphere_rule(60)
    values = real_basis(points, 3) @ channel
    found = []
    for start in np.argsort(values)[:3]:
        polar, azimuth = np.arccos(points[start, 2]), np.arctan2(points[start, 1], points[start, 0])

        def value(at: np.ndarray) -> float:
            s = np.sin(at[0])
            return float(real_basis(np.array([s * np.cos(at[1]), s * np.sin(at[1]), np.cos(at[0])]), 3) @ channel)

        result = minimize(value, [polar, azimuth], method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-15})
        found.append(float(result.fun))
    return min(found)


def laplacian(damping: float) -> np.ndarray:
    return np.array([1 / (1 + damping * (l * (l + 1)) ** 2) for l, _ in PAIRS[:9]])


def sloan_damping(coeffs: np.ndarray) -> float:
    def lowest_of_all(damping: float) -> float:
        return min(lowest(channel) for channel in (laplacian(damping) * lobe(3))[:, None].T * coeffs.T)

    return 0.0 if lowest_of_all(0.0) >= 0 else float(brentq(lowest_of_all, 0, 10, xtol=1e-13, rtol=1e-12))


def window_file(folder: Path) -> None:
    rng = np.random.default_rng(6)

    def sun(toward: np.ndarray, irradiance: list[float], ambient: list[float]) -> np.ndarray:
        coeffs = np.outer(real_basis(toward, 3), irradiance)
        coeffs[0] += np.sqrt(4 * np.pi) * np.array(ambient)
        return coeffs

    gentle = rng.normal(size=(9, 3)) * 0.1
    gentle[0] = [3.0, 2.5, 2.0]
    sets = {
        "constant": sun(direction(0, 0), [0.0, 0.0, 0.0], [1.0, 0.8, 0.6]),
        "gentle": gentle.round(6),
        "sun over a bright sky": sun(direction(50, 120), [2.0, 1.8, 1.5], [1.0, 1.1, 1.4]),
        "sun over a dim sky": sun(direction(35, -60), [9.0, 8.0, 6.0], [0.4, 0.5, 0.7]),
        "sun alone, low": sun(direction(8, 10), [5.0, 3.0, 1.0], [0.01, 0.01, 0.01]),
        "red sun over a blue sky": sun(direction(20, 200), [6.0, 1.0, 0.2], [0.2, 0.5, 1.0]),
        "two lamps": sun(direction(60, 0), [3.0, 3.0, 3.0], [0.1, 0.1, 0.1])
        + sun(direction(10, 150), [2.0, 1.0, 0.5], [0.0, 0.0, 0.0]),
        "random": np.concatenate([np.full((1, 3), 2.0), rng.normal(size=(8, 3)) * 0.7]).round(6),
    }
    cases = []
    for name, coeffs in sets.items():
        auto, on_radiance = cmgen_cutoff(lobe(3)[:, None] * coeffs), cmgen_cutoff(coeffs)
        damping = sloan_damping(coeffs)
        cases.append(
            {
                "name": name,
                "coeffs": coeffs,
                "auto": {"cutoff": auto, "factors": sinc4(auto)[[0, 2, 6]]},
                "auto-radiance": {"cutoff": on_radiance, "factors": sinc4(on_radiance)[[0, 2, 6]]},
                "sloan": {"damping": damping, "factors": laplacian(damping)[[0, 2, 6]]},
                "least_irradiance": [lowest(channel) for channel in (lobe(3)[:, None] * coeffs).T],
            }
        )
    numbers = [
        {"cutoff": w, "factors": sinc4(w)[[0, 2, 6]]} for w in (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0, 12.7675, 100.0)
    ]
    write(
        folder,
        "window.json",
        f"{SH}; factors: of bands 0, 1, 2. auto: cmgen's, on irradiance; auto-radiance: on radiance; sloan: "
        "1/(1 + λ l²(l+1)²) with the smallest λ that leaves no negative irradiance; cutoffs: sinc⁴ with a given "
        "cut-off",
        "cmgen's bisection over minima on a grid of 100001 angles; sloan by Brent's method over Nelder-Mead minima "
        "(good to 1e-8, `least_irradiance` to 1e-10)",
        {"cases": cases, "cutoffs": numbers},
    )
