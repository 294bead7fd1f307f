"""Pairs: (ordinary picture, the light that it was made of), written to a folder by any number of processes.

make_pairs(Run(folder="hdris", out="pairs", variants=10))
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from lightprobe.camera.shot import shot_id
from lightprobe.data.pairs import journal
from lightprobe.data.pairs.run import Run, do, tasks, workshop


@dataclass(frozen=True, kw_only=True)
class PairsResult:
    """Counts of a run."""

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
) -> PairsResult:
    """Make all pairs of a run that are not there yet, then write the manifest.

    With `workers` above 0, that many processes of this machine work; with `scheduler`, an existing Dask cluster that
    sees the same folders. The pairs and the manifest do not depend on either. `step` is told how many are done.

    Raises: OutputError if the folder holds something else; ImageError for an HDRI that cannot be used; ValueError for a
    run that makes no sense.
    """
    sources = run.sources()
    ids = [shot_id(source.slug, variant) for source in sources for variant in range(run.variants)]
    journal.open_folder(run.out, run.settings())
    if journal.is_finished(run.out):
        return PairsResult(pairs=len(ids), made=0)
    with closing(journal.Journal(run.out)) as book:
        before = len(book.places)
        step(before, len(ids))
        todo = tasks(run, book.places)
        if workers or scheduler:
            from lightprobe.data.pairs.dask import spread

            finished = spread(todo, workers=workers, scheduler=scheduler)
        else:
            finished = map(do, todo)
        for rows in finished:
            book.add(rows)
            step(len(book.places), len(ids))
        made = len(book.places) - before
        journal.sweep(run.out)
        journal.write_manifest(run.out, book, ids)
    workshop.cache_clear()  # give the HDRIs' memory back
    return PairsResult(pairs=len(ids), made=made)
