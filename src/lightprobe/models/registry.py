"""Models by name: a new one is a file and a line here."""

from __future__ import annotations

from typing import Any

from lightprobe.models.ambient import Ambient
from lightprobe.models.mobilenet_v2 import MobileNetV2
from lightprobe.models.model import Model
from lightprobe.models.surroundings import Surroundings

MODELS: dict[str, type[Model]] = {
    "ambient": Ambient,
    "mobilenet_v2": MobileNetV2,
    "surroundings": Surroundings,
}
"""Models by name."""


def build(name: str, **settings: Any) -> Model:
    """A new model, its weights drawn from torch's generator.

    Raises: ValueError for an unknown name or setting.
    """
    if name not in MODELS:
        raise ValueError(f"expected a model of {', '.join(MODELS)}, got {name!r}; choose one")
    try:
        return MODELS[name](**settings)
    except TypeError as error:
        raise ValueError(f"expected settings that {name} knows, got {settings}; {error}") from None
