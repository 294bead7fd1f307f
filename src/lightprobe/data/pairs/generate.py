"""Making all pairs of a run, in this process or many."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from lightprobe.camera.shot import shot_id
from lightprobe.data.catalog.table import make_folder
from lightprobe.data.pairs import journal
from lightprobe.data.pairs.run import Run, make_tasks, resources, run_task
from lightprobe.folder_lock import folder_lock
from lightprobe.progress import Progress


@dataclass(frozen=True, kw_only=True)
class PairsResult:
    """Counts of a run."""

    pairs: int
    """Pairs in the folder."""
    made: int
    """Pairs made by this call; the others existed before."""


def make_pairs(run: Run, *, workers: int = 0, scheduler: str = "", progress: Progress | None = None) -> PairsResult:
    """Make all missing pairs of a run, then write the manifest.

    `workers` above 0 starts that many processes on this machine; `scheduler` is the address of a Dask cluster that sees
    the same folders. Pairs and manifest do not depend on either.

    Raises: OutputError if the folder holds something else, or another process writes to it; ImageError for an HDRI that
    cannot be used; ValueError for settings that contradict each other; LightprobeError if Blender or Dask fails.
    """
    sources = run.sources()
    ids = [shot_id(source.slug, variant) for source in sources for variant in range(run.variants)]
    make_folder(run.out)
    with folder_lock(run.out):
        return _make_missing(run, ids, workers, scheduler, progress or Progress())


def _make_missing(run: Run, ids: list[str], workers: int, scheduler: str, progress: Progress) -> PairsResult:
    journal.open_folder(run.out, run.settings())
    if journal.is_finished(run.out):
        return PairsResult(pairs=len(ids), made=0)
    with closing(journal.Journal(run.out)) as rows:
        before = len(rows.offsets)
        progress.start("Pairs", len(ids), done=before)
        tasks = make_tasks(run, rows.offsets)
        if workers or scheduler:
            from lightprobe.data.pairs.dask import run_on_dask

            finished = run_on_dask(run_task, tasks, workers=workers, scheduler=scheduler)
        else:
            finished = map(run_task, tasks)
        for made in finished:
            rows.add(made)
            progress.advance(len(made))
        count = len(rows.offsets) - before
        journal.remove_partial_files(run.out)
        journal.write_manifest(run.out, rows, ids)
    resources.cache_clear()  # give the HDRIs' memory back
    return PairsResult(pairs=len(ids), made=count)
