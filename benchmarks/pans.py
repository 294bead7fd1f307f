"""Surrounds: pans by the product's camera through scenes on which the estimator was not trained.

    python benchmarks/pans.py HDRIS [SCENE …]

HDRIS is a folder of HDRIs that holds those of the suite `registry`. A camera (fov 65°, 120×90, 30 frames/s) rises by
30°, turns once, sinks to 30° below the horizon, and turns again: 1 + 6 + 1 + 6 s. Its exposure follows a meter with a
lag, its white balance drifts, its pixels are noisy, its orientations are off by 2° in each angle and frame, and every
twentieth frame is lost. The errors are relative irradiance errors ‖Ê − E‖/‖E‖; `whole` is that of the whole panorama
in one picture, exposed by the same meter; `measured` has the truth where nothing was seen and where all frames clip.
A jump is ‖Ê − Ê'‖ from one answer to the next, in units of the largest of ‖Ê‖, ‖Ê'‖ and ‖E‖. Writes
results/surround.json.
"""

import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
from measure import save, spread
from PIL import Image

import lightprobe
from lightprobe.camera import Response, Shot, View, capture, load_hdri
from lightprobe.camera.exposure import Reading, balance, exposure
from lightprobe.camera.hdri import Hdri
from lightprobe.camera.optics import linear_noise
from lightprobe.camera.response import encode
from lightprobe.camera.view import rays
from lightprobe.evaluation.suites.registry import registry_scenes
from lightprobe.sphere import project
from lightprobe.sphere.harmonics.irradiance import cosine_lobe
from lightprobe.sphere.panorama import equirect
from lightprobe.surround import Orientation, Surround

RATE = 30
"""Frames per second."""
PATH = ((0, 0, 0), (1, 0, 30), (7, 360, 30), (8, 360, -30), (14, 720, -30))
"""Time [s], yaw and pitch [°] at the corners of the pan."""
HEIGHT, FOV, SIZE = 256, 65, (120, 90)
LAG, PROTECTION, NOISE, LOST = 0.3, 0.3, 2.0, 0.05
"""Time constant of the exposure [s], its protection of highlights, orientation noise [°], share of lost frames."""
SMOOTHING = 3.0
"""Time constant of the Smoother [s]."""
WORKERS = 2
MARKS = 24
"""Errors are kept this often in a pan."""


def irradiance_norm(coeffs: np.ndarray) -> float:
    """‖E‖ over all normals, up to a factor."""
    return float(np.linalg.norm(cosine_lobe(3)[:, None] * coeffs))


class Phone:
    """A camera that exposes and balances by itself."""

    def __init__(self, hdri: Hdri, rng: np.random.Generator) -> None:
        self.radiance = np.moveaxis(hdri.small, 0, -1)
        self.slug, self.rng, self.ev = hdri.slug, rng, None
        self.phases = rng.uniform(0, 2 * np.pi, 2)

    def take(self, where: Orientation, time: float) -> tuple[np.ndarray, np.ndarray]:
        """A frame, and the gains from the scene's radiance to the frame's."""
        view = View(width=SIZE[0], height=SIZE[1], fov=FOV, pitch=where.pitch, roll=where.roll)
        pixels = rays(view, 1)  # no more are needed: they are finer than the scene's
        radiance = equirect.sample(self.radiance, pixels @ where.axes).astype(np.float32)
        metered = radiance[::4, ::4], np.linalg.norm(pixels[::4, ::4], axis=-1) ** -3
        wanted = np.log2(exposure(Reading.of(*metered), "auto", PROTECTION, 0))
        self.ev = wanted if self.ev is None else self.ev - np.expm1(-1 / RATE / LAG) * (wanted - self.ev)
        warmth, tint = np.array([0.15, 0.05]) * np.sin(2 * np.pi * time / np.array([9, 7]) + self.phases)
        gains = 2.0**self.ev * balance(warmth, tint)
        seed = int(self.rng.integers(1 << 30))
        shot = Shot(
            scene=self.slug, width=2, height=1, view=view, shot_noise=2e-4, read_noise=2e-3, noise_seed=seed
        )  # of which the optics take the noise
        light = linear_noise(radiance * gains.astype(np.float32), shot)
        return np.rint(255 * encode(Response(), light)).astype(np.uint8), gains


def whole_error(hdri: Hdri, estimator: lightprobe.Estimator) -> tuple[float, float]:
    """The error of the whole panorama in one picture, and that of its plain projection."""
    shot = Shot(scene=hdri.slug, width=2 * HEIGHT, height=HEIGHT, meter="auto", protection=PROTECTION)
    taken = capture(shot, hdri)
    found = [by(taken.picture_srgb, response="srgb").sh.coeffs for by in (estimator, lightprobe.load("plain"))]
    return tuple(irradiance_norm(coeffs - taken.coeffs) / irradiance_norm(taken.coeffs) for coeffs in found)


def path() -> list[Orientation]:
    """Orientations of all frames."""
    times, yaws, pitches = np.array(PATH).T
    at = np.arange(times[-1] * RATE) / RATE
    return [Orientation(*pair) for pair in zip(np.interp(at, times, yaws), np.interp(at, times, pitches), strict=True)]


