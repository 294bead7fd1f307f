"""Judging: every contestant on every picture, one picture in memory at a time.

Which pictures count is decided first and for all alike: those of scenes that any contestant was trained on are left
out for every one, so that the rows of a table can be compared.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from multiprocessing import get_context

import numpy as np

from lightprobe.errors import LightprobeError
from lightprobe.evaluation.entrants.baselines import baselines
from lightprobe.evaluation.entrants.entrant import Contestant, load_models, modes
from lightprobe.evaluation.entrants.predictions import check_cover, read_predictions
from lightprobe.evaluation.scoring.metrics import Truth, judge
from lightprobe.evaluation.suites.suite import SIZE, TEST, Suite, open_suites


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be judged on what; all that a worker process needs to know."""

    suites: tuple[str, ...] = (TEST,)
    models: tuple[str, ...] = ()
    predictions: tuple[str, ...] = ()
    response: str = "both"
    """Modes in which models are judged: auto, told or both."""
    with_baselines: bool = True
    seed: int = 1
    """Of built-in suites, and of the bootstrap."""
    size: tuple[int, int] = SIZE

    def __post_init__(self) -> None:
        modes(self.response)
        if not (self.models or self.predictions or self.with_baselines):
            raise ValueError("expected something to judge, got none; give --model, --predictions or the baselines")

    def open(self) -> tuple[list[Suite], list[Contestant]]:
        """Suites, and contestants: models first, then predictions, then baselines.

        Raises: ValueError, ImageError, ModelError for what cannot be opened.
        """
        contestants = load_models(list(self.models), self.response)
        contestants += [read_predictions(path) for path in self.predictions]
        contestants += baselines() if self.with_baselines else []
        keys = [contestant.key for contestant in contestants]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise ValueError(f"expected contestants of different names, got {twice[0]!r} twice; rename one")
        return open_suites(self.suites, seed=self.seed, size=self.size), contestants


@dataclass(frozen=True, kw_only=True, eq=False)
class Verdict:
    """All numbers of one suite: a row for each picture that counts."""

    suite: Suite
    contestants: list[Contestant]
    ids: list[str]
    scores: dict[str, dict[str, np.ndarray]]
    """Contestant's key → metric → a number for each id; NaN where it has no meaning."""
    clipped: np.ndarray
    """Share of the sphere that is at display white, of each id."""
    left_out: dict[str, list[str]]
    """Scenes that a contestant was trained on, by its key."""
    seconds: dict[str, float] = field(default_factory=dict[str, float])
    """Time spent in each contestant; 'pictures' for forming or reading them, 'truth' and 'metrics' for judging."""


Row = tuple[str, float, dict[str, dict[str, float]]]
"""Id, share that is clipped, metrics by contestant."""


def evaluate(
    plan: Plan, *, workers: int = 1, step: Callable[[int, int], None] = lambda done, total: None
) -> list[Verdict]:
    """The verdicts, suite by suite; the same for any number of workers.

    Raises: ValueError, ImageError, ModelError for what cannot be opened or does not fit together; LightprobeError if
    no picture is left that nobody was trained on.
    """
    if workers < 1:
        raise ValueError(f"expected 1 worker or more, got {workers}")
    suites, contestants = plan.open()
    tables = [_table(suite, contestants) for suite in suites]
    _check_predictions(contestants, tables)
    total, done, verdicts = sum(len(ids) for _, ids, _ in tables), 0, []
    for place, (suite, (rows, ids, left_out)) in enumerate(zip(suites, tables, strict=True)):
        found: dict[str, Row] = {}
        seconds: dict[str, float] = {}
        parts = _here(suite, rows, ids) if workers == 1 else _there(plan, place, suite, rows, ids, workers)
        for row, times in parts:
            found[row[0]] = row
            for name, spent in times.items():
                seconds[name] = seconds.get(name, 0.0) + spent
            done += 1
            step(done, total)
        verdicts.append(_verdict(suite, rows, [found[id] for id in ids], left_out, seconds))
    return verdicts


def judge_on(suite: Suite, contestants: Sequence[Contestant]) -> Verdict:
    """The verdict over contestants of any kind, in this process.

    Raises: as `evaluate`.
    """
    rows, ids, left_out = _table(suite, contestants)
    seconds: dict[str, float] = {}
    found: list[Row] = []
    for row, times in _here(suite, rows, ids):
        found.append(row)
        for name, spent in times.items():
            seconds[name] = seconds.get(name, 0.0) + spent
    return _verdict(suite, rows, found, left_out, seconds)


