"""Teach one network the mean of three: the student begins as one of them; minutes to an hour of one core for each fold.

    python tools/estimator/distill.py --scenes scenes --run REFIT --out DISTILLED --fold 4

reads weights*.npz of `refit.py`. Writes fold4.npz (the weights, rounded as they are shipped, and their results picture
by picture, beside those of the student's beginning) and fold4.pt, from which the same command continues after a break.

The teachers' light is scaled by their answers and averaged; their distributions of the level are stretched as they are
for answers, moved to the common unit (stops of lost flux) and averaged.
"""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from network import Light, Network
from objective import TERMS, Answers, divergence, log_likelihood, losses
from pictures import Camera
from plans import LAST
from refit import ANSWER, TEMPERATURES, archive, contexts, fitted
from scenes import Cells, Scenes
from scores import examine, make_exam
from sphere import Sphere
from trainer import Stack, Trainer

STACK = "last/decay-0.1"
TRUTH = {"point": 0.25, "oracle": 0.25, "level": 0.05, "log": 0.25, "place": 0.15, "color": 0.1, "unseen": 0.015}
"""Factors of the terms that compare with the truth; those of the other terms stay."""
TAUGHT = {"answer": 0.5, "level": 0.1, "log": 0.25, "place": 0.15}
"""Factors of the terms that compare with the teachers."""
LEAST_SHARE = 0.01
"""Lost light that counts as none, as a share of the flux that is seen."""
NONE = 0.05
"""Factor of the likelihood where less than that is lost and more is guessed."""
CHECKPOINT = 200
"""Steps between checkpoints."""


@dataclass
class Lesson:
    """What the teachers say of a batch; planes [1, 3, b, 32, 64]."""

    panorama: Tensor
    beyond: Tensor
    coeffs: Tensor
    flux: Tensor
    """Luminous flux of the lost light in the mean answer [1, b]."""
    levels: Tensor
    """log2 of possible lost fluxes [1, b, teachers · grid]."""
    probability: Tensor


def lost_flux(light: Light, sphere: Sphere) -> Tensor:
    """Luminous flux of the lost light [m, b]."""
    return sphere.integral(sphere.lum(light.lost))[:, 0].clamp_min(1e-4)


def lesson(network: Network, teachers: dict[str, Tensor], cells: Cells, answers: Answers, sphere: Sphere) -> Lesson:
    """The mean of the teachers, models first in `teachers`."""
    light = network(teachers, cells.pick(torch.zeros(len(teachers["stem"]), dtype=torch.long)))
    partial = (cells.share.amin((1, 3, 4)) < 0.5).float()  # [1, b]
    heat = TEMPERATURES[0] + (TEMPERATURES[1] - TEMPERATURES[0]) * partial
    p = answers.probabilities(light, heat[..., None])
    known, lost = sphere.project(light.seen), sphere.project(light.lost)
    best, median = answers.best(p, known, lost, sphere), answers.quantile(p, 0.5)
    scale = torch.exp2(best + ANSWER * (median - best))
    flux = lost_flux(light, sphere)
    levels = torch.log2(flux)[..., None] + answers.grid
    planes = scale[:, None, :, None, None]
    return Lesson(
        (light.seen + planes * light.lost).mean(0, keepdim=True),
        (planes * light.beyond).mean(0, keepdim=True),
        (known + scale[..., None, None] * lost).mean(0, keepdim=True),
        (scale * flux).mean(0, keepdim=True),
        levels.transpose(0, 1).flatten(1)[None],
        p.transpose(0, 1).flatten(1)[None] / len(p),
    )


def taught(light: Light, cells: Cells, given: Lesson, sphere: Sphere) -> dict[str, Tensor]:
    """Terms [1, b] that compare a student with its teachers."""
    flux = lost_flux(light, sphere)
    scale = (given.flux / flux).clamp(1e-3, 1e3)
    planes = scale[:, None, :, None, None]
    coeffs = sphere.project(light.seen) + scale[..., None, None] * sphere.project(light.lost)
    stops = (given.levels - torch.log2(flux)[..., None]).clamp(-8, 12)
    density = densities(light, stops)
    seen = sphere.integral(sphere.lum(light.seen))[:, 0]
    counts = (given.flux > 2 * LEAST_SHARE * seen).float()
    difference = (torch.log(light.seen + planes * light.lost + 0.03) - torch.log(given.panorama + 0.03)).abs()
    bright = sphere.lum(given.beyond) * sphere.areas
    return {
        "answer": sphere.norm(coeffs - given.coeffs) / sphere.norm(given.coeffs),
        "level": -(given.probability * density).sum(2) * counts,
        "log": (difference.mean(1) * sphere.shares).sum((2, 3)),
        "place": divergence(sphere.lum(light.beyond) * sphere.areas, bright) * (bright.sum((1, 3, 4)) > 0.01).float(),
    }


def densities(light: Light, stops: Tensor) -> Tensor:
    """ln of the density of many levels [stops], [1, b, n]."""
    middle, width, log_weight = (values[:, :, None] for values in (light.middle, light.width, light.log_weight))
    z = (stops[..., None] - middle) / width
    logistic = log_weight - z - torch.log(width) - 2 * functional.softplus(-z)
    return torch.logsumexp(logistic, dim=3).clamp_min(-12)


