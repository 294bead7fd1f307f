"""Pack HDRIs and synthetic worlds into one small file for training on another machine: 8-bit RGBE at 256×128, xz.

    python tools/estimator/pack.py --hdris hdri --worlds worlds --out scenes

writes scenes/scenes.xz and scenes/catalog.json: slugs, strata, medians, and the folds over scene groups (the last one
holds out the groups of the suite `registry`, as the recipe `shipped` does).
"""

from __future__ import annotations

import argparse
import json
import lzma
from pathlib import Path

import numpy as np

from lightprobe.camera import read_radiance
from lightprobe.camera.exposure import Reading
from lightprobe.camera.response import POWER, SHOULDER, Response, encode
from lightprobe.data.catalog.table import read_catalog
from lightprobe.imaging.tone import curves
from lightprobe.imaging.tone.curves import RESPONSES, srgb_decode
from lightprobe.models import curve_mixture
from lightprobe.sphere.panorama.equirect import solid_angles
from lightprobe.training.data import folds
from lightprobe.training.recipes.builtin import PUBLIC

FOLDS = 4
SIZE = (128, 256)
NODES, LOWEST, HIGHEST = 512, -12.0, 5.0
"""Nodes of a tabulated curve over the logarithm of radiance [EV re display white of a hard-clipped picture]."""
CAMERAS = 20
"""Camera responses that are drawn for training."""


def shrink(radiance: np.ndarray) -> np.ndarray:
    """Means by solid angle over whole blocks, to 128×256."""
    step = radiance.shape[0] // SIZE[0]
    weights = solid_angles(*radiance.shape[:2])[..., None]
    blocks = (SIZE[0], step, SIZE[1], step, -1)
    total = (radiance * weights).reshape(blocks).sum(axis=(1, 3))
    return total / weights.reshape(blocks).sum(axis=(1, 3))


def rgbe(radiance: np.ndarray) -> np.ndarray:
    """[4, 128, 256] bytes: exponent + 128, then mantissas, each as the difference to the pixel on the left."""
    exponent = np.frexp(np.maximum(radiance.max(axis=-1), 2.0**-30))[1]
    mantissa = np.clip(np.rint(np.ldexp(radiance, (8 - exponent)[..., None])), 0, 255)
    planes = np.concatenate([(exponent + 128)[None], np.moveaxis(mantissa, -1, 0)]).astype(np.uint8)
    return np.diff(planes, axis=-1, prepend=0).astype(np.uint8)


def light_of(response: Response, grid: np.ndarray) -> np.ndarray:
    """sRGB-decoded display light of gray radiance: what a reader sees who does not know the curve."""
    return srgb_decode(encode(response, np.repeat(grid[:, None], 3, axis=1)).astype(np.float64)).mean(axis=1)


def tabulated_curves() -> dict[str, object]:
    """Curves for pictures whose curve is unknown: tables, and ln of the radiance at the knots of display values."""
    rng = np.random.default_rng(16)
    grid = 2.0 ** np.linspace(LOWEST, HIGHEST, NODES)
    knots = np.arange(1, curves.KNOTS + 1) / curves.KNOTS
    names = [*RESPONSES] * 4 + ["srgb"] * 36 + ["bt709", "hlg"] * 2
    responses = [Response(name=name) for name in names]
    for _ in range(CAMERAS):
        power, shoulder = rng.normal(*POWER), rng.normal(*SHOULDER)
        responses.append(Response(name="camera", power=float(power), shoulder=float(max(shoulder, 0.2))))
    tables, targets = [], []
    for response in responses:
        light = light_of(response, grid)
        tables.append(light)
        fine = 2.0 ** np.linspace(-14, 5, 20001)
        display = encode(response, np.repeat(fine[:, None], 3, axis=1)).astype(np.float64)[:, 1]
        first = np.searchsorted(np.maximum.accumulate(display), knots - 1e-6)
        targets.append(np.log(fine[np.minimum(first, len(fine) - 1)]))
    return {
        "names": [response.name for response in responses],
        "tables": np.round(tables, 6).tolist(),
        "log_knots": np.round(targets, 5).tolist(),
        "prototypes": np.round(curve_mixture.log_curves(), 5).tolist(),
        "gains": np.round(curve_mixture.log_gains(), 6).tolist(),
        "lowest": LOWEST,
        "highest": HIGHEST,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hdris", type=Path, required=True)
    parser.add_argument("--worlds", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    sources, scenes = folds.read_scenes(options.hdris)
    entries = {entry.slug: entry for entry in read_catalog(options.hdris)}
    planes, rows = [], []
    for scene in scenes:
        radiance = shrink(read_radiance(sources[scene.slug].path).astype(np.float64))
        rows.append(
            {
                "slug": scene.slug,
                "group": scene.group,
                "stratum": entries[scene.slug].stratum,
                "puresky": scene.puresky,
                "median": Reading.of(radiance).median,
                "world": False,
            }
        )
        planes.append(rgbe(radiance))
    worlds, _ = folds.read_scenes(options.worlds)
    for entry in read_catalog(options.worlds):
        radiance = shrink(read_radiance(worlds[entry.slug].path).astype(np.float64))
        rows.append(
            {
                "slug": entry.slug,
                "group": entry.group,
                "stratum": entry.stratum,
                "puresky": False,
                "median": Reading.of(radiance).median,
                "world": True,
            }
        )
        planes.append(rgbe(radiance))
    splits = [folds.make_fold(scenes, fold, FOLDS) for fold in range(FOLDS)]
    splits.append(folds.make_fold(scenes, -1, FOLDS, PUBLIC))
    catalog = {
        "scenes": rows,
        "folds": [{"train": split.train, "scored": split.scored} for split in splits],
        "curves": tabulated_curves(),
    }
    options.out.mkdir(parents=True, exist_ok=True)
    data = np.stack(planes, axis=1).tobytes()
    (options.out / "scenes.xz").write_bytes(lzma.compress(data, preset=6))
    (options.out / "catalog.json").write_text(json.dumps(catalog), encoding="utf-8")
    print(len(rows), (options.out / "scenes.xz").stat().st_size, [len(split.scored) for split in splits])


if __name__ == "__main__":
    main()
