"""Indoor worlds: rooms, offices, corridors, halls and garages, by day, by lamps, or both."""

from __future__ import annotations

import math

import numpy as np

from ..parts.furniture import WOODS, add_furniture, add_pictures, add_rugs
from ..parts.lamps import add_globe, add_panel, add_sun
from ..parts.materials import Surface, shades, wall_color
from ..parts.openings import add_outside, choose_windows
from ..parts.rooms import Room, add_beams, add_ceiling, add_joinery, add_walls
from ..parts.stage import Stage
from ..radiometry import blackbody, globe_radiance, panel_radiance
from ..sky.clouds import CloudySky

SPACES = {"room": 0.4, "office": 0.17, "corridor": 0.1, "hall": 0.13, "loft": 0.1, "garage": 0.1}
SIZES = {
    "room": ((3, 6.5), (3, 7.5), (2.4, 3.2)),
    "office": ((5, 14), (5, 14), (2.6, 3.2)),
    "corridor": ((1.8, 3), (10, 25), (2.4, 3.2)),
    "hall": ((12, 30), (14, 38), (4.5, 10)),
    "loft": ((6, 12), (7, 14), (3.2, 5)),
    "garage": ((6, 24), (9, 34), (2.3, 3)),
}
"""Width, depth and height [m]."""
DAYLIGHT = {"room": 0.72, "office": 0.72, "corridor": 0.5, "hall": 0.7, "loft": 0.8, "garage": 0.3}
FITTINGS = {
    "room": {"bulb": 3, "globe": 3, "spots": 2.2},
    "office": {"panel": 3, "tube": 3, "spots": 2.2},
    "corridor": {"spots": 2.2, "tube": 2, "panel": 2},
    "hall": {"bay": 3, "tube": 1, "spots": 1},
    "loft": {"bulb": 3, "globe": 2, "spots": 2.2},
    "garage": {"tube": 3, "bulb": 1},
}
KELVIN = {"2400": 1, "2700": 4, "3000": 4, "3500": 1.5, "4000": 4, "5000": 1.5, "6500": 1}


def furnish_indoors(stage: Stage, sky: CloudySky) -> CloudySky | None:
    """Build a space under this sky; returns None in place of the sky where no daylight comes in."""
    draws = stage.draws
    space = draws.choice("space", SPACES)
    width, depth, height = (draws.uniform(f"room.{n}", *b) for n, b in zip("xyz", SIZES[space], strict=True))
    corner = draws.uniform("room.off_x", -0.33, 0.33), draws.uniform("room.off_y", -0.33, 0.33)
    room = Room(np.array([corner[0] * width, corner[1] * depth]), width, depth, height)
    day = sky.elevation > -2 and draws.chance("daylight", DAYLIGHT[space])
    bright = draws.uniform("room.reflectance", 0.14, 0.64)
    materials, floor, ceiling, frame = _surfaces(stage, space, bright)
    stage.box(floor, (*room.center, -0.1), (width + 0.5, depth + 0.5, 0.2))
    windows = choose_windows(stage, room, space, sky) if day else {}
    openings = add_walls(stage, room, materials, windows, frame)
    strips = draws.integer("skylights", 2, 5) if day and space in ("hall", "loft") and draws.chance("roof", 0.3) else 0
    openings += add_ceiling(stage, room, ceiling, strips, draws.uniform("skylight.share", 0.1, 0.3))
    lit = not day or draws.chance("lamps", 0.55)
    if lit:
        _add_fittings(stage, room, space)
    if draws.chance("floor_lamps", 0.4 if space in ("room", "loft") else 0.05):
        _add_floor_lamps(stage, room)
    free = [wall for wall in range(4) if wall not in windows]
    add_joinery(stage, room, frame, draws.integer("doors", 1, 3), free)
    if draws.chance("beams", {"loft": 0.6, "hall": 0.6, "garage": 0.4, "room": 0.15}.get(space, 0.0)) and not strips:
        add_beams(stage, room, frame, draws.uniform("beams.pitch", 1.0, 5.0), draws.uniform("beams.depth", 0.1, 0.4))
    area = width * depth
    density = draws.uniform("furniture", 0.2, 0.7) ** (1 if area < 60 else 1.6)
    if space == "garage":
        add_furniture(stage, room, int(0.3 * area * density), 1.0, {"box": 3, "cabinet": 1})
    else:
        add_furniture(stage, room, int(area * density), 1.0)
    add_rugs(stage, room, draws.integer("rugs", 0, 2 if space in ("room", "loft", "office") else 0))
    add_pictures(stage, room, draws.integer("pictures", 0, 6), free)
    if space == "garage":
        _add_columns(stage, room)
    if not day:
        return None
    add_outside(stage, room, openings)
    add_sun(stage, sky)
    return sky


