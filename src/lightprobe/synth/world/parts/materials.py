"""Surfaces: diffuse colors that vary at two scales, with an optional gloss, and lit ones."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np

Color = tuple[float, float, float] | np.ndarray
RELIEF = 12.0
"""Bumps per meter."""
JOINT = 0.006
"""Width of the joints between planks or tiles [m]."""


@dataclass(frozen=True)
class Surface:
    """A surface, as far as light is concerned."""

    color: Color
    """Reflectance."""
    second: Color | None = None
    """Reflectance of its spots."""
    pattern: tuple[float, float] | None = None
    """Length and width [m] of the planks or tiles that take the place of spots, on level surfaces."""
    scale: float = 1.0
    """Spots per meter."""
    grain: float = 0.0
    """How much a fine noise varies the reflectance, 0 … 1."""
    bump: float = 0.0
    """Relief of the surface [m]."""
    gloss: float = 0.0
    """Strength of the dielectric reflection, 0 … 1."""
    roughness: float = 0.3
    translucency: float = 0.0
    """Share of the light that passes, as through leaves."""


def shades(color: Color, low: float = 0.01, high: float = 0.9) -> tuple[float, float, float]:
    """A reflectance within bounds."""
    red, green, blue = np.clip(np.asarray(color, float), low, high)
    return float(red), float(green), float(blue)


def wall_color(rng: np.random.Generator, low: float = 0.12, high: float = 0.7) -> np.ndarray:
    """A random color of walls: gray or a little warm."""
    tint = rng.normal(0, 0.1, 3) + (rng.random() < 0.5) * np.array([0.1, 0.0, -0.14])
    return np.clip(rng.uniform(low, high) * np.exp(tint), 0.02, 0.9)


def make_material(name: str, surface: Surface):
    """Blender's material for a surface."""
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    nodes.clear()
    diffuse = nodes.new("ShaderNodeBsdfDiffuse")
    diffuse.inputs[0].default_value = (*shades(surface.color), 1)
    shader = diffuse.outputs[0]
    if surface.second is not None or surface.pattern or surface.grain or surface.bump:
        place = nodes.new("ShaderNodeTexCoord").outputs["Object"]
        color = (_tiles if surface.pattern else _spots)(nodes, links, place, surface)
        if surface.grain:
            color = _grained(nodes, links, place, color, surface)
        links.new(color, diffuse.inputs[0])
        if surface.bump:
            height = _noise(nodes, links, place, RELIEF, 1)  # is evaluated three times
            bump = nodes.new("ShaderNodeBump")
            bump.inputs["Distance"].default_value = surface.bump
            links.new(height, bump.inputs["Height"])
            links.new(bump.outputs[0], diffuse.inputs["Normal"])
    if surface.translucency:
        passing = nodes.new("ShaderNodeBsdfTranslucent")
        passing.inputs[0].default_value = (*shades(1.3 * np.asarray(surface.color)), 1)
        shader = _mixed(nodes, links, surface.translucency, shader, passing.outputs[0])
    if surface.gloss:
        glossy, fresnel = nodes.new("ShaderNodeBsdfGlossy"), nodes.new("ShaderNodeFresnel")
        glossy.inputs["Roughness"].default_value = surface.roughness
        fresnel.inputs[0].default_value = 1.45
        strength = nodes.new("ShaderNodeMath")
        strength.operation = "MULTIPLY"
        strength.inputs[1].default_value = surface.gloss
        links.new(fresnel.outputs[0], strength.inputs[0])
        shader = _mixed(nodes, links, strength.outputs[0], shader, glossy.outputs[0])
    links.new(shader, nodes.new("ShaderNodeOutputMaterial").inputs[0])
    return material


def make_emitter(name: str, radiance: np.ndarray):
    """Blender's material that shines with this radiance, the same in all directions."""
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    nodes.clear()
    emission = nodes.new("ShaderNodeEmission")
    strength = float(max(radiance.max(), 1e-12))
    emission.inputs[0].default_value = (*(radiance / strength), 1)
    emission.inputs[1].default_value = strength
    links.new(emission.outputs[0], nodes.new("ShaderNodeOutputMaterial").inputs[0])
    return material


def _noise(nodes, links, place, scale: float, detail: float):
    noise = nodes.new("ShaderNodeTexNoise")
    noise.inputs["Scale"].default_value, noise.inputs["Detail"].default_value = scale, detail
    noise.inputs["Roughness"].default_value = 0.65
    links.new(place, noise.inputs["Vector"])
    return noise.outputs[0]


def _range(nodes, links, value, source: tuple[float, float], target: tuple[float, float]):
    mapped = nodes.new("ShaderNodeMapRange")
    for position, number in enumerate((*source, *target), 1):
        mapped.inputs[position].default_value = number
    links.new(value, mapped.inputs[0])
    return mapped.outputs[0]


def _spots(nodes, links, place, surface: Surface):
    mixed = nodes.new("ShaderNodeMixRGB")
    second = surface.color if surface.second is None else surface.second
    mixed.inputs[1].default_value = (*shades(surface.color), 1)
    mixed.inputs[2].default_value = (*shades(second), 1)
    noise = _noise(nodes, links, place, surface.scale, 3)
    links.new(_range(nodes, links, noise, (0.35, 0.65), (0, 1)), mixed.inputs[0])
    return mixed.outputs[0]


def _tiles(nodes, links, place, surface: Surface):
    length, width = surface.pattern or (1.0, 1.0)
    bricks = nodes.new("ShaderNodeTexBrick")
    bricks.offset = 0.0 if length == width else 0.37
    second = surface.color if surface.second is None else surface.second
    for position, color in enumerate((surface.color, second, 0.35 * np.asarray(surface.color, float)), 1):
        bricks.inputs[position].default_value = (*shades(color), 1)
    for name, value in {"Scale": 1.0, "Mortar Size": JOINT, "Brick Width": length, "Row Height": width}.items():
        bricks.inputs[name].default_value = value
    links.new(place, bricks.inputs["Vector"])
    return bricks.outputs[0]


def _grained(nodes, links, place, color, surface: Surface):
    factor = _range(
        nodes,
        links,
        _noise(nodes, links, place, 11 * surface.scale, 1),
        (0.3, 0.7),
        (1 - surface.grain, 1 + 0.7 * surface.grain),
    )
    product = nodes.new("ShaderNodeMixRGB")
    product.blend_type = "MULTIPLY"
    product.inputs[0].default_value = 1
    links.new(color, product.inputs[1])
    links.new(factor, product.inputs[2])
    return product.outputs[0]


def _mixed(nodes, links, share, first, second):
    mix = nodes.new("ShaderNodeMixShader")
    if isinstance(share, float):
        mix.inputs[0].default_value = share
    else:
        links.new(share, mix.inputs[0])
    links.new(first, mix.inputs[1])
    links.new(second, mix.inputs[2])
    return mix.outputs[0]
