"""How well an environment map stands for the true surroundings: its radiance, and three balls lit by it.

Balls are compared over all directions: a matte one and a rough one (GGX roughness 0.3, as a cosine lobe of exponent
2/α² − 2 around the mirrored direction, α = 0.3²) at 32×64 pixels, and a mirror at 64×128.

Radiance is compared as log2 luminance, not as PSNR of PU21 (Mantiuk and Azimi, "PU21", PCS 2021): that needs luminance
in cd/m², and radiance here is relative to display white, so the score would follow from the display that is assumed.

Source: Walter et al., "Microfacet Models for Refraction through Rough Surfaces", EGSR 2007 (exponent).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from lightprobe._shapes import Float
from lightprobe.evaluation.entrants.entrant import Entrant
from lightprobe.evaluation.suites.shots import STANDARD
from lightprobe.evaluation.suites.suite import Suite
from lightprobe.sphere import LUMINANCE
from lightprobe.sphere.panorama import equirect

BALL, MIRROR = (32, 64), (64, 128)
"""Rows and columns at which balls are lit and compared."""
ROUGHNESS = 0.3
FLOOR = 1e-3
"""Added before logarithms are taken [display white]."""


SCORES = {
    "log_rmse_ev": "log2 luminance [EV]",
    "matte": "matte ball",
    "rough": f"rough ball, {ROUGHNESS}",
    "mirror": "mirror",
}
"""Scores of environment maps and their titles; 0 is best."""


def environment_pictures(suite: Suite, ids: Sequence[str]) -> list[str]:
    """Ids of the pictures whose environment maps are compared: whole panoramas, sRGB, at the standard exposures."""
    shots = [suite.by_id[id] for id in ids]
    return [shot.id for shot in shots if shot.view is None and shot.curve == "srgb" and shot.exposure in STANDARD]


def measure_environments(
    entrants: Sequence[Entrant], suite: Suite, ids: Sequence[str]
) -> dict[str, list[dict[str, float]]]:
    """`environment_scores` of each picture, for each entrant that makes environment maps; nothing of suites that have
    no true surroundings at the size of their pictures."""
    judged = [entrant for entrant in entrants if entrant.environment is not None]
    found: dict[str, list[dict[str, float]]] = {entrant.name: [] for entrant in judged}
    for item in suite.items(ids) if judged else ():
        if item.radiance is None:
            return {}
        for entrant in judged:
            environment = entrant.surroundings(item.shot, item.image_srgb)
            found[entrant.name].append(environment_scores(environment, item.radiance))
    return found if ids else {}


def environment_scores(found: Float[np.ndarray, "h w 3"], true: Float[np.ndarray, "h w 3"]) -> dict[str, float]:
    """Root mean square error of log2 luminance over the sphere [EV], and relative errors ‖a − b‖/‖b‖ of three balls."""
    height, width = true.shape[:2]
    area = equirect.solid_angles(height, width) / (4 * np.pi)
    stops = [np.log2(np.maximum(map_ @ LUMINANCE, 0) + FLOOR) for map_ in (found, true)]
    scores = {"log_rmse_ev": float(np.sqrt((area * (stops[0] - stops[1]) ** 2).sum()))}
    lights = [equirect.resize(map_.astype(np.float64), *BALL).reshape(-1, 3) for map_ in (found, true)]
    for name, exponent in (("matte", 1.0), ("rough", 2 / ROUGHNESS**4 - 2)):
        lit = [(_lobes(exponent) @ light).reshape(*BALL, 3) for light in lights]
        scores[name] = _relative(*lit)
    scores["mirror"] = _relative(*(equirect.resize(map_.astype(np.float64), *MIRROR) for map_ in (found, true)))
    return scores


def _relative(found: Float[np.ndarray, "h w 3"], true: Float[np.ndarray, "h w 3"]) -> float:
    """‖a − b‖/‖b‖ over the sphere."""
    weight = np.sqrt(equirect.solid_angles(*true.shape[:2]))[..., None]
    return float(np.linalg.norm(weight * (found - true)) / np.linalg.norm(weight * true))


@lru_cache(maxsize=2)
def _lobes(exponent: float) -> Float[np.ndarray, "2048 2048"]:
    """Weights of a cosine lobe around each direction; they add up to 1."""
    toward = equirect.directions(*BALL).reshape(-1, 3)
    cosine = toward @ toward.T
    area = np.broadcast_to(equirect.solid_angles(*BALL), BALL).reshape(-1)
    lobes = np.maximum(cosine, 0) ** exponent * area
    return lobes / lobes.sum(axis=1, keepdims=True)
