"""What is reported, and on what."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch

from lightprobe.imaging import curves
from lightprobe.imaging.curves import KNOTS
from lightprobe.models import ModelOutput
from lightprobe.sphere import LUMINANCE, project
from lightprobe.sphere.equirect import solid_angles
from lightprobe.training import validation
from lightprobe.training.material import gather
from lightprobe.training.suite import EXPOSURES, MODES, Suite, shown_job
from lightprobe.training.validation import Judge, headline, summarize


@pytest.fixture
def suite(toys: ModuleType, hdris: Path) -> Suite:
    supply = gather(hdris, toys.toy()).judged[0].supply
    assert isinstance(supply, Suite)
    return supply


def test_every_scene_is_shown_in_every_way(suite: Suite) -> None:
    assert suite.count == len(suite.sources) * 3 * 8
    names = [suite.mode(number) for number in range(suite.count)]
    assert {names.count(name) for name in names} == {len(suite.sources) * 3}


def test_exposures_are_what_they_say(suite: Suite) -> None:
    """Of the panorama's median luminance over the sphere; zones of 5.6° make it uncertain by some per cent."""
    for number in range(suite.count):
        mode = MODES[number % len(MODES)]
        exposure = EXPOSURES[number // len(MODES) % len(EXPOSURES)]
        panorama = suite(number).panorama
        luminance, angle = panorama @ LUMINANCE, solid_angles(32, 64)
        order = np.argsort(luminance, axis=None)
        area = np.cumsum(angle.ravel()[order])
        median = luminance.ravel()[order[np.searchsorted(area, area[-1] / 2)]]
        assert median == pytest.approx(0.18 * 2**exposure, rel=0.03), mode.name


def test_photographs_clip_where_the_camera_does() -> None:
    forms = {mode.name: shown_job("scene", mode, 0.5, 128, 64).form for mode in MODES}
    assert {name for name, form in forms.items() if form == "source"} == {"srgb told", "srgb auto", "camera auto"}


def test_unclipped_pictures_hold_all_of_the_light(suite: Suite) -> None:
    """Decoded and projected, they are the truth: eight bits leave far less than the 0.005 that is asked for."""
    numbers = [number for number in range(suite.count) if "unclipped" in suite.mode(number)]
    assert len(numbers) == len(suite.sources) * 3
    for number in numbers:
        example = suite(number)
        assert example.clipped == 0
        decoded = project(curves.decode(example.picture_srgb, "srgb"))
        assert np.linalg.norm(decoded - example.coeffs) / np.linalg.norm(example.coeffs) < 0.004


def test_a_camera_is_the_same_at_every_validation(suite: Suite) -> None:
    number = next(number for number in range(suite.count) if suite.mode(number) == "camera auto")
    np.testing.assert_array_equal(suite(number).picture_srgb, suite(number).picture_srgb)
    assert not np.array_equal(suite(number).curve, suite(number + 3 * len(MODES)).curve)


def test_the_score_leaves_the_law_out() -> None:
    errors = {"srgb told": [0.1, 0.2, 0.9], "srgb auto": [0.4, 0.4, 0.4], "srgb unclipped told": [9.0]}
    scores = summarize(errors)
    assert scores["srgb told"] == {"median": 0.2, "mean": pytest.approx(0.4), "max": 0.9, "count": 3}
    assert headline(scores) == pytest.approx(((0.2 + 0.4) / 2 + 0.4) / 2)
    assert np.isnan(headline({}))


@pytest.mark.parametrize("convention", ["radiance", "cmgen"])
def test_a_judge_scores_the_weights_it_is_given(
    toys: ModuleType, hdris: Path, shared_cache: Path, monkeypatch: pytest.MonkeyPatch, convention: str
) -> None:
    """A model that answers k times the truth is wrong by |k − 1|, in whatever convention it tells it."""
    from lightprobe.training import sphere

    truths: list[torch.Tensor] = []

    class Scaled(toys.Toy):  # type: ignore[misc, name-defined]
        def forward(self, picture: torch.Tensor, response: torch.Tensor) -> ModelOutput:
            torch.rand(1)
            coeffs = sphere.convert(truths.pop(0), convention)
            return ModelOutput((1 + self.curve[0]) * coeffs, None, torch.zeros(len(coeffs), KNOTS))

    Scaled.convention = convention
    material = gather(hdris, toys.toy())
    model = Scaled()
    judge = Judge.of(material, model, shared_cache, half=True, device=torch.device("cpu"))
    assert judge.held_out
    truths += [batch.truth.coeffs for panel in judge.panels for batch, _ in panel.batches()]
    weights = model.state_dict()
    weights["curve"] = torch.full((KNOTS,), 0.25)
    torch.manual_seed(5)
    drawn = torch.get_rng_state()
    scores, score = judge(weights)
    assert torch.equal(torch.get_rng_state(), drawn)
    assert score == pytest.approx(0.25, rel=1e-3)
    assert len(validation.table(scores)) == len(MODES)
