"""Make the model folder that the package ships from weights of the lab.

    PYTHONPATH=src python tools/estimator/ship.py --hdris hdri --out src/lightprobe/pretrained

takes a vector of `candidates/candidates.npz`, and its scores and temperatures from the .json beside it; files of the
folder that are no part of a model, such as the model card, stay. `--mantissa` is how many bits of each weight are kept:
fewer compress better. Then run tools/golden/make_networks.py and tools/web/make_fixtures.py.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lightprobe import __version__
from lightprobe.data.catalog.table import read_catalog
from lightprobe.export import release_model
from lightprobe.export.checkpoint import TrainedModel
from lightprobe.models import build
from lightprobe.models.answers import BLEND, TEMPERATURE
from lightprobe.training.data import folds
from lightprobe.training.recipes.builtin import PUBLIC
from network import Flat, Shape

SHIPPED = Path(__file__).parent / "candidates" / "candidates.npz"
MANTISSA = 6


def state_of(vector: np.ndarray, shape: Shape) -> dict[str, Tensor]:
    """Weights under the names of `lightprobe.models.surroundings`, from one vector."""
    named = Flat(shape).unpack(torch.from_numpy(vector.astype(np.float32))[None])
    state: dict[str, Tensor] = {}
    for name, value in named.items():
        layer, end = (name[:-5], "bias") if name.endswith(".bias") else (name, "weight")
        layer = f"deep.{layer[4:]}" if layer.startswith("deep") else layer
        state[f"{layer}.{end}"] = value[0]
    return state


def read_candidate(
    weights: Path, seed: str, hdris: Path, temperature: list[float] | None = None, **settings: Any
) -> TrainedModel:
    """The model with the weights of one seed; `temperature` and `settings` are those of its answers."""
    about = json.loads(weights.with_suffix(".json").read_text(encoding="utf-8"))
    shape = Shape(**{key: tuple(v) if isinstance(v, list) else v for key, v in about["shape"].items()})
    found = about["temperature"]
    settings["temperature"] = temperature or (found if isinstance(found, list) else TEMPERATURE)
    model = build("surroundings", widths=shape.widths, context=shape.context, deep=shape.deep, **settings)
    with np.load(weights) as vectors:
        model.load_state_dict(state_of(vectors[seed], shape))
    return TrainedModel(
        path=weights,
        model=model.eval().requires_grad_(False),
        data=data_of(hdris),
        metrics={"seed": seed, "trained": about["trained"], "held_out": True, "scores": scores_of(about, seed)},
        lightprobe=__version__,
    )


def data_of(hdris: Path) -> dict[str, Any]:
    """The scenes that the candidates were trained on, as a checkpoint names them."""
    _, scenes = folds.read_scenes(hdris)
    fold = folds.make_fold(scenes, -1, 4, PUBLIC)
    entries = {entry.slug: entry for entry in read_catalog(hdris)}
    return {
        "scenes": list(fold.train),
        "groups": sorted({entries[slug].group for slug in fold.train}),
        "licences": sorted({entries[slug].licence for slug in fold.train}),
        "source": "hdris, and 300 synthetic worlds (CC0-1.0)",
        "scored": list(fold.scored),
    }


def scores_of(about: dict[str, Any], seed: str) -> dict[str, Any]:
    """Median and mean error on scenes that were held out, kind of picture by kind of picture."""
    every = next(value for key, value in about.items() if key.startswith("scores on the suite"))
    scores = every[seed]
    return {
        kind: {"median": score["error"][0], "mean": score["error"][1]}
        for kind, score in scores.items()
        if isinstance(score, dict) and "error" in score
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, default=SHIPPED, help=".npz, with a .json beside it")
    parser.add_argument("--seed", default="seed0", help="name of the vector in it")
    parser.add_argument("--hdris", type=Path, required=True, help="the folder of HDRIs that it was trained on")
    parser.add_argument("--mantissa", type=int, default=MANTISSA, help="bits of each weight")
    parser.add_argument(
        "--temperature", type=float, nargs=2, help="of whole and partial pictures, if not as in the .json"
    )
    parser.add_argument("--blend", type=float, nargs=5, default=BLEND, help="where the answer lies: models.answers")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    trained = read_candidate(options.weights, options.seed, options.hdris, options.temperature, blend=options.blend)
    with tempfile.TemporaryDirectory() as folder:
        result = release_model(trained, Path(folder) / "model", mantissa=options.mantissa)
        shutil.copytree(result.folder, options.out, dirs_exist_ok=True)
    print(options.out, result.manifest["version"], f"largest difference {result.parity.worst:.1e}")


if __name__ == "__main__":
    main()
