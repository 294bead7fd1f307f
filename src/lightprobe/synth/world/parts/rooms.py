"""Rooms: boxes with walls, windows with frames, roofs with strips of skylight, doors, skirting and beams."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .materials import Surface
from .stage import Stage

THICKNESS = 0.22
"""Of walls [m]."""
WALLS = ((0.0, 1.0), (0.0, -1.0), (1.0, 0.0), (-1.0, 0.0))
"""Outward directions of the walls."""


@dataclass(frozen=True)
class Room:
    """A box: its center on the floor, width (x), depth (y) and height [m]."""

    center: np.ndarray
    width: float
    depth: float
    height: float

    def run(self, wall: int) -> float:
        """Length of a wall [m]."""
        return self.width if wall < 2 else self.depth

    def at_wall(self, wall: int, along: float, inward: float = 0.0) -> np.ndarray:
        """Place on the floor at a wall: `along` from its middle, `inward` from its face [m]."""
        outward = np.array(WALLS[wall])
        half = (self.depth if wall < 2 else self.width) / 2
        edge = np.array([abs(outward[1]), abs(outward[0])])
        return self.center + outward * (half - inward) + edge * along

    def clipped(self, place: np.ndarray, margin: float) -> np.ndarray:
        """The nearest place inside, a margin away from the walls."""
        half = np.array([self.width, self.depth]) / 2 - margin
        return np.clip(place, self.center - half, self.center + half)


@dataclass(frozen=True)
class Windows:
    """The windows of one wall."""

    count: int
    share: float
    """Of the wall's length."""
    sill: float
    """[m]"""
    head: float
    """[m]"""


@dataclass(frozen=True)
class Opening:
    """An opening to the sky: center, half edges, and the direction into the room."""

    center: np.ndarray
    half_width: np.ndarray
    half_height: np.ndarray
    inward: np.ndarray


def add_walls(stage: Stage, room: Room, materials: list[str], windows: dict[int, Windows], frame: str) -> list[Opening]:
    """Four walls of these materials with windows; returns the openings."""
    openings: list[Opening] = []
    for wall, material in enumerate(materials):
        half = room.run(wall) / 2 + THICKNESS
        made = windows.get(wall)
        if made is None:
            _add_piece(stage, room, wall, material, (-half, half), (0, room.height))
            continue
        _add_piece(stage, room, wall, material, (-half, half), (0, made.sill))
        _add_piece(stage, room, wall, material, (-half, half), (made.head, room.height))
        bay = room.run(wall) / made.count
        reached = -half
        for number in range(made.count):
            middle = -room.run(wall) / 2 + (number + 0.5) * bay
            left, right = middle - made.share * bay / 2, middle + made.share * bay / 2
            _add_piece(stage, room, wall, material, (reached, left), (made.sill, made.head))
            reached = right
            openings.append(_add_frame(stage, room, wall, frame, (left, right), (made.sill, made.head)))
        _add_piece(stage, room, wall, material, (reached, half), (made.sill, made.head))
    return openings


def _add_piece(stage: Stage, room: Room, wall: int, material: str, run: tuple, rise: tuple) -> None:
    if run[1] - run[0] < 1e-3 or rise[1] - rise[0] < 1e-3:
        return
    place = room.at_wall(wall, sum(run) / 2, -THICKNESS / 2)
    size = (run[1] - run[0], THICKNESS) if wall < 2 else (THICKNESS, run[1] - run[0])
    stage.box(material, (*place, sum(rise) / 2), (*size, rise[1] - rise[0]))


def _add_frame(stage: Stage, room: Room, wall: int, material: str, run: tuple, rise: tuple) -> Opening:
    middle, half = sum(run) / 2, (run[1] - run[0]) / 2
    bars = [-half + 0.03, half - 0.03] + ([0.0] if half > 0.5 else [])
    for offset in bars:
        place = room.at_wall(wall, middle + offset, -THICKNESS / 2)
        stage.box(material, (*place, sum(rise) / 2), (0.06, 0.07, rise[1] - rise[0]))
    for level in (rise[0] + 0.03, rise[1] - 0.03):
        place = room.at_wall(wall, middle, -THICKNESS / 2)
        stage.box(material, (*place, level), (2 * half, 0.07, 0.06) if wall < 2 else (0.07, 2 * half, 0.06))
    outward = np.array([*WALLS[wall], 0.0])
    edge = np.array([abs(outward[1]), abs(outward[0]), 0.0])
    center = np.array([*room.at_wall(wall, middle, -THICKNESS / 2), sum(rise) / 2])
    return Opening(center, edge * half, np.array([0, 0, (rise[1] - rise[0]) / 2]), -outward)


def add_ceiling(stage: Stage, room: Room, material: str, strips: int = 0, share: float = 0.3) -> list[Opening]:
    """A ceiling with so many strips of skylight, which take `share` of it; returns the openings."""
    size = (room.width + 2 * THICKNESS, room.depth + 2 * THICKNESS)
    level = room.height + 0.1
    if not strips:
        stage.box(material, (*room.center, level), (*size, 0.2))
        return []
    bay, openings = size[1] / strips, []
    for number in range(strips):
        y = room.center[1] + (number + 0.5 - strips / 2) * bay
        solid = bay * (1 - share) / 2
        for side in (-1, 1):
            stage.box(material, (room.center[0], y + side * (bay - solid) / 2, level), (size[0], solid, 0.2))
        half = np.array([size[0] / 2, 0, 0]), np.array([0, share * bay / 2, 0])
        openings.append(Opening(np.array([room.center[0], y, level]), *half, np.array([0, 0, -1.0])))
    return openings


def add_joinery(stage: Stage, room: Room, wood: str, doors: int, free: list[int]) -> None:
    """Skirting along all walls, and so many doors in these walls."""
    rng = stage.draws.stream("joinery")
    for wall in range(4):
        size = (room.run(wall), 0.03) if wall < 2 else (0.03, room.run(wall))
        stage.box(wood, (*room.at_wall(wall, 0, 0.015), 0.05), (*size, 0.1))
    handle = stage.surface("handle", Surface((0.35, 0.34, 0.32), gloss=1.0, roughness=0.2))
    for _ in range(doors if free else 0):
        wall, width, tall = int(rng.choice(free)), rng.uniform(0.8, 1.7), min(rng.uniform(2.0, 2.3), room.height - 0.1)
        along = rng.uniform(-0.5, 0.5) * max(room.run(wall) - width - 0.3, 0)
        for wide, high, depth in ((width + 0.16, tall + 0.08, 0.03), (width, tall, 0.05)):
            size = (wide, 2 * depth) if wall < 2 else (2 * depth, wide)
            stage.box(wood, (*room.at_wall(wall, along), high / 2), (*size, high))
        stage.box(handle, (*room.at_wall(wall, along + 0.4 * width, 0.07), 1.05), (0.05, 0.05, 0.05))


def add_beams(stage: Stage, room: Room, wood: str, pitch: float, depth: float) -> None:
    """Beams across the ceiling, this far apart and this deep [m]."""
    count = max(2, int(room.depth / pitch))
    for number in range(count):
        y = room.center[1] + ((number + 0.5) / count - 0.5) * room.depth
        stage.box(wood, (room.center[0], y, room.height - depth / 2), (room.width, 0.7 * depth, depth))
