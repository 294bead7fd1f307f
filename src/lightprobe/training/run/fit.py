"""fit(): a run from its first step, or from where it was, to its last.

A step is: a batch, the loss, its gradient, the optimizer, the moving average. Then, at their steps, validation and
checkpoint, in this order, so that a checkpoint holds all that came of its step and a resumed run repeats nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric

from lightprobe.errors import ModelError
from lightprobe.models import build
from lightprobe.training import validation
from lightprobe.training.data.dataset import Material, gather
from lightprobe.training.data.loader import Batches, feed, workers_living
from lightprobe.training.data.records import Records
from lightprobe.training.monitor.progress import Pace, Standing, Watch
from lightprobe.training.monitor.tensorboard import Board, open_board
from lightprobe.training.recipes import serialize
from lightprobe.training.recipes.recipe import Recipe
from lightprobe.training.run import checkpoint, devices
from lightprobe.training.run.state import State, begin, pack, unpack
from lightprobe.training.run.step import is_any, learn
from lightprobe.training.validation import Judge, Scores

SMOOTH = 0.98
"""Decay of the loss that is shown."""
LOG_EVERY = 20
"""Steps between TensorBoard's scalars."""


class Interrupted(KeyboardInterrupt):
    """The run was asked to stop, and has written its checkpoint."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a run came to."""

    rank: int
    """Number of this process; 0 of the one that writes."""
    out: Path
    step: int
    score: float
    """Of the last validation; NaN if there was nothing to validate on."""
    best: float
    scores: Scores
    held_out: bool
    """Whether the scores are of scenes that were not trained on."""
    rate: float
    """Samples per second."""
    waiting: float
    """Share of time spent waiting for data."""


def fit(
    recipe: Recipe,
    data: Path,
    out: Path,
    *,
    resume: bool = False,
    start_from: str = checkpoint.LAST,
    cache: Path | None = None,
    accelerator: str = "auto",
    processes: int = 1,
    threads: int = 0,
    watch: Watch | None = None,
    validated: Callable[[int, float], None] = lambda step, score: None,
) -> Result:
    """Run a recipe on a catalog of HDRIs, or on a folder of pairs; write the run's folder.

    `cache` is where records are kept, `out`/cache if not given; `threads` those of torch, 0: as many as it likes.
    `validated` is told step and score of every validation, and may raise to end the run.

    Raises: OutputError if `out` holds something else or cannot be written; ModelError for a damaged checkpoint;
    ImageError for missing or unusable HDRIs; ValueError for a device or precision that is not here, or other data than
    the run was begun with; Diverged if the loss is no number; Interrupted if asked to stop.
    """
    watch = watch or Watch()
    if threads:
        torch.set_num_threads(threads)
    fabric = devices.open_fabric(accelerator, processes, recipe.precision)
    if not devices.rank():
        checkpoint.claim(out, resume=resume)
    material = gather(data, recipe)
    devices.launch(fabric)
    watch = watch if fabric.is_global_zero else Watch()
    torch.backends.cudnn.deterministic = True
    cache = cache or out / "cache"
    preparer = build(recipe.model, **recipe.settings).eval()
    records = Records(material.train, preparer, cache, half=recipe.data.half)
    judge = Judge.of(material, preparer, cache, half=recipe.data.half, device=fabric.device)
    batches = Batches(records, batch=recipe.batch, seed=recipe.seed, rank=fabric.global_rank, world=fabric.world_size)
    state = begin(recipe, fabric)
    if resume:
        _resume(state, fabric, material, out / start_from, watch)
    if fabric.is_global_zero:
        checkpoint.write_json(out / checkpoint.RECIPE, serialize.to_dict(recipe))
    fabric.barrier()
    result = _run(state, fabric, batches, judge, material.about, out, watch, validated)
    if fabric.world_size > 1:  # a process that leaves while others still talk is aborted by gloo
        fabric.barrier()
        torch.distributed.destroy_process_group()
    return result


