"""A strip of small pictures that grows while worlds are made."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image

from lightprobe._shapes import Float
from lightprobe.data.catalog.preview import preview
from lightprobe.imaging.files import read_picture
from lightprobe.imaging.output import atomic
from lightprobe.sphere.panorama.equirect import resize
from lightprobe.synth.manifest import row_folder

STRIP = "strip.png"
SIZE = (48, 96)
"""Height and width of a thumbnail."""
COLUMNS = 16
EVERY = 10.0
"""Time between two writings of the strip [s]."""


def thumbnail_path(out: Path, index: int) -> Path:
    """File of a world's thumbnail."""
    return row_folder(out) / f"{index:05}.png"


def write_thumbnail(out: Path, index: int, radiance: Float[np.ndarray, "h w 3"]) -> None:
    """Keep a world's thumbnail. Raises: OutputError."""
    with atomic(thumbnail_path(out, index)) as temporary:
        Image.fromarray(preview(resize(radiance, *SIZE))).save(temporary, "PNG")


class ThumbnailStrip:
    """`strip.png` in the folder of a run: the newest worlds are last."""

    def __init__(self, out: Path, before: Iterable[int] = ()) -> None:
        """`before` are the worlds of earlier runs."""
        self._out, self._written = out, 0.0
        self._rows: list[np.ndarray] = []
        self._count = 0
        for index in before:
            self._put(index)

    def add(self, index: int) -> None:
        """Add a world; the file is written from time to time. Raises: OutputError; ImageError if its thumbnail is
        damaged."""
        self._put(index)
        if time.monotonic() - self._written > EVERY:
            self.write()

    def write(self) -> None:
        """Write the file. Raises: OutputError."""
        if self._rows:
            with atomic(self._out / STRIP) as temporary:
                Image.fromarray(np.concatenate(self._rows)).save(temporary, "PNG")
        self._written = time.monotonic()

    def _put(self, index: int) -> None:
        path = thumbnail_path(self._out, index)
        if not path.exists():
            return
        row, column = divmod(self._count, COLUMNS)
        if row == len(self._rows):
            self._rows.append(np.zeros((SIZE[0], COLUMNS * SIZE[1], 3), np.uint8))
        pixels = np.asarray(read_picture(path).pixels)[: SIZE[0], : SIZE[1], :3]
        self._rows[row][: pixels.shape[0], column * SIZE[1] : column * SIZE[1] + pixels.shape[1]] = pixels
        self._count += 1
