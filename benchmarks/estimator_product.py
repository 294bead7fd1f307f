"""The shipped estimator by the product's own path, on the scenes of the suite `registry`, which it was not trained on.

    python benchmarks/estimator_product.py HDRIS

HDRIS is a folder with catalog.csv. Scenes are exposed as tools/estimator exposes them (three exposures by the median,
views by what they see), made into 8-bit pictures, and estimated as anyone's: so scores can be compared with the lab's
in tools/estimator/candidates/candidates.json. `inside bounds` is how often irradiance is at most `uncertainty` stops
off. Writes results/estimator_product.json; a few minutes.
"""

import sys
from pathlib import Path

import numpy as np
from measure import save

import lightprobe
from lightprobe.camera import read_radiance
from lightprobe.camera.exposure import Reading
from lightprobe.imaging.tone import curves
from lightprobe.runtime import Estimate, Estimator
from lightprobe.sphere import project
from lightprobe.sphere.harmonics.irradiance import cosine_lobe
from lightprobe.sphere.light import LUMINANCE
from lightprobe.sphere.panorama import equirect
from lightprobe.training.data import folds
from lightprobe.training.recipes.builtin import PUBLIC

EXPOSURES = (-1.5, -0.5, 0.5)
GRAY = 0.18
SIZE = (128, 256)
FOV, VIEW = 65.0, (192, 256)
ANSWERS = ("best", "balanced", "median")
LOBE = cosine_lobe()[:, None]


def size_of(coeffs: np.ndarray) -> float:
    """The norm of irradiance."""
    return float(np.linalg.norm(LOBE * coeffs))


def scenes(folder: Path) -> dict[str, np.ndarray]:
    """Radiance at 256×128 of the held-out scenes."""
    sources, every = folds.read_scenes(folder)
    slugs = folds.make_fold(every, -1, 4, PUBLIC).scored
    return {slug: equirect.resize(read_radiance(sources[slug].path).astype(np.float64), *SIZE) for slug in slugs}


def view(radiance: np.ndarray) -> np.ndarray:
    """What a camera sees that looks along the middle of the horizon."""
    (height, width), half = VIEW, np.tan(np.radians(FOV) / 2)
    across, down = (half * (2 * (np.arange(n) + 0.5) / width - n / width) for n in (width, height))
    toward = np.stack(np.broadcast_arrays(1.0, -down[:, None], across), axis=-1)
    return equirect.sample(radiance, toward / np.linalg.norm(toward, axis=-1, keepdims=True))


def display(radiance: np.ndarray, curve: str) -> np.ndarray:
    """8-bit display values."""
    return np.rint(255 * curves.encode(radiance, curve)).astype(np.uint8)


def pictures(radiance: np.ndarray) -> list[tuple[str, np.ndarray, dict[str, object], np.ndarray]]:
    """Kind, pixels, arguments of the estimator, and the radiance that is the truth."""
    median, found = Reading.of(radiance).median, []
    for stops in EXPOSURES:
        light = radiance * (GRAY * 2.0**stops / median)
        asked = (("srgb", "srgb"), ("filmic", "filmic"), ("agx", "agx"), ("srgb", "auto"), ("filmic", "auto"))
        for curve, response in asked:
            kind = f"{curve} {'unknown' if response == 'auto' else 'given'}"
            found.append((kind, display(light, curve), {"response": response}, light))
    dull = np.minimum(radiance * (GRAY * 2.0**-0.5 / median), 0.9)
    for curve, name in (("srgb", "given"), ("auto", "unknown")):
        found.append((f"unclipped {name}", display(dull, "srgb"), {"response": curve}, dull))
    for yaw in (0, 90, 180, 270):
        turned = np.roll(radiance, -yaw * SIZE[1] // 360, axis=1)
        seen = view(turned)
        factor = GRAY / float(np.median(seen @ LUMINANCE))
        for name, curve in (("given", "srgb"), ("unknown", "auto")):
            found.append(
                (f"fov65 {name}", display(seen * factor, "srgb"), {"response": curve, "fov": FOV}, turned * factor)
            )
    return found


def scored(estimator: Estimator, pixels: np.ndarray, options: dict[str, object], truth: np.ndarray) -> dict[str, float]:
    """Relative error and signed stops of each answer, whether the interval holds, and the color of the light."""
    wanted, row = project(truth), {}
    for answer in ANSWERS:
        found: Estimate = estimator(pixels, answer=answer, **options)
        row[answer] = size_of(found.sh.coeffs - wanted) / size_of(wanted)
        row[f"{answer} stops"] = float(np.log2(size_of(found.sh.coeffs) / size_of(wanted)))
        if answer == "balanced":
            red, green, blue = found.light.color
            rest = found.sh.coeffs[0] - found.light.coefficients()[0]
            row |= {"green": float(green > 1.02 * max(red, blue)), "below zero": float(rest.min() < 0)}
            row["uncertainty"] = float(found.uncertainty or 0)
    row["inside bounds"] = float(abs(row["balanced stops"]) <= row["uncertainty"])
    return row


def main() -> None:
    estimator, plain = lightprobe.load(), lightprobe.load("plain")
    rows: dict[str, list[dict[str, float]]] = {}
    for number, (_, radiance) in enumerate(scenes(Path(sys.argv[1])).items()):
        turned = np.roll(radiance, 37 * number, axis=1)
        for kind, pixels, options, truth in pictures(turned):
            row = scored(estimator, pixels, options, truth)
            wanted = project(truth)
            row["plain"] = size_of(plain(pixels, **options).sh.coeffs - wanted) / size_of(wanted)
            rows.setdefault(kind, []).append(row)
    results: dict[str, object] = {"model": estimator.network.manifest.document["version"]}
    for kind, each in rows.items():
        table = {name: np.array([row[name] for row in each]) for name in each[0]}
        means = ("green", "below zero", "inside bounds")
        results[kind] = {
            "pictures": len(each),
            **{
                name: [round(float(np.median(table[name])), 4), round(float(table[name].mean()), 4)]
                for name in ("plain", *ANSWERS)
            },
            **{f"{name} stops": round(float(np.median(table[f"{name} stops"])), 3) for name in ANSWERS},
            "uncertainty": round(float(np.median(table["uncertainty"])), 3),
            "worse than plain by 0.1": round(float((table["balanced"] > table["plain"] + 0.1).mean()), 3),
            **{name: round(float(table[name].mean()), 3) for name in means},
        }
    save("estimator_product", results)


if __name__ == "__main__":
    main()
