"""Many processes: the same bytes whoever does the work."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from lightprobe.data.pairs import dask
from lightprobe.data.pairs.generate import make_pairs
from lightprobe.data.pairs.run import Run, run_task
from lightprobe.errors import LightprobeError
from lightprobe.progress import Progress

from .small_runs import RECIPE, contents


@pytest.mark.parametrize("workers", [1, 2])
def test_any_number_of_workers_gives_the_same_bytes(workers: int, hdris: Path, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "pairs"
    make_pairs(Run(folder=hdris, out=out, variants=12, recipe=RECIPE), workers=workers)
    assert contents(out) == contents(whole)


def test_an_existing_cluster_gives_the_same_bytes(hdris: Path, whole: Path, tmp_path: Path) -> None:
    from distributed import LocalCluster

    out = tmp_path / "pairs"
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster:
        make_pairs(Run(folder=hdris, out=out, variants=12, recipe=RECIPE), scheduler=cluster.scheduler_address)
    assert contents(out) == contents(whole)


def test_a_killed_worker_loses_nothing(hdris: Path, whole: Path, tmp_path: Path) -> None:
    out, killed = tmp_path / "pairs", []

    class KillOne(Progress):
        def advance(self, pieces: int = 1, *, size: int = 0, status: str = "") -> None:
            if killed:
                return
            workers = [
                child
                for child in psutil.Process().children(recursive=True)
                if any("spawn_main" in part for part in child.cmdline())
            ]
            assert len(workers) == 2
            workers[0].kill()
            killed.append(workers[0].pid)

    result = make_pairs(Run(folder=hdris, out=out, variants=12, recipe=RECIPE), workers=2, progress=KillOne())
    assert killed
    assert result.pairs == 48
    assert contents(out) == contents(whole)


def test_a_silent_scheduler_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask, "PATIENCE", "1s")
    with pytest.raises(LightprobeError, match=r"cannot connect to a Dask scheduler at tcp://127\.0\.0\.1:9: .*start"):
        list(dask.run_on_dask(run_task, [], scheduler="tcp://127.0.0.1:9"))
