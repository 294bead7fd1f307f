"""Who is judged on what: exclusion of training scenes, predictions, callables, workers."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lightprobe.errors import ImageError, LightprobeError, ModelError
from lightprobe.evaluation.entrants import baselines
from lightprobe.evaluation.entrants.entrant import (
    Contestant,
    Prediction,
    from_callable,
    load_models,
    names_seen,
    unique,
)
from lightprobe.evaluation.entrants.predictions import read_predictions
from lightprobe.evaluation.scoring.judge import Plan, evaluate, judge_on
from lightprobe.evaluation.suites.suite import Suite, open_suite, told
from lightprobe.sphere import SH


def truthful(suite: Suite, factor: float = 1.0, name: str = "truthful") -> Contestant:
    """Knows all answers, times a factor."""
    coeffs = {item.shot.id: factor * item.coeffs for item in suite.items()}
    return Contestant(
        name=name, kind="model", mode="auto", estimate=lambda shot, image, response: Prediction(coeffs=coeffs[shot.id])
    )


def trained(contestant: Contestant, *names: str) -> Contestant:
    return replace(contestant, trained_on=frozenset(names))


def predictions(suite: Suite, path: Path, **changes: object) -> Path:
    items = list(suite.items())
    arrays = {"ids": [item.shot.id for item in items], "coeffs": [item.coeffs for item in items], **changes}
    np.savez(path, **{name: np.array(values) for name, values in arrays.items() if values is not None})
    return path


def test_the_truth_is_right_and_twice_of_it_is_one_stop_off(toys: Suite) -> None:
    verdict = judge_on(toys, [truthful(toys), truthful(toys, 2.0, "twice")])
    assert np.abs(verdict.scores["truthful"]["e_rel"]).max() < 1e-12
    np.testing.assert_allclose(verdict.scores["twice"]["e_rel"], 1)
    np.testing.assert_allclose(verdict.scores["twice"]["gain_stops"], -1)
    assert verdict.ids == [shot.id for shot in toys.shots]


def test_training_scenes_are_left_out_for_all(toys: Suite) -> None:
    rows = [truthful(toys), trained(truthful(toys, 2.0, "twice"), "dim_hall")]
    verdict = judge_on(toys, rows)
    assert {toys.by_id[id].scene for id in verdict.ids} == {"green_park_01", "green_park_02"}
    assert all(len(found["e_rel"]) == len(verdict.ids) == 26 for found in verdict.scores.values())
    assert verdict.left_out == {"twice": ["dim_hall"]}


@pytest.mark.parametrize("name", ["green_park_02", "green_park"])
def test_another_shot_of_the_same_place_counts_as_seen(toys: Suite, name: str) -> None:
    """Trained on one park: the other shot shows the same park."""
    seen = names_seen({"scenes": [name]})
    assert seen
    verdict = judge_on(toys, [replace(truthful(toys), trained_on=seen)])
    assert {toys.by_id[id].scene for id in verdict.ids} == {"dim_hall"}


def test_nothing_left_is_an_error(toys: Suite) -> None:
    rows = [trained(truthful(toys), "dim_hall"), trained(truthful(toys, 2.0, "twice"), "green_park")]
    with pytest.raises(
        LightprobeError, match="toys: expected scenes that no model was trained on, got none: truthful, t"
    ):
        judge_on(toys, rows)


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        (None, None),
        ({}, None),
        ({"source": "the web"}, None),
        ({"scenes": []}, frozenset()),
        ({"scenes": ["park_01"], "groups": ["hall"]}, frozenset({"park_01", "park", "hall"})),
    ],
)
def test_what_manifests_say_of_training(said: object, seen: object) -> None:
    assert names_seen(said) == seen


def test_a_callable_is_told_the_truth_only_if_it_may_be(toys: Suite) -> None:
    heard: list[tuple[str, str]] = []

    def listening(mode: str) -> Contestant:
        def estimate(image: np.ndarray, response: str) -> Prediction:
            heard.append((mode, response))
            return Prediction(coeffs=np.ones((9, 3)))

        return from_callable(f"listens {mode}", estimate, mode=mode)

    judge_on(toys, [listening("auto"), listening("told")])
    assert {response for mode, response in heard if mode == "auto"} == {"auto"}
    expected = [told(shot) for shot in toys.shots]
    assert [response for mode, response in heard if mode == "told"] == expected
    assert set(expected) == {"auto", "srgb", "filmic", "agx", "aces", "reinhard"}


def test_knowing_the_curve_helps_where_there_is_one(toys: Suite) -> None:
    verdict = judge_on(toys, baselines.baselines()[2:4])
    for curve, better in (("filmic", True), ("agx", True), ("srgb", False), ("hlg", False)):
        chosen = np.array([id.startswith(f"dim_hall/{curve}_") for id in verdict.ids])  # nothing clips in the hall
        auto, knowing = (
            np.median(verdict.scores[key]["e_rel"][chosen]) for key in ("plain projection", "known curve inverted")
        )
        assert (knowing < 0.8 * auto) if better else knowing == auto


def test_baselines_are_what_they_say() -> None:
    gray = np.full((32, 64, 3), 118, np.uint8)
    light = ((118 / 255 + 0.055) / 1.055) ** 2.4
    assert not baselines.zeros(gray, "auto").coeffs.any()
    assert baselines.plain(gray, "auto").coeffs[0, 1] == pytest.approx(math.sqrt(4 * math.pi) * light, rel=1e-6)
    typical = np.array(baselines.constants()["mean"]["coeffs"])
    np.testing.assert_allclose(baselines.training_mean(gray, "auto").coeffs, light * typical, rtol=1e-6)
    expanded = baselines.inverse_reinhard(gray, "auto").coeffs[0, 1] / math.sqrt(4 * math.pi)
    assert expanded * (1 + expanded / 16) / (1 + expanded) == pytest.approx(light, rel=1e-5)
    white = np.array(gray)
    white[4:8] = 255
    gain = baselines.constants()["highlights"]["gain"]
    rest, lit = baselines.plain(gray, "auto").panorama, baselines.highlight_gain(white, "auto").panorama
    assert rest is not None
    assert lit is not None
    np.testing.assert_allclose(lit[4:8], gain, rtol=1e-6)
    np.testing.assert_allclose(lit[9:], rest[9:])


def test_the_mean_knows_up_from_down_only() -> None:
    from lightprobe.sphere.rotation import about_y

    typical = SH(np.array(baselines.constants()["mean"]["coeffs"]))
    np.testing.assert_allclose(typical.rotated(about_y(1.0)).coeffs, typical.coeffs, atol=1e-4)  # six digits are kept
    assert typical.coeffs[1].min() > 0


@pytest.mark.parametrize("convention", ["radiance", "cmgen-radiance", "unity", "arkit"])
def test_predictions_in_any_convention(toys: Suite, tmp_path: Path, convention: str) -> None:
    flat = [SH(item.coeffs).flat(convention, "none") for item in toys.items()]
    path = predictions(toys, tmp_path / "mine.npz", coeffs=flat, convention=convention)
    verdict = judge_on(toys, [read_predictions(path)])
    assert np.abs(verdict.scores["mine"]["e_rel"]).max() < 1e-9


def test_predictions_with_panoramas_have_a_light(toys: Suite, tmp_path: Path) -> None:
    panoramas = [item.panorama for item in toys.items()]
    named = predictions(toys, tmp_path / "mine.npz", panoramas=panoramas, name="theirs")
    found = judge_on(toys, [read_predictions(named)]).scores["theirs"]
    sunny = ~np.isnan(found["direction_deg"])
    assert sunny.sum() >= 26
    assert found["direction_deg"][sunny].max() < 0.1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"coeffs": np.ones((3, 9, 3))}, r"expected coefficients \[39, 9, 3\]"),
        ({"coeffs": np.full((39, 9, 3), np.nan)}, "expected finite coefficients"),
        ({"ids": ["a"] * 39}, "for 1; give each picture once|for 1"),
        ({"ids": None}, "expected an .npz with ids and coeffs"),
        ({"panoramas": np.ones((39, 8, 16, 3))}, r"expected panoramas \[39, 32, 64, 3\]"),
    ],
)
def test_wrong_predictions_are_one_line(toys: Suite, tmp_path: Path, changes: dict, message: str) -> None:
    path = predictions(toys, tmp_path / "mine.npz", **changes)
    with pytest.raises(ImageError, match=message) as caught:
        read_predictions(path)
    assert "\n" not in str(caught.value)


def test_files_that_are_no_predictions(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"expected an .npz"):
        read_predictions(tmp_path / "none.npz")
    (tmp_path / "text.npz").write_text("hello")
    with pytest.raises(ImageError, match=r"expected an .npz"):
        read_predictions(tmp_path / "text.npz")


def test_predictions_cover_a_suite_or_none(toys: Suite, tmp_path: Path) -> None:
    half = Suite(**{**vars(toys), "shots": toys.shots[:20]})
    mine = read_predictions(predictions(half, tmp_path / "mine.npz"))
    with pytest.raises(ValueError, match="mine: expected predictions for all 39 pictures of toys, got none for 19"):
        judge_on(toys, [mine])


def test_predictions_for_another_suite(toys: Suite, folder: Path, tmp_path: Path) -> None:
    path = predictions(toys, tmp_path / "mine.npz", ids=[f"other/{k}" for k in range(39)])
    with pytest.raises(ValueError, match="mine: expected predictions for a suite, got none for any picture"):
        evaluate(Plan(suites=(str(folder),), predictions=(str(path),)))


def test_workers_change_nothing(folder: Path) -> None:
    plan = Plan(suites=(str(folder),), models=("plain",), with_baselines=False)
    (alone,), (together,) = evaluate(plan), evaluate(plan, workers=2)
    assert alone.ids == together.ids
    assert list(alone.scores) == list(together.scores)
    for key, found in alone.scores.items():
        for name, values in found.items():
            np.testing.assert_array_equal(values, together.scores[key][name])


def test_models_by_name() -> None:
    assert [row.key for row in load_models(["plain"], "both")] == ["plain", "plain · told"]
    assert [row.key for row in load_models(["plain", "plain"], "auto")] == ["plain", "plain-2"]
    assert unique(["a", "b", "a", "a"]) == ["a", "b", "a-2", "a-3"]
    with pytest.raises(ModelError):
        load_models(["no/such/model"])
    with pytest.raises(ValueError, match="expected --response auto, told or both, got 'maybe'"):
        load_models(["plain"], "maybe")


def test_a_plan_needs_somebody() -> None:
    with pytest.raises(ValueError, match="expected something to judge, got none"):
        Plan(with_baselines=False)
    with pytest.raises(ValueError, match="expected 1 worker or more, got 0"):
        evaluate(Plan(), workers=0)


def test_the_plain_model_is_the_plain_baseline(toys: Suite) -> None:
    rows = [*load_models(["plain"]), *baselines.baselines()[2:4]]
    scores = judge_on(toys, rows).scores
    np.testing.assert_allclose(scores["plain"]["e_rel"], scores["plain projection"]["e_rel"], atol=1e-5)
    np.testing.assert_allclose(scores["plain · told"]["e_rel"], scores["known curve inverted"]["e_rel"], atol=1e-5)


def test_no_torch_is_needed() -> None:
    import subprocess
    import sys

    code = (
        "import sys\nfrom lightprobe.evaluation import Plan, evaluate\n"
        "from lightprobe.evaluation.suites.suite import open_suite\n"
        "next(iter(open_suite('registry', size=(64, 32)).items()))\n"
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    held = set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())
    assert not {"torch", "onnx", "matplotlib", "httpx", "dask", "distributed"} & held
    assert open_suite("registry").name == "registry"
