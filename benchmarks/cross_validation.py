"""Accuracy of the estimator on scenes it was not trained on: the pictures of all folds together.

for fold in 0 1 2 3 4; do
    lightprobe train ambient --data hdris --out runs/fold$fold --cache runs/cache --set fold=$fold
done
python benchmarks/cross_validation.py hdris runs/fold? --cache runs/cache

The last weights of each run are judged, not those that did best on what is held out: that would be peeking.
"""

import argparse
import hashlib
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from measure import save

from lightprobe.models import Model, ModelOutput, build
from lightprobe.models.ambient import Ambient
from lightprobe.training.material import gather
from lightprobe.training.records import Records
from lightprobe.training.settings import from_dict
from lightprobe.training.validation import Panel, errors


class Plain(Model):
    """What the picture shows and nothing else, on the same cells."""

    name, input, convention = "plain", "cells", "radiance"

    def __init__(self, estimator: Ambient) -> None:
        super().__init__()
        self.estimator = estimator

    def forward(self, picture: torch.Tensor, response: torch.Tensor) -> ModelOutput:
        white = torch.exp(self.estimator.facts[response, 1])[:, None, None, None]
        return ModelOutput(self.estimator.project(picture[:, :3].permute(0, 2, 3, 1) * white))


def judged(data: Path, run: Path, cache: Path) -> tuple[dict[str, list[float]], dict[str, list[float]], dict]:
    checkpoint = torch.load(run / "last.pt", map_location="cpu", weights_only=True)
    recipe = from_dict(checkpoint["recipe"])
    model = build(recipe.model, **recipe.settings).eval()
    assert isinstance(model, Ambient)
    model.load_state_dict(checkpoint["ema"])
    material = gather(data, recipe)
    trained = set(checkpoint["data"]["groups"])
    panels = []
    for part in material.judged:
        assert part.held_out
        assert not trained & {source.group for source in part.supply.sources}, "scored on what it was trained on"
        panels.append(Panel(records=Records(part.supply, model, cache), modes=part.modes))
    device = torch.device("cpu")
    return errors(model, panels, device), errors(Plain(model), panels, device), checkpoint


def summary(values: list[float]) -> dict[str, float]:
    return {
        "median": round(float(np.median(values)), 4),
        "mean": round(float(np.mean(values)), 4),
        "p90": round(float(np.quantile(values, 0.9)), 4),
        "max": round(float(np.max(values)), 4),
        "pictures": len(values),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("runs", type=Path, nargs="+")
    parser.add_argument("--cache", type=Path, required=True)
    arguments = parser.parse_args()
    ours, plain = defaultdict(list), defaultdict(list)
    folds, recipes = {}, []
    for run in arguments.runs:
        found, shown, checkpoint = judged(arguments.data, run, arguments.cache)
        recipe = dict(checkpoint["recipe"])
        fold = recipe.pop("fold")
        recipes.append(recipe)
        folds[str(fold)] = {mode: summary(values) for mode, values in found.items()}
        folds[str(fold)]["weights"] = hashlib.sha256((run / "last.pt").read_bytes()).hexdigest()[:16]
        for mode in found:
            ours[mode] += found[mode]
            plain[mode] += shown[mode]
    assert all(recipe == recipes[0] for recipe in recipes), "runs of different recipes"
    ours["any curve auto"] = [value for mode, values in ours.items() if mode.endswith("auto") for value in values]
    plain["any curve auto"] = [value for mode, values in plain.items() if mode.endswith("auto") for value in values]
    save(
        "cross_validation",
        {
            "estimator": {mode: summary(values) for mode, values in ours.items()},
            "plain": {mode: summary(values) for mode, values in plain.items()},
            "folds": folds,
            "recipe": recipes[0],
        },
    )


if __name__ == "__main__":
    main()
