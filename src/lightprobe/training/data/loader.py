"""Loader: batches without end, in an order that depends on the seed and the position alone.

Position p of a run stands for a record, a turn and a mirroring: every round over the records has its own random order,
turn and mirroring are drawn from (seed, p). So any process can make any batch, and a resumed run continues exactly
where it stopped.
"""

from __future__ import annotations

import signal
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.utils import data as torch_data

from lightprobe._shapes import Num
from lightprobe.errors import LightprobeError
from lightprobe.imaging.tone.curves import AUTO, RESPONSE_CODES
from lightprobe.training import sh_ops
from lightprobe.training.data.mixture import place_in
from lightprobe.training.data.records import Records
from lightprobe.training.data.targets import Targets

ORDER, PLACEMENT = 0, 1
"""Random streams of one seed."""


class Batch(NamedTuple):
    """The model's input, and the targets."""

    picture: Tensor
    """Cells [n, 6, 32, 64] or images [n, h, w, 3], as the model takes them."""
    response: Tensor
    """[n], index in `imaging.curves.RESPONSE_CODES`."""
    targets: Targets


class Failure(NamedTuple):
    """An expected error, sent from a worker process instead of a batch."""

    kind: type[Exception]
    message: str


def _generator(seed: int, stream: int, number: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=[seed, (stream << 56) + number]))


@lru_cache(maxsize=4)
def _order(seed: int, round_: int, count: int) -> np.ndarray:
    return _generator(seed, ORDER, round_).permutation(count)


def record_at(seed: int, position: int, count: int) -> tuple[int, int, bool]:
    """Number of the record at a position, of `count` records; its turn [steps] and mirroring."""
    round_, within = divmod(position, count)
    turn, mirror = _generator(seed, PLACEMENT, position).integers((sh_ops.TURN_STEPS, 2))
    return int(_order(seed, round_, count)[within]), int(turn), bool(mirror)


class Batches(torch_data.Dataset[Any]):
    """The batches of one of `world` processes, by step: its part of each step's batch."""

    def __init__(
        self,
        records: Records,
        *,
        batch: int,
        seed: int,
        rank: int = 0,
        world: int = 1,
        added: Sequence[tuple[Records, Fraction]] = (),
    ) -> None:
        """`added` are the records of further catalogs, each with its share of all samples.

        Raises: ValueError if the batch cannot be divided into equal parts.
        """
        if batch % world:
            raise ValueError(
                f"expected a batch that {world} processes can share evenly, got {batch}; "
                f"use --set batch={world * -(-batch // world)}"
            )
        self.records, self._seed = records, seed
        self._batch, self._rank, self._part = batch, rank, batch // world
        self._catalogs = (records, *(more for more, _ in added))
        self._shares = tuple(share for _, share in added)

    def __getitem__(self, step: int) -> Batch | Failure:
        first = step * self._batch + self._rank * self._part
        positions = range(first, first + self._part)
        placed = [record_at(self._seed, position, len(self.records))[1:] for position in positions]
        try:
            rows = [self._row_at(position) for position in positions]
        except (LightprobeError, ValueError) as error:
            return Failure(type(error), str(error))
        return collate(self.records, rows, [turn for turn, _ in placed], [mirror for _, mirror in placed])

    def _row_at(self, position: int) -> np.void:
        catalog, rank = place_in(position, self._shares)
        records = self._catalogs[catalog]
        return records[record_at(self._seed, rank, len(records))[0]]


def collate(records: Records, rows: list[np.void], turns: list[int], mirrors: list[bool]) -> Batch:
    """A batch of records, each mirrored and turned."""
    drawn = list(zip(rows, turns, mirrors, strict=True))
    if records.input == "cells":
        pictures = [sh_ops.turned(row["cells"], turn, mirror) for row, turn, mirror in drawn]
    else:
        pictures = [_turned_image(row["image"], turn, mirror) for row, turn, mirror in drawn]
    matrices = sh_ops.turn_matrices()[np.array(mirrors, np.intp), np.array(turns)]
    coeffs = matrices @ np.stack([row["coeffs"] for row in rows])
    responses = torch.tensor([int(row["response"]) for row in rows])
    targets = Targets(
        coeffs=torch.from_numpy(coeffs),
        panorama=_stacked([_turned_image(row["panorama"], turn, mirror) for row, turn, mirror in drawn]),
        curve=_stacked([row["curve"] for row in rows]),
        response_given=(responses != RESPONSE_CODES.index(AUTO)).float(),
    )
    return Batch(_stacked(pictures), responses, targets)


def _turned_image(image: Num[np.ndarray, "h w c"], turn: int, mirror: bool) -> Num[np.ndarray, "h w c"]:
    return np.moveaxis(sh_ops.turned(np.moveaxis(image, 1, 2), turn, mirror), 2, 1)


def _stacked(parts: list[np.ndarray]) -> Tensor:
    stacked = np.stack(parts)
    return torch.from_numpy(stacked if stacked.dtype == np.uint8 else stacked.astype(np.float32, copy=False))


def _start_worker(number: int) -> None:
    """Workers ignore Ctrl-C: the process that trains stops them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    torch.set_num_threads(1)


def load_batches(batches: Batches, first: int, last: int, *, workers: int, pinned: bool = False) -> Iterator[Batch]:
    """The batches of steps first … last − 1, made in advance by so many worker processes, which start at once.

    Raises: as `Records.__getitem__`; LightprobeError if a worker is killed.
    """
    loader: torch_data.DataLoader[Any] = torch_data.DataLoader(
        batches,
        batch_size=None,
        sampler=range(first, last),
        num_workers=workers,
        worker_init_fn=_start_worker,
        pin_memory=pinned,
        prefetch_factor=4 if workers else None,
        generator=torch.Generator(),  # or it would draw from the one that training draws from
    )
    return _raising(iter(loader))


def _raising(loaded: Iterator[Batch | Failure]) -> Iterator[Batch]:
    while True:
        try:
            with explain_killed_workers():
                batch = next(loaded)
        except StopIteration:
            return
        if isinstance(batch, Failure):
            raise batch.kind(batch.message)
        yield batch


@contextmanager
def explain_killed_workers() -> Generator[None]:
    """Turn torch's error for a killed worker, which may come at any moment, into one line.

    Raises: LightprobeError if a worker was killed.
    """
    try:
        yield
    except RuntimeError as error:
        if "DataLoader worker" not in str(error):
            raise
        raise LightprobeError(
            "a data worker was killed, probably out of memory; continue with --resume --workers 0"
        ) from None
