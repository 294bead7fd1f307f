"""One run over a catalog: what was asked for, cut into tasks that any process can do in any order.

A task carries names and numbers only. Whoever does it reads the HDRIs, draws the jobs, forms and writes the pairs, and
returns their rows. Processes keep the HDRIs that they used last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import lightprobe
from lightprobe.camera.capture import capture
from lightprobe.camera.hdri import Hdri, HdriCache, load_hdri
from lightprobe.camera.sampling.recipe import ShotRecipe, draw_shot
from lightprobe.camera.shot import Shot, shot_id
from lightprobe.data.catalog.hdri_files import Source, partners, read_sources
from lightprobe.data.pairs.write import row, write_pair

ENGINES = ("native", "blender")
CHUNK = 8
"""Variants of a scene in one task: enough to be worth a scene's loading, few enough to lose little."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """What is asked for: these HDRIs, so many variants of each, drawn by this recipe, into that folder.

    Raises: ValueError for no variants or an unknown engine.
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
            raise ValueError(f"expected at least 1 variant of each scene, got {self.variants}; 10 is usual")
        if self.engine not in ENGINES:
            raise ValueError(f"expected an engine of {', '.join(ENGINES)}, got {self.engine!r}; native is the usual")
        object.__setattr__(self, "folder", Path(self.folder).resolve())
        object.__setattr__(self, "out", Path(self.out).resolve())
        if self.engine == "blender":
            from lightprobe.data.pairs.blender import limit

            object.__setattr__(self, "recipe", limit(self.recipe))

    def sources(self) -> list[Source]:
        """The HDRIs, sorted by slug. Raises: as `read_sources`."""
        return read_sources(self.folder, self.side, self.split_seed)

    def settings(self) -> dict[str, Any]:
        """Everything that the pairs depend on, apart from the HDRIs' bytes, which each row tells."""
        return {
            "lightprobe": lightprobe.__version__,
            "engine": self.engine,
            "variants": self.variants,
            "split": self.side,
            "split_seed": self.split_seed,
            "recipe": asdict(self.recipe) | {"curves": list(self.recipe.curves)},
            "scenes": [source.slug for source in self.sources()],
        }


@dataclass(frozen=True, kw_only=True)
class Task:
    """Some variants of one scene."""

    run: Run
    slug: str
    variants: tuple[int, ...]


def tasks(run: Run, done: Iterable[str] = ()) -> Iterator[Task]:
    """The work of a run, less the pairs that are done already, in order."""
    done = set(done)
    for source in run.sources():
        left = [variant for variant in range(run.variants) if shot_id(source.slug, variant) not in done]
        for start in range(0, len(left), CHUNK):
            yield Task(run=run, slug=source.slug, variants=tuple(left[start : start + CHUNK]))


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """What a process needs for the tasks of one run."""

    sources: dict[str, Source]
    pools: dict[str, tuple[str, ...]]
    hdris: HdriCache


@lru_cache(maxsize=1)
def workshop(run: Run, budget: int = 1 << 30) -> Workshop:
    """The HDRIs of a run and who may be mixed with whom; `budget` is the memory for HDRIs [bytes]."""
    sources = {source.slug: source for source in run.sources()}

    def load(slug: str) -> Hdri:
        return load_hdri(slug, sources[slug].path, run.recipe.height)

    return Workshop(sources=sources, pools=partners(list(sources.values())), hdris=HdriCache(load, budget))


def shots(task: Task) -> list[Shot]:
    """The shots of a task."""
    shop = workshop(task.run)
    source = shop.sources[task.slug]
    return [draw_shot(task.run.recipe, source.slug, variant, shop.pools[source.split]) for variant in task.variants]


def do(task: Task) -> list[dict[str, Any]]:
    """Form and write the pairs of a task; their rows for the manifest.

    Raises: ImageError for an HDRI that cannot be used; OutputError if the pairs cannot be written;
    LightprobeError if Blender fails.
    """
    shop = workshop(task.run)
    rows: list[dict[str, Any]] = []
    if task.run.engine == "blender":
        from lightprobe.data.pairs.blender import render

        made = render(shots(task), shop.hdris, {slug: source.path for slug, source in shop.sources.items()})
    else:
        made = (
            capture(shot, shop.hdris(shot.scene), shop.hdris(shot.partner) if shot.partner else None)
            for shot in shots(task)
        )
    for pair in made:
        files = write_pair(pair, task.run.out)
        rows.append(row(pair, files, shop.sources[task.slug], shop.sources.get(pair.shot.partner)))
    return rows
