"""Outdoor worlds at night: street lamps, lit windows, shop fronts, signs, head lamps, moon and last light.

Everything shines GAIN times as strong while it is rendered, as some of Cycles' limits are absolute.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from ..panoramas import pixel_rays
from ..parts.buildings import Lights, Street
from ..parts.lamps import add_globe, add_panel, add_sun
from ..parts.materials import Surface
from ..parts.stage import Stage, places_around
from ..radiometry import LUMINANCE, blackbody, from_luminance, globe_radiance, panel_radiance, tinted
from ..sky.clear import ClearSky
from ..sky.clouds import CloudySky
from .outdoor import BUILT, GROUNDS, add_place

GAIN = 300.0
MOON = 2.5e-6
"""Light of the full moon relative to the sun's. Source: magnitudes −12.7 and −26.7."""
PLACES = {"street": 0.48, "yard": 0.18, "park": 0.18, "open": 0.16}
DARK_GROUNDS = {**GROUNDS, "street": {"asphalt": 1}, "yard": {"asphalt": 3, "paving": 2, "gravel": 1, "dirt": 1}}
LAMPS = {"sodium": 0.1, "led": 0.5, "globe": 0.28, "mercury": 0.12}
COLORS = {
    "sodium": np.array([2.4, 0.68, 0.05]),
    "led": blackbody(3900),
    "globe": blackbody(3100),
    "mercury": blackbody(5200) * np.array([0.9, 1.06, 0.95]),
}
CLOUDS = {"clear": 0.5, "cumulus": 0.2, "stratus": 0.2, "broken": 0.1}


def night_sky(stage: Stage, sky: CloudySky, twilight: ClearSky) -> CloudySky:
    """The sky at night: the moon in place of the sun, the glow of a town, and sometimes the last light of the day."""
    draws = stage.draws
    moon = MOON * draws.uniform("moon.phase", 0.05, 1.0) if draws.chance("moon", 0.45) else 0.0
    glow = from_luminance(draws.spread("glow", 0.05, 1.0)) * blackbody(draws.uniform("glow.kelvin", 2600, 4500))
    up = pixel_rays(len(sky.radiance))[..., 2].clip(0, 1)
    radiance = sky.radiance * moon + glow * (0.1 + 0.9 * (1 - up) ** 3)[..., None]
    if draws.chance("twilight", 0.35):
        upper = np.repeat(np.repeat(twilight.upper, 2, axis=0), 2, axis=1) * draws.uniform(
            "twilight.level", 0.002, 0.03
        )
        turn = draws.integer("twilight.turn", 0, upper.shape[1] - 1)
        radiance[: len(upper)] += np.roll(upper, turn, axis=1)
    return replace(sky, radiance=(radiance * GAIN).astype(np.float32), normal=sky.normal * moon * GAIN)


def furnish_night(stage: Stage, sky: CloudySky) -> CloudySky:
    """Build a place with its lamps under this sky, which `night_sky` has made."""
    draws = stage.draws
    place = draws.choice("place", PLACES)
    rng = draws.stream("lights")
    level = draws.spread("windows.luminance", 40, 0.7)
    colors = [
        blackbody(rng.uniform(2500, 4800)) * from_luminance(level * math.exp(rng.normal(0, 0.7))) for _ in range(6)
    ]
    street = add_place(stage, place, DARK_GROUNDS[place], Lights(draws.uniform("windows.lit", 0.02, 0.25), colors))
    if place in BUILT or draws.chance("lit", 0.6):
        _add_street_lamps(stage, street, rng)
        for _ in range(draws.integer("shops", 0, 4) if place in BUILT else draws.integer("signs", 0, 2)):
            _add_light(stage, rng)
    _add_far_lamps(stage, draws.integer("far_lamps", 0, 16))
    add_sun(stage, sky)
    return sky


