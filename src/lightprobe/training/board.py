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
from lightprobe.training import pictures, settings, sphere
from lightprobe.training.feeding import collate
from lightprobe.training.recipes import Recipe
from lightprobe.training.validation import Panel, Scores

SHOWN = 6
"""Pictures that are shown at every validation."""


class Board:
    """A run's events; what a resumed run does again replaces what was there."""

    def __init__(self, out: Path, start: int) -> None:
        """`start` is the step after which events are new. Raises: OutputError if the folder cannot be written."""
        from torch.utils.tensorboard import SummaryWriter  # takes a second to import

        self._out = out
        with self._writing():
            self._writer = SummaryWriter(str(out), purge_step=start + 1)

    def scalars(self, values: Mapping[str, float], step: int) -> None:
        """Numbers of a step, by name. Raises: OutputError."""
        with self._writing():
            for name, value in values.items():
                self._writer.add_scalar(name, value, step)

    def scores(self, scores: Scores, score: float, step: int) -> None:
        """Of a validation. Raises: OutputError."""
        named = {f"validation/{mode}/{key}": value for mode, each in scores.items() for key, value in each.items()}
        named = {name: value for name, value in named.items() if not name.endswith("/count")}
        self.scalars({"validation/score": score, **named}, step)

    def pictures(self, model: Model, panels: Sequence[Panel], device: torch.device, step: int) -> None:
        """Some of what is validated, as `pictures.strip`. Raises: OutputError; ImageError for an unreadable HDRI."""
        for panel in panels[:1]:
            numbers = np.linspace(0, len(panel.records) - 1, SHOWN).astype(int)
            rows = [self._strip(panel, model, device, int(number)) for number in numbers]
            with self._writing():
                self._writer.add_image("picture, estimate, truth", np.concatenate(rows), step, dataformats="HWC")

    def _strip(self, panel: Panel, model: Model, device: torch.device, number: int) -> np.ndarray:
        example = panel.records.supply(number)
        with torch.inference_mode():
            batch = collate(panel.records, [panel.records[number]], [0], [False])
            light = model(batch.picture.to(device), batch.response.to(device))
            coeffs = sphere.convert(light.coeffs, model.convention, back=True)[0].cpu().numpy()
        panorama = None if light.panorama is None else light.panorama[0].cpu().numpy()
        return pictures.strip(example.picture_srgb, (coeffs, example.coeffs), (panorama, example.panorama))

    def end(self, recipe: Recipe, score: float) -> None:
        """The hyperparameters beside the score that they led to. Raises: OutputError."""
        flat = {name: _simple(value) for name, value in settings.flat(settings.to_dict(recipe)).items()}
        with self._writing():
            self._writer.add_hparams(flat, {"score": score}, run_name="hparams")

    def close(self) -> None:
        """Write what is left. Raises: OutputError."""
        with self._writing():
            self._writer.close()

    @contextmanager
    def _writing(self) -> Generator[None]:
        try:
            yield
        except OSError as error:
            raise OutputError(
                f"{self._out}: expected to write events, got: {error.strerror or error}; make room, then --resume"
            ) from None


def _simple(value: Any) -> Any:
    return value if isinstance(value, (bool, int, float, str)) else str(value)


class _Nothing(Board):
    """What the other processes of a run have instead."""

    def __init__(self) -> None: ...

    def scalars(self, values: Mapping[str, float], step: int) -> None: ...

    def pictures(self, model: Model, panels: Sequence[Panel], device: torch.device, step: int) -> None: ...

    def end(self, recipe: Recipe, score: float) -> None: ...

    def close(self) -> None: ...


def open_board(out: Path, start: int, *, on: bool) -> closing[Board]:
    """The board of a run, closed when the block ends; only one process has one. Raises: OutputError."""
    return closing(Board(out, start) if on else _Nothing())
