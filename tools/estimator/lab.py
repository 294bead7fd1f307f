"""The lab: trains and scores many variants of the estimator side by side, within a limit of time.

    python lab.py --scenes scenes --out OUT --minutes 8.5          all plans, most valuable first
    python lab.py --scenes scenes --out OUT --plan smoke           a short try

Started again with the same OUT, it leaves out the stacks that are done.

Writes, after each stack and whenever something is finished: results.json (scores of each setting, seed by seed),
log.txt, errors.npz (relative errors picture by picture, for paired comparisons), weights_K.npz (half floats, one vector
per model; names say setting, fold and seed).
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parent))
from notebook import Notebook
from pictures import Camera
from plans import PLANS, SHIPPED_FOLD, with_best
from scenes import Scenes
from scores import BLENDS, Exam, examine, make_exam
from sphere import Sphere
from summary import summarize
from trainer import Stack, Trainer

CORE = 7
"""The first stacks of the plan `all`, whose steps are cut if the machine is slower than thought."""


class Lab:
    """Data, exams and the notebook."""

    def __init__(self, folder: Path, book: Notebook, device: str, graph: bool) -> None:
        self.book, self.device, self.graph = book, device, graph
        self.scenes = Scenes(folder, device)
        book.log(f"{len(self.scenes.rows)} scenes on {device}")
        self.sphere, self.camera = Sphere(device), Camera(self.scenes, seed=5)
        self.exams: dict[int, Exam] = {}
        self.strata = np.array([row["stratum"] for row in self.scenes.rows])

    def exam(self, fold: int) -> Exam:
        """The pictures of a fold, made once."""
        if fold not in self.exams:
            self.exams[fold] = make_exam(fold, self.scenes, self.camera)
        return self.exams[fold]

    def speed(self, stack: Stack) -> float:
        """Seconds per 10¹² multiply-adds, from a short run that is thrown away."""
        trainer = Trainer(stack, self.scenes, self.camera, self.sphere)
        facts = trainer.train(time.monotonic() + 60, self.book.log, self.graph)
        self.graph = self.graph and bool(facts["graph"])
        del trainer
        self.free()
        return facts["timed"] * stack.steps / work_of(stack)

    def free(self) -> None:
        """Give memory back."""
        gc.collect()
        if self.device != "cpu":
            torch.cuda.empty_cache()

    def run(self, stack: Stack, deadline: float) -> None:
        """Train, score and save a stack."""
        torch.manual_seed(hash_of(stack.name))
        models = stack.models()
        torch.set_float32_matmul_precision("highest")
        for fold in stack.folds:
            self.exam(fold)
        torch.set_float32_matmul_precision("high")
        self.book.log(
            f"{stack.name}: {len(models)} models of {stack.shape.parameters()} weights, "
            f"{stack.shape.multiply_adds() / 1e6:.1f} M multiply-adds, {stack.steps} steps of {stack.slots.batch}"
        )
        trainer = Trainer(stack, self.scenes, self.camera, self.sphere)
        facts = trainer.train(deadline, self.book.log, self.graph)
        facts |= {
            "weights": stack.shape.parameters(),
            "shape": vars(stack.shape),
            "planned": stack.steps,
            "batch": stack.slots.batch,
            "models": len(models),
        }
        if self.device != "cpu":
            facts["peak GB"] = round(torch.cuda.max_memory_reserved() / 1e9, 1)
        self.book.results["stacks"][stack.name] = facts
        self.book.log(f"{stack.name}: {facts['steps']} steps, graph {facts['graph']}, {facts.get('peak GB', 0)} GB")
        vectors = trainer.average.half().cpu().numpy()
        for (setting, fold, seed), vector in zip(models, vectors, strict=True):
            if seed in stack.keep:
                self.book.keep(f"{stack.name}/{setting.name}/fold{fold}/seed{seed}", vector)
        self.book.save()  # before anything can go wrong
        torch.set_float32_matmul_precision("highest")
        self._score(trainer)
        torch.set_float32_matmul_precision("high")
        self.book.save()
        del trainer
        self.free()

    @torch.no_grad()
    def _score(self, trainer: Trainer) -> None:
        stack, models = trainer.stack, trainer.stack.models()
        every = trainer.weights()
        collected: dict[tuple[str, int], list[tuple[dict[str, np.ndarray], Exam]]] = {}
        for fold in stack.folds:
            exam = self.exam(fold)
            chosen = [i for i, (_, f, _) in enumerate(models) if f == fold]
            for first in range(0, len(chosen), 24):
                some = chosen[first : first + 24]
                weights = {name: value[some] for name, value in every.items()}
                results = examine(trainer.network, weights, exam, self.sphere)
                for k, i in enumerate(some):
                    setting, _, seed = models[i]
                    picked = {name: value[min(k, len(value) - 1)] for name, value in results.items()}
                    name = setting.name + (" shipped" if fold == SHIPPED_FOLD else "")
                    collected.setdefault((name, seed), []).append((picked, exam))
        for (name, seed), parts in collected.items():
            joined = {key: np.concatenate([p[key] for p, _ in parts]) for key in parts[0][0]}
            kinds = np.concatenate([e.conditions for _, e in parts])
            places = np.concatenate([e.scenes for _, e in parts])
            summary = summarize(joined, kinds, self.strata[places])
            key = f"{stack.name}/{name}"
            self.book.results["settings"].setdefault(key, {})[str(seed)] = summary
            t = summary["whole temperature"]
            self.book.errors[f"{key}/seed{seed}"] = np.stack(
                [
                    joined["point"],
                    *(joined[f"error {t} {b}"] for b in (0.0, 0.5, 1.0)),
                    joined["counts"],
                    joined["lost"],
                ]
            ).astype(np.float16)
            self.book.errors.setdefault(f"{key}/pictures", np.stack([places, kinds]).astype(np.int16))
        for name in dict.fromkeys(name for name, _ in collected):
            self.book.log(line_of(f"{stack.name}/{name}", self.book.results["settings"]))


def hash_of(text: str) -> int:
    """A seed from a name."""
    return sum((i + 1) * ord(c) for i, c in enumerate(text))


def line_of(key: str, settings: dict[str, Any]) -> str:
    """The main scores of a setting, averaged over its seeds."""
    seeds = list(settings[key].values())

    def mean(*path: Any) -> str:
        values = []
        for summary in seeds:
            value: Any = summary
            for step in path:
                value = value[step]
            values.append(value)
        return f"{np.nanmean(values):.3f}"

    def answers(kind: str) -> str:
        return " ".join(
            f"{mean(kind, f'answer {b}', 'error', 0)}/{mean(kind, f'answer {b}', 'error', 1)}" for b in (0.0, 0.5, 1.0)
        )

    parts = [f"{kind} {answers(kind)}" for kind in ("srgb given", "fov65", "fov100", "ring9")]
    parts += [
        f"{kind} {mean(kind, 'answer 0.5', 'error', 0)}/{mean(kind, 'answer 0.5', 'error', 1)}"
        for kind in ("white16 given", "srgb unknown", "camera unknown", "filmic unknown", "srgb unknown unclipped")
    ]
    parts.append(f"bias {' '.join(mean('srgb given', f'answer {b}', 'bias') for b in BLENDS)}")
    parts.append(f"fov65 bias {' '.join(mean('fov65', f'answer {b}', 'bias') for b in BLENDS)}")
    parts.append(f"toward {mean('fov65', 'answer 0.5', 'toward')} {mean('ring9', 'answer 0.5', 'toward')}")
    parts.append(f"T {mean('whole temperature')} {mean('partial temperature')} inside {mean('whole inside', '1.0')}")
    light = [
        mean("light", "1.0", *path)
        for path in (("color", 0), ("color", 1), ("toward",), ("stops",), ("green",), ("blue suns",))
    ]
    parts.append("light " + " ".join(light))
    return key + ": " + " | ".join(parts)


def work_of(stack: Stack) -> float:
    """Multiply-adds of the network for all pictures [10¹²], in one direction."""
    return stack.steps * stack.slots.batch * len(stack.models()) * stack.shape.multiply_adds() * 1e-12


def score_of(seeds: dict[str, Any]) -> float:
    """One number by which the setting of the shipped candidate is chosen: lower is better."""
    values = []
    for summary in seeds.values():
        e = {kind: summary[kind]["answer 0.5"]["error"] for kind in ("srgb given", "fov65", "fov100", "camera unknown")}
        values.append(
            0.5 * sum(e["srgb given"]) + 0.25 * sum(e["camera unknown"]) + 0.125 * (sum(e["fov65"]) + sum(e["fov100"]))
        )
    return float(np.mean(values))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenes", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--plan", default="all", choices=sorted(PLANS))
    parser.add_argument("--minutes", type=float, default=8.5)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--no-graph", action="store_true")
    options = parser.parse_args()
    book = Notebook(options.out)
    end = book.start + 60 * options.minutes
    torch.set_float32_matmul_precision("high")
    if options.device == "cpu":
        torch.set_num_threads(1)
    lab = Lab(options.scenes, book, options.device, not options.no_graph)
    stacks = list(PLANS[options.plan])
    measured: list[float] = []  # seconds per 10¹² multiply-adds
    if options.plan == "all":
        measured.append(lab.speed(replace(stacks[0], name="speed", steps=60)))
        needed = sum(work_of(stack) for stack in stacks[:CORE]) * measured[0]
        part = min(1.0, max(0.5, 0.9 * (end - time.monotonic()) / needed))
        book.log(f"{measured[0]:.3f} s per 10¹² multiply-adds; the core needs {needed:.0f} s; steps × {part:.2f}")
        stacks = [replace(stack, steps=int(part * stack.steps)) for stack in stacks]
    while stacks:
        stack = stacks.pop(0)
        if stack.name == "long":
            stack = with_best(stack, book.results["settings"], score_of)
        if book.has(stack.name):
            book.log(f"{stack.name}: done before")
            continue
        left = end - time.monotonic()
        work = work_of(stack)
        expected = work * float(np.median(measured)) + 0.006 * stack.steps if measured else 0.0
        if left < 20 or expected * 1.1 + 12 > left:
            book.log(f"left out: {stack.name}, expected {expected:.0f} s, {left:.0f} s left")
            continue
        began = time.monotonic()
        try:
            lab.run(stack, end - 12)
        except (RuntimeError, ValueError) as error:
            book.log(f"{stack.name} failed: {error}\n{traceback.format_exc()}")
            book.save()
            lab.graph = False  # a graph that failed may be why
            lab.free()
            continue
        took = time.monotonic() - began
        measured.append(took / work)
        book.log(f"{stack.name}: {took:.0f} s, expected {expected:.0f} s")
    book.log("done")
    book.save()


if __name__ == "__main__":
    main()
