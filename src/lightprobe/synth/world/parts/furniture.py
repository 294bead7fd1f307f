"""Furniture: tables, chairs, sofas, beds, shelves, boxes, plants, rugs, pictures."""

from __future__ import annotations

import math

import numpy as np

from .materials import Surface, shades, wall_color
from .rooms import Room
from .stage import Stage

WOODS = ((0.28, 0.17, 0.09), (0.16, 0.09, 0.05), (0.4, 0.29, 0.18), (0.06, 0.05, 0.045))
USUAL = {"table": 2, "chair": 3, "sofa": 1.2, "bed": 0.6, "shelf": 2, "box": 1.2, "cabinet": 1.5, "plant": 1}
"""Kinds of furniture, and how often each stands in a room."""


def _cloth(rng: np.random.Generator) -> tuple[float, float, float]:
    return shades(math.exp(rng.normal(-1.9, 0.7)) * np.exp(rng.normal(0, 0.2, 3)), 0.02, 0.7)


def add_furniture(stage: Stage, room: Room, count: int, clear: float, kinds: dict[str, float] | None = None) -> None:
    """So many pieces in a room, `clear` meters away from the camera."""
    rng = stage.draws.stream("furniture")
    weights = kinds or USUAL
    names, shares = list(weights), np.array(list(weights.values()))
    for number in range(count):
        place = room.center + rng.uniform(-0.5, 0.5, 2) * [room.width - 1.0, room.depth - 1.0]
        kind, turn = str(rng.choice(names, p=shares / shares.sum())), float(rng.choice([0, 0.5, 1, 1.5])) * math.pi
        turn += rng.normal(0, 0.2) if kind in ("chair", "box") else 0.0
        if np.hypot(*place) < clear + (1.0 if kind in ("sofa", "table", "bed") else 0.5):
            continue
        wood = WOODS[int(rng.integers(len(WOODS)))]
        color = _cloth(rng) if kind in ("sofa", "box", "chair", "bed") else wood
        surface = Surface(color, scale=4.0, grain=0.3, gloss=0.4 if rng.random() < 0.4 else 0.0, roughness=0.3)
        _add_piece_of(stage, rng, room, kind, stage.surface(f"furniture {number}", surface), place, turn)


def _add_piece_of(
    stage: Stage, rng: np.random.Generator, room: Room, kind: str, material: str, place: np.ndarray, turn: float
) -> None:
    ex, ey = np.array([math.cos(turn), math.sin(turn)]), np.array([-math.sin(turn), math.cos(turn)])
    if kind == "table":
        length, depth = rng.uniform(0.8, 2.2), rng.uniform(0.6, 1.0)
        stage.box(material, (*place, 0.74), (length, depth, 0.04), turn)
        for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
            foot = place + ex * x * (length / 2 - 0.06) + ey * y * (depth / 2 - 0.06)
            stage.box(material, (*foot, 0.36), (0.06, 0.06, 0.72), turn)
        _add_clutter(stage, rng, place, 0.76, length / 2 - 0.1)
    elif kind == "chair":
        stage.box(material, (*place, 0.45), (0.45, 0.45, 0.05), turn)
        stage.box(material, (*(place + 0.2 * ey), 0.75), (0.44, 0.04, 0.5), turn)
        for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
            stage.box(material, (*(place + 0.2 * x * ex + 0.2 * y * ey), 0.22), (0.04, 0.04, 0.45), turn)
    elif kind == "sofa":
        stage.box(material, (*place, 0.22), (2.0, 0.9, 0.44), turn)
        stage.box(material, (*(place + 0.4 * ey), 0.6), (2.0, 0.2, 0.5), turn)
        for side in (-1, 1):
            stage.box(material, (*(place + 0.95 * side * ex), 0.5), (0.18, 0.9, 0.3), turn)
    elif kind == "bed":
        stage.box(material, (*place, 0.3), (1.5, 2.0, 0.35), turn)
        stage.box(material, (*(place + 1.02 * ey), 0.5), (1.55, 0.06, 1.0), turn)
        sheet = stage.surface("sheet", Surface((0.72, 0.71, 0.69)))
        stage.box(sheet, (*(place + 0.45 * ey), 0.5), (1.52, 1.0, 0.06), turn)
        for side in (-1, 1):
            stage.box(sheet, (*(place + 0.75 * ey + 0.36 * side * ex), 0.58), (0.6, 0.38, 0.14), turn)
    elif kind == "plant":
        pot = stage.surface("pot", Surface(wall_color(rng, 0.05, 0.5)))
        stage.cylinder(pot, (*place, 0), 0.14, 0.32, 0.19)
        leaf = stage.surface("house plant", Surface((0.045, 0.1, 0.03), translucency=0.3))
        for _ in range(40):
            tip = np.array([*rng.normal(0, 0.2, 2), rng.uniform(0.5, 1.4)])
            u, v = rng.normal(0, 0.07, 3), rng.normal(0, 0.07, 3)
            stage.quad(leaf, np.array([*place, 0.0]) + tip, u, v)
    elif kind in ("shelf", "cabinet"):
        wall = int(rng.integers(4))
        place = room.at_wall(wall, rng.uniform(-0.42, 0.42) * room.run(wall), 0.22)
        if np.hypot(*place) < 0.9:
            return
        turn = 0.0 if wall < 2 else math.pi / 2
        height = min(rng.uniform(1.0, 2.1), room.height - 0.3)
        if kind == "cabinet":
            stage.box(material, (*place, height / 2), (1.2, 0.4, height), turn)
            return
        edge = np.array([math.cos(turn), math.sin(turn)])
        for level in np.arange(0.06, height, 0.38):
            stage.box(material, (*place, level), (1.3, 0.36, 0.035), turn)
            for book in np.arange(-0.58, 0.58, 0.14):
                if rng.random() < 0.7:
                    cover = f"cover {rng.integers(8)}"
                    if rng.random() < 2 / 8:
                        stage.surface(cover, Surface(_cloth(rng)))
                    cover = stage.surface(cover, Surface(_cloth(rng)))
                    stage.box(cover, (*(place + edge * book), level + 0.14), (0.11, 0.22, 0.22), turn)
        for side in (-1, 1):
            stage.box(material, (*(place + edge * 0.66 * side), height / 2), (0.035, 0.37, height), turn)
    else:
        edge = rng.uniform(0.3, 0.9)
        stage.box(material, (*place, edge / 2), (edge, edge * rng.uniform(0.5, 1.5), edge), turn)