def _resume(state: State, fabric: Fabric, material: Material, path: Path, watch: Watch) -> None:
    """Take the run up where a checkpoint has it; at its start if it was stopped before the first one."""
    if path.name == checkpoint.LAST and not path.exists():
        watch.note(f"{path}: no checkpoint yet; from the start")
        return
    held = checkpoint.load(path)
    if held["data"]["digest"] != material.about["digest"]:
        raise ValueError(f"{path}: expected the data that the run was begun with, got other; give the same --data")
    try:
        unpack(state, fabric, held)
    except (KeyError, RuntimeError, TypeError, ValueError) as error:
        first = str(error).splitlines()[0]
        raise ModelError(
            f"{path}: expected a checkpoint of this version's {state.recipe.model}, got: {first}; train anew in "
            "another --out"
        ) from None
    watch.note(f"{path}: from step {state.step}")


def _run(
    state: State,
    fabric: Fabric,
    batches: Batches,
    judge: Judge,
    about: dict[str, Any],
    out: Path,
    watch: Watch,
    validated: Callable[[int, float], None],
) -> Result:
    recipe, shown = state.recipe, math.nan
    made = feed(batches, state.step, recipe.steps, workers=recipe.workers, pinned=fabric.device.type == "cuda")
    pace = Pace(state.step, recipe.batch)
    with workers_living(), devices.stopping() as stop, open_board(out, state.step, on=fabric.is_global_zero) as board:
        for batch in pace.timed(made):
            found, norm = learn(state, fabric, batch)
            loss = sum(found.values())
            shown = loss if math.isnan(shown) else SMOOTH * shown + (1 - SMOOTH) * loss
            is_last = state.step == recipe.steps
            if state.step % LOG_EVERY == 0 or is_last:
                parts = {f"loss/{name}": part for name, part in found.items()}
                speed = {"speed/samples per second": pace.rate, "speed/waiting for data": pace.waiting}
                lr = state.optimizer.param_groups[0]["lr"]
                board.scalars({"loss": loss, "lr": lr, "gradient norm": norm, **parts, **speed}, state.step)
            if state.step % recipe.validate_every == 0 or is_last:
                _validate(state, fabric, judge, about, out, board, watch)
                validated(state.step, state.score)
            stopped = is_any(fabric, stop.asked)
            if state.step % recipe.checkpoint_every == 0 or is_last or stopped:
                _save(state, fabric, about, out / checkpoint.LAST)
            if stopped and not is_last:
                raise Interrupted(f"stopped after step {state.step} of {recipe.steps}")
            left = (recipe.steps - state.step) * recipe.batch / pace.rate
            watch.step(
                Standing(
                    step=state.step,
                    steps=recipe.steps,
                    loss=shown,
                    score=state.score,
                    rate=pace.rate,
                    waiting=pace.waiting,
                    left=left,
                )
            )
        board.end(recipe, state.score)
    return Result(
        rank=fabric.global_rank,
        out=out,
        step=state.step,
        score=state.score,
        best=state.best,
        scores=state.scores,
        held_out=judge.held_out,
        rate=pace.rate,
        waiting=pace.waiting,
    )


def _validate(
    state: State, fabric: Fabric, judge: Judge, about: dict[str, Any], out: Path, board: Board, watch: Watch
) -> None:
    """Score the averaged weights, on the first process; all are told. The best are kept: the smallest score, or the
    last weights where nothing is held out."""
    told: list[Any] = [None]
    if fabric.is_global_zero:
        told = [judge(state.ema)]
        board.pictures(judge.model, judge.panels, judge.device, state.step)
    state.scores, score = fabric.broadcast(told)[0]
    state.history.append({"step": state.step, "score": score})
    state.plateau.see(score, state.recipe.schedule)
    is_best = score < state.best or not judge.held_out or math.isnan(score)
    if is_best:
        state.best = score
        _save(state, fabric, about, out / checkpoint.BEST)
    if fabric.is_global_zero:
        board.scores(state.scores, score, state.step)
        summary = {
            "step": state.step,
            "score": score,
            "best": state.best,
            "held_out": judge.held_out,
            "scores": validation.plain(state.scores),
            "history": state.history,
        }
        checkpoint.write_json(out / checkpoint.METRICS, summary)
        watch.note(f"step {state.step}  score {score:.4f}{'  best so far' if is_best and judge.held_out else ''}")


def _save(state: State, fabric: Fabric, about: dict[str, Any], path: Path) -> None:
    if fabric.is_global_zero:
        checkpoint.save(path, pack(state, fabric, about))
    fabric.barrier()
