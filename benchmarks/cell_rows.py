"""Rows of cells of a surround: pans through two scenes on which the estimator was not trained, and the time of a frame.

    python benchmarks/cell_rows.py HDRIS

HDRIS is a folder of HDRIs that holds those of the suite `registry`. Pans and errors are those of pans.py. Writes
results/cell_rows.json.
"""

import sys
from pathlib import Path

import numpy as np
from measure import save
from pans import HEIGHT, pan, speed

import lightprobe
from lightprobe.camera import load_hdri

SCENES = ("potsdamer_platz", "royal_esplanade")
ROWS = (32, 64, 128)
KEPT = ("last", "measured", "gain_drift_stops")


def main(folder: Path) -> None:
    """All numbers of rows."""
    estimator, found = lightprobe.load(), {}
    for rows in ROWS:
        found[str(rows)] = {"speed": speed(estimator, rows=rows), "scenes": {}}
        for slug in SCENES:
            hdri = load_hdri(slug, folder / f"{slug}.exr", HEIGHT)
            row = pan(hdri, estimator, np.random.default_rng(7), rows=rows)
            found[str(rows)]["scenes"][slug] = {name: round(row[name], 4) for name in KEPT}
        print(rows, found[str(rows)], flush=True)
    save("cell_rows", {"rows": found})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
