"""Validation: errors of held-out pictures, and the score."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch

from lightprobe.imaging.tone.curves import KNOTS
from lightprobe.models import ModelOutput
from lightprobe.training import sh_ops
from lightprobe.training.data.dataset import open_dataset
from lightprobe.training.data.validation_set import CONDITIONS
from lightprobe.training.validation import Validator, condition_scores, headline_score, rounded_scores, score_rows


def test_unclipped_pictures_do_not_count_for_the_score() -> None:
    errors = {"srgb told": [0.1, 0.2, 0.9], "srgb auto": [0.4, 0.4, 0.4], "srgb unclipped told": [9.0]}
    scores = condition_scores(errors)
    assert scores["srgb told"] == {"median": 0.2, "mean": pytest.approx(0.4), "max": 0.9, "count": 3}
    assert headline_score(scores) == pytest.approx(((0.2 + 0.4) / 2 + 0.4) / 2)
    assert np.isnan(headline_score({}))


def test_scores_as_text_and_as_json() -> None:
    scores = condition_scores({"srgb told": [0.1234567, 0.2]})
    assert score_rows(scores) == [("srgb, curve given", "0.162", "0.162", "0.200", "2")]
    assert rounded_scores(scores)["srgb told"]["median"] == 0.16173


@pytest.mark.parametrize("convention", ["radiance", "cmgen"])
def test_a_validator_scores_the_weights_it_is_given(
    toys: ModuleType, hdris: Path, shared_cache: Path, convention: str
) -> None:
    """A model that predicts k times the truth has the error |k − 1|, in either convention."""
    truths: list[torch.Tensor] = []

    class Scaled(toys.Toy):  # type: ignore[misc, name-defined]
        def forward(self, picture: torch.Tensor, response: torch.Tensor) -> ModelOutput:
            torch.rand(1)
            coeffs = sh_ops.convert_coeffs(truths.pop(0), convention)
            return ModelOutput((1 + self.curve[0]) * coeffs, None, torch.zeros(len(coeffs), KNOTS))

    Scaled.convention = convention
    dataset = open_dataset(hdris, toys.toy())
    model = Scaled()
    validator = Validator.of(dataset, model, shared_cache, half=True, device=torch.device("cpu"))
    assert validator.held_out
    truths += [batch.targets.coeffs for part in validator.scored for batch, _ in part.batches()]
    weights = model.state_dict()
    weights["curve"] = torch.full((KNOTS,), 0.25)
    torch.manual_seed(5)
    drawn = torch.get_rng_state()
    scores, score = validator(weights)
    assert torch.equal(torch.get_rng_state(), drawn)
    assert score == pytest.approx(0.25, rel=1e-3)
    assert len(score_rows(scores)) == len(CONDITIONS)
