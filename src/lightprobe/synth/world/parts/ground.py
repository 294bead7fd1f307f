"""The ground: a disc of four kilometers with relief near the camera and hills far away."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ..sky.clouds import octave_noise, periodic
from .materials import Surface, shades
from .stage import Stage

KINDS = {
    "grass": ((0.04, 0.075, 0.021), (0.098, 0.14, 0.04)),
    "meadow": ((0.069, 0.1, 0.029), (0.16, 0.17, 0.069)),
    "dry": ((0.15, 0.12, 0.069), (0.25, 0.21, 0.13)),
    "field": ((0.18, 0.14, 0.058), (0.31, 0.25, 0.12)),
    "sand": ((0.32, 0.26, 0.17), (0.46, 0.38, 0.26)),
    "asphalt": ((0.052, 0.052, 0.054), (0.1, 0.1, 0.1)),
    "concrete": ((0.2, 0.19, 0.18), (0.32, 0.31, 0.29)),
    "paving": ((0.14, 0.13, 0.12), (0.26, 0.24, 0.22)),
    "snow": ((0.7, 0.72, 0.75), (0.85, 0.86, 0.88)),
    "dirt": ((0.092, 0.063, 0.04), (0.2, 0.14, 0.098)),
    "gravel": ((0.13, 0.12, 0.11), (0.24, 0.23, 0.22)),
    "litter": ((0.058, 0.039, 0.023), (0.14, 0.098, 0.052)),
    "water": ((0.008, 0.02, 0.024), (0.012, 0.03, 0.034)),
}
"""Two reflectances of each kind of ground. Source: broadband albedos of surfaces (Oke, Boundary Layer Climates, 1987,
table 1.1), colors by eye."""
GLOSSY = {"water": 1.0, "asphalt": 0.35, "paving": 0.35}
BUMPS = {"water": 0.01, "snow": 0.01, "asphalt": 0.008, "concrete": 0.005, "paving": 0.008}
"""Relief [m] where it is not that of loose ground."""
PATTERNS = {"paving": (0.5, 0.3), "concrete": (2.5, 2.5)}
"""Length and width of slabs [m]."""
HILL = 120.0
"""Height of hills [m]."""


def add_ground(stage: Stage, kind: str, relief: float, hills: float) -> Callable[[float, float], float]:
    """Lay the ground; returns its height [m] at a place. `relief` [m] is near the camera, `hills` a factor."""
    rng = stage.draws.stream("ground")
    rings, turns = np.concatenate([[0.4], np.geomspace(1.0, 4000, 70)]), np.arange(96) * 2 * np.pi / 96
    radius, turn = np.meshgrid(rings, turns, indexing="ij")
    x, y = radius * np.cos(turn), radius * np.sin(turn)
    near, far = octave_noise(rng, 2.0, 256), octave_noise(rng, 1.8, 256)

    def height(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        distance = np.hypot(x, y)
        fade = np.clip(distance / 6, 0, 1) * np.clip(60 / np.maximum(distance, 1e-3), 0, 1)
        return relief * periodic(near, 1.2 * x, 1.2 * y) * fade

    rise = (periodic(far, 0.02 * x + 50, 0.02 * y) + 0.4).clip(0) * np.clip((radius - 150) / 1500, 0, 1.5)
    z = height(x, y) + hills * HILL * rise
    if not hills:
        z = np.where(radius > 300, -0.0005 * radius, z)
    points = np.concatenate([np.stack([x, y, z], axis=-1).reshape(-1, 3), [[0, 0, z[0].mean()]]])
    rows, columns = radius.shape
    faces: list[tuple[int, ...]] = [
        (i * columns + j, (i + 1) * columns + j, (i + 1) * columns + (j + 1) % columns, i * columns + (j + 1) % columns)
        for i in range(rows - 1)
        for j in range(columns)
    ]
    faces += [(len(points) - 1, j, (j + 1) % columns) for j in range(columns)]
    stage.add(ground_surface(stage, kind), points, faces)
    return lambda x, y: float(height(np.array([x]), np.array([y]))[0])


def ground_surface(stage: Stage, kind: str) -> str:
    """The material of a kind of ground, with a random shade."""
    rng = stage.draws.stream(f"ground {kind}")
    shade = np.exp(rng.normal(0, 0.15)) * np.exp(rng.normal(0, 0.05, 3))
    first, second = (shades(np.array(color) * shade) for color in KINDS[kind])
    smooth = kind in ("water", "snow")
    return stage.surface(
        f"ground {kind}",
        Surface(
            first,
            second,
            scale=float(rng.choice([0.15, 0.6, 2.0])),
            grain=0.08 if smooth else 0.15 if kind in BUMPS else 0.4,
            bump=BUMPS.get(kind, 0.018),
            pattern=PATTERNS.get(kind),
            gloss=GLOSSY.get(kind, 0.0),
            roughness=0.08 if kind == "water" else float(rng.uniform(0.3, 0.6)),
        ),
    )


def add_lines(stage: Stage, along: np.ndarray, across: np.ndarray, offset: float, width: float) -> None:
    """Mark a street: curbs, sidewalks and dashes. Unit vectors of the street, its offset and half its width [m]."""
    turn = math.atan2(along[1], along[0])
    walk = ground_surface(stage, "paving")
    paint = stage.surface("paint", Surface((0.5, 0.5, 0.47), grain=0.3, scale=3.0))
    for side in (-1, 1):
        place = across * (offset + side * (width - 1.2))
        stage.box(walk, (*place, 0.06), (180, 2.2, 0.13), turn)
    for number in range(-14, 15):
        stage.box(paint, (*(across * offset + along * 6 * number), 0.005), (2.6, 0.13, 0.008), turn)
