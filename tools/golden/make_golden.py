"""Golden vectors for spec/golden, from SciPy and brute force; nothing here imports lightprobe.

    python tools/golden/make_golden.py [folder]

Deterministic. What is integrated here with Gauss-Legendre rules of plentiful order, lightprobe has in closed form;
what is minimized here on dense grids, lightprobe solves. Needs NumPy and SciPy ≥ 1.15.
"""

from __future__ import annotations

import sys
from pathlib import Path

from conversion import conversion_file
from irradiance import irradiance_file
from light import light_file
from projection import basis_file, projection_file
from rotation import rotation_file
from window import window_file

FOLDER = Path(__file__).parents[2] / "spec" / "golden"


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    for make in (basis_file, projection_file, irradiance_file, rotation_file, conversion_file, window_file, light_file):
        make(folder)


if __name__ == "__main__":
    main()
