"""One run of worlds, cut into tasks. A task holds numbers only; the process that runs it starts Blender anew."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import lightprobe

KINDS = {"outdoor": 0.46, "indoor": 0.28, "night": 0.14, "studio": 0.12}
"""Kinds of worlds, and the share of each where all are made."""
CHUNK = 30
"""Worlds that one Blender process makes: Blender does not free everything."""
VERSION = 2
"""Of the generator: worlds of different versions differ."""


@dataclass(frozen=True, kw_only=True)
class WorldRun:
    """A run: worlds 0 … count − 1 of a seed, into a folder.

    Raises: ValueError for no worlds, an unknown kind, or a size that is not 2:1.
    """

    out: Path
    count: int = 100
    seed: int = 1
    kinds: tuple[str, ...] = tuple(KINDS)
    width: int = 512
    height: int = 256
    samples: int = 10
    """Rays per pixel, before denoising."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "out", Path(self.out).resolve())
        if self.count < 1:
            raise ValueError(f"expected at least 1 world, got {self.count}; 1000 is usual")
        unknown = [kind for kind in self.kinds if kind not in KINDS]
        if unknown or not self.kinds:
            raise ValueError(
                f"expected kinds of {', '.join(KINDS)}, got {', '.join(unknown) or 'none'}; name some of these"
            )
        if self.width != 2 * self.height or self.height < 32 or self.samples < 1:
            raise ValueError(
                f"expected a 2:1 size of at least 64x32 and at least 1 ray per pixel, got {self.width}x{self.height} "
                f"and {self.samples}; 512x256 and 10 are usual"
            )

    def settings(self) -> dict[str, Any]:
        """Everything that a world depends on besides its index; not the count, so that worlds can be added."""
        return {
            "lightprobe": lightprobe.__version__,
            "generator": VERSION,
            "seed": self.seed,
            "kinds": [kind for kind in KINDS if kind in self.kinds],
            "width": self.width,
            "height": self.height,
            "samples": self.samples,
        }

    def kind_of(self, index: int) -> str:
        """The kind of a world, a function of (seed, index) and the kinds that are made."""
        digest = hashlib.blake2b(f"kind:{self.seed}:{index}".encode(), digest_size=8).digest()
        chosen = {kind: share for kind, share in KINDS.items() if kind in self.kinds}
        position = int.from_bytes(digest, "big") / 2**64 * sum(chosen.values())
        for kind, share in chosen.items():
            position -= share
            if position < 0:
                return kind
        return list(chosen)[-1]

    def slug_of(self, index: int) -> str:
        """Name of a world, such as outdoor_1_00042."""
        return f"{self.kind_of(index)}_{self.seed}_{index:05}"


@dataclass(frozen=True, kw_only=True)
class WorldTask:
    """Some worlds of a run, made by one Blender process."""

    run: WorldRun
    indices: tuple[int, ...]


def make_world_tasks(run: WorldRun, done: Iterable[int], processes: int = 1) -> Iterator[WorldTask]:
    """The tasks of a run without the worlds that exist already, at least one for each process if there are enough."""
    known = set(done)
    left = iter([index for index in range(run.count) if index not in known])
    size = min(CHUNK, max(1, -(-(run.count - len(known)) // max(processes, 1))))
    while chunk := tuple(islice(left, size)):
        yield WorldTask(run=run, indices=chunk)
