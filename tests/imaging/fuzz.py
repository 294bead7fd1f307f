"""Reads damaged files one after the other, in a process of its own, and says what came of each.

    python fuzz.py FOLDER          damaged copies of the whole files in it
    python fuzz.py FOLDER --once   the files as they are

Prints one JSON line per file: [file, case, outcome, seconds, how much the peak of memory grew (MiB)]. Everything else
on stdout or stderr is somebody talking out of turn.
"""

from __future__ import annotations

import json
import resource
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from lightprobe.errors import ImageError
from lightprobe.imaging import Picture, picture, read_picture
from lightprobe.imaging.formats.video import read_video
from lightprobe.imaging.kinds import VIDEO_SUFFIXES

CASES = 100
MOST_PIXELS = 1_000_000


def damaged(data: bytes, seed: int) -> Iterator[tuple[str, bytes]]:
    """Copies cut short, with flipped bytes anywhere, and with flipped bytes where headers are."""
    rng = np.random.default_rng(seed)
    for case in range(CASES):
        kind = ("cut", "flip", "header", "both")[case % 4]
        end = int(rng.integers(0, len(data))) if kind in ("cut", "both") else len(data)
        copy = bytearray(data[:end])
        reach = min(len(copy), 400) if kind == "header" else len(copy)
        if kind != "cut" and reach:
            for place in rng.integers(0, reach, rng.integers(1, 9)):
                copy[place] = rng.choice([copy[place] ^ (1 << rng.integers(8)), 0, 255, rng.integers(256)])
        yield f"{case} {kind}", bytes(copy)


def outcome(path: Path) -> str:
    """'picture', 'error: …', or what must not be."""
    try:
        if path.suffix in VIDEO_SUFFIXES:
            for _ in read_video(path):
                pass
            return "picture"
        result = read_picture(path)
    except ImageError as error:
        message = str(error)
        if "\n" in message or not message.startswith(str(path)) or len(message) > 500:
            return f"bad message: {message!r}"
        return f"error{message.removeprefix(str(path))}"
    assert isinstance(result, Picture)
    assert result.pixels.ndim == 3
    assert result.pixels.shape[0] * result.pixels.shape[1] <= MOST_PIXELS
    return "picture"


def peak() -> float:
    """Most memory that this process ever held [MiB]."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def report(source: Path, case: str, target: Path) -> None:
    start, before = time.perf_counter(), peak()
    try:
        result = outcome(target)
    except BaseException as error:  # noqa: BLE001 - to be told, not handled
        result = f"{type(error).__name__}: {error}"
    print(json.dumps([source.name, case, result, time.perf_counter() - start, peak() - before]), flush=True)


def main() -> None:
    warnings.simplefilter("always")
    folder = Path(sys.argv[1])
    if "--once" in sys.argv:
        for source in sorted(folder.iterdir()):
            report(source, "as it is", source)
        return
    picture.MAX_PIXELS = MOST_PIXELS
    for seed, source in enumerate(sorted(folder.glob("whole.*"))):
        target = folder / f"damaged.{source.name.removeprefix('whole.')}"
        for case, data in damaged(source.read_bytes(), seed):
            target.write_bytes(data)
            report(source, case, target)


if __name__ == "__main__":
    main()
