"""The stage: meshes of one world, collected by material and then given to Blender, and its small lamps."""

from __future__ import annotations

import math
from dataclasses import dataclass

import bpy
import numpy as np

from ..draws import Draws
from .materials import Surface, make_emitter, make_material

BOX = np.array([[x, y, z] for z in (-0.5, 0.5) for x, y in ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5))])
BOX_FACES = ((3, 2, 1, 0), (4, 5, 6, 7), (0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7))


@dataclass(frozen=True)
class SmallLamp:
    """A lamp that is left out of the picture and put in exactly afterwards: a sphere or a parallelogram."""

    center: np.ndarray
    radiance: np.ndarray
    radius: float = 0.0
    half_width: np.ndarray | None = None
    half_height: np.ndarray | None = None


class Stage:
    """A scene under construction, with the camera's height and the world's random parameters."""

    def __init__(self, scene, draws: Draws, eye: float, pixels: int, gain: float = 1.0) -> None:
        """`eye` is the camera's height [m], `pixels` the picture's height; lamps shine `gain` times as strong."""
        self.scene, self.draws, self.gain, self.pixels = scene, draws, gain, pixels
        self.camera = np.array([0.0, 0.0, eye])
        self.lamps: list[SmallLamp] = []
        self._materials: dict[str, object] = {}
        self._parts: dict[str, tuple[str, list[np.ndarray], list[tuple[int, ...]]]] = {}
        self._hidden: set[str] = set()

    def surface(self, name: str, surface: Surface) -> str:
        """Define a material once; returns its name."""
        if name not in self._materials:
            self._materials[name] = make_material(name, surface)
        return name

    def emitter(self, radiance: np.ndarray) -> str:
        """The material that shines with this radiance (times the gain); returns its name."""
        name = "lit " + " ".join(f"{value:.5g}" for value in radiance)
        if name not in self._materials:
            self._materials[name] = make_emitter(name, np.asarray(radiance, float) * self.gain)
        return name

    def material(self, name: str):
        """Blender's material of this name."""
        return self._materials[name]

    def add(self, material: str, points: np.ndarray, faces, part: str = "", *, hidden: bool = False) -> None:
        """Add faces to the part of this name, by default one for each material; the camera does not see hidden ones."""
        part = part or material
        _, blocks, listed = self._parts.setdefault(part, (material, [], []))
        first = sum(map(len, blocks))
        blocks.append(np.asarray(points, float))
        listed += [tuple(int(corner) + first for corner in face) for face in faces]
        if hidden:
            self._hidden.add(part)

    def box(self, material: str, center, size, turn: float = 0.0) -> None:
        """A box; `turn` is about the vertical [rad]."""
        c, s = math.cos(turn), math.sin(turn)
        points = (BOX * np.asarray(size)) @ np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]).T + np.asarray(center)
        self.add(material, points, BOX_FACES)

    def quad(self, material: str, center, half_width, half_height, part: str = "", *, hidden: bool = False) -> None:
        """A parallelogram from its center and half its edges."""
        c, u, v = (np.asarray(value, float) for value in (center, half_width, half_height))
        self.add(material, np.array([c - u - v, c + u - v, c + u + v, c - u + v]), [(0, 1, 2, 3)], part, hidden=hidden)

    def cylinder(self, material: str, foot, radius: float, height: float, top: float | None = None) -> None:
        """An upright cylinder or cone of ten sides."""
        turn = np.arange(10) * np.pi / 5
        ring = np.stack([np.cos(turn), np.sin(turn), 0 * turn], axis=-1)
        upper = ring * (radius if top is None else top) + [0, 0, height]
        sides = [(i, (i + 1) % 10, 10 + (i + 1) % 10, 10 + i) for i in range(10)]
        caps = [tuple(range(10))[::-1], tuple(range(10, 20))]
        self.add(material, np.concatenate([ring * radius, upper]) + np.asarray(foot), [*sides, *caps])

    def blob(self, material: str, rng: np.random.Generator, center, radius: float, flat: float = 1.0) -> None:
        """A stone, a bush or a hill: an uneven ball."""
        turns, rows = 12, 7
        latitude, longitude = np.meshgrid(
            (np.arange(rows) + 0.5) / rows * np.pi, np.arange(turns) * 2 * np.pi / turns, indexing="ij"
        )
        ball = np.stack(
            [np.sin(latitude) * np.cos(longitude), np.sin(latitude) * np.sin(longitude), flat * np.cos(latitude)], -1
        )
        points = ball * radius * (1 + 0.15 * rng.standard_normal((rows, turns, 1))) + np.asarray(center)
        faces: list[tuple[int, ...]] = [
            (i * turns + j, (i + 1) * turns + j, (i + 1) * turns + (j + 1) % turns, i * turns + (j + 1) % turns)
            for i in range(rows - 1)
            for j in range(turns)
        ]
        faces += [tuple(range(turns)), tuple((rows - 1) * turns + j for j in range(turns))[::-1]]
        self.add(material, points.reshape(-1, 3), faces)

    def build(self) -> None:
        """Give all parts to Blender."""
        for name, (material, blocks, faces) in self._parts.items():
            mesh = bpy.data.meshes.new(name)
            mesh.from_pydata(np.concatenate(blocks).tolist(), [], faces)
            mesh.materials.append(self._materials[material])
            thing = bpy.data.objects.new(name, mesh)
            thing.visible_camera = name not in self._hidden
            self.scene.collection.objects.link(thing)
        self.scene.camera.location = self.camera.tolist()


def places_around(rng: np.random.Generator, near: float, far: float, count: int) -> np.ndarray:
    """Places around the camera, [count, 2], as many in each octave of distance."""
    turn = rng.uniform(0, 2 * np.pi, count)
    distance = np.exp(rng.uniform(math.log(near), math.log(far), count))
    return np.stack([distance * np.sin(turn), distance * np.cos(turn)], axis=-1)