def _surfaces(stage: Stage, space: str, bright: float) -> tuple[list[str], str, str, str]:
    """Names of the materials of four walls, the floor, the ceiling and the frames."""
    rng = stage.draws.stream("room.surfaces")
    base = np.full(3, bright) * np.exp(rng.normal(0, 0.035, 3))
    if rng.random() < 0.3:
        base = base / base.mean() * wall_color(rng) / wall_color(rng).mean() * bright
    rough = space in ("garage", "hall")
    wood = WOODS[int(rng.integers(3))]
    bare = Surface((0.24, 0.13, 0.09), (0.15, 0.08, 0.06), scale=2.5, grain=0.4, bump=0.006)
    paneled = Surface(wood, 0.8 * np.array(wood), scale=1.5, grain=0.15)
    special = {"room": 0.1, "loft": 0.35, "hall": 0.15}.get(space, 0.0)
    walls: list[str] = []
    for number in range(4):
        color = shades(base if rng.random() < 0.8 else bright * np.exp(rng.normal(0, 0.12, 3)), 0.03, 0.85)
        second = shades(np.array(color) * (0.6 if rough else 0.92))
        surface = Surface(color, second, scale=1.2, grain=0.3 if rough else 0.05, bump=0.006 if rough else 0.001)
        if rng.random() < special:
            surface = bare if space == "loft" else paneled
        walls.append(stage.surface(f"wall {number}", surface))
    kind = "concrete" if space == "garage" else str(rng.choice(["wood", "wood", "carpet", "tile", "dark"]))
    color = {
        "wood": np.array(wood),
        "carpet": 0.45 * wall_color(rng),
        "tile": np.array([0.32, 0.305, 0.285]),
        "concrete": np.array([0.2, 0.2, 0.19]),
        "dark": np.array([0.06, 0.055, 0.05]),
    }[kind]
    gloss = 0.0 if kind == "carpet" else float(rng.uniform(0, 0.9))
    tile = float(rng.uniform(0.3, 0.9))
    floor = Surface(
        color,
        (0.9 if kind == "tile" else 0.65) * color,
        pattern={"wood": (1.5, 0.15), "tile": (tile, tile)}.get(kind),
        scale=1.5,
        grain=0.12,
        gloss=gloss,
        roughness=float(rng.uniform(0.08, 0.35)),
    )
    ceiling = Surface(np.full(3, min(0.8, bright * rng.uniform(0.9, 1.5))), grain=0.03)
    if rng.random() < special:
        ceiling = Surface(wood, 0.7 * np.array(wood), pattern=(3.0, 0.12), grain=0.1)
    frame = Surface(np.full(3, float(rng.choice([0.7, 0.3, 0.07]))))
    return walls, stage.surface("floor", floor), stage.surface("ceiling", ceiling), stage.surface("frame", frame)


def _add_fittings(stage: Stage, room: Room, space: str) -> None:
    """Lamps at the ceiling, all alike; some are off."""
    draws = stage.draws
    kind = draws.choice("lamps.kind", FITTINGS[space])
    color = blackbody(float(draws.choice("lamps.kelvin", KELVIN))) * np.exp(
        draws.stream("lamps.tint").normal(0, 0.03, 3)
    )
    lumen = draws.spread("lamps.output", 1.0, 0.35)
    pitch = draws.uniform("lamps.pitch", 1.6, 4.0) * (1 if room.height < 4 else 2.2)
    across, along = max(1, round(room.width / pitch)), max(1, round(room.depth / pitch))
    limit = (2, 2) if kind in ("bulb", "globe") and space in ("room", "loft") else (6, 8)
    across, along = min(across, limit[0]), min(along, limit[1])
    off = draws.uniform("lamps.off", 0.0, 0.6) if draws.chance("lamps.partly_on", 0.35) else 0.0
    rng = draws.stream("lamps.each")
    dark = stage.surface("housing", Surface((0.55, 0.55, 0.55)))
    for i in range(across):
        for j in range(along):
            if rng.random() < off and i + j:
                continue
            grid = (i + 0.5) / across - 0.5, (j + 0.5) / along - 0.5
            place = room.center + np.multiply(grid, (room.width, room.depth))
            _add_fitting(stage, rng, kind, place, room.height, color * lumen, dark)


