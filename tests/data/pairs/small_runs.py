"""Small runs, and the contents of their folders."""

from __future__ import annotations

from pathlib import Path

from lightprobe.camera.sampling.recipe import ShotRecipe
from lightprobe.progress import Progress

RECIPE = ShotRecipe(width=32, height=16, seed=2)


class Recorded(Progress):
    """Progress that remembers how many pairs were done after each call."""

    def __init__(self) -> None:
        self.done: list[int] = []

    def start(self, task: str, total: int = 0, *, done: int = 0, size: int = 0) -> None:
        self.done.append(done)

    def advance(self, pieces: int = 1, *, size: int = 0, status: str = "") -> None:
        self.done.append(self.done[-1] + pieces)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
