"""Draw docs/worlds.jpg, 16 worlds of each kind, and docs/worlds-KIND.jpg, 64 worlds of a kind; through the first lens.

python tools/docs/world_sheet.py FOLDER …

The folders are those of `lightprobe synth`.
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from lightprobe.data.catalog import read_catalog
from lightprobe.data.catalog.preview import preview
from lightprobe.synth.check.gate import seen_radiance
from lightprobe.synth.run import KINDS

DOCS = Path(__file__).parents[2] / "docs"
FEW, MANY, COLUMNS, SIZE = 16, 64, 8, (176, 88)


def sheet(cells: list[np.ndarray], path: Path) -> None:
    """Write pictures of one size, eight in a row."""
    rows = [np.concatenate(cells[first : first + COLUMNS], axis=1) for first in range(0, len(cells), COLUMNS)]
    width = max(row.shape[1] for row in rows)
    padded = [np.pad(row, ((0, 0), (0, width - row.shape[1]), (0, 0))) for row in rows]
    Image.fromarray(np.concatenate(padded)).save(path, quality=82, optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", type=Path, nargs="+")
    options = parser.parse_args()
    listed = [(folder, entry) for folder in options.folders for entry in read_catalog(folder)]
    few: list[np.ndarray] = []
    for kind in KINDS:
        chosen = [pair for pair in listed if pair[1].categories == (kind,)][:MANY]
        pictures = [Image.fromarray(preview(seen_radiance(*pair))) for pair in chosen]
        cells = [np.asarray(picture.resize(SIZE, Image.Resampling.LANCZOS)) for picture in pictures]
        few += cells[:FEW]
        if cells:
            sheet(cells, DOCS / f"worlds-{kind}.jpg")
    sheet(few, DOCS / "worlds.jpg")


if __name__ == "__main__":
    main()
