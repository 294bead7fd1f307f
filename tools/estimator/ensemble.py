"""What the mean of several seeds' answers gains over one: whether a network taught by several is worth a trial.

    python tools/estimator/ensemble.py --scenes scenes --run REFIT

reads weights*.npz of a run or of `refit.py`, and writes benchmarks/results/estimator_ensemble.json; a minute or two.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch

import scores
from network import Flat, Network
from objective import Answers, lost_level
from pictures import Camera
from plans import MIDDLE, SHIPPED_FOLD
from refit import archive
from scenes import Cells, Scenes
from scores import CONDITIONS, make_exam
from sphere import Sphere

OUT = Path(__file__).parents[2] / "benchmarks" / "results" / "estimator_ensemble.json"
KINDS = {"srgb given": 1.7, "white16 given": 1.7, "fov65": 1.0}
"""Pictures, and by how much the level's distribution is stretched."""
ANSWER = 0.25
"""How far from `best` to `median`."""


def of_kind(cells: Cells, conditions: np.ndarray, kind: str) -> tuple[Cells, torch.Tensor]:
    """The pictures of a kind, and their numbers."""
    kinds = [next(name for name in reversed(scores.KINDS) if CONDITIONS[c].startswith(name)) for c in conditions]
    some = torch.tensor([i for i, name in enumerate(kinds) if name == kind])
    flat = ("auto", "log_white", "log_knots")
    return Cells(**{n: v[:, some] if n in flat else v[:, :, some] for n, v in vars(cells).items()}), some


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenes", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--stack", default="last/decay-0.1")
    options = parser.parse_args()
    scenes, sphere, answers = Scenes(options.scenes, "cpu"), Sphere("cpu"), Answers("cpu")
    camera, flat, vectors = Camera(scenes, seed=5, masks=4), Flat(MIDDLE), archive(options.run)
    net = Network(MIDDLE, sphere, scenes.prototypes, scenes.gains)
    errors: dict[str, list[np.ndarray]] = {}
    held: dict[str, list[np.ndarray]] = {}
    for fold in range(SHIPPED_FOLD):
        names = [name for name in vectors if name.startswith(f"{options.stack}/fold{fold}/")]
        weights = flat.unpack(torch.tensor(np.stack([vectors[name] for name in names])).float())
        exam = make_exam(fold, scenes, camera)
        for kind, heat in KINDS.items():
            cells, some = of_kind(exam.cells, exam.conditions, kind)
            cells = cells.pick(torch.zeros(len(names), dtype=torch.long))
            truth = exam.truth[some][None]
            with torch.no_grad():
                light = net(weights, cells)
                known, lost = sphere.project(light.seen), sphere.project(light.lost)
                p = answers.probabilities(light, heat)
                best, median = answers.best(p, known, lost, sphere), answers.quantile(p, 0.5)
                coeffs = known + lost * torch.exp2(best + ANSWER * (median - best))[..., None, None]
                scale, counts, _ = lost_level(light, cells, sphere)
                stops = torch.log2(scale)
                inside = (stops >= answers.quantile(p, 0.1)) & (stops <= answers.quantile(p, 0.9))
            held.setdefault(kind, []).append(inside[counts > 0].float().numpy())
            for name, answer in (("one", coeffs), ("mean", coeffs.mean(0, keepdim=True))):
                error = sphere.norm(answer - truth) / sphere.norm(truth)
                errors.setdefault(f"{kind}, {name}", []).append(error.numpy())
    document = {
        name: [round(float(np.median(e, axis=1).mean()), 3), round(float(e.mean()), 3)]
        for name, e in ((name, np.concatenate(parts, axis=1)) for name, parts in errors.items())
    }
    document |= {
        f"{kind}, lost light inside": round(float(np.concatenate(parts).mean()), 3) for kind, parts in held.items()
    }
    OUT.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print(document)


if __name__ == "__main__":
    main()
