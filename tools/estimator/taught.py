"""Scores of the student that `distill.py` taught, beside one of its teachers and their mean; and the file to ship.

    python tools/estimator/taught.py --scenes scenes --run REFIT --distilled DISTILLED --candidates CANDIDATES

writes benchmarks/results/estimator_distilled.json; and from fold 4 shipped.npz and shipped.json into CANDIDATES; a few
minutes.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch

from condense import compact
from ensemble import of_kind
from network import Flat, Network
from objective import Answers, lost_level
from pictures import Camera
from plans import MIDDLE, SHIPPED_FOLD
from refit import ANSWER, TEMPERATURES, archive
from scenes import Cells, Scenes
from scores import KINDS, PARTIAL, make_exam
from sphere import Sphere

OUT = Path(__file__).parents[2] / "benchmarks" / "results" / "estimator_distilled.json"
STUDENT_TEMPERATURES = (1.2, 1.0)
"""How far the student's distributions are stretched, for whole and partial pictures."""
DRAWS = 2000

Errors = dict[str, np.ndarray]


def answered(net: Network, weights: dict[str, torch.Tensor], cells: Cells, heat: float, law: str) -> dict[str, Any]:
    """Coefficients [models, pictures, 9, 3] by a law of the answer, `quarter` or `balanced`; and whether the true level
    lies in the middle 80 % of its distribution, where enough is lost to count."""
    sphere, answers = net.sphere, Answers("cpu")
    cells = cells.pick(torch.zeros(len(weights["stem"]), dtype=torch.long))
    light = net(weights, cells)
    known, lost = sphere.project(light.seen), sphere.project(light.lost)
    p = answers.probabilities(light, heat)
    best, median = answers.best(p, known, lost, sphere), answers.quantile(p, 0.5)
    share = torch.full_like(best, ANSWER)
    if law == "balanced":
        is_whole = (10 * sphere.integral(cells.share)[:, 0] / (4 * np.pi) - 9).clamp(0, 1)
        share = answers.balance(best, known, lost, is_whole * (1 - cells.auto), sphere)
    scale, counts, _ = lost_level(light, cells, sphere)
    stops = torch.log2(scale)
    inside = (stops >= answers.quantile(p, 0.1)) & (stops <= answers.quantile(p, 0.9))
    coeffs = known + lost * torch.exp2(best + share * (median - best))[..., None, None]
    return {"coeffs": coeffs, "inside": torch.where(counts > 0, inside.float(), torch.nan)}


def scored(coeffs: torch.Tensor, truth: torch.Tensor, plain: torch.Tensor, sphere: Sphere) -> Errors:
    """Error, signed stops of irradiance and whether plain projection is better by 0.1, [models, pictures]."""
    size = sphere.norm(truth)
    error = sphere.norm(coeffs - truth) / size
    return {
        "error": error.numpy(),
        "stops": torch.log2(sphere.norm(coeffs) / size).numpy(),
        "worse": (error > sphere.norm(plain - truth) / size + 0.1).float().numpy(),
    }


def condensed(parts: list[Errors]) -> dict[str, Any]:
    """Over all folds: median and mean error, share of pictures worse than plain, signed stops, and share inside."""
    joined = {name: np.concatenate([part[name] for part in parts], axis=1) for name in parts[0]}
    row = {
        "error": [np.median(joined["error"], axis=1).mean(), joined["error"].mean()],
        "worse": joined["worse"].mean(),
        "stops": np.median(joined["stops"], axis=1).mean(),
    }
    if "inside" in joined and np.isfinite(joined["inside"]).any():
        row["inside"] = np.nanmean(joined["inside"])
    return {name: np.round(np.asarray(value, float), 3).tolist() for name, value in row.items()}


