"""Making all worlds of a run, in this process or many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lightprobe.blender.environment import find_python
from lightprobe.data.catalog.table import make_folder
from lightprobe.folder_lock import folder_lock
from lightprobe.progress import Progress
from lightprobe.synth import manifest
from lightprobe.synth.process import render_worlds
from lightprobe.synth.run import WorldRun, WorldTask, make_world_tasks
from lightprobe.synth.thumbnails import ThumbnailStrip, write_thumbnail


@dataclass(frozen=True, kw_only=True)
class WorldsResult:
    """Counts of a run."""

    worlds: int
    """Worlds in the folder."""
    made: int
    """Worlds made by this call; the others existed before."""
    failed: tuple[str, ...]
    """Slug and reason of each world that could not be made."""


def make_worlds(
    run: WorldRun, *, workers: int = 0, scheduler: str = "", progress: Progress | None = None
) -> WorldsResult:
    """Make all missing worlds of a run, then write manifest and catalog.

    `workers` above 0 starts that many processes on this machine, each with a Blender of its own; `scheduler` is the
    address of a Dask cluster that sees the same folder. The worlds depend on neither. Run again to continue after an
    interruption, to try failed worlds again, or, with a larger count, to add worlds.

    Raises: OutputError if the folder holds something else, or another process writes to it; LightprobeError if Blender
    or Dask is missing.
    """
    find_python()
    make_folder(run.out)
    with folder_lock(run.out):
        return _make_missing(run, workers, scheduler, progress or Progress())


def _make_missing(run: WorldRun, workers: int, scheduler: str, progress: Progress) -> WorldsResult:
    manifest.open_worlds(run.out, run.settings())
    rows = manifest.finished_rows(run.out)
    before = sum(index < run.count for index in rows)
    strip = ThumbnailStrip(run.out, sorted(rows))
    progress.start("Worlds", run.count, done=before)
    failed: dict[int, dict[str, Any]] = {}
    for row in _finished(run, rows, workers, scheduler):
        if "failed" in row:
            failed[row["index"]] = row
            progress.note(f"{row['slug']}: {row['failed']}")
        else:
            rows[row["index"]] = row
            strip.add(row["index"])
        progress.advance()
    strip.write()
    manifest.write_worlds(run.out, [*rows.values(), *failed.values()])
    return WorldsResult(
        worlds=len(rows),
        made=sum(index < run.count for index in rows) - before,
        failed=tuple(f"{row['slug']}: {row['failed']}" for _, row in sorted(failed.items())),
    )


def _finished(run: WorldRun, done: Iterable[int], workers: int, scheduler: str) -> Iterator[dict[str, Any]]:
    """The rows of all missing worlds, in any order."""
    known = [index for index in done if index < run.count]
    tasks = make_world_tasks(run, known, max(workers, 1))
    if workers or scheduler:
        from lightprobe.data.pairs.dask import run_on_dask

        for made in run_on_dask(run_world_task, tasks, workers=workers, scheduler=scheduler):
            yield from made
        return
    for task in tasks:
        yield from task_rows(task)


def run_world_task(task: WorldTask) -> list[dict[str, Any]]:
    """Make and write the worlds of a task; returns their rows of the manifest. Raises: as `task_rows`."""
    return list(task_rows(task))


def task_rows(task: WorldTask) -> Iterator[dict[str, Any]]:
    """Make and write the worlds of a task, one by one; yields the row of each.

    Raises: OutputError if a world cannot be written; LightprobeError if Blender does not start.
    """
    run = task.run
    for world in render_worlds(task):
        kind, slug = run.kind_of(world.index), run.slug_of(world.index)
        if world.radiance is None:
            yield manifest.failed_row(world.index, kind, slug, world.failure)
            continue
        row = manifest.world_row(world.index, kind, slug, world.radiance, world.parameters, world.blender)
        manifest.write_world(run.out / row["file"], world.radiance)
        write_thumbnail(run.out, world.index, world.radiance)
        manifest.write_row(run.out, row)
        yield row