def _verdict(
    suite: Suite,
    contestants: list[Contestant],
    rows: list[Row],
    left_out: dict[str, list[str]],
    seconds: dict[str, float],
) -> Verdict:
    keys = [contestant.key for contestant in contestants]
    metrics = list(rows[0][2][keys[0]])
    return Verdict(
        suite=suite,
        contestants=contestants,
        ids=[id for id, _, _ in rows],
        scores={key: {name: np.array([row[2][key][name] for row in rows]) for name in metrics} for key in keys},
        clipped=np.array([clipped for _, clipped, _ in rows]),
        left_out=left_out,
        seconds=seconds,
    )


def _table(suite: Suite, contestants: Sequence[Contestant]) -> tuple[list[Contestant], list[str], dict[str, list[str]]]:
    """Who is judged on a suite, on which pictures, and which scenes are left out on whose account."""
    everything = {shot.id for shot in suite.shots}
    rows = [contestant for contestant in contestants if check_cover(contestant, everything, suite.name)]
    left_out: dict[str, list[str]] = {}
    for contestant in rows:
        if seen := sorted({shot.scene for shot in suite.shots if contestant.has_seen(shot)}):
            left_out[contestant.key] = seen
    gone = {scene for scenes in left_out.values() for scene in scenes}
    ids = [shot.id for shot in suite.shots if shot.scene not in gone]
    if not ids:
        raise LightprobeError(
            f"{suite.name}: expected scenes that no model was trained on, got none: {', '.join(left_out)} saw all "
            f"{len(gone)}; judge on another suite (`lightprobe suite build`)"
        )
    return rows, ids, left_out


def _check_predictions(
    contestants: list[Contestant], tables: list[tuple[list[Contestant], list[str], dict[str, list[str]]]]
) -> None:
    judged = {row.key for rows, _, _ in tables for row in rows}
    for contestant in contestants:
        if contestant.key not in judged:
            raise ValueError(
                f"{contestant.name}: expected predictions for a suite, got none for any picture; compare its ids with "
                "the manifest's, and its --seed and --size"
            )
    if not all(rows for rows, _, _ in tables):
        raise ValueError("expected something to judge on every suite, got predictions that do not cover one")


def _here(suite: Suite, contestants: list[Contestant], ids: list[str]) -> Iterator[tuple[Row, dict[str, float]]]:
    clock = time.perf_counter
    start = clock()
    for item in suite.items(ids):
        times = {"pictures": clock() - start}
        start = clock()
        truth = Truth.of(item.coeffs, item.panorama)
        times["truth"] = clock() - start
        scores: dict[str, dict[str, float]] = {}
        spent = 0.0
        for contestant in contestants:
            start = clock()
            guess = contestant.estimate(
                item.shot, item.image_srgb, item.shot.known_response if contestant.mode == "told" else "auto"
            )
            times[contestant.key] = clock() - start
            start = clock()
            scores[contestant.key] = judge(truth, guess.coeffs, guess.panorama, is_windowed=guess.is_windowed)
            spent += clock() - start
        times["metrics"] = spent
        yield (item.shot.id, item.clipped_sr / (4 * np.pi), scores), times
        start = clock()


def _there(
    plan: Plan, place: int, suite: Suite, contestants: list[Contestant], ids: list[str], workers: int
) -> Iterator[tuple[Row, dict[str, float]]]:
    """The same by processes, a scene at a time."""
    scenes = [list(part) for _, part in groupby(ids, key=lambda id: suite.by_id[id].scene)]
    keys = [contestant.key for contestant in contestants]
    # a fresh interpreter: libraries with threads of their own do not survive a fork
    with ProcessPoolExecutor(min(workers, len(scenes)), mp_context=get_context("spawn"), initializer=_settle,
                             initargs=(plan,)) as pool:  # fmt: skip
        for part in pool.map(_work, [(place, keys, scene) for scene in scenes]):
            yield from part


_SETTLED: list[tuple[list[Suite], list[Contestant]]] = []
"""What a worker has opened."""


def _settle(plan: Plan) -> None:
    _SETTLED[:] = [plan.open()]


def _work(task: tuple[int, list[str], list[str]]) -> list[tuple[Row, dict[str, float]]]:
    place, keys, ids = task
    suites, contestants = _SETTLED[0]
    return list(_here(suites[place], [row for row in contestants if row.key in keys], ids))
