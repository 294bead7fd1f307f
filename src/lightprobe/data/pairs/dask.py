"""The tasks of a run on a Dask cluster, of this machine or others.

Tasks may run twice and in any order: each writes the same bytes to the same files. A worker that dies is replaced, and
its task runs again on another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from typing import Any, TypeVar

from lightprobe.errors import LightprobeError

AHEAD = 4
"""Tasks running or waiting per worker, so that memory does not grow with the run."""
DEATHS = 10
"""Workers that may die on the same task before the run fails."""
PATIENCE = "10s"
"""How long a scheduler may take to answer."""
T = TypeVar("T")


def run_on_dask(
    work: Callable[[T], list[dict[str, Any]]], tasks: Iterable[T], *, workers: int = 0, scheduler: str = ""
) -> Iterator[list[dict[str, Any]]]:
    """The rows that `work` makes of each task, when it is finished, in any order.

    Raises: ValueError for fewer than 1 worker, or workers and a scheduler at once; LightprobeError if Dask is not
    installed, if the scheduler does not answer, or if a task kills its workers; all that tasks raise.
    """
    if scheduler and workers:
        raise ValueError(
            "expected --workers or --scheduler, got both; leave --workers out, as the scheduler has its own"
        )
    if not scheduler and workers < 1:
        raise ValueError(f"expected at least 1 worker, got {workers}; leave --workers out to work in this process")
    try:
        from dask import config
        from distributed import Client, LocalCluster, as_completed
        from distributed.scheduler import KilledWorker
    except ImportError:
        raise LightprobeError(
            "--workers and --scheduler need Dask, which is not installed; pip install 'lightprobe[data]'"
        ) from None
    local: dict[str, Any] = {"processes": True, "dashboard_address": None, "silence_logs": 50}
    with ExitStack() as stack:
        stack.enter_context(config.set({"distributed.scheduler.allowed-failures": DEATHS}))
        if scheduler:
            client = stack.enter_context(_connect(scheduler, Client))
        else:
            cluster = LocalCluster(n_workers=workers, threads_per_worker=1, **local)
            client = stack.enter_context(Client(stack.enter_context(cluster)))
        waiting = iter(tasks)
        threads: Any = client.nthreads()
        count = max(workers, len(threads), 1)
        first = [client.submit(work, task, pure=False) for task in islice(waiting, AHEAD * count)]
        queue = as_completed(first)
        for future in queue:
            try:
                rows = future.result()
            except KilledWorker as error:
                raise LightprobeError(
                    f"{DEATHS} workers died on the same task ({error.task}), probably out of memory; to continue, run "
                    "the same command again with fewer --workers"
                ) from None
            yield rows
            for task in islice(waiting, 1):
                queue.add(client.submit(work, task, pure=False))


def _connect(scheduler: str, client: Any) -> Any:
    try:
        return client(scheduler, timeout=PATIENCE)
    except (OSError, TimeoutError, ValueError) as error:
        raise LightprobeError(
            f"cannot connect to a Dask scheduler at {scheduler}: {str(error).splitlines()[0]}; start one with "
            "`dask scheduler`, or use --workers"
        ) from None
