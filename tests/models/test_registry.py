"""Models by name, and what they have in common."""

from __future__ import annotations

import pytest
import torch

import lightprobe.models
from lightprobe.models import MODELS, RESPONSES, Model, build
from lightprobe.runtime.manifest import FRAMES, KNOWN_RESPONSES


def test_names() -> None:
    assert {"ambient", "mobilenet_v2"} <= MODELS.keys()
    for name, kind in MODELS.items():
        assert kind.name == name
        assert issubclass(kind, Model)
        assert kind.convention in FRAMES


def test_unknown_names_and_settings() -> None:
    with pytest.raises(ValueError, match=r"expected a model of .*mobilenet_v2.*, got 'resnet'; name one of these"):
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


def test_runtime_counts_responses_alike() -> None:
    """The graph takes numbers: both sides must mean the same by them."""
    assert RESPONSES == KNOWN_RESPONSES


def test_the_front_door() -> None:
    for name in lightprobe.models.__all__:
        assert getattr(lightprobe.models, name) is not None
