"""Judge: every entrant on every picture, one picture in memory at a time.

The pictures that count are chosen first, the same for all entrants: scenes that any of them was trained on are left out
for every one, so that the rows of a table can be compared.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from multiprocessing import get_context

import numpy as np

from lightprobe.errors import LightprobeError
from lightprobe.evaluation.entrants.baselines import baselines
from lightprobe.evaluation.entrants.entrant import Entrant, load_models, read_modes
from lightprobe.evaluation.entrants.predictions import covers_suite, read_predictions
from lightprobe.evaluation.scoring.metrics import TrueLight, score
from lightprobe.evaluation.suites.lookup import TEST, open_suites
from lightprobe.evaluation.suites.suite import SIZE, Suite
from lightprobe.progress import Progress


@dataclass(frozen=True, kw_only=True)
class JudgePlan:
    """Suites and entrants by name: everything that a worker process needs to know.

    Raises: ValueError for an unknown `response`, or a plan without entrants.
    """

    suites: tuple[str, ...] = (TEST,)
    models: tuple[str, ...] = ()
    predictions: tuple[str, ...] = ()
    response: str = "both"
    """Modes in which models are judged: auto, given or both."""
    with_baselines: bool = True
    seed: int = 1
    """Of built-in suites, and of the bootstrap."""
    size: tuple[int, int] = SIZE

    def __post_init__(self) -> None:
        read_modes(self.response)
        if not (self.models or self.predictions or self.with_baselines):
            raise ValueError("expected something to judge, got none; give --model, --predictions or the baselines")

    def open(self) -> tuple[list[Suite], list[Entrant]]:
        """Suites, and entrants: models first, then predictions, then baselines.

        Raises: ValueError, ImageError, ModelError for names and files that cannot be opened.
        """
        entrants = load_models(list(self.models), self.response)
        entrants += [read_predictions(path) for path in self.predictions]
        entrants += baselines() if self.with_baselines else []
        names = [entrant.name for entrant in entrants]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"expected entrants with different names, got {twice[0]!r} twice; rename one")
        return open_suites(self.suites, seed=self.seed, size=self.size), entrants


@dataclass(frozen=True, kw_only=True, eq=False)
class JudgeResult:
    """All numbers of one suite: one for each metric, entrant, and picture that counts."""

    suite: Suite
    entrants: list[Entrant]
    ids: list[str]
    scores: dict[str, dict[str, np.ndarray]]
    """Entrant's name → metric → a number for each id; NaN where the metric is undefined."""
    clipped: np.ndarray
    """Share of the sphere that is at display white, of each id."""
    true_lights: np.ndarray
    """Irradiance of the true dominant light, of each id [n, 3]; NaN where there is none."""
    left_out: dict[str, list[str]]
    """Scenes that an entrant was trained on, by its name."""
    seconds: dict[str, float] = field(default_factory=dict[str, float])
    """Time spent in each entrant; 'pictures' for capturing or reading them, 'truth' and 'metrics' for scoring."""