def nothing_lost(light: Light, cells: Cells, sphere: Sphere) -> Tensor:
    """Negative log likelihood [1, b] of the level of least lost light, where no more is lost but more is guessed."""
    truth = sphere.integral(sphere.lum(cells.within + cells.beyond))[:, 0]
    seen, flux = sphere.integral(sphere.lum(light.seen))[:, 0], lost_flux(light, sphere)
    least = LEAST_SHARE * seen
    none = (truth - seen < 2 * least) & (flux > 2 * least)
    return -log_likelihood(light, torch.log2(least / flux).clamp_min(-7)).clamp(min=-8) * none


class School(Trainer):
    """A student, its teachers and the common pictures."""

    def __init__(self, stack: Stack, scenes: Scenes, camera: Camera, sphere: Sphere, vectors: np.ndarray) -> None:
        super().__init__(stack, scenes, camera, sphere)
        teachers = torch.tensor(vectors).float()
        self.teachers, self.answers = self.flat.unpack(teachers), Answers(scenes.device)
        first = teachers[list(stack.seeds)]
        self.vectors = first.clone().requires_grad_(True)
        self.average = first.clone()
        self.names = [*TERMS, *(f"taught {name}" for name in TAUGHT)]
        self.smooth = torch.zeros(len(self.names), 1)

    def loss(self, cells: Cells) -> tuple[Tensor, dict[str, Tensor]]:
        """That of the truth and that of the teachers."""
        light = self.network(self.flat.unpack(self.vectors), cells, self.stack.dropout)
        with torch.no_grad():
            given = lesson(self.network, self.teachers, cells, self.answers, self.sphere)
        total, means = losses(light, cells, self.sphere, self.factors)
        terms = {name: value.mean(1) for name, value in taught(light, cells, given, self.sphere).items()}
        total = total + torch.stack([TAUGHT[name] * value for name, value in terms.items()]).sum(0)
        total = total + NONE * nothing_lost(light, cells, self.sphere).mean(1)
        return total, means | {f"taught {name}": value for name, value in terms.items()}

    def state(self) -> dict[str, Any]:
        """All that a break must keep, the random state among it."""
        return {
            "vectors": self.vectors.detach(),
            "average": self.average,
            "moments": (self.first_moment, self.second_moment),
            "step": self.step,
            "random": torch.get_rng_state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continue after a break."""
        self.vectors = state["vectors"].clone().requires_grad_(True)
        self.average, self.step = state["average"], state["step"]
        self.first_moment, self.second_moment = state["moments"]
        torch.set_rng_state(state["random"])


def learn(school: School, path: Path) -> float:
    """All steps that are left, with checkpoints; seconds of a step."""
    first, start = int(school.step), time.monotonic()
    for step in range(first, school.stack.steps):
        school.forward_backward()
        if (step + 1) % CHECKPOINT == 0 or step + 1 == school.stack.steps:
            new = path.with_suffix(".new")
            torch.save(school.state(), new)
            os.replace(new, path)
            each = (time.monotonic() - start) / (step + 1 - first)
            words = " ".join(f"{name} {float(v):.3f}" for name, v in zip(school.names, school.smooth, strict=True))
            print(f"step {step + 1} {1e3 * each:.0f} ms {words}", flush=True)
    return (time.monotonic() - start) / max(1, school.stack.steps - first)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("scenes", "run", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--fold", type=int, required=True)
    parser.add_argument("--first", type=int, default=1, help="the seed that the student begins as")
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--rate", type=float, default=2e-3)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(options.fold)
    options.out.mkdir(parents=True, exist_ok=True)
    scenes, sphere = Scenes(options.scenes, "cpu"), Sphere("cpu")
    camera, stored = Camera(scenes, seed=5, masks=512), archive(options.run)
    vectors = np.stack([stored[f"{STACK}/fold{options.fold}/seed{seed}"] for seed in LAST.seeds])
    setting = replace(LAST.settings[0], rate=options.rate, factors=LAST.settings[0].factors | TRUTH)
    stack = replace(
        LAST, name="distilled", settings=(setting,), folds=(options.fold,), seeds=(options.first,), steps=options.steps
    )
    school, path = School(stack, scenes, camera, sphere, vectors), options.out / f"fold{options.fold}.pt"
    if path.exists():
        school.restore(torch.load(path, weights_only=True))
    seconds = learn(school, path)
    weights = school.weights()
    with torch.no_grad():
        context, knots = contexts(school.network, weights, scenes, camera, options.fold, 80)
    weights = fitted(weights, context, knots, scenes.prototypes)
    student = school.flat.pack({name: value[0].numpy() for name, value in weights.items()}).astype(np.float16)
    both = torch.tensor(np.stack([vectors[options.first], student])).float()
    with torch.no_grad():
        exam = make_exam(options.fold, scenes, camera)
        results = examine(school.network, school.flat.unpack(both), exam, sphere)
    np.savez_compressed(
        options.out / f"fold{options.fold}.npz",
        weights=student,
        scenes=exam.scenes,
        conditions=exam.conditions,
        seconds=seconds,
        steps=options.steps,
        **{f"result {name}": value.astype(np.float32) for name, value in results.items()},
    )


if __name__ == "__main__":
    main()
