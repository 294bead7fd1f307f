"""Tune the constants of the baselines on training scenes, as src/lightprobe/evaluation/fixtures/baselines.json.

    python tools/suites/tune_baselines.py ../shared/hdri

Scene groups of the registry suite and pure skies are left out. `mean`: coefficients divided by the median luminance of
the scene and averaged over all turns about the up axis, then the median over scenes, coefficient by coefficient: one
small sun would dominate a mean. `view`: luminance of the coefficients in the frame of a view's camera, divided by the
mean luminance of the picture, then the median over all views. `highlights`: the gain, and the 8-bit value from which it
applies, that minimize the median of E_rel over sRGB pictures at the three standard exposures and as a camera would
expose.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from lightprobe.camera import Hdri, make_hdri, read_radiance
from lightprobe.camera.exposure import quantile, sphere_shares
from lightprobe.data.catalog.groups import location
from lightprobe.data.catalog.hdri_files import Source, read_sources
from lightprobe.data.catalog.strata import is_puresky
from lightprobe.evaluation.entrants.baselines import brighten_highlights, mean_radiance
from lightprobe.evaluation.scoring.metrics import relative_error, shading
from lightprobe.evaluation.suites.item import SuiteItem, capture_item
from lightprobe.evaluation.suites.registry import FIXTURES, registry_scenes
from lightprobe.evaluation.suites.shots import AUTO_EXPOSURE, STANDARD, SuiteScene, natural_shots
from lightprobe.evaluation.suites.views import view_shots
from lightprobe.imaging.tone import curves
from lightprobe.sphere import LUMINANCE, project, rotate
from lightprobe.sphere.harmonics.rotation import about_y

HEIGHT = 64
GAINS = [float(f"{2 ** (k / 4):.3g}") for k in range(33)]
CODES = (240, 245, 250, 253, 255)


def training_scenes(folder: Path) -> list[Source]:
    """The HDRIs of a catalog without pure skies and without the places of the registry suite."""
    held_out = {row["group"] for row in registry_scenes()} | {row["slug"] for row in registry_scenes()}
    return [
        source
        for source in read_sources(folder)
        if not {source.group, source.slug, location(source.slug)} & held_out and not is_puresky(source.slug)
    ]


def all_around(coeffs: np.ndarray) -> np.ndarray:
    """Its mean over turns about the up axis."""
    return np.mean([rotate(coeffs, about_y(2 * np.pi * k / 8)) for k in range(8)], axis=0)


def views_of(scene: SuiteScene, hdri: Hdri) -> list[SuiteItem]:
    """Perspective pictures of a scene, as sRGB."""
    shots = view_shots([scene], width=2 * HEIGHT, seed=7)
    return [capture_item(shot, hdri, width=2 * HEIGHT, height=HEIGHT) for shot in shots if shot.curve == "srgb"]


def view_numbers(item: SuiteItem) -> np.ndarray:
    """Luminance of the true coefficients over that of the picture's mean."""
    mean = mean_radiance(curves.decode(item.image_srgb, "srgb"), item.shot.view)
    return item.coeffs @ LUMINANCE / max(float(mean @ LUMINANCE), 1e-9)


def tune_highlights(pictures: list[SuiteItem]) -> tuple[float, float, int]:
    """The least median of E_rel, and the gain and 8-bit value that give it."""
    best = (np.inf, 0.0, 0)
    for code in CODES:
        parts = []
        for item in pictures:
            below = project(brighten_highlights(item.image_srgb, "srgb", 0.0, code))
            whole = project(brighten_highlights(item.image_srgb, "srgb", 1.0, code))
            parts.append((shading() @ below, shading() @ (whole - below)))
        for gain in GAINS:
            errors = [
                relative_error(low + gain * high, shading() @ item.coeffs)
                for (low, high), item in zip(parts, pictures, strict=True)
            ]
            best = min(best, (float(np.median(errors)), gain, code))
    return best


def main(folder: Path) -> None:
    means, pictures, prior = [], [], []
    sources = training_scenes(folder)
    for source in sources:
        hdri = make_hdri(source.slug, read_radiance(source.path), HEIGHT)
        luminance = (np.moveaxis(hdri.small, 0, -1) @ LUMINANCE).astype(np.float64)
        median = quantile(luminance, 0.5, sphere_shares(*luminance.shape))
        means.append(all_around(hdri.coeffs) / max(median, 1e-9))
        scene = SuiteScene(slug=source.slug, group=source.group, stratum="")
        pictures += [
            capture_item(shot, hdri, width=2 * HEIGHT, height=HEIGHT)
            for shot in natural_shots([scene], width=2 * HEIGHT, seed=7)
            if shot.curve == "srgb" and shot.exposure in (*STANDARD, AUTO_EXPOSURE)
        ]
        prior += [view_numbers(item) for item in views_of(scene, hdri)]
    error, gain, code = tune_highlights(pictures)
    mean = np.median(means, axis=0)
    document = {
        "made_by": "tools/suites/tune_baselines.py",
        "scenes": len(sources),
        "mean": {
            "coeffs": [[float(f"{value:.6g}") for value in row] for row in np.where(np.abs(mean) < 1e-9, 0, mean)]
        },
        "view": {"coeffs": [float(f"{value:.6g}") for value in np.median(prior, axis=0)]},
        "highlights": {"gain": gain, "from_code": code, "median_e_rel": round(error, 4)},
    }
    (FIXTURES / "baselines.json").write_text(json.dumps(document, indent=1) + "\n")
    print(json.dumps(document))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