@dataclass(frozen=True, kw_only=True)
class _Table:
    """The entrants of a suite, the pictures that count, and the scenes that are left out because of each entrant."""

    suite: Suite
    entrants: list[Entrant]
    ids: list[str]
    left_out: dict[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class _Scored:
    """One picture with the metrics and the times of all entrants."""

    id: str
    clipped: float
    true_light: np.ndarray
    scores: dict[str, dict[str, float]]
    seconds: dict[str, float]


def judge(plan: JudgePlan, *, workers: int = 1, progress: Progress | None = None) -> list[JudgeResult]:
    """The results, suite by suite; the same for any number of workers.

    Raises: ValueError, ImageError, ModelError for names and files that cannot be opened or do not fit together;
    LightprobeError if some entrant was trained on every scene.
    """
    if workers < 1:
        raise ValueError(f"expected at least 1 worker, got {workers}")
    suites, entrants = plan.open()
    tables = [_table(suite, entrants) for suite in suites]
    _check_predictions(entrants, tables)
    progress = progress or Progress()
    progress.start("Judging", sum(len(table.ids) for table in tables))
    results: list[JudgeResult] = []
    for index, table in enumerate(tables):
        scored = _score_here(table) if workers == 1 else _score_in_processes(plan, index, table, workers)
        results.append(_result(table, _reported(scored, progress)))
    return results


def judge_suite(suite: Suite, entrants: Sequence[Entrant]) -> JudgeResult:
    """The result of entrants of any kind on one suite, in this process.

    Raises: as `judge`.
    """
    table = _table(suite, entrants)
    return _result(table, _score_here(table))


def _reported(scored: Iterable[_Scored], progress: Progress) -> Iterator[_Scored]:
    for picture in scored:
        yield picture
        progress.advance()


def _result(table: _Table, scored: Iterable[_Scored]) -> JudgeResult:
    found: dict[str, _Scored] = {}
    seconds: dict[str, float] = {}
    for picture in scored:
        found[picture.id] = picture
        for name, spent in picture.seconds.items():
            seconds[name] = seconds.get(name, 0.0) + spent
    pictures = [found[id] for id in table.ids]
    names = [entrant.name for entrant in table.entrants]
    metrics = list(pictures[0].scores[names[0]])
    return JudgeResult(
        suite=table.suite,
        entrants=table.entrants,
        ids=table.ids,
        scores={
            name: {metric: np.array([picture.scores[name][metric] for picture in pictures]) for metric in metrics}
            for name in names
        },
        clipped=np.array([picture.clipped for picture in pictures]),
        true_lights=np.array([picture.true_light for picture in pictures]),
        left_out=table.left_out,
        seconds=seconds,
    )


def _table(suite: Suite, entrants: Sequence[Entrant]) -> _Table:
    every = {shot.id for shot in suite.shots}
    has_views = any(shot.view for shot in suite.shots)
    covering = [
        entrant
        for entrant in entrants
        if covers_suite(entrant, every, suite.name) and (has_views or not entrant.needs_views)
    ]
    left_out: dict[str, list[str]] = {}
    for entrant in covering:
        if seen := sorted({shot.scene for shot in suite.shots if entrant.has_seen(shot)}):
            left_out[entrant.name] = seen
    gone = {scene for scenes in left_out.values() for scene in scenes}
    ids = [shot.id for shot in suite.shots if shot.scene not in gone]
    if not ids:
        raise LightprobeError(
            f"{suite.name}: no scene is left to judge on: {', '.join(left_out)} trained on all {len(gone)}; take "
            "another suite (`lightprobe suite build`)"
        )
    return _Table(suite=suite, entrants=covering, ids=ids, left_out=left_out)


def _check_predictions(entrants: list[Entrant], tables: list[_Table]) -> None:
    judged = {entrant.name for table in tables for entrant in table.entrants}
    for entrant in entrants:
        if entrant.covers is not None and entrant.name not in judged:
            raise ValueError(
                f"{entrant.name}: expected predictions for a suite, got none for any picture; compare its ids with "
                "those in the suite's manifest.json, and give the --seed and --size of that suite"
            )
    if not all(table.entrants for table in tables):
        raise ValueError("expected an entrant on every suite, got predictions that leave one out; name fewer suites")


def _score_here(table: _Table) -> Iterator[_Scored]:
    clock = time.perf_counter
    start = clock()
    for item in table.suite.items(table.ids):
        seconds = {"pictures": clock() - start}
        start = clock()
        truth = TrueLight.of(item.coeffs, item.panorama)
        seconds["truth"] = clock() - start
        scores: dict[str, dict[str, float]] = {}
        spent = 0.0
        for entrant in table.entrants:
            start = clock()
            guess = entrant.answer(item.shot, item.image_srgb)
            seconds[entrant.name] = clock() - start
            start = clock()
            scores[entrant.name] = score(
                truth,
                guess.coeffs,
                guess.panorama,
                light=guess.light,
                is_windowed=guess.is_windowed,
                uncertainty=guess.uncertainty,
            )
            spent += clock() - start
        seconds["metrics"] = spent
        yield _Scored(
            id=item.shot.id,
            clipped=item.clipped_sr / (4 * np.pi),
            true_light=truth.dominant,
            scores=scores,
            seconds=seconds,
        )
        start = clock()


def _score_in_processes(plan: JudgePlan, index: int, table: _Table, workers: int) -> Iterator[_Scored]:
    """The same, a scene at a time in each process."""
    scenes = [list(part) for _, part in groupby(table.ids, key=lambda id: table.suite.by_id[id].scene)]
    # a fresh interpreter: libraries with threads of their own do not survive a fork
    with ProcessPoolExecutor(min(workers, len(scenes)), mp_context=get_context("spawn"), initializer=_open_plan,
                             initargs=(plan,)) as pool:  # fmt: skip
        names = [entrant.name for entrant in table.entrants]
        for part in pool.map(_score_scene, [(index, names, ids) for ids in scenes]):
            yield from part


_OPENED: list[tuple[list[Suite], list[Entrant]]] = []
"""The suites and entrants of a worker process."""


def _open_plan(plan: JudgePlan) -> None:
    _OPENED[:] = [plan.open()]


def _score_scene(task: tuple[int, list[str], list[str]]) -> list[_Scored]:
    index, names, ids = task
    suites, entrants = _OPENED[0]
    chosen = [entrant for entrant in entrants if entrant.name in names]
    return list(_score_here(_Table(suite=suites[index], entrants=chosen, ids=ids, left_out={})))