def _add_fitting(
    stage: Stage, rng: np.random.Generator, kind: str, place: np.ndarray, ceiling: float, color: np.ndarray, metal: str
) -> None:
    level = ceiling - 0.012
    if kind == "panel":
        add_panel(stage, (*place, level), color * panel_radiance(3400, 0.36), (0.3, 0, 0), (0, 0.3, 0))
    elif kind == "tube":
        level -= 0.08 if ceiling < 4 else 0.15 * ceiling
        add_panel(stage, (*place, level), color * panel_radiance(3000, 0.04), (0, 0.6, 0), (0.017, 0, 0))
        stage.box(metal, (*place, level + 0.05), (0.12, 1.24, 0.06))
    elif kind == "spots":
        add_panel(stage, (*place, level), color * panel_radiance(400, 0.0036), (0.03, 0, 0), (0, 0.03, 0))
        for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            stage.box(
                metal,
                (place[0] + 0.04 * x, place[1] + 0.04 * y, ceiling - 0.02),
                (0.005 + 0.075 * abs(y), 0.005 + 0.075 * abs(x), 0.035),
            )
    elif kind == "bay":
        level = 0.88 * ceiling
        add_panel(stage, (*place, level), color * panel_radiance(14000, 0.12), (0.17, 0, 0), (0, 0.17, 0))
        stage.cylinder(metal, (*place, level + 0.02), 0.25, 0.3, 0.08)
    else:
        radius = 0.03 if kind == "bulb" else float(rng.uniform(0.08, 0.17))
        level = max(ceiling - rng.uniform(0.35, 1.1), 1.9)
        add_globe(stage, (*place, level), color * globe_radiance(800, radius), radius)
        cord = stage.surface("cord", Surface((0.04, 0.04, 0.04)))
        stage.cylinder(cord, (*place, level + radius + 0.02), 0.01, max(ceiling - level - radius - 0.02, 0.05))


def _add_floor_lamps(stage: Stage, room: Room) -> None:
    draws, rng = stage.draws, stage.draws.stream("floor_lamps")
    color = blackbody(float(draws.choice("floor_lamps.kelvin", {"2400": 1, "2700": 2, "3000": 2})))
    pole = stage.surface("pole", Surface((0.05, 0.05, 0.05)))
    for _ in range(draws.integer("floor_lamps.count", 1, 3)):
        turn, distance = rng.uniform(0, 2 * math.pi), rng.uniform(1.0, 0.45 * min(room.width, room.depth) + 0.4)
        place = room.clipped(distance * np.array([math.sin(turn), math.cos(turn)]), 0.3)
        if np.hypot(*place) > 0.8:
            radius, level = float(rng.uniform(0.04, 0.11)), float(rng.choice([0.9, 1.5, 1.7]))
            add_globe(stage, (*place, level), color * globe_radiance(rng.uniform(350, 800), radius), radius)
            stage.cylinder(pole, (*place, 0), 0.02, level - radius - 0.02)


def _add_columns(stage: Stage, room: Room) -> None:
    concrete = stage.surface("column", Surface((0.22, 0.215, 0.2), (0.15, 0.15, 0.14), scale=1.5, grain=0.12))
    for x in np.arange(-room.width / 2 + 3, room.width / 2 - 1, 5.0):
        for y in np.arange(-room.depth / 2 + 3, room.depth / 2 - 1, 6.0):
            place = room.center + np.array([x, y])
            if np.hypot(*place) > 1.2:
                stage.box(concrete, (*place, room.height / 2), (0.45, 0.45, room.height))