def _add_clutter(stage: Stage, rng: np.random.Generator, place: np.ndarray, level: float, reach: float) -> None:
    for _ in range(int(rng.integers(0, 5))):
        spot = place + rng.uniform(-1, 1, 2) * [0.8 * reach, 0.2]
        size = rng.uniform(0.06, 0.3, 3)
        thing = stage.surface(f"thing {rng.integers(6)}", Surface(wall_color(rng, 0.05, 0.7)))
        stage.box(thing, (*spot, level + size[2] / 2), size, rng.uniform(0, 3))


def add_rugs(stage: Stage, room: Room, count: int) -> None:
    """Rugs on the floor."""
    rng = stage.draws.stream("rugs")
    for number in range(count):
        x, y = room.clipped(rng.normal(0, 1.5, 2), 0.8)
        first, second = _cloth(rng), _cloth(rng)
        rug = stage.surface(f"rug {number}", Surface(first, second, scale=float(rng.uniform(1, 5)), grain=0.3))
        stage.box(rug, (x, y, 0.008 + 0.004 * number), (*rng.uniform(1.0, 3.2, 2), 0.012), rng.normal(0, 0.1))


def add_pictures(stage: Stage, room: Room, count: int, free: list[int]) -> None:
    """Framed pictures and boards on these walls."""
    rng = stage.draws.stream("pictures")
    for number in range(count if free else 0):
        wall = int(rng.choice(free))
        depth = 0.02 + 0.004 * number  # no two in one plane
        place = room.at_wall(wall, rng.uniform(-0.4, 0.4) * room.run(wall), depth)
        width, height = rng.uniform(0.2, 0.8), rng.uniform(0.2, 0.5)
        edge = np.array([1.0, 0, 0]) if wall < 2 else np.array([0, 1.0, 0])
        first, second = wall_color(rng, 0.05, 0.6), wall_color(rng, 0.05, 0.6)
        canvas = stage.surface(f"picture {number}", Surface(first, second, scale=3.0, grain=0.4))
        frame = stage.surface("picture frame", Surface(WOODS[int(rng.integers(4))]))
        stage.quad(canvas, (*place, 1.5), edge * width, (0, 0, height))
        back = room.at_wall(wall, float((place - room.center) @ edge[:2]), depth - 0.002)
        stage.quad(frame, (*back, 1.5), edge * (width + 0.04), (0, 0, height + 0.04))
