"""Studios: neutral light from soft boxes, strips, umbrellas, bare heads and large windows; reflectors, cycloramas."""

from __future__ import annotations

import math

import numpy as np

from ..parts.furniture import USUAL, WOODS, add_furniture
from ..parts.lamps import add_panel, add_sun
from ..parts.materials import Surface, shades, wall_color
from ..parts.openings import add_outside, choose_windows
from ..parts.rooms import Room, add_ceiling, add_joinery, add_walls
from ..parts.stage import Stage, places_around
from ..radiometry import blackbody, panel_radiance, tinted
from ..sky.clouds import CloudySky

ROOMS = {"daylight": 0.35, "white": 0.16, "gray": 0.2, "black": 0.17, "cyclorama": 0.12}
REFLECTANCES = {
    "daylight": (0.35, 0.75),
    "white": (0.55, 0.82),
    "gray": (0.22, 0.5),
    "black": (0.025, 0.07),
    "cyclorama": (0.4, 0.8),
}
HEADS = {"box": 0.32, "strip": 0.14, "octagon": 0.15, "bare": 0.25, "overhead": 0.14}
SHAPES = {
    "box": ((0.2, 0.5), (0.25, 0.6)),
    "strip": ((0.07, 0.14), (0.4, 0.8)),
    "octagon": ((0.4, 0.65), (0.4, 0.65)),
    "bare": ((0.03, 0.07), (0.03, 0.07)),
    "overhead": ((0.3, 0.9), (0.3, 0.9)),
}
"""Half width and half height of the shining face [m]."""


def furnish_studio(stage: Stage, sky: CloudySky) -> CloudySky | None:
    """Build a studio; returns the sky where daylight comes in, else None."""
    draws = stage.draws
    kind = draws.choice("studio", ROOMS)
    day = kind == "daylight" and sky.elevation > -2
    width, depth = draws.uniform("room.x", 4, 10), draws.uniform("room.y", 5, 12)
    height = draws.uniform("room.z", 2.8, 6)
    corner = draws.uniform("room.off_x", -0.2, 0.2), draws.uniform("room.off_y", -0.2, 0.2)
    room = Room(np.array([corner[0] * width, corner[1] * depth]), width, depth, height)
    bright = draws.uniform("room.reflectance", *REFLECTANCES[kind])
    rng = draws.stream("room.surfaces")
    walls: list[str] = []
    for number in range(4):
        color = np.full(3, bright * (1.0 if rng.random() < 0.75 else rng.uniform(0.3, 1.0)))
        color *= np.exp(rng.normal(0, 0.02, 3))
        walls.append(stage.surface(f"wall {number}", Surface(color, 0.95 * color, scale=1.0, grain=0.04)))
    gloss = float(rng.uniform(0, 0.7)) if rng.random() < 0.5 else 0.0
    shade = np.full(3, rng.uniform(0.55, 0.8) if rng.random() < 0.45 else bright * rng.uniform(0.6, 1.1))
    boards = rng.random() < (0.8 if day else 0.2)
    if boards:
        shade = np.array(WOODS[int(rng.integers(4))])
    pattern = (1.5, 0.15) if boards else None
    floor = Surface(shades(shade), 0.75 * shade, pattern=pattern, grain=0.1, scale=2.0, gloss=gloss, roughness=0.25)
    ceiling = stage.surface("ceiling", Surface(np.full(3, bright * rng.uniform(0.4, 1.0)), grain=0.03))
    stage.box(stage.surface("floor", floor), (*room.center, -0.1), (width + 0.5, depth + 0.5, 0.2))
    frame = stage.surface("frame", Surface(np.full(3, float(rng.choice([0.7, 0.05])))))
    windows = choose_windows(stage, room, "loft", sky) if day else {}
    openings = add_walls(stage, room, walls, windows, frame)
    add_ceiling(stage, room, ceiling)
    add_joinery(stage, room, frame, draws.integer("doors", 0, 2), [wall for wall in range(4) if wall not in windows])
    if kind == "cyclorama":
        _add_cyclorama(stage, room, rng)
    if not day or draws.chance("heads_by_day", 0.35):
        _add_heads(stage, room)
    if draws.chance("house_lights", 0.2 if day else 0.3):
        color, share = blackbody(4000), draws.uniform("house_lights.output", 0.1, 0.8)
        for x in (-1, 0, 1):
            for y in (-1, 0, 1):
                place = (room.center[0] + 0.28 * x * width, room.center[1] + 0.28 * y * depth, height - 0.02)
                add_panel(stage, place, color * share * panel_radiance(3200, 0.36), (0.3, 0, 0), (0, 0.3, 0))
    _add_reflectors(stage, draws.stream("reflectors"), draws.integer("reflectors", 0, 4))
    pieces = {"box": 3, "chair": 2, "table": 2, "cabinet": 1}
    add_furniture(stage, room, draws.integer("furniture", 1, 22 if day else 9), 1.6, USUAL if day else pieces)
    if not day:
        return None
    add_outside(stage, room, openings)
    add_sun(stage, sky)
    return sky