def interval(a: list[np.ndarray], b: list[np.ndarray], scenes: list[np.ndarray]) -> list[float]:
    """Mean of a − b, paired by scene, and the ends of its interval of 95 % over scenes."""
    rng = np.random.default_rng(16)
    each = []
    for one, other, places in zip(a, b, scenes, strict=True):
        difference = one.mean(0) - other.mean(0)
        each += [difference[places == scene].mean() for scene in np.unique(places)]
    values = np.array(each)
    draws = [values[rng.integers(len(values), size=len(values))].mean() for _ in range(DRAWS)]
    return [round(float(v), 4) for v in (values.mean(), *np.quantile(draws, (0.025, 0.975)))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("scenes", "run", "distilled"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--stack", default="last/decay-0.1")
    parser.add_argument("--candidates", type=Path, help="a folder for the student to ship")
    parser.add_argument("--out", type=Path, default=OUT, help="result file")
    options = parser.parse_args()
    torch.set_num_threads(1)
    scenes, sphere = Scenes(options.scenes, "cpu"), Sphere("cpu")
    camera, flat, vectors = Camera(scenes, seed=5, masks=4), Flat(MIDDLE), archive(options.run)
    net = Network(MIDDLE, sphere, scenes.prototypes, scenes.gains)
    rows: dict[str, dict[str, dict[str, list[Errors]]]] = {"folds": {}, "suite": {}}
    beside: dict[str, list[Errors]] = {}
    places: dict[str, list[np.ndarray]] = {}
    taught: dict[str, dict[str, Any]] = {}
    for fold in range(SHIPPED_FOLD + 1):
        names = [name for name in vectors if name.startswith(f"{options.stack}/fold{fold}/")]
        if not names:
            continue
        teachers = flat.unpack(torch.tensor(np.stack([vectors[name] for name in names])).float())
        student, file = None, options.distilled / f"fold{fold}.npz"
        if file.exists():
            with np.load(file) as stored:
                student = flat.unpack(torch.tensor(stored["weights"][None]).float())
                taught[f"fold {fold}"] = {
                    "steps": int(stored["steps"]),
                    "seconds a step": round(float(stored["seconds"]), 2),
                }
        exam = make_exam(fold, scenes, camera)
        where = "suite" if fold == SHIPPED_FOLD else "folds"
        group = rows[where]
        for kind in KINDS:
            cells, some = of_kind(exam.cells, exam.conditions, kind)
            truth, plain = exam.truth[some][None], sphere.project(cells.observed)
            place = kind in PARTIAL
            with torch.no_grad():
                found = {
                    f"one, {law}": answered(net, teachers, cells, TEMPERATURES[place], law)
                    for law in ("quarter", "balanced")
                }
                found["mean, balanced"] = {"coeffs": found["one, balanced"]["coeffs"].mean(0, keepdim=True)}
                if student is not None:
                    found["student, balanced"] = answered(net, student, cells, STUDENT_TEMPERATURES[place], "balanced")
            for name, values in found.items():
                errors = scored(values["coeffs"], truth, plain, sphere)
                if "inside" in values:
                    errors["inside"] = values["inside"].numpy()
                group.setdefault(name, {}).setdefault(kind, []).append(errors)
                if student is not None:
                    beside.setdefault(f"{where} {kind} {name}", []).append(errors)
            if student is not None:
                places.setdefault(f"{where} {kind}", []).append(exam.scenes[some.numpy()])
        print(f"fold {fold}", flush=True)
    document: dict[str, Any] = {"taught": taught}
    for group, found in rows.items():
        document[group] = {
            name: {kind: condensed(parts) for kind, parts in kinds.items()} for name, kinds in found.items()
        }
        for other in ("one, balanced", "mean, balanced") if "student, balanced" in found else ():
            document[group][f"student − {other}"] = {
                kind: interval(
                    *(
                        [part["error"] for part in beside[f"{group} {kind} {name}"]]
                        for name in ("student, balanced", other)
                    ),
                    places[f"{group} {kind}"],
                )
                for kind in KINDS
            }
    options.out.write_text(compact(json.dumps(document, indent=1, ensure_ascii=False)) + "\n", encoding="utf-8")
    if options.candidates:
        options.candidates.mkdir(parents=True, exist_ok=True)
        with np.load(options.distilled / f"fold{SHIPPED_FOLD}.npz") as stored:
            np.savez_compressed(options.candidates / "shipped.npz", student=stored["weights"])
        about = {
            "weights": "half floats, one vector; network.Flat says where each layer lies",
            "shape": vars(MIDDLE),
            "trained": "by distill.py from the mean of the three candidates, beginning as seed1; the suite held out",
            **taught[f"fold {SHIPPED_FOLD}"],
            "temperature": STUDENT_TEMPERATURES,
            "answer": "balanced",
            "scores on the suite's scenes, which neither the student nor its teachers have seen": {
                "student": document["suite"]["student, balanced"]
            },
        }
        text = compact(json.dumps(about, indent=1, ensure_ascii=False))
        (options.candidates / "shipped.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