def largest_jump(answers: list[np.ndarray], truth: np.ndarray) -> float:
    """The largest change from one answer to the next, in units of the largest of them and the truth."""
    sizes = [irradiance_norm(coeffs) for coeffs in (truth, *answers)]
    changes = [irradiance_norm(after - before) for before, after in pairwise(answers)]
    return max(c / max(sizes[0], a, b) for c, (a, b) in zip(changes, pairwise(sizes[1:]), strict=True))


def measured_error(surround: Surround, truth: np.ndarray, panorama: np.ndarray) -> float:
    """The error of what is measured: the true panorama stands in where nothing was seen or something is clipped."""
    memory, true = surround.recall(), equirect.resize(panorama, surround.rows, 2 * surround.rows).reshape(-1, 3)
    share = np.minimum(memory.weight, 1)[:, None] * (memory.clipped == 0)
    cells = (share * memory.radiance + (1 - share) * true).reshape(surround.rows, -1, 3)
    return irradiance_norm(project(cells, 3) - truth) / irradiance_norm(truth)


def pan(hdri: Hdri, estimator: lightprobe.Estimator, rng: np.random.Generator, **options) -> dict[str, object]:
    """Errors on the way, the last one, and the largest jumps."""
    phone, surround = Phone(hdri, rng), Surround(estimator, fov=FOV, response="srgb", **options)
    smoother = lightprobe.Smoother(SMOOTHING)
    truth, answers, smooth, errors, seen, exposures = None, [], [], [], [], []
    for number, where in enumerate(path()):
        frame, gains = phone.take(where, number / RATE)
        truth = hdri.coeffs * gains if truth is None else truth
        if number and rng.random() < LOST:
            continue
        surround.add(frame, Orientation(*(np.array(where) + NOISE * rng.standard_normal(3))), number / RATE)
        found = surround.estimate()
        answers.append(found.sh.coeffs)
        smooth.append(smoother(found, number / RATE).sh.coeffs)
        errors.append(irradiance_norm(found.sh.coeffs - truth) / irradiance_norm(truth))
        seen.append(found.seen)
        exposures.append(phone.ev)
    at = np.linspace(0, len(errors) - 1, MARKS).astype(int)
    scale = (truth / hdri.coeffs)[0]
    return {
        "first": errors[0],
        "last": errors[-1],
        "measured": measured_error(surround, truth, phone.radiance * scale),
        "jump": largest_jump(answers, truth),
        "smooth_jump": largest_jump(smooth, truth),
        "exposure_stops": float(np.ptp(exposures)),
        "gain_drift_stops": float(np.log2(surround.gains * gains / scale).mean()),
        "errors": [round(errors[k], 4) for k in at],
        "seen": [round(seen[k], 4) for k in at],
    }


def speed(estimator: lightprobe.Estimator, **options) -> dict[str, dict[str, float]]:
    """Processor time for a frame of 640×480: adding it, and the estimate after it."""
    rng = np.random.default_rng(1)
    frame = np.asarray(Image.fromarray(rng.integers(0, 256, (12, 16, 3), np.uint8)).resize((640, 480)))
    surround, times = Surround(estimator, fov=FOV, response="srgb", **options), {"add": [], "estimate": []}
    for number in range(60):
        start = time.process_time()
        surround.add(frame, Orientation(3 * number, 10, 3), number / RATE)
        middle = time.process_time()
        surround.estimate()
        for name, taken in (("add", middle - start), ("estimate", time.process_time() - middle)):
            times[name].append(taken)
    return {name: spread(taken[10:]) for name, taken in times.items()}


def quartiles(values: list[float]) -> dict[str, float]:
    """Median and quartiles."""
    low, middle, high = (round(float(q), 4) for q in np.quantile(values, (0.25, 0.5, 0.75)))
    return {"median": middle, "q1": low, "q3": high}


def measured(folder: Path, slug: str) -> dict[str, object]:
    """A scene."""
    hdri, estimator = load_hdri(slug, folder / f"{slug}.exr", HEIGHT), lightprobe.load()
    whole, plain = whole_error(hdri, estimator)
    row = {"whole": whole, "plain": plain, **pan(hdri, estimator, np.random.default_rng(7))}
    print(slug, {k: round(v, 4) for k, v in row.items() if isinstance(v, float)}, flush=True)
    return {k: round(v, 4) if isinstance(v, float) else v for k, v in row.items()}


def main(folder: Path, slugs: list[str]) -> None:
    """All scenes."""
    slugs = slugs or [scene["slug"] for scene in registry_scenes()]
    with ProcessPoolExecutor(WORKERS) as pool:
        rows = dict(zip(slugs, pool.map(measured, [folder] * len(slugs), slugs), strict=True))
    names = ("whole", "plain", "first", "last", "measured", "jump", "smooth_jump", "gain_drift_stops")
    summary: dict[str, object] = {name: quartiles([row[name] for row in rows.values()]) for name in names}
    summary["last_over_whole"] = quartiles([row["last"] / row["whole"] for row in rows.values()])
    summary["largest_jump"] = max(row["jump"] for row in rows.values())
    summary["largest_smooth_jump"] = max(row["smooth_jump"] for row in rows.values())
    errors = np.array([row["errors"] for row in rows.values()])
    summary["median_errors"] = [round(float(e), 4) for e in np.median(errors, axis=0)]
    summary["median_seen"] = [round(float(s), 4) for s in np.median([row["seen"] for row in rows.values()], axis=0)]
    save("surround", {"summary": summary, "speed": speed(lightprobe.load()), "scenes": rows})


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
