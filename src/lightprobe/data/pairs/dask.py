"""Many processes: the tasks of a run on a Dask cluster, here or elsewhere.

Tasks may be done twice and in any order: each writes the same bytes under the same names. A worker that dies is
replaced, and what it had in hand is done again by another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from typing import Any

from lightprobe.data.pairs.run import Task, do
from lightprobe.errors import LightprobeError

AHEAD = 4
"""Tasks under way or waiting per worker, so that memory does not grow with the run."""
DEATHS = 10
"""Workers that may die over one task before it is given up."""
PATIENCE = "10s"
"""How long a scheduler may take to answer."""


def spread(todo: Iterable[Task], *, workers: int = 0, scheduler: str = "") -> Iterator[list[dict[str, Any]]]:
    """The rows of each task as it is finished, in any order.

    Raises: ValueError for fewer than 1 worker, or workers and a scheduler at once; LightprobeError if Dask is not
    installed, if the scheduler does not answer, or if a task kills its workers; what a task raises.
    """
    if scheduler and workers:
        raise ValueError("expected --workers or --scheduler, got both; the scheduler has its own workers")
    if not scheduler and workers < 1:
        raise ValueError(f"expected at least 1 worker, got {workers}; leave --workers out to work in this process")
    try:
        from dask import config
        from distributed import Client, LocalCluster, as_completed
        from distributed.scheduler import KilledWorker
    except ImportError:
        raise LightprobeError("expected Dask for --workers, got none; pip install 'lightprobe[data]'") from None
    local: dict[str, Any] = {"processes": True, "dashboard_address": None, "silence_logs": 50}
    with ExitStack() as stack:
        stack.enter_context(config.set({"distributed.scheduler.allowed-failures": DEATHS}))
        if scheduler:
            client = stack.enter_context(_connect(scheduler, Client))
        else:
            cluster = LocalCluster(n_workers=workers, threads_per_worker=1, **local)
            client = stack.enter_context(Client(stack.enter_context(cluster)))
        waiting = iter(todo)
        threads: Any = client.nthreads()
        crowd = max(workers, len(threads), 1)
        first = [client.submit(do, task, pure=False) for task in islice(waiting, AHEAD * crowd)]
        queue = as_completed(first)
        for future in queue:
            try:
                rows = future.result()
            except KilledWorker as error:
                raise LightprobeError(
                    f"expected workers to live, got {DEATHS} dead over one task ({error.task}); look for too little "
                    "memory, then run the same command again to go on"
                ) from None
            yield rows
            for task in islice(waiting, 1):
                queue.add(client.submit(do, task, pure=False))


def _connect(scheduler: str, client: Any) -> Any:
    try:
        return client(scheduler, timeout=PATIENCE)
    except (OSError, TimeoutError, ValueError) as error:
        raise LightprobeError(
            f"expected a Dask scheduler at {scheduler}, got: {str(error).splitlines()[0]}; start one with "
            "`dask scheduler`, or use --workers"
        ) from None
