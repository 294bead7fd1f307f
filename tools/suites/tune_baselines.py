"""Tune the constants of the baselines on training scenes, as src/lightprobe/evaluation/fixtures/baselines.json.

    python tools/suites/tune_baselines.py ../shared/hdri

Scene groups of the registry suite and pure skies are left out. `mean`: coefficients divided by the median luminance of
the scene and averaged over all turns about the up axis, then the median over scenes, coefficient by coefficient: one
small sun would dominate a mean. `highlights`: the gain, and the 8-bit value from which it applies, that minimize the
median of E_rel over sRGB pictures at the three standard exposures and as a camera would expose.
"""

import json
import sys
from pathlib import Path

import numpy as np
from lightprobe.evaluation.formation import make_scene, take

from lightprobe.camera.exposure import quantile
from lightprobe.data.catalog.hdri_files import read_sources
from lightprobe.data.catalog.measure import place
from lightprobe.evaluation.entrants.baselines import brightened
from lightprobe.evaluation.scoring.metrics import relative_error, shading
from lightprobe.evaluation.suites.shots import AUTO, STANDARD, Place, plan
from lightprobe.evaluation.suites.suite import FIXTURES, registry_scenes
from lightprobe.imaging.files import read_picture
from lightprobe.sphere import LUMINANCE, project, rotate
from lightprobe.sphere.rotation import about_y

HEIGHT = 64
GAINS = [float(f"{2 ** (k / 4):.3g}") for k in range(33)]
CODES = (240, 245, 250, 253, 255)


def all_around(coeffs: np.ndarray) -> np.ndarray:
    """Its mean over turns about the up axis."""
    return np.mean([rotate(coeffs, about_y(2 * np.pi * k / 8)) for k in range(8)], axis=0)


def main(folder: Path) -> None:
    held_out = {row["group"] for row in registry_scenes()} | {row["slug"] for row in registry_scenes()}
    sources = [
        source
        for source in read_sources(folder)
        if not {source.group, source.slug, place(source.slug)} & held_out and not source.slug.endswith("puresky")
    ]
    means, pictures = [], []
    for source in sources:
        radiance = np.maximum(read_picture(source.path).pixels, 0)
        scene = make_scene(source.slug, radiance, HEIGHT)
        median = quantile((np.moveaxis(scene.small, 0, -1) @ LUMINANCE).astype(np.float64), 0.5)
        means.append(all_around(scene.coeffs) / max(median, 1e-9))
        shots = plan([Place(slug=source.slug, group=source.group, stratum="")], width=2 * HEIGHT, seed=7)
        pictures += [take(scene, s) for s in shots if s.curve == "srgb" and s.exposure in (*STANDARD, AUTO)]
    best = (np.inf, 0.0, 0)
    for code in CODES:
        parts = []
        for item in pictures:
            below = project(brightened(item.image_srgb, "srgb", 0.0, code))
            parts.append(
                (shading() @ below, shading() @ (project(brightened(item.image_srgb, "srgb", 1.0, code)) - below))
            )
        for gain in GAINS:
            errors = [
                relative_error(low + gain * high, shading() @ item.coeffs)
                for (low, high), item in zip(parts, pictures, strict=True)
            ]
            best = min(best, (float(np.median(errors)), gain, code))
    mean = np.median(means, axis=0)
    document = {
        "made_by": "tools/suites/tune_baselines.py",
        "scenes": len(sources),
        "mean": {
            "coeffs": [[float(f"{value:.6g}") for value in row] for row in np.where(np.abs(mean) < 1e-9, 0, mean)]
        },
        "highlights": {"gain": best[1], "from_code": best[2], "median_e_rel": round(best[0], 4)},
    }
    (FIXTURES / "baselines.json").write_text(json.dumps(document, indent=1) + "\n")
    print(json.dumps(document))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
