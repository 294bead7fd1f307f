"""Models by name, and what they have in common."""

from __future__ import annotations

import pytest
import torch

import lightprobe.models
from lightprobe.imaging.tone.curves import RESPONSE_CODES
from lightprobe.models import MODELS, Model, build
from lightprobe.runtime.manifest import FRAMES, INPUTS


def test_names() -> None:
    assert {"ambient", "mobilenet_v2", "surroundings"} <= MODELS.keys()
    for name, kind in MODELS.items():
        assert kind.name == name
        assert issubclass(kind, Model)
        assert kind.convention in FRAMES
        assert kind.input in INPUTS
        assert set(kind.responses) <= set(RESPONSE_CODES)


def test_unknown_names_and_settings() -> None:
    with pytest.raises(ValueError, match=r"expected a model of .*mobilenet_v2.*, got 'resnet'; choose one"):
        build("resnet")
    with pytest.raises(ValueError, match=r"expected settings that mobilenet_v2 knows, got \{'depth': 3\}; .*depth"):
        build("mobilenet_v2", depth=3)


@pytest.mark.parametrize("name", MODELS)
def test_settings_are_kept(name: str) -> None:
    torch.manual_seed(0)
    model = build(name)
    again = build(name, **model.settings)
    assert again.settings == model.settings
    assert [*again.state_dict()] == [*model.state_dict()]


def test_the_numbers_of_responses_never_change() -> None:
    """Graphs that were exported take these numbers."""
    assert RESPONSE_CODES == ("auto", "srgb", "filmic", "agx", "aces", "reinhard")


def test_the_front_door() -> None:
    for name in lightprobe.models.__all__:
        assert getattr(lightprobe.models, name) is not None
