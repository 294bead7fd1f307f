"""Windows of rooms, and what lies before them."""

from __future__ import annotations

import math

import numpy as np

from ..sky.clouds import CloudySky
from .ground import ground_surface
from .lamps import add_portal
from .materials import Surface, wall_color
from .plants import add_trees
from .rooms import Opening, Room, Windows
from .stage import Stage, places_around


def choose_windows(stage: Stage, room: Room, space: str, sky: CloudySky) -> dict[int, Windows]:
    """Windows of one to three walls; often one toward the sun."""
    draws = stage.draws
    rng = draws.stream("windows")
    chosen = list(rng.permutation(4)[: int(draws.choice("windows.walls", {"1": 0.62, "2": 0.3, "3": 0.08}))])
    if space == "corridor":
        chosen = [int(rng.choice([0, 2]))]
    if sky.normal.max() > 0 and draws.chance("windows.to_sun", 0.55):
        toward = [sky.toward[1], -sky.toward[1], sky.toward[0], -sky.toward[0]]
        chosen.append(int(np.argmax(toward)))
    made: dict[int, Windows] = {}
    for wall in {int(number) for number in chosen}:
        low = room.height < 4
        sill = float(rng.choice([0.05, 0.8, 0.9, 1.1] if low else [0.1, 1.0, 2.2]))
        head = min(room.height - 0.15, sill + rng.uniform(0.9, 1.7) if low else room.height * rng.uniform(0.6, 0.9))
        if space == "garage":
            sill, head = 0.05, room.height - 0.2
        count = max(1, int(room.run(wall) / rng.uniform(1.8, 5)))
        made[wall] = Windows(count, float(rng.uniform(0.3, 0.8)), sill, head)
    return made


def add_outside(stage: Stage, room: Room, openings: list[Opening]) -> None:
    """Ground, houses and trees before the windows; portals and curtains in them."""
    draws, rng = stage.draws, stage.draws.stream("outside")
    level = float(draws.choice("outside.level", {"0": 3, "-0.15": 2, "-3": 2, "-9": 2}))
    kind = draws.choice("outside.ground", {"grass": 3, "asphalt": 3, "paving": 2, "snow": 0.2})
    stage.quad(ground_surface(stage, kind), (0, 0, level - 0.25), (500, 0, 0), (0, 500, 0))
    reach = math.hypot(room.width, room.depth)
    for number, (x, y) in enumerate(places_around(rng, 0.6 * reach + 9, 110, draws.integer("outside.houses", 0, 12))):
        height = rng.uniform(4, 16)
        color = wall_color(rng, 0.1, 0.5)
        surface = stage.surface(f"outside {number}", Surface(color, 0.6 * color, scale=0.3, grain=0.3))
        stage.box(surface, (x, y, height / 2 + level), (*rng.uniform(5, 13, 2), height), rng.uniform(0, 3))
    spots = places_around(rng, 0.55 * reach + 4, 45, draws.integer("outside.trees", 0, 10))
    trees = np.array([(x, y, level, rng.uniform(0.6, 1.4)) for x, y in spots]).reshape(-1, 4)
    add_trees(stage, "outside tree", trees, leaves=700)
    curtains = draws.chance("curtains", 0.3)
    cloth = stage.surface("curtain", Surface((0.6, 0.58, 0.55), translucency=0.45)) if curtains else ""
    for opening in openings:
        add_portal(stage, opening.center, opening.half_width, opening.half_height, opening.inward)
        if curtains and abs(opening.inward[2]) < 0.5:
            for side in (-1, 1):
                center = opening.center + 0.2 * opening.inward + side * 0.8 * opening.half_width
                stage.quad(cloth, center, 0.25 * opening.half_width, 1.05 * opening.half_height)
