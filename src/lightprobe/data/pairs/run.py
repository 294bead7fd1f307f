"""One run over a catalog, cut into tasks that any process can run in any order.

A task holds names and numbers only. The process that runs it reads the HDRIs, draws the shots, captures and writes the
pairs, and returns their rows. It keeps the HDRIs that it used last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import lightprobe
from lightprobe.camera.capture import Capture, capture
from lightprobe.camera.hdri import Hdri, HdriCache, load_hdri
from lightprobe.camera.lens.glare import drawn_share
from lightprobe.camera.sampling.recipe import ShotRecipe, draw_shot
from lightprobe.camera.shot import Shot, shot_id
from lightprobe.data.catalog.hdri_files import Source, partners, read_sources
from lightprobe.data.pairs.write import manifest_row, write_pair

ENGINES = ("native", "blender")
CHUNK = 8
"""Variants of a scene in one task: enough to make up for loading the scene, few enough to lose little."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run: the HDRIs of `folder` on one side of the split, `variants` pairs of each, drawn by `recipe`, into `out`.

    Raises: ValueError for no variants or an unknown engine, or for a recipe that Blender cannot render.
    """

    folder: Path
    out: Path
    variants: int = 10
    recipe: ShotRecipe = field(default_factory=ShotRecipe)
    side: str = "all"
    split_seed: int = 0
    engine: str = "native"

    def __post_init__(self) -> None:
        if self.variants < 1:
            raise ValueError(f"expected at least 1 variant of each scene, got {self.variants}; 10 is the default")
        if self.engine not in ENGINES:
            raise ValueError(f"expected an engine of {', '.join(ENGINES)}, got {self.engine!r}; native is the default")
        object.__setattr__(self, "folder", Path(self.folder).resolve())
        object.__setattr__(self, "out", Path(self.out).resolve())
        if self.engine == "blender":
            from lightprobe.data.pairs.blender import blender_recipe

            object.__setattr__(self, "recipe", blender_recipe(self.recipe))

    def sources(self) -> list[Source]:
        """The HDRIs, sorted by slug. Raises: as `read_sources`."""
        return read_sources(self.folder, self.side, self.split_seed)

    def settings(self) -> dict[str, Any]:
        """Everything that the pairs depend on, apart from the bytes of the HDRIs, whose hashes are in the manifest; and
        which scenes are rendered, if any."""
        sources = self.sources()
        rendered = [source.slug for source in sources if source.is_synthetic]
        return {
            "lightprobe": lightprobe.__version__,
            "engine": self.engine,
            "variants": self.variants,
            "split": self.side,
            "split_seed": self.split_seed,
            "recipe": asdict(self.recipe) | {"curves": list(self.recipe.curves)},
            "scenes": [source.slug for source in sources],
            **({"synthetic": rendered} if rendered else {}),
        }


@dataclass(frozen=True, kw_only=True)
class Task:
    """Some variants of one scene."""

    run: Run
    slug: str
    variants: tuple[int, ...]


def make_tasks(run: Run, done: Iterable[str] = ()) -> Iterator[Task]:
    """The tasks of a run, in order, without the pairs of these ids, which exist already."""
    done = set(done)
    for source in run.sources():
        left = [variant for variant in range(run.variants) if shot_id(source.slug, variant) not in done]
        for start in range(0, len(left), CHUNK):
            yield Task(run=run, slug=source.slug, variants=tuple(left[start : start + CHUNK]))


@dataclass(frozen=True, kw_only=True)
class Resources:
    """The HDRIs that a process needs for the tasks of one run."""

    sources: dict[str, Source]
    pools: dict[str, tuple[str, ...]]
    """By side of the split: the scenes that may be mixed with one another."""
    hdris: HdriCache


@lru_cache(maxsize=1)
def resources(run: Run, budget: int = 1 << 30) -> Resources:
    """The resources of a run; the cache of HDRIs takes up to `budget` bytes."""
    sources = {source.slug: source for source in run.sources()}

    def load(slug: str) -> Hdri:
        source = sources[slug]
        return load_hdri(slug, source.path, run.recipe.height, drawn_share(source.glare, slug, 0))

    return Resources(sources=sources, pools=partners(list(sources.values())), hdris=HdriCache(load, budget))


def draw_task(task: Task) -> list[Shot]:
    """The shots of a task."""
    held = resources(task.run)
    source = held.sources[task.slug]
    return [draw_shot(task.run.recipe, source.slug, variant, held.pools[source.split]) for variant in task.variants]


def run_task(task: Task) -> list[dict[str, Any]]:
    """Capture and write the pairs of a task; returns their rows of the manifest.

    Raises: ImageError for an HDRI that cannot be used; OutputError if the pairs cannot be written;
    LightprobeError if Blender fails.
    """
    held = resources(task.run)
    if task.run.engine == "blender":
        from lightprobe.data.pairs.blender import capture_in_blender

        paths = {slug: source.path for slug, source in held.sources.items()}
        captures = capture_in_blender(draw_task(task), held.hdris, paths)
    else:
        captures = (
            capture(shot, held.hdris(shot.scene), held.hdris(shot.partner) if shot.partner else None)
            for shot in draw_task(task)
        )
    return [_write(task, pair) for pair in captures]


def _write(task: Task, pair: Capture) -> dict[str, Any]:
    """Write a pair; returns its row of the manifest."""
    sources = resources(task.run).sources
    files = write_pair(pair, task.run.out)
    return manifest_row(pair, files, sources[task.slug], sources.get(pair.shot.partner))
