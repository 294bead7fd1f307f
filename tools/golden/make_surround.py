"""Golden vectors of a surround, spec/golden/surround.json; nothing here imports lightprobe.

    python tools/golden/make_surround.py [folder]

A camera turns in a scene by a formula; the answers are by the words of spec/SURROUND.md (surround.py). A minute.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np

import document
from make_golden import FOLDER
from surround import Reference, camera_axes

WIDTH, HEIGHT, FOV, ROWS = 120, 90, 65.0, 32
LAMP = np.array([0.8, 0.36, 0.48])
LOOKS = [
    # yaw, pitch, roll; said to be; exposure; red against blue; time
    ((0, 0, 0), (0, 0, 0), 1.0, 0.0, 0.0),
    ((12, 3, 0), (13, 2, 1), 1.3, 0.05, 0.1),
    ((20, 10, 0), (19, 11.5, -0.5), 0.15, -0.03, 0.2),
    ((30, 15, 5), (31, 15, 6), 0.03, 0.0, 0.4),
    ((45, 20, 0), (44, 19, 0), 0.9, 0.02, 5.0),
    ((300, -60, 0), (300, -60, 0), 2.0, 0.0, 6.0),
    ((20, 12, 0), (20, 12, 0), 1.1, 0.0, 40.0),
]


def frame(true: tuple[float, float, float], exposure: float, warmth: float) -> np.ndarray:
    """What the camera sees: 8-bit sRGB."""
    half = math.tan(math.radians(FOV) / 2)
    u = (2 * (np.arange(WIDTH) + 0.5) / WIDTH - 1) * half
    v = (1 - 2 * (np.arange(HEIGHT) + 0.5) / HEIGHT) * half * HEIGHT / WIDTH
    rays = np.stack(np.broadcast_arrays(1.0, v[:, None], u[None]), axis=-1) @ camera_axes(*true)
    x, y, z = np.moveaxis(rays / np.linalg.norm(rays, axis=-1, keepdims=True), -1, 0)
    channels = []
    for c in range(3):
        light = 0.2 * (1.2 + np.sin(5 * x + c) * np.cos(4 * z) + 0.4 * np.sin(7 * y + 2 * x))
        light = light + np.where(x * LAMP[0] + y * LAMP[1] + z * LAMP[2] > 0.999, 20.0 - 4 * c, 0.0)
        channels.append(light * exposure * 2 ** (warmth * (1 - c)))
    light = np.minimum(np.maximum(np.stack(channels, axis=-1), 0), 1)
    display = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.floor(255 * display + 0.5).astype(int)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    reference, frames = Reference(FOV, ROWS), []
    for true, said, exposure, warmth, time in LOOKS:
        codes = frame(true, exposure, warmth)
        reference.add(codes, said, time)
        row = {"true": true, "said": said, "exposure": exposure, "warmth": warmth, "time": time}
        frames.append({**row, "sum": int(codes.sum()), "gains": reference.gains})
    time, cells = LOOKS[-1][-1], []
    for cell in range(0, ROWS * 2 * ROWS, 7):
        radiance, clipped, weight = reference.known(cell, time)
        if weight:
            cells.append({"cell": cell, "radiance": radiance, "clipped": clipped, "weight": weight})
    document.PROGRAM = "tools/golden/make_surround.py"
    document.write(
        folder,
        "surround.json",
        f"spec/SURROUND.md: {ROWS} rows, no network. frames: {WIDTH}×{HEIGHT} pixels, fov {FOV:g}°, 8-bit sRGB of "
        "L_c = 0.2 (1.2 + sin(5x + c) cos 4z + 0.4 sin(7y + 2x)), plus 20 − 4c where d · (0.8, 0.36, 0.48) > 0.999, "
        "times exposure · 2^(warmth (1 − c)), at the centers of the pixels, seen from `true`; c = 0, 1, 2. sum: of all "
        "codes. said: the orientation that is given. cells: every seventh, if known, after the last frame",
        "the law cell by cell, the alignment by least squares on stacked rows",
        {"frames": frames, "cells": cells},
    )


if __name__ == "__main__":
    main()
