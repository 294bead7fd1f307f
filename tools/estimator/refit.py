"""Fit the head that estimates the curve again, alone, and score the models with it; minutes on two cores.

    python tools/estimator/refit.py --scenes scenes --run OUT --stack last/decay-0.1 --out REFIT

The loss of the whole network leaves this head at a mixture of a quarter other curves than sRGB, which is an error of
9 % where nothing is clipped. Here it is fitted to the curves alone, from the context that the trained network computes;
pictures that are sRGB count three times.

Reads weights_*.npz of a run;
writes weights.npz (half floats), results.json and errors.npz, as the lab does.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

import network
import plans
from layers import mix
from network import SHARPNESS, Flat, Network
from pictures import Camera, Slots
from plans import MIDDLE, SHIPPED_FOLD
from scenes import Scenes
from scores import KINDS, examine, make_exam
from sphere import Sphere
from summary import summarize

UNKNOWN = Slots(whole_given=0, whole_auto=12, partial_given=0, partial_auto=4)
SRGB_WEIGHT = 3.0
"""How many times pictures with the curve sRGB count."""
WORLDS = 0.35
TEMPERATURES, ANSWER = (1.7, 1.07), 0.25
"""How the candidates answer: how far the level's distribution is stretched, for whole and partial pictures, and how
far the answer lies on the way from `best` to `median`."""
STEPS, RATE, BATCH = 600, 1e-2, 256


def contexts(
    net: Network, weights: dict[str, Tensor], scenes: Scenes, camera: Camera, fold: int, batches: int
) -> tuple[Tensor, Tensor]:
    """Contexts [models, n, pictures] of a fold's training pictures, and ln of their curves [pictures, 16]."""
    seen: list[Tensor] = []

    def spy(given: dict[str, Tensor], name: str, planes: Tensor) -> Tensor:
        if name == "curves":
            seen.append(planes.clone())
        return mix(given, name, planes)

    pool, device = torch.tensor([scenes.train[fold]], device=scenes.device), scenes.device
    counts, worlds = torch.tensor([float(pool.shape[1])], device=device), torch.tensor([WORLDS], device=device)
    zeros = torch.zeros(len(weights["curves"]), dtype=torch.long, device=device)
    knots = []
    network.mix = spy
    try:
        for _ in range(batches):
            cells = camera.batch(pool, counts, worlds, UNKNOWN, UNKNOWN.unknown(1, device))
            net(weights, cells.pick(zeros))
            knots.append(cells.log_knots[0])
    finally:
        network.mix = mix
    return torch.cat(seen, dim=2), torch.cat(knots)


def fitted(weights: dict[str, Tensor], context: Tensor, knots: Tensor, prototypes: Tensor) -> dict[str, Tensor]:
    """The weights with a new head `curves`."""
    heads = [weights[name].detach().clone().requires_grad_(True) for name in ("curves", "curves.bias")]
    optimizer = torch.optim.AdamW(heads, weight_decay=1e-3)
    srgb = (knots - prototypes[network.SRGB]).abs().amax(1) < 1e-2
    importance = torch.where(srgb, SRGB_WEIGHT, 1.0)
    importance = importance / importance.mean()
    generator = torch.Generator().manual_seed(0)
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = RATE * 0.5 * (1 + np.cos(np.pi * step / STEPS))
        some = torch.randint(len(knots), (BATCH,), generator=generator).to(knots.device)
        scores = torch.baddbmm(heads[1][:, :, None], heads[0], context[:, :, some])
        curve = torch.einsum("mkb,kn->mbn", torch.softmax(SHARPNESS * scores, dim=1), prototypes)
        error = functional.smooth_l1_loss(curve, knots[some].expand_as(curve), reduction="none", beta=0.03).mean(2)
        optimizer.zero_grad()
        (error * importance[some]).mean(1).sum().backward()
        optimizer.step()
    return {**weights, "curves": heads[0].detach(), "curves.bias": heads[1].detach()}


def archive(run: Path) -> dict[str, np.ndarray]:
    """All weights of a run, by name."""
    found: dict[str, np.ndarray] = {}
    for path in sorted(run.glob("weights*.npz")):
        with np.load(path) as file:
            found |= {name: file[name] for name in file.files}
    return found


