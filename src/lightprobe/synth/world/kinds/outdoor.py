"""Outdoor worlds by day."""

from __future__ import annotations

import math

import numpy as np

from ..parts.buildings import Lights, Street, add_building, add_cars, add_houses, add_street_things
from ..parts.ground import add_ground, add_lines
from ..parts.lamps import add_sun
from ..parts.materials import Surface, wall_color
from ..parts.plants import SEASONS, add_far_forest, add_trees
from ..parts.stage import Stage, places_around
from ..sky.clouds import CloudySky

PLACES = {"street": 0.22, "yard": 0.12, "park": 0.2, "forest": 0.14, "field": 0.11, "shore": 0.06, "open": 0.15}
BUILT = ("street", "yard")
GROUNDS = {
    "street": {"asphalt": 6, "paving": 2, "snow": 0.3},
    "yard": {"paving": 3, "concrete": 2, "asphalt": 2, "gravel": 2, "dirt": 1},
    "park": {"grass": 5, "meadow": 2, "gravel": 1, "dirt": 1, "snow": 0.4},
    "forest": {"litter": 5, "grass": 2, "dirt": 1, "snow": 0.4},
    "field": {"field": 3, "meadow": 3, "dirt": 2, "grass": 2, "snow": 0.5},
    "shore": {"water": 1},
    "open": {"dry": 3, "sand": 2, "grass": 2, "meadow": 2, "gravel": 1, "dirt": 1, "snow": 0.5},
}


def furnish_outdoors(stage: Stage, sky: CloudySky) -> CloudySky:
    """Build a place under this sky."""
    draws = stage.draws
    place = draws.choice("place", PLACES)
    add_place(stage, place, GROUNDS[place], Lights())
    if sky.elevation > 3 and draws.chance("sun_hidden", 0.12):
        _hide_sun(stage, sky)
    add_sun(stage, sky)
    return sky


def add_place(stage: Stage, place: str, grounds: dict[str, float], lights: Lights) -> Street:
    """Ground, plants, houses and small things of a place; returns its street, or its axis where there is none."""
    draws = stage.draws
    ground = draws.choice("ground", grounds)
    is_flat = place in BUILT or ground == "water"
    relief = 0.0 if is_flat else draws.uniform("relief", 0.02, 0.35)
    hills = draws.uniform("hills", 0.2, 1.2) if place not in BUILT and draws.chance("has_hills", 0.5) else 0.0
    ground_at = add_ground(stage, ground, relief, hills)
    turn, half = draws.uniform("street.turn", 0, math.pi), draws.uniform("street.half_width", 5, 14)
    along = np.array([math.sin(turn), math.cos(turn)])
    street = Street(along, np.array([along[1], -along[0]]), draws.uniform("street.offset", -0.5, 0.5) * half, half)
    season = "bare" if ground == "snow" else draws.choice("season", SEASONS)
    rng = draws.stream("place")
    if place in BUILT:
        _add_built(stage, place, street, lights, ground)
        if draws.chance("street.trees", 0.45):
            rows = [street.place(9.0 * k, side * (half - 1.2)) for k in range(-5, 6) for side in (-1, 1)]
            trees = [(*row, 0.0, rng.uniform(0.6, 1.4)) for row in rows if np.hypot(*row) > 4]
            add_trees(stage, "row", np.array(trees), season=season, leaves=900)
    else:
        _add_plants(stage, place, ground_at, season, rng)
    count = draws.integer("things", 0, 4 if place in ("field", "shore") else 8)
    if ground != "water":
        add_street_things(stage, draws.stream("things"), count, ground_at)
    return street


def _add_built(stage: Stage, place: str, street: Street, lights: Lights, ground: str) -> None:
    draws = stage.draws
    storeys = float(draws.choice("storeys", {"1": 1.5, "2": 3, "3": 3, "5": 2, "8": 1, "14": 0.5}))
    sides = (-1,) if place == "yard" and draws.chance("yard.open", 0.6) else (-1, 1)
    add_houses(stage, street, storeys, lights, sides)
    if place == "street" and ground != "snow":
        add_lines(stage, street.along, street.across, street.offset, street.half_width)
    add_cars(stage, street, draws.integer("cars", 0, 10))


