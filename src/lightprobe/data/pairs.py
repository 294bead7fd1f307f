"""Pairs: (ordinary picture, the light that it was made of), written to a folder or handed out one by one.

make_pairs(Run(folder="hdris", out="pairs", variants=10))       files, any number of processes
for pair in stream(read_sources("hdris", "train")): …           no files, for training on the fly
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from lightprobe.data import manifest
from lightprobe.data.formation import Pair, form
from lightprobe.data.hdri import Cache, Hdri, load_hdri
from lightprobe.data.jobs import Job, Recipe, draw, partners
from lightprobe.data.run import Run, do, tasks, workshop
from lightprobe.data.sources import Source
from lightprobe.data.streams import uniform


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run came to."""

    pairs: int
    """Pairs in the folder."""
    made: int
    """Pairs made by this call; the others had been there."""


def make_pairs(
    run: Run,
    *,
    workers: int = 0,
    scheduler: str = "",
    step: Callable[[int, int], None] = lambda done, total: None,
) -> Outcome:
    """Make all pairs of a run that are not there yet, then write the manifest.

    With `workers` above 0, that many processes of this machine work; with `scheduler`, an existing Dask cluster that
    sees the same folders. The pairs and the manifest do not depend on either. `step` is told how many are done.

    Raises: OutputError if the folder holds something else; ImageError for an HDRI that cannot be used; ValueError for a
    run that makes no sense.
    """
    sources = run.sources()
    ids = [Job.name(source.slug, variant) for source in sources for variant in range(run.variants)]
    manifest.open_folder(run.out, run.settings())
    if manifest.is_finished(run.out):
        return Outcome(pairs=len(ids), made=0)
    with closing(manifest.Journal(run.out)) as journal:
        before = len(journal.places)
        step(before, len(ids))
        todo = tasks(run, journal.places)
        if workers or scheduler:
            from lightprobe.data.scale import spread

            finished = spread(todo, workers=workers, scheduler=scheduler)
        else:
            finished = map(do, todo)
        for rows in finished:
            journal.add(rows)
            step(len(journal.places), len(ids))
        made = len(journal.places) - before
        manifest.sweep(run.out)
        manifest.write_manifest(run.out, journal, ids)
    workshop.cache_clear()  # give the HDRIs' memory back
    return Outcome(pairs=len(ids), made=made)


def stream(
    sources: Sequence[Source],
    recipe: Recipe | None = None,
    *,
    visit: int = 4,
    first: int = 0,
    budget: int = 1 << 30,
) -> Iterator[Pair]:
    """Pairs without end and without files: every round visits each scene once, in a new order, for `visit` variants.

    The same arguments give the same pairs. `first` is the round to begin with, `budget` the memory for HDRIs [bytes];
    scenes beyond it are read again when their turn comes.

    Raises: ValueError if there are no sources; ImageError for an HDRI that cannot be used.
    """
    recipe = recipe or Recipe()
    if not sources:
        raise ValueError("expected at least one HDRI, got none; read some with read_sources(folder)")
    by_slug, pools = {source.slug: source for source in sources}, partners(sources)

    def load(slug: str) -> Hdri:
        return load_hdri(by_slug[slug], recipe.height)

    hdris = Cache(load, budget)
    for turn in itertools.count(first):
        for source in sorted(sources, key=lambda source: uniform(recipe.seed, source.slug, turn, "order")):
            for variant in range(turn * visit, (turn + 1) * visit):
                job = draw(recipe, source, variant, pools[source.split])
                yield form(job, hdris(job.scene), hdris(job.partner) if job.partner else None)