def _add_street_lamps(stage: Stage, street: Street, rng: np.random.Generator) -> None:
    draws = stage.draws
    kind = draws.choice("street_lamps", LAMPS)
    color = COLORS[kind]
    color = color / (color @ LUMINANCE)
    pitch, height = draws.uniform("street_lamps.pitch", 9, 26), draws.uniform("street_lamps.height", 3.5, 9)
    lumen = draws.spread("street_lamps.lumen", 5500, 0.4)
    sides = (-1, 1) if draws.chance("street_lamps.both_sides", 0.5) else (1,)
    edge = max(street.half_width - 1.4, 2.0) * draws.uniform("street_lamps.inward", 0.5, 1.0)
    metal = stage.surface("lamp post", Surface((0.1, 0.1, 0.1)))
    for number in range(-4, 5):
        for side in sides:
            foot = street.place(pitch * (number + 0.37), side * edge)
            if np.hypot(*foot) < 1.5 or rng.random() < 0.12:
                continue
            stage.cylinder(metal, (*foot, 0), 0.06, height)
            if kind == "globe":
                radius = 0.19
                radiance = color * globe_radiance(0.5 * lumen, radius)
                add_globe(stage, (*foot, height + radius + 0.03), radiance, radius)
                continue
            head = np.array([*(foot - street.across * side * 0.9), height + 0.05])
            arm = (foot + head[:2]) / 2
            across = math.atan2(street.across[1], street.across[0])
            stage.box(metal, (*arm, height + 0.12), (1.2, 0.1, 0.06), across)
            # a diffuse face below, and a part of the light to the sides, as lenses send it
            half = np.array([*street.along, 0]) * 0.16, np.array([*street.across, 0]) * 0.07
            add_panel(stage, head, color * panel_radiance(0.6 * lumen, 0.0448), *half)
            side_light = color * globe_radiance(0.4 * lumen, 0.04)
            add_globe(stage, head - np.array([0, 0, 0.05]), side_light, 0.04)


def _add_far_lamps(stage: Stage, count: int) -> None:
    """Lamps of a town, far away."""
    rng = stage.draws.stream("far lamps")
    colors = [COLORS["sodium"], COLORS["led"], COLORS["globe"]]
    for x, y in places_around(rng, 60, 400, count):
        color = colors[int(rng.integers(3))]
        color = color / (color @ LUMINANCE)
        add_globe(stage, (x, y, rng.uniform(4, 12)), color * globe_radiance(rng.uniform(2000, 9000), 0.1), 0.1)


def _add_light(stage: Stage, rng: np.random.Generator) -> None:
    """A shop front, a neon line, a sign, or the head lamps of a car, facing the camera."""
    (x, y), kind = places_around(rng, 5, 24, 1)[0], str(rng.choice(["shop", "shop", "neon", "sign", "car"]))
    toward = -np.array([x, y]) / math.hypot(x, y)
    edge = np.array([toward[1], -toward[0], 0.0])
    if kind == "shop":
        block = stage.surface("shop", Surface((0.16, 0.155, 0.15), (0.1, 0.1, 0.1), grain=0.3))
        angle = math.atan2(edge[1], edge[0])
        stage.box(block, (x - 0.6 * toward[0], y - 0.6 * toward[1], 1.7), (4.6, 1.0, 3.4), angle)
        front = blackbody(rng.uniform(2900, 5200)) * from_luminance(math.exp(rng.normal(math.log(160), 0.6)))
        for pane in (-1, 0, 1):
            stage.quad(
                stage.emitter(front),
                (x + 1.4 * pane * edge[0], y + 1.4 * pane * edge[1], 1.4),
                0.6 * edge,
                (0, 0, 0.95),
            )
    elif kind == "neon":
        radiance = tinted(rng, 0.9) * from_luminance(rng.uniform(800, 4000))
        add_panel(stage, (x, y, rng.uniform(2.5, 5)), radiance, edge * rng.uniform(0.4, 1.2), (0, 0, 0.05))
    elif kind == "sign":
        radiance = tinted(rng, 0.6) * from_luminance(rng.uniform(100, 600))
        add_panel(
            stage, (x, y, rng.uniform(2.5, 5)), radiance, edge * rng.uniform(0.4, 1.4), (0, 0, rng.uniform(0.2, 0.6))
        )
    else:
        radiance = blackbody(float(rng.choice([3200, 5500]))) * from_luminance(rng.uniform(3e4, 2e5))
        for side in (-0.7, 0.7):
            add_panel(stage, (x + side * edge[0], y + side * edge[1], 0.65), radiance, 0.07 * edge, (0, 0, 0.05))