def write_candidates(refit: Path, run: Path, stack: str, folder: Path) -> None:
    """The models that hold out the suite `registry`: half floats, and a description with their scores."""
    results = json.loads((refit / "results.json").read_text(encoding="utf-8"))["settings"]
    facts = json.loads((run / "results.json").read_text(encoding="utf-8"))["stacks"][stack.split("/")[0]]
    vectors = archive(refit)
    seeds = [name.rsplit("/", 1)[1] for name in vectors if name.startswith(f"{stack}/fold{SHIPPED_FOLD}/")]
    folder.mkdir(parents=True, exist_ok=True)
    kept = {seed: vectors[f"{stack}/fold{SHIPPED_FOLD}/{seed}"] for seed in seeds}
    np.savez_compressed(folder / "candidates.npz", **kept)

    def scores(setting: str) -> dict[str, Any]:
        return {
            f"seed{seed}": {
                "temperature": [summary["whole temperature"], summary["partial temperature"]],
                **{kind: summary[kind]["answer 0.25"] for kind in KINDS},
                "strata": summary["strata"],
                "light": summary["light"],
            }
            for seed, summary in results[setting].items()
        }

    setting = next(s for s in plans.LAST.settings if s.name == stack.split("/")[1])
    about = {
        "weights": "half floats, one vector for each seed; network.Flat says where each layer lies",
        "shape": vars(MIDDLE),
        "trained": {**vars(setting), "steps": facts["steps"], "batch": facts["batch"], "dropout": plans.LAST.dropout},
        "then": "the head `curves` fitted again by tools/estimator/refit.py",
        "scenes": "all but those of the suite registry, and 300 synthetic worlds",
        "temperature": "stretches the level's distribution about its mean so that 80 % intervals hold; whole, partial",
        "answer": "a quarter of the way from best to median",
        "scores on four folds (other weights of the same recipe)": scores(stack + " refit"),
        "scores on the suite's scenes, which these weights have not seen": scores(stack + " refit shipped"),
    }
    (folder / "candidates.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("scenes", "run", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--stack", default="last/decay-0.1")
    parser.add_argument("--batches", type=int, default=80)
    parser.add_argument("--candidates", type=Path, help="a folder for the models to ship")
    options = parser.parse_args()
    torch.manual_seed(0)
    scenes, sphere = Scenes(options.scenes, "cpu"), Sphere("cpu")
    camera, flat = Camera(scenes, seed=5, masks=256), Flat(MIDDLE)
    net = Network(MIDDLE, sphere, scenes.prototypes, scenes.gains)
    strata = np.array([row["stratum"] for row in scenes.rows])
    vectors = archive(options.run)
    kept: dict[str, np.ndarray] = {}
    parts: dict[tuple[str, int], list[tuple[dict[str, np.ndarray], Any]]] = {}
    for fold in (SHIPPED_FOLD, *range(SHIPPED_FOLD)):
        names = [name for name in vectors if name.startswith(f"{options.stack}/fold{fold}/")]
        if not names:
            continue
        weights = flat.unpack(torch.tensor(np.stack([vectors[name] for name in names])).float())
        with torch.no_grad():
            context, knots = contexts(net, weights, scenes, camera, fold, options.batches)
        weights = fitted(weights, context, knots, scenes.prototypes)
        weights = {name: value.half().float() for name, value in weights.items()}
        for k, name in enumerate(names):
            kept[name] = flat.pack({part: value[k].numpy() for part, value in weights.items()}).astype(np.float16)
        exam = make_exam(fold, scenes, camera)
        with torch.no_grad():
            results = examine(net, weights, exam, sphere)
        setting = options.stack + " refit" + (" shipped" if fold == SHIPPED_FOLD else "")
        for k, name in enumerate(names):
            picked = {part: value[min(k, len(value) - 1)] for part, value in results.items()}
            parts.setdefault((setting, int(name.rsplit("seed", 1)[1])), []).append((picked, exam))
        print(f"fold {fold}: {len(names)} models", flush=True)
    settings: dict[str, dict[str, Any]] = {}
    errors: dict[str, np.ndarray] = {}
    for (setting, seed), pairs in parts.items():
        joined = {part: np.concatenate([p[part] for p, _ in pairs]) for part in pairs[0][0]}
        kinds = np.concatenate([exam.conditions for _, exam in pairs])
        places = np.concatenate([exam.scenes for _, exam in pairs])
        summary = settings.setdefault(setting, {})[str(seed)] = summarize(joined, kinds, strata[places])
        t = summary["whole temperature"]
        rows = [joined["point"], *(joined[f"error {t} {b}"] for b in (0.0, 0.5, 1.0)), joined["counts"], joined["lost"]]
        errors[f"{setting}/seed{seed}"] = np.stack(rows).astype(np.float16)
        errors[f"{setting}/pictures"] = np.stack([places, kinds]).astype(np.int16)
    options.out.mkdir(parents=True, exist_ok=True)
    np.savez(options.out / "weights.npz", **kept)
    np.savez_compressed(options.out / "errors.npz", **errors)
    (options.out / "results.json").write_text(json.dumps({"stacks": {}, "settings": settings}), encoding="utf-8")
    if options.candidates:
        write_candidates(options.out, options.run, options.stack, options.candidates)


if __name__ == "__main__":
    main()
