"""Training of a stack of models that differ in weights, scenes and settings, but not in shape."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from network import Flat, Network, Shape, initial
from objective import TERMS, losses
from pictures import Camera, Slots
from scenes import Cells, Scenes
from sphere import Sphere

USUAL_SHAPE, USUAL_SLOTS = Shape(), Slots()


@dataclass(frozen=True)
class Setting:
    """What may differ between the models of a stack."""

    name: str
    worlds: float = 0.35
    """Share of synthetic worlds."""
    scenes: float = 1.0
    """Share of the fold's training scenes that are used."""
    rate: float = 2e-3
    """Largest learning rate."""
    decay: float = 0.02
    jitter: float = 0.0
    """Deviation of a factor on the light beyond white, anew for each use [ln]."""
    factors: dict[str, float] = field(default_factory=dict, hash=False)
    """Factors of the loss's terms, where they are not the usual ones."""


@dataclass(frozen=True)
class Stack:
    """A run of many models: each setting on each fold with each seed."""

    name: str
    settings: tuple[Setting, ...]
    shape: Shape = USUAL_SHAPE
    steps: int = 1500
    slots: Slots = USUAL_SLOTS
    folds: tuple[int, ...] = (0, 1, 2, 3)
    seeds: tuple[int, ...] = (0, 1, 2)
    dropout: float = 0.2
    ema: float = 0.998
    warm_up: float = 0.12
    several: float = 0.3
    """Share of partial pictures with several views."""
    keep: tuple[int, ...] = (0,)
    """Seeds whose weights are saved."""
    fill: bool = False
    """Whether the steps are as many as end before the deadline, at most `steps`."""

    def models(self) -> list[tuple[Setting, int, int]]:
        """Setting, fold and seed of each model."""
        return [(setting, fold, seed) for setting in self.settings for fold in self.folds for seed in self.seeds]


def some_of(pool: list[int], share: float, seed: int) -> list[int]:
    """A share of the scenes, drawn by the seed."""
    return [int(i) for i in np.random.default_rng(seed).permutation(pool)[: max(1, round(share * len(pool)))]]


