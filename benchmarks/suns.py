"""Bare suns: fit and test the probability that the light of a clipped picture is one.

    python benchmarks/suns.py HDRIS

HDRIS is a folder with catalog.csv (`lightprobe catalog`). Each scene is photographed at four exposures, as it is and as
JPEG. It has a bare sun if the catalog's kind of light is sun and 0.6 of its dominant light come from within 2°. A spot
is right if that sun is within 6° of its middle. Above a knee, the logistic regression is too sure; there its
probability grows by a smaller slope. Prints the weights for runtime/environment/spot.py, fitted to all, knee and slope,
and writes results/suns.json: each sixth of the scene groups, judged by numbers that were fitted to the others.
"""

import csv
import sys
import zlib
from pathlib import Path

import numpy as np
from measure import save

import lightprobe
from lightprobe.camera import Shot, capture, load_hdri, read_radiance
from lightprobe.imaging import Picture
from lightprobe.runtime.environment.spot import find_spot
from lightprobe.sphere import LUMINANCE, dominant_light, project
from lightprobe.sphere.panorama import equirect

METERS = (("fixed", -1.5), ("fixed", -0.5), ("fixed", 0.5), ("auto", 0))
SHOTS = [(meter, ev, jpeg) for meter, ev in METERS for jpeg in (0, 90)]

FOLDS, RIDGE = 6, 3.0


def true_sun(radiance: np.ndarray) -> np.ndarray | None:
    """Direction of the brightest pixel near the dominant light, if 0.6 of that light are around it."""
    light = dominant_light(project(radiance), equirect.resize(radiance, 32, 64))
    toward, area = equirect.directions(*radiance.shape[:2]), equirect.solid_angles(*radiance.shape[:2])
    cosine, luminance = toward @ light.direction, radiance @ LUMINANCE
    cap, ring = cosine > np.cos(np.radians(20)), (cosine > np.cos(np.radians(40))) & (cosine < np.cos(np.radians(20)))
    area = np.broadcast_to(area, cap.shape)
    above = np.where(cap, np.maximum(luminance - area[ring] @ luminance[ring] / area[ring].sum(), 0), 0) * area
    peak = toward.reshape(-1, 3)[int(np.argmax(above / area))]
    return peak if above[toward @ peak > np.cos(np.radians(2))].sum() >= 0.6 * above.sum() else None


def look(folder: Path, row: dict[str, str], estimator: lightprobe.Estimator) -> list[tuple[np.ndarray, bool]]:
    """Looks of the spots in the pictures of a scene, and whether they are right."""
    path = folder / row["file"]
    radiance = read_radiance(path)
    sun = true_sun(radiance) if row["stratum"] == "sun" else None
    hdri, found = load_hdri(row["slug"], path, height=256), []
    for meter, ev, jpeg in SHOTS:
        shot = Shot(scene=row["slug"], width=512, height=256, meter=meter, compensation=ev, protection=0.3, jpeg=jpeg)
        pixels = capture(shot, hdri).picture_srgb
        light = estimator(pixels, response="srgb").light
        spot = find_spot(Picture(pixels=pixels, is_linear=False, name=row["slug"]), light.direction)
        if spot is not None and spot.direction[1] > 0:
            is_right = sun is not None and bool(spot.direction @ sun > np.cos(np.radians(6)))
            found.append((np.append(spot.looks, light.share), is_right))
    return found


def fit(looks: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Weights and, last, the bias of a logistic regression, by Newton's method."""
    mean, scale = looks.mean(axis=0), looks.std(axis=0)
    columns = np.column_stack([(looks - mean) / scale, np.ones(len(looks))])
    weights, ridge = np.zeros(columns.shape[1]), np.diag([*[RIDGE] * looks.shape[1], 0.0])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-columns @ weights))
        curvature = columns.T @ (columns * (chance * (1 - chance))[:, None]) + ridge
        weights = weights + np.linalg.solve(curvature, columns.T @ (right - chance) - ridge @ weights)
    slopes = weights[:-1] / scale
    return np.append(slopes, weights[-1] - slopes @ mean)


def calibrate(chance: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """Knee, not below 0.5 so that no decision changes, and slope of the largest likelihood, on a grid."""
    grid = [(knee, slope) for knee in np.arange(0.5, 0.85, 0.05) for slope in np.arange(0.05, 1.01, 0.05)]

    def likelihood(numbers: tuple[float, float]) -> float:
        values = calibrated(chance, *numbers)
        return float((right * np.log(values) + (1 - right) * np.log(1 - values)).sum())

    knee, slope = max(grid, key=likelihood)
    return round(float(knee), 2), round(float(slope), 2)


def calibrated(chance: np.ndarray, knee: float, slope: float) -> np.ndarray:
    """Probabilities; those above the knee are lowered."""
    return np.where(chance > knee, knee + slope * (chance - knee), chance)


def reliability(chance: np.ndarray, right: np.ndarray) -> list[dict[str, float]]:
    """In each fifth of probabilities: pictures, mean probability, share that is right."""
    bins = [(chance >= low) & (chance < low + 0.2) for low in np.arange(0, 1, 0.2)]
    return [
        {
            "pictures": int(part.sum()),
            "mean": round(float(chance[part].mean()), 3),
            "right": round(float(right[part].mean()), 3),
        }
        for part in bins
        if part.any()
    ]


def main(folder: Path) -> None:
    """Look, fit, test."""
    estimator, looks, right, folds = lightprobe.load(), [], [], []
    for row in csv.DictReader((folder / "catalog.csv").read_text(encoding="utf-8").splitlines()):
        if int(row["source_width"]) < 512:
            continue
        for values, is_right in look(folder, row, estimator):
            looks.append(values)
            right.append(is_right)
            folds.append(zlib.crc32(row["group"].encode()) % FOLDS)
    values, truth, fold = np.array(looks), np.array(right, float), np.array(folds)
    chance = np.empty(len(truth))
    for index in range(FOLDS):
        weights = fit(values[fold != index], truth[fold != index])
        chance[fold == index] = 1 / (1 + np.exp(-(values[fold == index] @ weights[:-1] + weights[-1])))
    print("weights", np.array2string(fit(values, truth), precision=4, separator=", "))
    final = np.empty(len(truth))
    for index in range(FOLDS):
        numbers = calibrate(chance[fold != index], truth[fold != index])
        final[fold == index] = calibrated(chance[fold == index], *numbers)
    knee, slope = calibrate(chance, truth)
    print(f"knee {knee}, slope {slope}")
    told = chance >= 0.5
    rank = np.argsort(np.argsort(chance)).astype(float)
    ones = truth.sum()
    above = rank[truth == 1].sum() - ones * (ones - 1) / 2
    save(
        "suns",
        {
            "pictures with a spot": len(truth),
            "of a bare sun": int(ones),
            "told": int(told.sum()),
            "told and right": int(truth[told].sum()),
            "area under the curve": round(float(above / (ones * (len(truth) - ones))), 3),
            "knee and slope": [knee, slope],
            "confidence": reliability(calibrated(chance, knee, slope), truth),
            "confidence, knee and slope fitted to the other sixths": reliability(final, truth),
            "confidence without the knee": reliability(chance, truth),
        },
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
