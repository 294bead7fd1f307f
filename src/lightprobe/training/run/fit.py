"""fit(): a run from its first step, or from its last checkpoint, to its last step.

A step is: a batch, the loss, its gradient, the optimizer, the moving average. Validation and checkpoint follow at their
steps, in this order, so a checkpoint holds all results of its step and a resumed run repeats nothing.
"""

from __future__ import annotations

import gc
import math
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric

from lightprobe.data.catalog.table import make_folder
from lightprobe.errors import ModelError
from lightprobe.folder_lock import folder_lock
from lightprobe.models import build
from lightprobe.progress import Progress
from lightprobe.training.data.dataset import Dataset, open_dataset
from lightprobe.training.data.loader import Batches, explain_killed_workers, load_batches
from lightprobe.training.data.mixture import AddedCatalog
from lightprobe.training.data.records import Records
from lightprobe.training.monitor.progress import Pace, RunStatus
from lightprobe.training.monitor.tensorboard import TensorBoard, open_tensorboard
from lightprobe.training.recipes.recipe import Recipe
from lightprobe.training.run import checkpoint, devices
from lightprobe.training.run.collapse import check_collapse, guess_deviation
from lightprobe.training.run.state import State, initial_state, restore_checkpoint, to_checkpoint
from lightprobe.training.run.step import in_any_process, train_step
from lightprobe.training.validation import ConditionScores, Validator, rounded_scores

LOSS_DECAY = 0.98
"""Decay of the moving average of the loss in the progress line."""
LOG_EVERY = 20
"""Steps between TensorBoard's scalars."""


class Interrupted(KeyboardInterrupt):
    """The run was asked to stop, and has written its checkpoint."""


@dataclass(frozen=True, kw_only=True)
class FitResult:
    """The result of a run."""

    rank: int
    """Number of this process; process 0 writes the files."""
    out: Path
    step: int
    score: float
    """Score of the last validation; NaN if there was nothing to validate on."""
    best: float
    scores: ConditionScores
    held_out: bool
    """Whether the scored scenes were not trained on."""
    rate: float
    """Samples per second."""
    waiting: float
    """Share of the time spent waiting for data."""


@dataclass(frozen=True, kw_only=True)
class _Context:
    """The parts of a run that stay the same from step to step."""

    fabric: Fabric
    validator: Validator
    provenance: dict[str, Any]
    out: Path
    progress: Progress
    on_validation: Callable[[int, float], None]


def fit(
    recipe: Recipe,
    data: Path,
    out: Path,
    *,
    added: Sequence[AddedCatalog] = (),
    resume: bool = False,
    start_from: str = checkpoint.LAST,
    cache: Path | None = None,
    accelerator: str = "auto",
    processes: int = 1,
    threads: int = 0,
    progress: Progress | None = None,
    on_validation: Callable[[int, float], None] = lambda step, score: None,
) -> FitResult:
    """Train with a recipe on a catalog of HDRIs or a folder of pairs, and write the run's folder.

    `added` catalogs are trained on too, each with its share of all samples, and never scored.
    `cache` is the folder of the records, `out`/cache by default; `threads` is torch's number of threads, 0 for torch's
    default. `on_validation` is called with step and score after every validation, and may raise to end the run.

    Raises: OutputError if `out` holds other files, another run writes to it, or it cannot be written; ModelError for a
    damaged checkpoint; ImageError for missing or unusable HDRIs; ValueError for a device or precision that this machine
    does not have, or for other data than the run was started with; Diverged if the loss becomes NaN or infinite;
    Collapsed if the network guesses the same light for every picture; Interrupted if asked to stop.
    """
    progress = progress or Progress()
    if threads:
        torch.set_num_threads(threads)
    fabric = devices.open_fabric(accelerator, processes, recipe.precision)
    with ExitStack() as held:
        if not devices.process_rank():
            make_folder(out)
            held.enter_context(folder_lock(out))
            checkpoint.claim_folder(out, resume=resume)
        dataset = open_dataset(data, recipe, added)
        devices.launch(fabric)
        torch.backends.cudnn.deterministic = True
        cache = cache or out / "cache"
        model = build(recipe.model, **recipe.settings).eval()
        records = Records(dataset.train, model, cache, half=recipe.data.half)
        batches = Batches(
            records,
            batch=recipe.batch,
            seed=recipe.seed,
            rank=fabric.global_rank,
            world=fabric.world_size,
            added=[(Records(more.samples, model, cache, half=recipe.data.half), more.share) for more in dataset.added],
        )
        context = _Context(
            fabric=fabric,
            validator=Validator.of(dataset, model, cache, half=recipe.data.half, device=fabric.device),
            provenance=dataset.provenance,
            out=out,
            progress=progress if fabric.is_global_zero else Progress(),
            on_validation=on_validation,
        )
        state = initial_state(recipe, fabric)
        if resume:
            _resume(state, context, dataset, out / start_from)
        if fabric.is_global_zero:
            checkpoint.write_recipe(out, recipe)
        fabric.barrier()
        result = _train(state, context, batches)
        if fabric.world_size > 1:
            fabric.barrier()  # gloo aborts the other processes if one leaves while they still communicate
            # DDP's reducer must not be the last to hold the group: it would join gloo's threads with the GIL that they
            # need
            del state
            gc.collect()
            torch.distributed.destroy_process_group()
        return result