class Trainer:
    """Weights, optimizer and pictures of a stack."""

    def __init__(self, stack: Stack, scenes: Scenes, camera: Camera, sphere: Sphere) -> None:
        self.stack, self.sphere, self.camera, self.device = stack, sphere, camera, scenes.device
        self.network = Network(stack.shape, sphere, scenes.prototypes, scenes.gains)
        self.flat, models = Flat(stack.shape), stack.models()
        first = {seed: self.flat.pack(initial(stack.shape, 100 + seed)) for seed in stack.seeds}
        self.vectors = torch.tensor(np.stack([first[seed] for *_, seed in models]), device=self.device)
        self.vectors.requires_grad_(True)
        self.average = self.vectors.detach().clone()
        self.first_moment, self.second_moment = torch.zeros_like(self.average), torch.zeros_like(self.average)
        self.decayed = torch.tensor(self.flat.decayed(), device=self.device)
        self.step = torch.zeros((), device=self.device)
        self.steps = torch.full((), float(stack.steps), device=self.device)

        def column(values: Sequence[float]) -> Tensor:
            return torch.tensor(list(values), dtype=torch.float32, device=self.device)

        self.rate = column([s.rate for s, *_ in models])[:, None]
        self.decay = column([s.decay for s, *_ in models])[:, None]
        self.jitter = column([s.jitter for s, *_ in models])[:, None, None, None, None]
        self.factors = {name: column([s.factors.get(name, usual) for s, *_ in models]) for name, usual in TERMS.items()}
        streams: dict[tuple[int, int, float, float], int] = {}
        keys = [(fold, seed, s.scenes, s.worlds) for s, fold, seed in models]
        self.stream = torch.tensor([streams.setdefault(key, len(streams)) for key in keys], device=self.device)
        pools = [some_of(scenes.train[fold], share, seed) for fold, seed, share, _ in streams]
        most = max(len(p) for p in pools)
        self.pools = torch.tensor([[*p, *[p[0]] * (most - len(p))] for p in pools], device=self.device)
        self.counts = column([len(p) for p in pools])
        self.worlds = column([share for *_, share in streams])
        self.skipped = torch.zeros(len(models), device=self.device)
        self.smooth = torch.zeros(len(TERMS), len(models), device=self.device)
        self.unknown = stack.slots.unknown(len(pools), self.device)

    def one_cycle(self) -> Tensor:
        """The share of the learning rate: a cosine up, then a cosine down."""
        part = self.step / self.steps
        up = self.stack.warm_up
        rise = 0.04 + 0.96 * (0.5 - 0.5 * torch.cos(np.pi * part / up))
        fall = 0.5 + 0.5 * torch.cos(np.pi * (part - up) / (1 - up))
        return torch.where(part < up, rise, fall).clamp_min(1e-4)

    def forward_backward(self) -> None:
        """Gradients of one batch, in `vectors.grad`."""
        with torch.no_grad():
            cells = self.camera.batch(
                self.pools, self.counts, self.worlds, self.stack.slots, self.unknown, self.stack.several
            ).pick(self.stream)
            self._augment(cells)
        total, means = self.loss(cells)
        (grad,) = torch.autograd.grad(total.sum(), self.vectors)
        with torch.no_grad():
            self._update(grad)
            terms = torch.stack(list(means.values())).detach()
            terms = torch.where(torch.isfinite(terms), terms, self.smooth)
            self.smooth.lerp_(terms, torch.maximum(1 / (self.step + 1), torch.full_like(self.step, 0.02)))
            self.step += 1

    def loss(self, cells: Cells) -> tuple[Tensor, dict[str, Tensor]]:
        """The loss of each model [m], and the mean of each term [m]."""
        light = self.network(self.flat.unpack(self.vectors), cells, self.stack.dropout)
        return losses(light, cells, self.sphere, self.factors)

    def _augment(self, cells: Cells) -> None:
        if max(s.jitter for s in self.stack.settings) > 0:
            noise = torch.randn(cells.beyond.shape[0], 1, cells.beyond.shape[2], 1, 1, device=self.device)
            cells.beyond = cells.beyond * torch.exp(self.jitter * noise + self.jitter**2 / 2)

    def _update(self, grad: Tensor) -> None:
        """AdamW with clipped gradients; a model whose gradient is not finite skips the step, the others do not."""
        size = torch.linalg.vector_norm(grad, dim=1, keepdim=True)
        fine = torch.isfinite(size)
        self.skipped += (~fine[:, 0]).float()
        grad = torch.where(fine, grad / size.clamp_min(1.0), torch.zeros_like(grad))
        rate = self.rate * self.one_cycle()
        self.first_moment.lerp_(grad, 0.1)
        self.second_moment.lerp_(grad * grad, 0.01)
        n = self.step + 1
        first = self.first_moment / (1 - 0.9**n)
        second = self.second_moment / (1 - 0.99**n)
        self.vectors.mul_(1 - rate * self.decay * self.decayed)
        self.vectors.sub_(rate * fine * first / (torch.sqrt(second) + 1e-8))
        weight = torch.minimum(torch.full_like(n, self.stack.ema), n / (n + 9))
        self.average.lerp_(self.vectors, 1 - weight)

    def train(self, deadline: float, log: Callable[[str], None], graph: bool) -> dict[str, Any]:
        """All steps, or as many as end before the deadline [time.monotonic]; then the learning rate did not reach 0."""
        start, advance, captured = time.monotonic(), self.forward_backward, False
        done = 0
        for _ in range(min(3, self.stack.steps)):
            self.forward_backward()
            done += 1
        self._wait()
        if graph and self.device != "cpu":
            try:
                advance, captured = self._capture(), True
            except RuntimeError as error:
                log(f"no graph: {error}")
        timed, first, steps = time.monotonic(), done, self.stack.steps
        while done < steps:
            advance()
            done += 1
            if done % 50 == 0:
                self._wait()
                if self.stack.fill and done in (50, 200):
                    each = (time.monotonic() - timed) / (done - first)
                    steps = min(self.stack.steps, done + int(0.98 * (deadline - time.monotonic()) / each))
                    self.steps.fill_(steps)
                if done in (50, 200) or done % 500 == 0:
                    each = (time.monotonic() - timed) / (done - first) * 1e3
                    log(f"{self.stack.name} step {done} {each:.1f} ms " + self.terms_line())
                if time.monotonic() > deadline:
                    break
        self._wait()
        seconds = time.monotonic() - start
        each = (time.monotonic() - timed) / max(1, done - first)
        return {
            "timed": each,
            "seconds": round(seconds, 1),
            "steps": done,
            "scheduled": steps,
            "graph": captured,
            "skipped": self.skipped.cpu().tolist(),
        }

    def terms_line(self) -> str:
        """Smoothed terms of the loss, averaged over the models."""
        values = self.smooth.mean(1).cpu().tolist()
        skipped = f"skipped {int(self.skipped.sum())} steps of {int((self.skipped > 0).sum())} models"
        return " ".join(f"{name} {value:.3f}" for name, value in zip(TERMS, values, strict=True)) + " " + skipped

    def _wait(self) -> None:
        if self.device != "cpu":
            torch.cuda.synchronize()

    def _capture(self) -> Callable[[], None]:
        """One step as a CUDA graph."""
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(2):
                self.forward_backward()
        torch.cuda.current_stream().wait_stream(side)
        torch.cuda.synchronize()
        torch.cuda.empty_cache()
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            self.forward_backward()
        self.graph = graph
        return graph.replay

    def weights(self) -> dict[str, Tensor]:
        """Averaged weights, rounded to half floats as they are shipped."""
        return self.flat.unpack(self.average.half().float())
