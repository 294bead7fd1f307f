"""Draw docs/worlds.jpg: some worlds of each kind, through the first lens of each.

python tools/docs/world_sheet.py FOLDER … [--each 16]

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

TARGET = Path(__file__).parents[2] / "docs" / "worlds.jpg"
COLUMNS, SIZE = 8, (176, 88)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--each", type=int, default=16)
    options = parser.parse_args()
    listed = [(folder, entry) for folder in options.folders for entry in read_catalog(folder)]
    cells: list[np.ndarray] = []
    for kind in KINDS:
        chosen = [pair for pair in listed if pair[1].categories == (kind,)][: options.each]
        pictures = [
            Image.fromarray(preview(seen_radiance(*pair))).resize(SIZE, Image.Resampling.LANCZOS) for pair in chosen
        ]
        cells += [np.asarray(picture) for picture in pictures]
    rows = [np.concatenate(cells[first : first + COLUMNS], axis=1) for first in range(0, len(cells), COLUMNS)]
    width = max(row.shape[1] for row in rows)
    padded = [np.pad(row, ((0, 0), (0, width - row.shape[1]), (0, 0))) for row in rows]
    Image.fromarray(np.concatenate(padded)).save(TARGET, quality=88)


if __name__ == "__main__":
    main()
