"""Batches without end, in an order that depends on the seed and the position alone.

Position p of a run is a record, a turn and a mirroring: records come in an order drawn anew for every round, turn and
mirroring are drawn from (seed, p). So any process can make any batch, and a run goes on exactly where it was.
"""

from __future__ import annotations

import signal
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from lightprobe._shapes import Num
from lightprobe.errors import LightprobeError
from lightprobe.training import sphere
from lightprobe.training.loss import Truth
from lightprobe.training.records import Records

ORDER, PLACEMENT = 0, 1
"""Streams of chance of one seed."""


class Batch(NamedTuple):
    """What a step learns from."""

    picture: Tensor
    """Cells [n, 6, 32, 64] or images [n, h, w, 3], as the model takes them."""
    response: Tensor
    """[n] index into `imaging.curves.RESPONSE_CODES`."""
    truth: Truth


class Failure(NamedTuple):
    """Why there is no batch: an expected error, sent from another process."""

    kind: type[Exception]
    message: str


def _draw(seed: int, stream: int, number: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=[seed, (stream << 56) + number]))


@lru_cache(maxsize=4)
def _order(seed: int, round_: int, count: int) -> np.ndarray:
    return _draw(seed, ORDER, round_).permutation(count)


def place(seed: int, position: int, count: int) -> tuple[int, int, bool]:
    """Record, turn [cells] and mirroring at a position, of `count` records."""
    round_, within = divmod(position, count)
    turn, mirror = _draw(seed, PLACEMENT, position).integers((sphere.TURNS, 2))
    return int(_order(seed, round_, count)[within]), int(turn), bool(mirror)


class Batches(Dataset[Any]):
    """The part of each step's batch that one of `world` processes computes."""

    def __init__(self, records: Records, *, batch: int, seed: int, rank: int = 0, world: int = 1) -> None:
        """Raises: ValueError if the batch cannot be cut into equal parts."""
        if batch % world:
            raise ValueError(
                f"expected a batch that {world} processes can share evenly, got {batch}; "
                f"use --set batch={world * -(-batch // world)}"
            )
        self.records, self._seed = records, seed
        self._batch, self._rank, self._part = batch, rank, batch // world

    def __getitem__(self, step: int) -> Batch | Failure:
        first = step * self._batch + self._rank * self._part
        places = [place(self._seed, position, len(self.records)) for position in range(first, first + self._part)]
        try:
            rows = [self.records[number] for number, _, _ in places]
        except (LightprobeError, ValueError) as error:
            return Failure(type(error), str(error))
        return collate(self.records, rows, [turn for _, turn, _ in places], [mirror for _, _, mirror in places])


def collate(records: Records, rows: list[np.void], turns: list[int], mirrors: list[bool]) -> Batch:
    """A batch of records, each mirrored and turned."""
    placed = list(zip(rows, turns, mirrors, strict=True))
    if records.input == "cells":
        pictures = [sphere.turned(row["cells"], turn, mirror) for row, turn, mirror in placed]
    else:
        pictures = [_turned_image(row["image"], turn, mirror) for row, turn, mirror in placed]
    tables = sphere.turns()[np.array(mirrors, np.intp), np.array(turns)]
    coeffs = tables @ np.stack([row["coeffs"] for row in rows])
    panoramas = [_turned_image(row["panorama"], turn, mirror) for row, turn, mirror in placed]
    truth = Truth(
        coeffs=torch.from_numpy(coeffs),
        panorama=_stacked(panoramas),
        curve=_stacked([row["curve"] for row in rows]),
        told=torch.tensor([float(row["response"] > 0) for row in rows]),
    )
    return Batch(_stacked(pictures), torch.tensor([int(row["response"]) for row in rows]), truth)


def _turned_image(image: Num[np.ndarray, "h w c"], turn: int, mirror: bool) -> Num[np.ndarray, "h w c"]:
    return np.moveaxis(sphere.turned(np.moveaxis(image, 1, 2), turn, mirror), 2, 1)


def _stacked(parts: list[np.ndarray]) -> Tensor:
    stacked = np.stack(parts)
    return torch.from_numpy(stacked if stacked.dtype == np.uint8 else stacked.astype(np.float32, copy=False))


def _start_worker(number: int) -> None:
    """Ctrl-C is for the process that trains; it tells its workers to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    torch.set_num_threads(1)


def feed(batches: Batches, first: int, last: int, *, workers: int, pinned: bool = False) -> Iterator[Batch]:
    """The batches of steps first … last − 1, made ahead by so many processes, which are started at once.

    Raises: what forming a record raises; LightprobeError if a process is killed.
    """
    loader: DataLoader[Any] = DataLoader(
        batches,
        batch_size=None,
        sampler=range(first, last),
        num_workers=workers,
        worker_init_fn=_start_worker,
        pin_memory=pinned,
        prefetch_factor=4 if workers else None,
        generator=torch.Generator(),  # or it would draw from the one that training draws from
    )
    return _unwrapped(iter(loader))


def _unwrapped(made: Iterator[Batch | Failure]) -> Iterator[Batch]:
    while True:
        try:
            with workers_living():
                batch = next(made)
        except StopIteration:
            return
        if isinstance(batch, Failure):
            raise batch.kind(batch.message)
        yield batch


@contextmanager
def workers_living() -> Generator[None]:
    """Torch tells of a killed worker wherever the process is just then: between two batches, or amid a step.

    Raises: LightprobeError if one was killed.
    """
    try:
        yield
    except RuntimeError as error:
        if "DataLoader worker" not in str(error):
            raise
        raise LightprobeError(
            "expected the processes that form records to live, got one killed, maybe for want of memory; "
            "go on with --resume --workers 0"
        ) from None
