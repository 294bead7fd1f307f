"""Plants: trees with leaves that let light through, bushes, and a far edge of forest."""

from __future__ import annotations

import bpy
import numpy as np

from .materials import Surface
from .stage import Stage

SEASONS = {"summer": 0.82, "autumn": 0.1, "bare": 0.08}
CONIFER_REACH = 2.4
"""Distance from the trunk, in sizes of a conifer, at which no leaves are left."""


def _leaf_color(rng: np.random.Generator, season: str) -> np.ndarray:
    if season == "autumn":
        return np.array([rng.uniform(0.2, 0.42), rng.uniform(0.09, 0.24), 0.025])
    green = rng.uniform(0.055, 0.15)
    return np.array([green * rng.uniform(0.4, 0.75), green, green * rng.uniform(0.15, 0.35)])


def _crown(rng: np.random.Generator, leaves: int, height: float, *, conifer: bool) -> np.ndarray:
    """Corners of square leaves, [4, leaves, 3]."""
    if conifer:
        level = rng.random(leaves) ** 0.8
        flat = rng.normal(0, 1, (2, leaves)) * (1.05 - level) * 0.75
        middle = np.stack([*flat, 1.0 + level * (height + 2)], axis=-1)
    else:
        clusters = rng.normal(0, 1, (int(rng.integers(7, 15)), 3)) * [1.1, 1.1, 0.8]
        middle = clusters[rng.integers(len(clusters), size=leaves)] + rng.normal(0, 0.55, (leaves, 3)) + [0, 0, height]
    size = rng.uniform(0.07, 0.16, (leaves, 1)) * (1000 / leaves) ** 0.3
    one = rng.normal(0, 1, (leaves, 3))
    one /= np.linalg.norm(one, axis=1, keepdims=True)
    two = np.cross(one, rng.normal(0, 1, (leaves, 3)))
    two /= np.linalg.norm(two, axis=1, keepdims=True)
    u, v = size * one, size * two
    return np.stack([middle - u - v, middle + u - v, middle + u + v, middle - u + v])


def _branches(rng: np.random.Generator, height: float, count: int) -> tuple[np.ndarray, list[tuple[int, ...]]]:
    """A trunk and thin branches as three-sided sticks."""
    points: list[np.ndarray] = []
    faces: list[tuple[int, ...]] = []
    trunk = 0.12 + 0.1 * rng.random()
    for number in range(count + 1):
        if number == 0:
            foot, tip, thick = np.zeros(3), np.array([0, 0, height]), trunk
        else:
            foot = np.array([0, 0, height * rng.uniform(0.45, 1.0)])
            tip, thick = foot + rng.normal(0, 1.0, 3) * [1, 1, 0.5] + [0, 0, 1.0], 0.3 * trunk
        turn = np.arange(6) * np.pi / 3
        ring = np.stack([np.cos(turn), np.sin(turn), 0 * turn], axis=-1)
        first = sum(map(len, points))
        points.append(np.concatenate([foot + thick * ring, tip + 0.4 * thick * ring]))
        faces += [(first + i, first + (i + 1) % 6, first + 6 + (i + 1) % 6, first + 6 + i) for i in range(6)]
    return np.concatenate(points), faces


def add_trees(
    stage: Stage,
    name: str,
    places: np.ndarray,
    *,
    season: str = "summer",
    conifer: bool = False,
    leaves: int = 1100,
    kinds: int = 2,
) -> None:
    """Trees at [n, (x, y, z, size)]; each is one of `kinds` shapes, turned."""
    if not len(places):
        return
    rng = stage.draws.stream(f"trees {name}")
    meshes = []
    for kind in range(kinds):
        height = rng.uniform(3.5, 6.0)
        count = 0 if season == "bare" else int(leaves * rng.uniform(0.7, 1.3))
        crown = _crown(rng, max(count, 1), height, conifer=conifer)
        sticks, stick_faces = _branches(rng, height, 34 if season == "bare" else 0 if conifer else 6)
        n = crown.shape[1] if count else 0
        leaf_faces = [(i, n + i, 2 * n + i, 3 * n + i) for i in range(n)]
        points = np.concatenate([crown[:, :n].reshape(-1, 3), sticks])
        mesh = bpy.data.meshes.new(f"{name} {kind}")
        mesh.from_pydata(points.tolist(), [], leaf_faces + [tuple(4 * n + i for i in face) for face in stick_faces])
        leaf = stage.surface(f"leaf {name} {kind}", Surface(_leaf_color(rng, season), translucency=0.4))
        bark = stage.surface("bark", Surface((0.1, 0.07, 0.045), (0.05, 0.035, 0.025), scale=4.0))
        for material in (leaf, bark):
            mesh.materials.append(stage.material(material))
        index = np.array([0] * len(leaf_faces) + [1] * len(stick_faces), np.int32)
        mesh.polygons.foreach_set("material_index", index)
        meshes.append(mesh)
    reach = CONIFER_REACH if conifer else 1.0
    for x, y, z, size in places:
        if np.hypot(x, y) < reach * size + 0.8:
            continue
        tree = bpy.data.objects.new(name, meshes[int(rng.integers(kinds))])
        tree.location, tree.rotation_euler = (x, y, z), (0, 0, rng.uniform(0, 6.28))
        tree.scale = (size, size, size * rng.uniform(0.8, 1.3))
        stage.scene.collection.objects.link(tree)


def add_far_forest(stage: Stage, near: float, far: float, count: int) -> None:
    """Dark crowns at a distance, which break the line of the horizon."""
    rng = stage.draws.stream("far forest")
    green = stage.surface("far forest", Surface((0.025, 0.042, 0.016), (0.05, 0.07, 0.03), scale=0.3, grain=0.5))
    gap, width = rng.uniform(0, 2 * np.pi), rng.uniform(0.3, 2.0)
    for _ in range(count):
        turn, distance = rng.uniform(0, 2 * np.pi), np.exp(rng.uniform(np.log(near), np.log(far)))
        if (turn - gap) % (2 * np.pi) < width:
            continue
        radius = rng.uniform(4, 9)
        stage.blob(green, rng, (distance * np.sin(turn), distance * np.cos(turn), 0.5 * radius), radius, 1.1)
