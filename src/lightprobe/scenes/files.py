"""Scene files: the scene, by the suffix of its path, and the environment map beside it that it names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lightprobe.imaging.envmap import write_environment
from lightprobe.imaging.output import atomic
from lightprobe.scenes.blender_script import format_blender_script
from lightprobe.scenes.gltf import format_gltf
from lightprobe.scenes.lighting import Lighting
from lightprobe.scenes.usd import format_usd

_FORMATS: dict[str, Callable[[Lighting, str], str]] = {
    ".usda": format_usd,
    ".gltf": format_gltf,
    ".py": format_blender_script,
}
SCENE_SUFFIXES = tuple(_FORMATS)
"""What a scene's path ends in: USD, glTF, a script for Blender."""


def environment_beside(path: str | Path) -> Path:
    """Path of the environment map that belongs to a scene: light_environment.exr for light.usda.

    Raises: ValueError if the scene's path ends in no suffix of scenes, or its name cannot be written in a scene.
    """
    path = Path(path)
    if path.suffix.lower() not in SCENE_SUFFIXES:
        raise ValueError(f"expected a scene that ends in {', '.join(SCENE_SUFFIXES)}, got {path}; rename it")
    if not path.stem.isprintable():
        raise ValueError(f"expected a name of printable characters, got {path.name!r}; rename it")
    return path.with_name(f"{path.stem}_environment.exr")


def write_scene(path: str | Path, lighting: Lighting) -> tuple[Path, Path]:
    """Write a scene (.usda, .gltf, or .py for Blender) and the environment map beside it, each atomically.

    Returns: the paths of both. Raises: ValueError for another suffix; OutputError if a file cannot be written.
    """
    path, environment = Path(path), environment_beside(path)
    text = _FORMATS[path.suffix.lower()](lighting, environment.name)
    with atomic(environment) as map_file, atomic(path) as scene_file:
        write_environment(map_file, lighting.environment, is_large=True)
        scene_file.write_text(text, encoding="utf-8")
    return path, environment
