"""Buildings with windows, streets of them, and what stands in streets."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from .materials import Surface, shades, wall_color
from .stage import Stage

MOST_WINDOWS = 220
"""Windows of one front; a front with more has none."""


@dataclass(frozen=True)
class Lights:
    """The windows of buildings at night: how many are lit, and with which radiance."""

    share: float = 0.0
    colors: list[np.ndarray] = field(default_factory=list)


@dataclass(frozen=True)
class Street:
    """A straight street: its direction and its right, its offset from the camera and half its width [m]."""

    along: np.ndarray
    across: np.ndarray
    offset: float
    half_width: float

    @property
    def turn(self) -> float:
        """Angle about the vertical [rad]."""
        return math.atan2(self.along[1], self.along[0])

    def place(self, along: float, across: float) -> np.ndarray:
        """A place on the ground."""
        return self.along * along + self.across * (self.offset + across)


def add_building(stage: Stage, rng: np.random.Generator, name: str, center, size, turn: float, lights: Lights) -> None:
    """A house: a box with rows of windows on the fronts that the camera can see. Center on the ground [x, y]."""
    length, depth, height = size
    color = wall_color(rng, 0.1, 0.55)
    wall = stage.surface(name, Surface(color, 0.75 * color, scale=0.25, grain=0.25, bump=0.03))
    stage.box(wall, (*center, height / 2), size, turn)
    if rng.random() < 0.5:
        roof = stage.surface(
            f"roof {rng.integers(3)}", Surface(shades(rng.uniform(0.04, 0.2) * np.array([1, 0.7, 0.6])))
        )
        stage.box(roof, (*center, height + 0.25), (length + 0.7, depth + 0.7, 0.5), turn)
    glass = stage.surface("glass", Surface((0.025, 0.03, 0.035), gloss=1.0, roughness=0.05))
    trim = stage.surface(f"trim {name}", Surface(shades(color * rng.uniform(0.5, 1.6)), grain=0.2))
    floor, bay = rng.uniform(2.8, 3.8), rng.uniform(1.8, 4.0)
    half_width, half_height = bay * rng.uniform(0.17, 0.36), floor * rng.uniform(0.2, 0.34)
    ledges = rng.random() < 0.5
    ex, ey = np.array([math.cos(turn), math.sin(turn)]), np.array([-math.sin(turn), math.cos(turn)])
    for edge, outward, run, half in (
        (ex, ey, length, depth / 2),
        (ex, -ey, length, depth / 2),
        (ey, ex, depth, length / 2),
        (ey, -ex, depth, length / 2),
    ):
        if (np.asarray(center) + outward * half) @ outward > 0:
            continue
        columns, rows = int((run - 0.6) / bay), int(height / floor)
        if columns < 1 or rows < 1 or columns * rows > MOST_WINDOWS:
            continue
        for row in range(rows):
            if ledges:
                ledge = np.asarray(center) + outward * half
                angle = math.atan2(edge[1], edge[0])
                stage.box(trim, (*ledge, row * floor + 0.1), (run + 0.1, 0.24, 0.18), angle)
            for column in range(columns):
                flat = np.asarray(center) + outward * (half + 0.03) + edge * ((column + 0.5 - columns / 2) * bay)
                where = np.array([*flat, (row + 0.55) * floor])
                lit = rng.random() < lights.share
                surface = stage.emitter(lights.colors[int(rng.integers(len(lights.colors)))]) if lit else glass
                stage.quad(surface, where, np.array([*edge, 0]) * half_width, [0, 0, half_height])


def add_houses(stage: Stage, street: Street, storeys: float, lights: Lights, sides=(-1, 1)) -> None:
    """Rows of houses along a street, about so many storeys high."""
    rng = stage.draws.stream("houses")
    for side in sides:
        begin, number = -90.0, 0
        while begin < 90:
            length, depth = rng.uniform(7, 24), rng.uniform(8, 16)
            height = max(3.0, 3.1 * storeys * math.exp(rng.normal(0, 0.35)))
            if rng.random() < 0.88:
                center = street.place(begin + length / 2, side * (street.half_width + depth / 2))
                name = f"house {side} {number}"
                add_building(stage, rng, name, center, (length, depth, height), street.turn, lights)
            begin += length + (rng.uniform(3, 14) if rng.random() < 0.3 else 0.2)
            number += 1


def add_cars(stage: Stage, street: Street, count: int) -> None:
    """Parked cars."""
    rng = stage.draws.stream("cars")
    glass = stage.surface("car glass", Surface((0.02, 0.02, 0.02), gloss=1.0, roughness=0.08))
    tire = stage.surface("tire", Surface((0.02, 0.02, 0.02)))
    for number in range(count):
        place = street.place(rng.uniform(-30, 30), rng.choice([-1, 1]) * (street.half_width - 3.2))
        if np.linalg.norm(place) < 3.4:
            continue
        gray = math.exp(rng.normal(-1.7, 1.0))
        paint = shades(gray * np.exp(rng.normal(0, 0.1 if rng.random() < 0.7 else 0.5, 3)))
        body = stage.surface(f"car {number}", Surface(paint, gloss=1.0, roughness=0.08))
        stage.box(body, (*place, 0.7), (4.2, 1.75, 0.6), street.turn)
        stage.box(glass, (*place, 1.2), (2.3, 1.6, 0.42), street.turn)
        stage.box(body, (*place, 1.43), (1.9, 1.5, 0.06), street.turn)
        for along in (-1.3, 1.3):
            wheel = place + street.along * along
            stage.box(tire, (*wheel, 0.3), (0.62, 1.76, 0.6), street.turn)


def add_street_things(stage: Stage, rng: np.random.Generator, count: int, ground_at) -> None:
    """Stones, crates, posts, low walls and benches around the camera."""
    for number in range(count):
        turn, distance = rng.uniform(0, 2 * np.pi), math.exp(rng.uniform(math.log(2.2), math.log(25)))
        x, y = distance * math.sin(turn), distance * math.cos(turn)
        z, kind = ground_at(x, y), rng.choice(["stone", "crate", "post", "wall", "bench"])
        color = 0.7 * wall_color(rng)
        material = stage.surface(f"thing {number}", Surface(color, 0.6 * color, scale=2.0, grain=0.3, bump=0.02))
        if kind == "stone":
            stone = stage.surface("stone", Surface((0.2, 0.185, 0.165), (0.1, 0.095, 0.085), scale=3.0, grain=0.4))
            stage.blob(stone, rng, (x, y, z + 0.1), rng.uniform(0.2, 1.2), 0.7)
        elif kind == "crate":
            edge = rng.uniform(0.3, 1.4)
            stage.box(material, (x, y, z + edge / 2), (edge * rng.uniform(0.6, 2), edge, edge), rng.uniform(0, 3))
        elif kind == "post":
            stage.cylinder(material, (x, y, z), rng.uniform(0.04, 0.14), rng.uniform(2, 8))
        elif kind == "wall":
            stage.box(material, (1.6 * x, 1.6 * y, z + 0.6), (rng.uniform(3, 9), 0.25, 1.2), -turn + rng.normal(0, 0.3))
        else:
            stage.box(material, (x, y, z + 0.45), (1.8, 0.45, 0.08), turn)
            stage.box(material, (x, y, z + 0.2), (1.5, 0.3, 0.4), turn)
