"""Entrant: one method that is judged, a row of the report's tables.

A model is a folder or 'plain'; anything else is a callable `(image_srgb, response, view) -> Prediction`. Predictions
made elsewhere come as a file, see lightprobe.evaluation.entrants.predictions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from lightprobe._shapes import Float, UInt8
from lightprobe.camera import View
from lightprobe.data.catalog.groups import location
from lightprobe.evaluation.suites.shots import SuiteShot
from lightprobe.sphere import Light


@dataclass(frozen=True, kw_only=True, eq=False)
class Prediction:
    """Estimated light, in the picture's scale: 1.0 is display white of a hard-clipped picture."""

    coeffs: Float[np.ndarray, "9 3"]
    """Radiance coefficients, three frame."""
    panorama: Float[np.ndarray, "32 64 3"] | None = None
    """Radiance of 32 × 64 cells, row 0 up, where there is one."""
    light: Light | None = None
    """The dominant light, where it is not simply that of coefficients and panorama."""
    is_windowed: bool = False
    """A window against ringing has been applied already, as in cmgen's coefficients."""
    uncertainty: float | None = None
    """Half the width of the 80 % interval of the level of the light [stops], where there is one."""


EnvironmentFn = Callable[[UInt8[np.ndarray, "h w 3"], str], Float[np.ndarray, "h w 3"]]
"""From a whole panorama and the name of its response to an environment map of the same size."""
EstimateFn = Callable[[UInt8[np.ndarray, "h w 3"], str, View | None], Prediction]
"""From a picture, the name of its response ('auto' if the curve is unknown) and its view, if it is not a whole
panorama, to its light."""
CURVE_UNKNOWN, CURVE_GIVEN = MODES = ("auto", "given")
"""How a method is judged: without its picture's tone curve, or with it where the curve has a name. The values are those
of `--response` and of "mode" in report.json."""
DEFAULT = "default"
"""Name of the model that this package ships, or of the plain estimator where it ships none."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Entrant:
    """A method that is judged."""

    name: str
    """Name of its row, unique in a report."""
    kind: str
    """model, baseline or predictions."""
    mode: str
    """One of MODES."""
    estimate: Callable[[SuiteShot, UInt8[np.ndarray, "h w 3"], str], Prediction]
    """From the shot, its picture and the name of the response to the light."""
    about: str = ""
    trained_on: frozenset[str] | None = frozenset()
    """Scenes, groups and locations that it was trained on; None if unknown."""
    covers: frozenset[str] | None = None
    """Ids of the pictures that it has answers for; None for all."""
    needs_views: bool = False
    """It answers for perspective pictures only."""
    facts: dict[str, Any] = field(default_factory=dict[str, Any])
    environment: EnvironmentFn | None = None
    """Environment maps that it makes, if it does."""

    def answer(self, shot: SuiteShot, image_srgb: UInt8[np.ndarray, "h w 3"]) -> Prediction:
        """Its answer for a picture, with the curve where its mode allows."""
        return self.estimate(shot, image_srgb, shot.known_response if self.mode == CURVE_GIVEN else CURVE_UNKNOWN)

    def surroundings(self, shot: SuiteShot, image_srgb: UInt8[np.ndarray, "h w 3"]) -> Float[np.ndarray, "h w 3"]:
        """Its environment map of a picture, with the curve where its mode allows."""
        assert self.environment is not None
        return self.environment(image_srgb, shot.known_response if self.mode == CURVE_GIVEN else CURVE_UNKNOWN)

    def has_seen(self, shot: SuiteShot) -> bool:
        """Whether it was trained on this scene, or on another of the same place."""
        return bool(self.trained_on and {shot.scene, shot.group, location(shot.scene)} & self.trained_on)


def from_callable(
    name: str, estimate: EstimateFn, *, kind: str = "model", mode: str = CURVE_UNKNOWN, about: str = ""
) -> Entrant:
    """An entrant that looks at nothing but the picture."""
    return Entrant(
        name=name,
        kind=kind,
        mode=mode,
        about=about,
        estimate=lambda shot, image, response: estimate(image, response, shot.view),
    )


def read_modes(response: str) -> tuple[str, ...]:
    """The modes that 'auto', 'given' or 'both' stands for. Raises: ValueError for another word."""
    if response == "both":
        return MODES
    if response not in MODES:
        raise ValueError(f"expected --response auto, given or both, got {response!r}")
    return (response,)


def load_models(models: list[str], response: str = "both") -> list[Entrant]:
    """Entrants for model folders, 'plain' or 'default' (the model that this package ships), one for each mode.

    Raises: ModelError for a folder that is no model; ValueError for an unknown mode.
    """
    names = number_repeats([Path(model).resolve().name if Path(model).is_dir() else model for model in models])
    wanted = read_modes(response)
    return [entrant for model, name in zip(models, names, strict=True) for entrant in _load(model, name, wanted)]


def number_repeats(names: list[str]) -> list[str]:
    """The names, numbered where they repeat: a, a-2, a-3."""
    return [f"{name}-{names[:k].count(name) + 1}" if name in names[:k] else name for k, name in enumerate(names)]


def _load(model: str, name: str, wanted: tuple[str, ...]) -> list[Entrant]:
    from lightprobe.runtime import load

    estimator = load(None if model == DEFAULT else model)
    document: dict[str, Any] = {} if estimator.network is None else estimator.network.manifest.document

    def known(response: str) -> str:
        return response if response in estimator.responses else CURVE_UNKNOWN

    def estimate(image: UInt8[np.ndarray, "h w 3"], response: str, view: View | None) -> Prediction:
        fov = None if view is None else view.fov
        result = estimator(image, response=known(response), fov=fov)
        return Prediction(
            coeffs=np.array(result.sh.coeffs),
            panorama=None if result.is_drawn else result.panorama,
            light=result.light,
            is_windowed=result.sh.is_windowed,
            uncertainty=result.uncertainty,
        )

    if set(estimator.responses) <= {CURVE_UNKNOWN}:  # it takes no curve
        wanted = wanted[:1]
    facts = {key: document[key] for key in ("name", "version", "parameters", "precision", "sha256") if key in document}
    return [
        replace(
            from_callable(f"{name} · curve given" if mode == CURVE_GIVEN else name, estimate, mode=mode),
            about=f"model {estimator.name}",
            trained_on=frozenset() if estimator.network is None else training_names(document.get("trained_on")),
            facts=facts,
            environment=lambda image, response: estimator(image, response=known(response)).environment(),
        )
        for mode in wanted
    ]


def training_names(trained_on: Any) -> frozenset[str] | None:
    """Scenes, groups and locations in the `trained_on` of a model's manifest; None if it names none."""
    if not isinstance(trained_on, dict) or not ("scenes" in trained_on or "groups" in trained_on):
        return None
    scenes, groups = trained_on.get("scenes") or [], trained_on.get("groups") or []
    return frozenset([*scenes, *groups, *(location(str(slug)) for slug in scenes)])
