"""TensorBoard: scalars, pictures and hyperparameters of a run. `tensorboard --logdir runs` shows them."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch

from lightprobe.errors import OutputError
from lightprobe.models import Model
from lightprobe.training import sh_ops
from lightprobe.training.data.loader import collate
from lightprobe.training.data.records import Records
from lightprobe.training.data.validation_set import condition_label
from lightprobe.training.monitor import strips
from lightprobe.training.recipes import serialize
from lightprobe.training.recipes.recipe import Recipe
from lightprobe.training.validation import ConditionScores, ScoredRecords

IMAGES = 6
"""Pictures of the validation set that are written at every validation."""


class TensorBoard:
    """The writer of a run's events. The events of steps that a resumed run repeats replace the old ones."""

    def __init__(self, out: Path, start: int) -> None:
        """`start` is the number of steps already taken; later events in the folder are dropped.

        Raises: OutputError if the folder cannot be written.
        """
        from torch.utils.tensorboard import SummaryWriter  # takes a second to import

        self._out = out
        with self._writing():
            self._writer = SummaryWriter(str(out), purge_step=start + 1)

    def scalars(self, values: Mapping[str, float], step: int) -> None:
        """Write the numbers of a step, by name. Raises: OutputError."""
        with self._writing():
            for name, value in values.items():
                self._writer.add_scalar(name, value, step)

    def scores(self, scores: ConditionScores, score: float, step: int) -> None:
        """Write the scores of a validation. Raises: OutputError."""
        named = {
            f"validation/{condition_label(condition)}/{name}": value
            for condition, values in scores.items()
            for name, value in values.items()
            if name != "count"
        }
        self.scalars({"validation/score": score, **named}, step)

    def images(self, model: Model, scored: Sequence[ScoredRecords], device: torch.device, step: int) -> None:
        """Write some validation pictures with their estimates, as `strips.strip` draws them.

        Raises: OutputError; ImageError for an unreadable HDRI.
        """
        for part in scored[:1]:
            numbers = np.linspace(0, len(part.records) - 1, IMAGES).astype(int)
            rows = [_strip(part.records, model, device, int(number)) for number in numbers]
            with self._writing():
                self._writer.add_image("picture, estimate, truth", np.concatenate(rows), step, dataformats="HWC")

    def hyperparameters(self, recipe: Recipe, score: float) -> None:
        """Write the recipe's fields and the score they led to. Raises: OutputError."""
        values = {name: _simple(value) for name, value in serialize.flattened(serialize.to_dict(recipe)).items()}
        with self._writing():
            self._writer.add_hparams(values, {"score": score}, run_name="hparams")

    def close(self) -> None:
        """Write the events that are still in memory. Raises: OutputError."""
        with self._writing():
            self._writer.close()

    @contextmanager
    def _writing(self) -> Generator[None]:
        try:
            yield
        except OSError as error:
            raise OutputError(
                f"{self._out}: cannot write events: {error.strerror or error}; make room, then continue with --resume"
            ) from None


def _strip(records: Records, model: Model, device: torch.device, number: int) -> np.ndarray:
    sample = records.samples(number)
    batch = collate(records, [records[number]], [0], [False])
    with torch.inference_mode():
        output = model(batch.picture.to(device), batch.response.to(device))
        coeffs = sh_ops.convert_coeffs(output.coeffs, model.convention, back=True)[0].cpu().numpy()
    panorama = None if output.panorama is None else output.panorama[0].cpu().numpy()
    return strips.strip(sample.picture_srgb, (coeffs, sample.coeffs), (panorama, sample.panorama))


def _simple(value: Any) -> Any:
    return value if isinstance(value, (bool, int, float, str)) else str(value)


class _NoTensorBoard(TensorBoard):
    """Writes nothing: for all processes of a run but the first."""

    def __init__(self) -> None: ...

    def scalars(self, values: Mapping[str, float], step: int) -> None: ...

    def images(self, model: Model, scored: Sequence[ScoredRecords], device: torch.device, step: int) -> None: ...

    def hyperparameters(self, recipe: Recipe, score: float) -> None: ...

    def close(self) -> None: ...


def open_tensorboard(out: Path, start: int, *, enabled: bool) -> closing[TensorBoard]:
    """The writer of a run, closed when the block ends; only one process of a run enables it. Raises: OutputError."""
    return closing(TensorBoard(out, start) if enabled else _NoTensorBoard())
