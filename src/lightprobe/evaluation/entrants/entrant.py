"""What can be judged: callables that take a picture and the response they are told, and give light.

A model is a folder or 'plain'; anything else is a callable `(image_srgb, response) -> Prediction`. Predictions made
elsewhere come as a file, see lightprobe.evaluation.entrants.predictions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from lightprobe._shapes import Float, UInt8
from lightprobe.data.catalog.groups import location
from lightprobe.evaluation.suites.shots import SuiteShot


@dataclass(frozen=True, kw_only=True, eq=False)
class Prediction:
    """Estimated light, in the picture's scale: 1.0 is display white of a hard-clipped picture."""

    coeffs: Float[np.ndarray, "9 3"]
    """Radiance coefficients, three frame."""
    panorama: Float[np.ndarray, "32 64 3"] | None = None
    """Radiance of 32 × 64 cells, row 0 up, where there is one."""
    is_windowed: bool = False
    """Ringing has been taken out already, as in cmgen's coefficients."""


Estimate = Callable[[UInt8[np.ndarray, "h w 3"], str], Prediction]
AUTO, TOLD = MODES = ("auto", "told")
"""Told: the true response is said where it is one that can be said."""
DEFAULT = "default"
"""Stands for the model that this package ships, if it does, and for the plain estimator if not."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Contestant:
    """One row of the table."""

    name: str
    kind: str
    """model, baseline or predictions."""
    mode: str
    estimate: Callable[[SuiteShot, UInt8[np.ndarray, "h w 3"], str], Prediction]
    """From the shot, its picture and what may be told."""
    about: str = ""
    trained_on: frozenset[str] | None = frozenset()
    """Scenes, groups and places that it has seen; None if it does not say."""
    covers: frozenset[str] | None = None
    """Ids of the pictures it has answers for; None for all."""
    facts: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def key(self) -> str:
        """Name of the row: unique in a report."""
        return f"{self.name} · told" if self.mode == "told" and self.kind == "model" else self.name

    def has_seen(self, shot: SuiteShot) -> bool:
        """It was trained on this scene, or on another of the same place."""
        return bool(self.trained_on and {shot.scene, shot.group, location(shot.scene)} & self.trained_on)


def from_callable(
    name: str, estimate: Estimate, *, kind: str = "model", mode: str = "auto", about: str = ""
) -> Contestant:
    """A contestant that does not look at anything but the picture."""
    return Contestant(
        name=name, kind=kind, mode=mode, about=about, estimate=lambda shot, image, response: estimate(image, response)
    )


def modes(response: str) -> tuple[str, ...]:
    """What 'auto', 'told' or 'both' asks for. Raises: ValueError for another word."""
    if response == "both":
        return MODES
    if response not in MODES:
        raise ValueError(f"expected --response auto, told or both, got {response!r}")
    return (response,)


def load_models(models: list[str], response: str = "both") -> list[Contestant]:
    """Contestants for model folders, 'plain' or 'default' (what this package ships), a row for each mode.

    Raises: ModelError for what is no model; ValueError for an unknown mode.
    """
    names = unique([Path(model).resolve().name if Path(model).is_dir() else model for model in models])
    return [row for model, name in zip(models, names, strict=True) for row in _load_model(model, name, modes(response))]


def unique(names: list[str]) -> list[str]:
    """The names, numbered where they come again."""
    return [f"{name}-{names[:k].count(name) + 1}" if name in names[:k] else name for k, name in enumerate(names)]


def _load_model(model: str, name: str, wanted: tuple[str, ...]) -> list[Contestant]:
    from lightprobe.runtime import load

    estimator = load(None if model == DEFAULT else model)
    document: dict[str, Any] = {} if estimator.network is None else estimator.network.manifest.document

    def estimate(image: UInt8[np.ndarray, "h w 3"], response: str) -> Prediction:
        result = estimator(image, response=response if response in estimator.responses else AUTO)
        return Prediction(
            coeffs=np.array(result.sh.coeffs),
            panorama=None if result.is_drawn else result.panorama,
            is_windowed=result.sh.is_windowed,
        )

    if set(estimator.responses) <= {AUTO}:  # it cannot be told anything
        wanted = wanted[:1]
    facts = {key: document[key] for key in ("name", "version", "parameters", "precision", "sha256") if key in document}
    return [
        replace(
            from_callable(name, estimate, mode=mode, about=f"model {estimator.name}"),
            trained_on=frozenset() if estimator.network is None else names_seen(document.get("trained_on")),
            facts=facts,
        )
        for mode in wanted
    ]


def names_seen(trained_on: Any) -> frozenset[str] | None:
    """Scenes, groups and places that a manifest's `trained_on` tells of; None if it is silent."""
    if not isinstance(trained_on, dict) or not ("scenes" in trained_on or "groups" in trained_on):
        return None
    scenes, groups = trained_on.get("scenes") or [], trained_on.get("groups") or []
    return frozenset([*scenes, *groups, *(location(str(slug)) for slug in scenes)])