def _add_plants(stage: Stage, place: str, ground_at, season: str, rng: np.random.Generator) -> None:
    draws = stage.draws
    trees, bushes = {
        "park": ((8, 36), (0, 30)),
        "forest": ((28, 75), (3, 25)),
        "field": ((0, 7), (0, 10)),
        "shore": ((0, 12), (0, 10)),
        "open": ((0, 6), (0, 35)),
    }[place]
    near = {"forest": 3.0, "park": 4.0}.get(place, 9.0)
    far = 60.0 if place == "forest" else 130.0
    size = (1.2, 2.4) if place == "forest" else (0.6, 1.9)
    spots = places_around(rng, near, far, draws.integer("trees", *trees))
    places = np.array([(x, y, ground_at(x, y), rng.uniform(*size)) for x, y in spots]).reshape(-1, 4)
    conifer = draws.chance("conifers", 0.35)
    add_trees(stage, "trees", places, season=season, conifer=conifer, leaves=1000 if place == "forest" else 1300)
    spots = places_around(rng, 2.6 if place == "forest" else 3.5, 40, draws.integer("bushes", *bushes))
    sizes = rng.uniform(0.2, 0.42, len(spots))
    low = np.array([(x, y, ground_at(x, y) - 3.5 * q, q) for (x, y), q in zip(spots, sizes, strict=True)])
    add_trees(stage, "bushes", low.reshape(-1, 4), season=season, leaves=320, kinds=1)
    if place != "forest" and draws.chance("far_forest", 0.7):
        add_far_forest(stage, 90 if place == "shore" else 50, 500, 130)
    if place == "field" and draws.chance("fence", 0.5):
        _add_fence(stage, ground_at, rng)


def _add_fence(stage: Stage, ground_at, rng: np.random.Generator) -> None:
    wood = stage.surface("wood", Surface((0.13, 0.1, 0.07), (0.07, 0.055, 0.04), scale=2.0))
    turn, distance = rng.uniform(0, 2 * math.pi), rng.uniform(4, 14)
    toward = np.array([math.sin(turn), math.cos(turn)])
    along = np.array([toward[1], -toward[0]])
    for number in range(-14, 15):
        x, y = toward * distance + along * 2.6 * number
        stage.box(wood, (x, y, ground_at(x, y) + 0.55), (0.12, 0.12, 1.1), -turn)
    for level in (0.5, 0.95):
        stage.box(wood, (*(toward * distance), level), (73, 0.05, 0.12), math.atan2(along[1], along[0]))


def _hide_sun(stage: Stage, sky: CloudySky) -> None:
    """Put a tree, a house or a roof between the camera and the sun."""
    draws, rng = stage.draws, stage.draws.stream("sun_hidden")
    slope, distance = math.tan(math.radians(sky.elevation)), rng.uniform(3.5, 9)
    toward = np.array([math.sin(sky.azimuth), math.cos(sky.azimuth)])
    screen = draws.choice("sun_hidden.by", {"tree": 3.0, "house": 1.0, "roof": 1.0})
    top = stage.camera[2] + distance * slope
    if screen == "tree":
        x, y = toward * distance * (1.0 if top < 20 else 0.5)
        size = float(np.clip((min(top, 20.0) + 1) / 5.5, 0.8, 4.5))
        add_trees(stage, "hiding tree", np.array([(x, y, 0.0, size)]), leaves=int(1300 * size), kinds=1)
    elif screen == "house" and top < 25:
        away, depth = max(1.6 * distance, 7.0), rng.uniform(4, 9)
        height = max(2.5, (stage.camera[2] + away * slope) * rng.uniform(1.05, 1.5))
        size = (rng.uniform(6, 18), depth, height)
        add_building(stage, rng, "hiding house", toward * (away + depth / 2), size, -sky.azimuth, Lights())
    else:
        height = stage.camera[2] + rng.uniform(1.8, 3.5)
        center = toward * (height - stage.camera[2]) / max(slope, 0.25)
        stage.box(
            stage.surface("hiding roof", Surface(wall_color(rng), grain=0.2)),
            (*center, height + 0.1),
            (rng.uniform(4, 9), rng.uniform(4, 9), 0.2),
            -sky.azimuth,
        )
        post = stage.surface("post", Surface((0.25, 0.25, 0.25)))
        for x, y in ((-2, -2), (2, -2), (2, 2), (-2, 2)):
            if math.hypot(center[0] + x, center[1] + y) > 1:
                stage.cylinder(post, (center[0] + x, center[1] + y, 0), 0.08, height)
