"""What a run of the lab writes."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import numpy as np

ARCHIVE = 14_000_000
"""Largest size of an archive of weights [bytes]."""
MOST_ARCHIVES = 4


class Notebook:
    """Everything that is written."""

    def __init__(self, out: Path) -> None:
        self.out, self.start = out, time.monotonic()
        self.results: dict[str, Any] = {"stacks": {}, "settings": {}}
        self.archives: list[dict[str, np.ndarray]] = [{}]
        self.errors: dict[str, np.ndarray] = {}
        out.mkdir(parents=True, exist_ok=True)
        if (out / "results.json").exists():
            self._read()

    def _read(self) -> None:
        """Go on with what an earlier run has finished."""
        self.results = json.loads((self.out / "results.json").read_text(encoding="utf-8"))
        self.errors = dict(np.load(self.out / "errors.npz"))
        found = sorted(self.out.glob("weights_*.npz"))
        self.archives = [dict(np.load(path)) for path in found] or self.archives

    def log(self, line: str) -> None:
        """A line with the time, on the screen and in log.txt."""
        text = f"{time.monotonic() - self.start:6.1f} s  {line}"
        print(text, flush=True)
        with (self.out / "log.txt").open("a", encoding="utf-8") as file:
            file.write(text + "\n")

    def keep(self, name: str, vector: np.ndarray) -> None:
        """Weights of one model, if there is room."""
        size = sum(v.nbytes + 300 for v in self.archives[-1].values()) + vector.nbytes
        if size > ARCHIVE:
            if len(self.archives) == MOST_ARCHIVES:
                return
            self.archives.append({})
        self.archives[-1][name] = vector

    def save(self) -> None:
        """All files; each is replaced as a whole."""
        self._replace("results.json", lambda file: file.write(json.dumps(self.results).encode()))
        self._replace("errors.npz", lambda file: np.savez_compressed(file, **self.errors))
        number = len(self.archives) - 1
        for k in {max(0, number - 1), number}:
            self._replace(f"weights_{k}.npz", lambda file, k=k: np.savez(file, **self.archives[k]))

    def _replace(self, name: str, write: Any) -> None:
        path = self.out / name
        new = path.with_name(name + ".new")
        with new.open("wb") as file:
            write(file)
        os.replace(new, path)

    def has(self, stack: str) -> bool:
        """Whether a stack is trained and scored."""
        return any(key.startswith(f"{stack}/") for key in self.results["settings"])