def _add_cyclorama(stage: Stage, room: Room, rng: np.random.Generator) -> None:
    """A curved backdrop before the wall in front."""
    radius, half = 1.2, 0.45 * room.width
    back = room.center[1] + room.depth / 2 - 0.1
    arc = np.linspace(0, math.pi / 2, 7)
    curve = [(back - radius + radius * math.sin(a), 0.01 + radius * (1 - math.cos(a))) for a in arc]
    profile = [(back - radius - 2.5, 0.01), *curve, (back, room.height - 0.3)]
    points = [(room.center[0] + side * half, y, z) for y, z in profile for side in (-1, 1)]
    faces = [(2 * i, 2 * i + 1, 2 * i + 3, 2 * i + 2) for i in range(len(profile) - 1)]
    color = shades(wall_color(rng)) if rng.random() < 0.25 else (0.78, 0.78, 0.78)
    stage.add(stage.surface("cyclorama", Surface(color)), np.array(points), faces)


def _add_heads(stage: Stage, room: Room) -> None:
    """Lamps on stands, and over the subject, that shine to places around the camera."""
    draws, rng = stage.draws, stage.draws.stream("heads")
    color = blackbody(draws.uniform("heads.kelvin", 5200, 6800))
    colored = draws.chance("heads.colored", 0.08)
    black = stage.surface("soft box", Surface((0.03, 0.03, 0.03)))
    names, shares = list(HEADS), np.array(list(HEADS.values()))
    for _ in range(draws.integer("heads", 2, 6)):
        kind = str(rng.choice(names, p=shares / shares.sum()))
        turn, distance = rng.uniform(0, 2 * math.pi), rng.uniform(1.5, max(1.6, 0.42 * min(room.width, room.depth)))
        place = room.clipped(distance * np.array([math.sin(turn), math.cos(turn)]), 0.5)
        level = room.height - 0.35 if kind == "overhead" else rng.uniform(1.4, max(1.5, room.height - 0.5))
        if np.hypot(*place) < 1.0 and kind != "overhead":
            continue
        center = np.array([*place, level])
        aim = np.array([*(0.8 * place), 0.0]) if kind == "overhead" else np.array([*rng.normal(0, 1.5, 2), 1.0])
        forward = (aim - center) / np.linalg.norm(aim - center)
        right = np.cross([0.02, 0.01, 1.0], forward)
        right /= np.linalg.norm(right)
        upward = np.cross(forward, right)
        (low, high), (short, tall) = SHAPES[kind]
        u, v = right * rng.uniform(low, high), upward * rng.uniform(short, tall)
        shine = color * np.exp(rng.normal(0, 0.02, 3)) * (tinted(rng, 0.9) if colored else 1.0)
        lumen = rng.uniform(0.5, 1.5) * math.exp(rng.normal(math.log(5000), 0.6))
        add_panel(stage, center, shine * panel_radiance(lumen, 4 * np.linalg.norm(u) * np.linalg.norm(v)), u, v)
        _add_housing(stage, black, center, forward, u, v)
        if kind != "overhead":
            stage.cylinder(black, (*(center - 0.3 * forward)[:2], 0), 0.02, max(level - 0.2, 0.1))


def _add_housing(stage: Stage, material: str, center, forward, u, v) -> None:
    """The black cone behind a shining face."""
    front, back = center - 0.02 * forward, center - 0.4 * forward
    ring = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    u0, v0 = 0.08 * u / np.linalg.norm(u), 0.08 * v / np.linalg.norm(v)
    points = [front + x * u + y * v for x, y in ring] + [back + x * u0 + y * v0 for x, y in ring]
    faces = [(0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7), (4, 5, 6, 7), (0, 3, 2, 1)]
    stage.add(material, np.array(points), faces)


def _add_reflectors(stage: Stage, rng: np.random.Generator, count: int) -> None:
    white = stage.surface("reflector", Surface((0.82, 0.82, 0.82)))
    for x, y in places_around(rng, 1.3, 3.5, count):
        turn, half = math.atan2(-x, y), rng.uniform(0.3, 0.8)
        edge = (half * math.cos(turn), half * math.sin(turn), 0)
        tall = rng.uniform(0.6, 1.1)
        stage.quad(white, (x, y, tall + 0.02), edge, (0, 0, tall))
