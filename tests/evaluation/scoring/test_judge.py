"""The judge: which pictures count, what entrants are given, workers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lightprobe.errors import LightprobeError
from lightprobe.evaluation.entrants import baselines
from lightprobe.evaluation.entrants.entrant import Entrant, Prediction, from_callable, load_models, training_names
from lightprobe.evaluation.scoring.judge import JudgePlan, judge, judge_suite
from lightprobe.evaluation.suites.lookup import open_suite
from lightprobe.evaluation.suites.suite import Suite
from lightprobe.progress import Progress


def truthful(suite: Suite, factor: float = 1.0, name: str = "truthful") -> Entrant:
    """Knows all answers, times a factor."""
    coeffs = {item.shot.id: factor * item.coeffs for item in suite.items()}
    return Entrant(
        name=name, kind="model", mode="auto", estimate=lambda shot, image, response: Prediction(coeffs=coeffs[shot.id])
    )


def trained(entrant: Entrant, *names: str) -> Entrant:
    return replace(entrant, trained_on=frozenset(names))


def test_the_truth_is_right_and_twice_of_it_is_one_stop_off(toys: Suite) -> None:
    result = judge_suite(toys, [truthful(toys), truthful(toys, 2.0, "twice")])
    assert np.abs(result.scores["truthful"]["e_rel"]).max() < 1e-12
    np.testing.assert_allclose(result.scores["twice"]["e_rel"], 1)
    np.testing.assert_allclose(result.scores["twice"]["gain_stops"], -1)
    assert result.ids == [shot.id for shot in toys.shots]


def test_training_scenes_are_left_out_for_all(toys: Suite) -> None:
    rows = [truthful(toys), trained(truthful(toys, 2.0, "twice"), "dim_hall")]
    result = judge_suite(toys, rows)
    assert {toys.by_id[id].scene for id in result.ids} == {"green_park_01", "green_park_02"}
    assert all(len(found["e_rel"]) == len(result.ids) == 26 for found in result.scores.values())
    assert result.left_out == {"twice": ["dim_hall"]}


@pytest.mark.parametrize("name", ["green_park_02", "green_park"])
def test_another_shot_of_the_same_place_counts_as_seen(toys: Suite, name: str) -> None:
    """Trained on one park: the other shot shows the same park."""
    seen = training_names({"scenes": [name]})
    assert seen
    result = judge_suite(toys, [replace(truthful(toys), trained_on=seen)])
    assert {toys.by_id[id].scene for id in result.ids} == {"dim_hall"}


def test_nothing_left_is_an_error(toys: Suite) -> None:
    rows = [trained(truthful(toys), "dim_hall"), trained(truthful(toys, 2.0, "twice"), "green_park")]
    with pytest.raises(LightprobeError, match="toys: no scene is left to judge on: truthful, twice trained on all 3"):
        judge_suite(toys, rows)


def test_only_entrants_that_are_given_the_curve_know_it(toys: Suite) -> None:
    asked: list[tuple[str, str]] = []

    def asking(mode: str) -> Entrant:
        def estimate(image: np.ndarray, response: str, view: object) -> Prediction:
            asked.append((mode, response))
            return Prediction(coeffs=np.ones((9, 3)))

        return from_callable(f"asks {mode}", estimate, mode=mode)

    judge_suite(toys, [asking("auto"), asking("given")])
    assert {response for mode, response in asked if mode == "auto"} == {"auto"}
    expected = [shot.known_response for shot in toys.shots]
    assert [response for mode, response in asked if mode == "given"] == expected
    assert set(expected) == {"auto", "srgb", "filmic", "agx", "aces", "reinhard"}


def test_knowing_the_curve_helps_where_there_is_one(toys: Suite) -> None:
    result = judge_suite(toys, baselines.baselines()[2:4])
    for curve, better in (("filmic", True), ("agx", True), ("srgb", False), ("hlg", False)):
        chosen = np.array([id.startswith(f"dim_hall/{curve}_") for id in result.ids])  # nothing clips in the hall
        auto, knowing = (
            np.median(result.scores[key]["e_rel"][chosen]) for key in ("plain projection", "known curve inverted")
        )
        assert (knowing < 0.8 * auto) if better else knowing == auto


def test_workers_change_nothing(folder: Path) -> None:
    plan = JudgePlan(suites=(str(folder),), models=("plain",), with_baselines=False)
    (alone,), (together,) = judge(plan), judge(plan, workers=2)
    assert alone.ids == together.ids
    assert list(alone.scores) == list(together.scores)
    for key, found in alone.scores.items():
        for name, values in found.items():
            np.testing.assert_array_equal(values, together.scores[key][name])


def test_a_plan_needs_somebody() -> None:
    with pytest.raises(ValueError, match="expected something to judge, got none"):
        JudgePlan(with_baselines=False)
    with pytest.raises(ValueError, match="expected at least 1 worker, got 0"):
        judge(JudgePlan(), workers=0)


def test_the_plain_model_is_the_plain_baseline(toys: Suite) -> None:
    rows = [*load_models(["plain"]), *baselines.baselines()[2:4]]
    scores = judge_suite(toys, rows).scores
    np.testing.assert_allclose(scores["plain"]["e_rel"], scores["plain projection"]["e_rel"], atol=1e-5)
    np.testing.assert_allclose(
        scores["plain · curve given"]["e_rel"], scores["known curve inverted"]["e_rel"], atol=1e-5
    )


def test_no_torch_is_needed() -> None:
    import subprocess
    import sys

    code = (
        "import sys\nfrom lightprobe.evaluation import JudgePlan, judge\n"
        "from lightprobe.evaluation.suites.lookup import open_suite\n"
        "next(iter(open_suite('registry', size=(64, 32)).items()))\n"
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    held = set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())
    assert not {"torch", "onnx", "matplotlib", "httpx", "dask", "distributed"} & held
    assert open_suite("registry").name == "registry"


def test_progress_counts_pictures(folder: Path) -> None:
    class Counting(Progress):
        total, done = 0, 0

        def start(self, task: str, total: int = 0, **more: int) -> None:
            self.total += total

        def advance(self, pieces: int = 1, **more: object) -> None:
            self.done += pieces

    progress = Counting()
    judge(JudgePlan(suites=(str(folder),)), progress=progress)
    assert progress.total == progress.done == 39


def test_names_are_unique(folder: Path, predictions_file: Callable[..., Path]) -> None:
    path = str(predictions_file(name="zeros"))
    with pytest.raises(ValueError, match="expected entrants with different names, got 'zeros' twice"):
        judge(JudgePlan(suites=(str(folder),), predictions=(path,)))
