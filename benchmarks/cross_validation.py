"""Accuracy of the estimator on scenes it was not trained on: the pictures of all folds together.

for fold in 0 1 2 3 4; do
    lightprobe train ambient --data hdris --out runs/fold$fold --cache runs/cache --set fold=$fold
done
python benchmarks/cross_validation.py hdris runs/fold? --cache runs/cache

The last weights of each run are scored. The best ones would be chosen by the scenes that they are scored on. Runs of
another recipe go to a file of their own: --name surroundings_run.
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
from lightprobe.models.surroundings import Surroundings
from lightprobe.training import sh_ops
from lightprobe.training.data.dataset import open_dataset
from lightprobe.training.data.records import Records
from lightprobe.training.data.validation_set import ValidationSet
from lightprobe.training.recipes.serialize import from_dict
from lightprobe.training.run.checkpoint import load_checkpoint
from lightprobe.training.validation import ScoredRecords, irradiance_errors


class Plain(Model):
    """The unclipped light of the picture and nothing else, on the same cells."""

    name, input, convention = "plain", "cells", "radiance"

    def __init__(self, estimator: Ambient | Surroundings) -> None:
        super().__init__()
        self.estimator = estimator

    def forward(self, picture: torch.Tensor, response: torch.Tensor) -> ModelOutput:
        white = torch.exp(self.estimator.facts[response, 1])[:, None, None, None]
        return ModelOutput(sh_ops.panorama_coeffs(picture[:, :3].permute(0, 2, 3, 1) * white))


def score_run(data: Path, run: Path, cache: Path) -> tuple[dict[str, list[float]], dict[str, list[float]], dict]:
    """Errors of the run's model and of the plain projection, by condition; and the checkpoint."""
    checkpoint = load_checkpoint(run / "last.pt")
    recipe = from_dict(checkpoint["recipe"])
    model = build(recipe.model, **recipe.settings).eval()
    assert isinstance(model, Ambient | Surroundings)
    model.load_state_dict(checkpoint["ema"])
    trained = set(checkpoint["data"]["groups"])
    scored = []
    for part in open_dataset(data, recipe).validation:
        assert part.held_out
        assert isinstance(part.samples, ValidationSet)
        assert not trained & {source.group for source in part.samples.sources}, "scored on scenes it was trained on"
        scored.append(ScoredRecords(records=Records(part.samples, model, cache), conditions=part.conditions))
    device = torch.device("cpu")
    return irradiance_errors(model, scored, device), irradiance_errors(Plain(model), scored, device), checkpoint


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
    parser.add_argument("--name", default="cross_validation", help="of the result file")
    arguments = parser.parse_args()
    ours, plain = defaultdict(list), defaultdict(list)
    folds, recipes = {}, []
    for run in arguments.runs:
        model_errors, plain_errors, checkpoint = score_run(arguments.data, run, arguments.cache)
        recipe = dict(checkpoint["recipe"])
        fold = recipe.pop("fold")
        recipes.append(recipe)
        folds[str(fold)] = {condition: summary(values) for condition, values in model_errors.items()}
        folds[str(fold)]["weights"] = hashlib.sha256((run / "last.pt").read_bytes()).hexdigest()[:16]
        for condition in model_errors:
            ours[condition] += model_errors[condition]
            plain[condition] += plain_errors[condition]
    assert all(recipe == recipes[0] for recipe in recipes), "runs of different recipes"
    for errors in (ours, plain):
        errors["any curve auto"] = [value for key, values in errors.items() if key.endswith("auto") for value in values]
    save(
        arguments.name,
        {
            "estimator": {condition: summary(values) for condition, values in ours.items()},
            "plain": {condition: summary(values) for condition, values in plain.items()},
            "folds": folds,
            "recipe": recipes[0],
        },
    )


if __name__ == "__main__":
    main()
