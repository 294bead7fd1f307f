"""Our coefficients of real cubemaps beside those that cmgen wrote into the same files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ktx
import numpy as np

from lightprobe.sphere import basis, cosine_lobe, project_cubemap, window
from lightprobe.sphere.harmonics.basis import POLYNOMIAL_CONSTANTS
from lightprobe.sphere.harmonics.window import automatic_cutoff
from lightprobe.sphere.panorama.cubemap import texel_directions

CONVENTION = (
    "error: |ours - cmgen's| / |cmgen's|, over the 27 values of --sh-shader. ibl: from level 0 of *_ibl.ktx, skybox: "
    "from *_skybox.ktx. sun: after adding one directional light in the brightest texel, whose three numbers are what "
    "L00 lacks. cutoff: of the automatic window. unwindowed: without any window"
)
REDUCED = {
    "brightday": "ibl",
    "hall": "ibl",
    "konzerthaus": "ibl",
    "nightlights": "ibl",
    "park2": "ibl",
    "pillars": "ibl",
    "default": "ibl",
    "streetlamp": "ibl",
    "crossroads": "skybox",
    "park": "skybox",
}
"""Environments, and which of their two cubemaps is kept small in data/cmgen."""
CLIPPED = ("crossroads", "park")
"""Environments whose sun is brighter than the format can say."""
SHADER = (cosine_lobe() * POLYNOMIAL_CONSTANTS / np.pi)[:, None]
"""From radiance coefficients in a cubemap's own axes to cmgen --sh-shader, without window."""


def error(coeffs: np.ndarray, sh: np.ndarray, kind: str | float = "auto") -> float:
    """Relative distance between cmgen's numbers and ours, windowed."""
    ours = SHADER * window(coeffs, kind)[:, None] * coeffs
    return float(np.linalg.norm(ours - sh) / np.linalg.norm(sh))


def cutoff(coeffs: np.ndarray) -> float:
    """Where the automatic window ends [bands]."""
    return automatic_cutoff(cosine_lobe()[:, None] * coeffs)


def with_sun(faces: np.ndarray, coeffs: np.ndarray, sh: np.ndarray) -> np.ndarray:
    """Coefficients plus a light in the brightest texel, as strong as L00 lacks: three numbers fitted to three."""
    toward = texel_directions(faces.shape[1]).reshape(-1, 3)[faces.sum(axis=-1).argmax()]
    sun = basis(toward)[:, None]
    return coeffs + sun * (sh[0] / SHADER[0] - coeffs[0]) / sun[0]


def measure(resources: Path, name: str) -> dict[str, Any]:
    """Errors of an environment at full resolution."""
    sh = ktx.read(resources / f"{name}_ibl.ktx").sh
    result: dict[str, Any] = {}
    for source in ("ibl", "skybox"):
        faces = ktx.read(resources / f"{name}_{source}.ktx").levels[0]
        coeffs = project_cubemap(faces)
        lit = with_sun(faces, coeffs, sh)
        result[source] = {
            "error": error(coeffs, sh),
            "unwindowed": error(coeffs, sh, "none"),
            "cutoff": cutoff(coeffs),
            "brightest": float(faces.max()),
            "sun": {"error": error(lit, sh), "cutoff": cutoff(lit)},
        }
    return result
