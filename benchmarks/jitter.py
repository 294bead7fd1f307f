"""Where the jitter of a panned panorama comes from: pictures of the suite `registry`, turned slowly, without smoothing.

    python benchmarks/jitter.py

A picture turns by a column (1.4°) from frame to frame, with and without noise of two 8-bit steps; then by whole cells
(5.6°), and by eight of them, which is how far the strides of the network reach. Numbers are relative changes of
irradiance beyond the turn itself: of the answer, of the light that is measured, of the guessed light at a constant
level, and the deviation (RMS) from the mean of the answers, turned back. `Two runs` is what a law could do: the mean of
two answers for the picture turned to where its light is. Medians over pictures. A camera's view pans
through the same scenes by 1.4° a frame: what it sees changes, so its jitter is an upper bound. Writes
results/jitter.json; a minute.
"""

from itertools import pairwise

import numpy as np
from measure import save

import lightprobe
from lightprobe.camera import Shot, View, capture, make_hdri
from lightprobe.evaluation.scoring.metrics import shading
from lightprobe.evaluation.scoring.stability import NOISE, choose_pictures, frame_jitter, relative_change
from lightprobe.evaluation.suites.registry import registry_radiance, registry_suite
from lightprobe.imaging.arrays import from_array
from lightprobe.imaging.cells import CELLS
from lightprobe.runtime.network import Network
from lightprobe.runtime.network_input import to_network_input
from lightprobe.sphere import LUMINANCE, project, rotate
from lightprobe.sphere.harmonics.rotation import about_y
from lightprobe.sphere.panorama import equirect

FRAMES = 16
PANS = {
    "still, noise": (0, NOISE),
    "a column": (1, 0.0),
    "a column, noise": (1, NOISE),
    "a cell": (4, 0.0),
    "eight cells": (32, 0.0),
}
"""Columns from frame to frame of 256, and noise [8-bit steps]."""
RESPONSES = ("auto", "srgb")


def pan(image: np.ndarray, columns: int, noise: float) -> list[np.ndarray]:
    """Frames of a picture that turns."""
    rng, frames = np.random.default_rng(1), []
    for frame in range(FRAMES):
        turned = np.roll(image, frame * columns, axis=1)
        grain = np.rint(noise * rng.standard_normal(image.shape)).astype(int)
        frames.append(np.clip(turned + np.where(turned == 255, 0, grain), 0, 255).astype(np.uint8))
    return frames


def scored(answers: list[dict[str, np.ndarray]], step: float) -> dict[str, float]:
    """Changes from frame to frame of outputs of the network, and their deviation from the mean."""
    coeffs = [found["coeffs"].astype(np.float64) for found in answers]
    measured = [project(found["panorama"] - found["lost"], 3) for found in answers]
    guessed = [project(found["lost"], 3) for found in answers]
    sizes = np.array([np.linalg.norm(shading() @ light) for light in guessed])
    level = float(np.exp(np.log(np.maximum(sizes, 1e-9)).mean()))
    even = [light * level / max(size, 1e-9) for light, size in zip(guessed, sizes, strict=True)]
    back = [rotate(light, about_y(-step * frame)) for frame, light in enumerate(coeffs)]
    mean = np.mean(back, axis=0)
    whole = float(np.linalg.norm(shading() @ mean))

    def part(lights: list[np.ndarray]) -> float:
        turn = about_y(step)
        pairs = pairwise(lights)
        return float(np.mean([np.linalg.norm(shading() @ (b - rotate(a, turn))) for a, b in pairs])) / whole

    return {
        "answer": frame_jitter(coeffs, step),
        "measured": part(measured),
        "guessed, constant level": part(even),
        "rms": float(np.sqrt(np.mean([relative_change(mean, light) ** 2 for light in back]))),
    }


def view_jitter(slug: str, response: str) -> float:
    """Of a camera that turns right by 1.4° a frame, fixed exposure."""
    hdri, estimator, step = make_hdri(slug, registry_radiance(slug), 128), lightprobe.load(), 2 * np.pi / 256
    lights = []
    for frame in range(FRAMES):
        shot = Shot(
            scene=slug, width=256, height=128, view=View(width=128, height=96, fov=65), yaw=frame, meter="fixed"
        )
        lights.append(estimator(capture(shot, hdri).picture_srgb, fov=65.0, response=response).sh.coeffs)
    return frame_jitter(lights, step)


def aligned(network: Network, cells: np.ndarray, response: str) -> dict[str, np.ndarray]:
    """The answer of two runs, on cells turned so that the azimuth of all light lies between their first two columns,
    blended by how near it is to either: whatever the turn of the picture, the network sees nearly the same.
    """
    luminance = np.einsum("chw,c->hw", cells[:3], LUMINANCE) * equirect.solid_angles(*CELLS)
    x, _, z = np.einsum("hw,hwk->k", luminance, equirect.directions(*CELLS))
    column = (np.arctan2(z, x) / (2 * np.pi) + 0.5) * CELLS[1]
    first = int(np.floor(column))
    total: dict[str, np.ndarray] = {}
    for columns, share in ((first, first + 1 - column), (first + 1, column - first)):
        found = network(np.roll(cells, -columns, axis=2), response)
        light = {name: share * np.roll(found[name], columns, axis=1) for name in ("panorama", "lost")}
        light["coeffs"] = share * rotate(found["coeffs"].astype(np.float64), about_y(2 * np.pi * columns / CELLS[1]))
        total = {name: total.get(name, 0) + value for name, value in light.items()}
    return total


def main() -> None:
    suite, network = registry_suite(seed=1), lightprobe.load().network
    assert network is not None
    ids = choose_pictures(suite, [shot.id for shot in suite.shots])
    results: dict[str, dict[str, dict[str, float]]] = {}
    for response in RESPONSES:
        rows: dict[str, list[dict[str, float]]] = {name: [] for name in (*PANS, "a column, noise; two runs")}
        for item in suite.items(ids):
            for name, (columns, noise) in PANS.items():
                frames = pan(item.image_srgb, columns, noise)
                inputs = [to_network_input(from_array(frame), response, network.manifest) for frame in frames]
                step = 2 * np.pi * columns / 256
                rows[name].append(scored([network(given.values, response) for given in inputs], step))
                if name == "a column, noise":
                    answers = [aligned(network, given.values, response) for given in inputs]
                    rows["a column, noise; two runs"].append(scored(answers, step))
        results[response] = {
            name: {part: round(float(np.median([row[part] for row in found])), 5) for part in found[0]}
            for name, found in rows.items()
        }
        views = [view_jitter(suite.by_id[id].scene, response) for id in ids]
        results[response]["a view, 1.4°"] = {"answer": round(float(np.median(views)), 5)}
    save("jitter", {"pictures": ids, "results": results})


if __name__ == "__main__":
    main()