def _resume(state: State, context: _Context, dataset: Dataset, path: Path) -> None:
    """Set the state to that of a checkpoint; a run that was stopped before its first checkpoint starts again."""
    if path.name == checkpoint.LAST and not path.exists():
        context.progress.note(f"{path}: no checkpoint yet; starting from step 0")
        return
    content = checkpoint.load_checkpoint(path)
    if content["data"]["digest"] != dataset.provenance["digest"]:
        raise ValueError(f"{path}: --data is not the data that this run was started with; give the same --data")
    try:
        restore_checkpoint(state, context.fabric, content)
    except (KeyError, RuntimeError, TypeError, ValueError) as error:
        first = str(error).splitlines()[0]
        raise ModelError(
            f"{path}: this checkpoint does not fit this version's {state.recipe.model}: {first}; train again in "
            "another --out"
        ) from None
    context.progress.note(f"{path}: continuing from step {state.step}")


def _train(state: State, context: _Context, batches: Batches) -> FitResult:
    recipe, fabric, progress, out = state.recipe, context.fabric, context.progress, context.out
    pinned = fabric.device.type == "cuda"
    loaded = load_batches(batches, state.step, recipe.steps, workers=recipe.workers, pinned=pinned)
    progress.start("training", recipe.steps, done=state.step)
    pace, mean_loss = Pace(state.step, recipe.batch), math.nan
    with (
        explain_killed_workers(),
        devices.stop_on_signal() as stop,
        open_tensorboard(out, state.step, enabled=fabric.is_global_zero) as tensorboard,
    ):
        for batch in pace.timed(loaded):
            terms, norm = train_step(state, fabric, batch)
            loss = sum(terms.values())
            mean_loss = loss if math.isnan(mean_loss) else LOSS_DECAY * mean_loss + (1 - LOSS_DECAY) * loss
            is_last = state.step == recipe.steps
            if state.step % LOG_EVERY == 0 or is_last:
                _log(tensorboard, state, pace, terms, norm)
            if state.step % recipe.validate_every == 0 or is_last:
                _validate(state, context, tensorboard)
                context.on_validation(state.step, state.score)
            stopped = in_any_process(fabric, stop.is_set)
            if state.step % recipe.checkpoint_every == 0 or is_last or stopped:
                _save(state, context, checkpoint.LAST)
            if stopped and not is_last:
                raise Interrupted(f"stopped after step {state.step} of {recipe.steps}")
            progress.advance(status=str(_status(state, pace, mean_loss)))
        tensorboard.hyperparameters(recipe, state.score)
    return FitResult(
        rank=fabric.global_rank,
        out=out,
        step=state.step,
        score=state.score,
        best=state.best,
        scores=state.scores,
        held_out=context.validator.held_out,
        rate=pace.rate,
        waiting=pace.waiting,
    )


def _status(state: State, pace: Pace, loss: float) -> RunStatus:
    steps = state.recipe.steps
    return RunStatus(
        step=state.step,
        steps=steps,
        loss=loss,
        score=state.score,
        rate=pace.rate,
        waiting=pace.waiting,
        left=(steps - state.step) * state.recipe.batch / pace.rate,
    )


def _log(tensorboard: TensorBoard, state: State, pace: Pace, terms: dict[str, float], norm: float) -> None:
    parts = {f"loss/{name}": term for name, term in terms.items()}
    speed = {"speed/samples per second": pace.rate, "speed/waiting for data": pace.waiting}
    lr = state.optimizer.param_groups[0]["lr"]
    tensorboard.scalars({"loss": sum(terms.values()), "lr": lr, "gradient norm": norm, **parts, **speed}, state.step)


def _validate(state: State, context: _Context, tensorboard: TensorBoard) -> None:
    """Score the averaged weights in the first process, and share the scores with the others.

    best.pt keeps the weights with the smallest score, or the last weights if no scenes are held out.
    """
    fabric, validator = context.fabric, context.validator
    shared: list[Any] = [None]
    if fabric.is_global_zero:
        shared = [(*validator(state.ema), guess_deviation(validator))]
        tensorboard.images(validator.model, validator.scored, validator.device, state.step)
    state.scores, score, deviation = fabric.broadcast(shared)[0]
    check_collapse(deviation, state.step, state.recipe.steps)
    state.history.append({"step": state.step, "score": score})
    state.plateau.update(score, state.recipe.schedule)
    is_best = score < state.best or not validator.held_out or math.isnan(score)
    if is_best:
        state.best = score
        _save(state, context, checkpoint.BEST)
    if fabric.is_global_zero:
        tensorboard.scores(state.scores, score, state.step)
        summary = {
            "step": state.step,
            "score": score,
            "best": state.best,
            "held_out": validator.held_out,
            "scores": rounded_scores(state.scores),
            "history": state.history,
        }
        checkpoint.write_json(context.out / checkpoint.METRICS, summary)
        best = "  best so far" if is_best and validator.held_out else ""
        context.progress.note(f"step {state.step}  score {score:.4f}{best}")


def _save(state: State, context: _Context, name: str) -> None:
    if context.fabric.is_global_zero:
        content = to_checkpoint(state, context.fabric, context.provenance)
        checkpoint.save_checkpoint(context.out / name, content)
    context.fabric.barrier()
