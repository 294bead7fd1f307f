"""Several views: rings of pictures of the suite's scenes, gathered by the product's own Surround.

    python benchmarks/rings.py

A camera (fov 65°, 128×96, sRGB, noise-free, exact orientations) takes one view, a ring of six around the horizon, and
the same with three more at 45° up, from three azimuths of each scene of the suite `registry`, at the exposure that its
meter chooses for the first view, as with the exposure locked. Relative irradiance errors ‖Ê − E‖/‖E‖ of the answers,
and angles [°] between dominant lights, and between band 1; `seen` is the share of the sphere that the views cover.
Intervals are of the median, by bootstrap over scenes. Writes results/rings.json; a minute.
"""

from collections.abc import Sequence

import numpy as np
from measure import save

import lightprobe
from lightprobe.camera import View, make_hdri
from lightprobe.camera.exposure import Reading, exposure
from lightprobe.camera.view import rays
from lightprobe.evaluation.scoring.bootstrap import summarize
from lightprobe.evaluation.scoring.metrics import TrueLight, score
from lightprobe.evaluation.suites.registry import registry_radiance, registry_scenes
from lightprobe.imaging.tone import curves
from lightprobe.runtime import Estimator
from lightprobe.sphere import project
from lightprobe.sphere.panorama import equirect
from lightprobe.surround import Orientation, Surround

FOV, VIEW = 65.0, View(width=128, height=96, fov=65)
RING = [Orientation(yaw) for yaw in (0, 60, -60, 120, -120, 180)]
UP = [Orientation(yaw, 45) for yaw in (0, 120, -120)]
SETS = {"one view": RING[:1], "ring of six": RING, "ring of six, three up": [*RING, *UP]}
STARTS = (0, 85, 170)
"""Columns of 256 by which the scene is turned first."""
PROTECTION = 0.3
"""Of highlights, by the meter."""
HEIGHT = 128
METRICS = ("e_rel", "level_stops", "direction_deg", "band1_deg")


def seen_by(radiance: np.ndarray, where: Orientation) -> np.ndarray:
    """Radiance of the pixels of a view, each the mean of four points."""
    fine = equirect.sample(radiance, rays(VIEW, 2) @ where.axes)
    return fine.reshape(VIEW.height, 2, VIEW.width, 2, 3).mean(axis=(1, 3))


def answered(estimator: Estimator, views: Sequence[np.ndarray], response: str) -> lightprobe.Estimate:
    """The light of a surround of these views, in the order of RING and UP."""
    surround = Surround(estimator, fov=FOV, response=response, tremble=0)
    for number, (view, where) in enumerate(zip(views, [*RING, *UP], strict=False)):
        surround.add(view, where, float(number), exposure=1.0)
    return surround.estimate()


def main() -> None:
    estimators = {"default, curve given": lightprobe.load(), "plain": lightprobe.load("plain")}
    found: dict[str, dict[str, list[dict[str, float]]]] = {name: {kind: [] for kind in SETS} for name in estimators}
    groups = []
    for row in registry_scenes():
        hdri = make_hdri(row["slug"], registry_radiance(row["slug"]), HEIGHT)
        for start in STARTS:
            groups.append(row["group"])
            radiance = np.roll(np.moveaxis(hdri.small, 0, -1), start, axis=1).astype(np.float64)
            shares = np.linalg.norm(rays(VIEW, 1), axis=-1) ** -3
            gain = exposure(Reading.of(seen_by(radiance, RING[0]), shares), "auto", PROTECTION, 0)
            light = radiance * gain
            truth = TrueLight.of(project(light), equirect.resize(light, 32, 64))
            views = [
                np.rint(255 * curves.encode(seen_by(light, where), "srgb")).astype(np.uint8) for where in (*RING, *UP)
            ]
            for name, estimator in estimators.items():
                for kind, chosen in SETS.items():
                    answer = answered(estimator, views[: len(chosen)], "srgb")
                    scores = score(truth, np.array(answer.sh.coeffs), answer.panorama, light=answer.light)
                    found[name][kind].append({**scores, "seen": answer.seen})
    results: dict[str, dict[str, dict[str, object]]] = {}
    for name, kinds in found.items():
        for kind, scores in kinds.items():
            cells: dict[str, object] = {"seen": round(float(np.mean([each["seen"] for each in scores])), 3)}
            for metric in METRICS:
                values = np.array([each[metric] for each in scores])
                summary = summarize(values, groups, np.random.default_rng(1))
                cells[metric] = {
                    "median": round(summary.median, 4),
                    "median_95": [round(summary.median_low, 4), round(summary.median_high, 4)],
                    "mean": round(summary.mean, 4),
                }
            results.setdefault(name, {})[kind] = cells
    save("rings", {"pictures": len(groups), "rows": results})


if __name__ == "__main__":
    main()
