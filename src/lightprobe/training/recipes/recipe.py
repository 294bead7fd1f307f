"""Recipe: everything that a run is made of, apart from the HDRIs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from lightprobe.camera.sampling.recipe import CURVES, ShotRecipe

SCHEDULES = ("one_cycle", "reduce_on_plateau", "cosine", "constant")
COMPUTE_PRECISIONS = ("32", "16", "bf16")


@dataclass(frozen=True, kw_only=True)
class Data:
    """Which pictures are taken of the HDRIs; see `lightprobe.camera.ShotRecipe`.

    A folder of pairs holds pictures already: of these fields, only `response_given`, `seed` and `half` then count.
    """

    variants: int = 64
    """Records of each scene; they are made once and kept."""
    seed: int = 0
    """Seed of the records; separate from the run's, so that runs with different seeds share a cache."""
    width: int = 256
    height: int = 128
    curves: tuple[str, ...] = CURVES
    """Tone curves, all equally likely; name one twice to have it twice as often."""
    form: str = "auto"
    tilted: float = 0.5
    mixed: float = 0.5
    auto_exposed: float = 0.5
    blurred: float = 0.5
    noisy: float = 0.5
    compressed: float = 0.3
    response_given: float = 0.5
    """Share of the records with a named tone curve for which the model is given the curve."""
    partial: float = 0.0
    """Share of the records that show the model a part of the picture only, exposed for that part. For models that take
    the seen share of cells."""
    several: float = 0.3
    """Share of these that show two to eight views; the others show one."""
    half: bool = True
    """Store the model's input as half floats: half the space, half the reading time."""


@dataclass(frozen=True, kw_only=True)
class Optimizer:
    """AdamW."""

    lr: float = 2e-3
    weight_decay: float = 1e-2
    betas: tuple[float, float] = (0.9, 0.99)


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """The learning rate over time; every kind begins with a rise over `warm_up`."""

    kind: str = "one_cycle"
    """one_cycle: a cosine up, then a cosine down to nearly 0. cosine: a linear rise, then a cosine down to nearly 0.
    reduce_on_plateau: multiplied by `factor` when the score has not improved for `patience` validations. constant."""
    warm_up: float = 0.1
    """Share of the steps spent rising."""
    factor: float = 0.5
    patience: int = 5


@dataclass(frozen=True, kw_only=True)
class LossWeights:
    """Factor of each term of the loss; see `lightprobe.training.objective.loss`."""

    irradiance: float = 1.0
    log: float = 0.2
    curve: float = 0.1
    coeffs: float = 1.0
    """For models that predict only coefficients in cmgen's units, instead of the three above."""
    oracle: float = 0.5
    level: float = 0.15
    place: float = 0.3
    color: float = 0.2
    unseen: float = 0.03
    """For models that say how far the lost light may be off, beside the first three; see
    `lightprobe.training.objective.lost_light`."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """The settings of one run.

    Raises: ValueError for a value out of range.
    """

    model: str
    """Name in `lightprobe.models.MODELS`."""
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Arguments of the model's constructor."""
    seed: int = 0
    fold: int = 0
    """Which fold of the scene groups is held out for validation, 0 … folds − 1. −1 trains on all of them but
    `hold_out`, and is validated on `hold_out`; if that is empty, on 8 of the scenes it trains on."""
    folds: int = 5
    hold_out: tuple[str, ...] = ()
    """Scene groups that are never trained on, in any fold."""
    steps: int = 4000
    batch: int = 32
    """Samples per step, over all processes together."""
    data: Data = Data()
    optimizer: Optimizer = Optimizer()
    schedule: Schedule = Schedule()
    weights: LossWeights = LossWeights()
    ema: float = 0.998
    """Decay of the moving average of the weights; the average is validated and exported."""
    clip: float = 1.0
    """Largest norm of the gradient."""
    highlight_jitter: float = 0.0
    """Standard deviation of the random factor on radiance above display white, drawn anew for each use of a record
    [ln]; see `lightprobe.training.objective.highlight_jitter`."""
    precision: str = "32"
    validate_every: int = 500
    checkpoint_every: int = 250
    workers: int = 1
    """Processes that make and read records for each process that trains; 0: none. Results do not depend on it."""

    def __post_init__(self) -> None:
        checks = (
            ("steps", self.steps >= 1, "1 or more"),
            ("batch", self.batch >= 1, "1 or more"),
            ("seed", self.seed >= 0, "0 or more"),
            ("folds", self.folds >= 2, "2 or more"),
            ("fold", -1 <= self.fold < self.folds, f"−1 to {self.folds - 1}"),
            ("data.variants", self.data.variants >= 1, "1 or more"),
            ("data.response_given", 0 <= self.data.response_given <= 1, "a share from 0 to 1"),
            ("data.partial", 0 <= self.data.partial <= 1, "a share from 0 to 1"),
            ("data.several", 0 <= self.data.several <= 1, "a share from 0 to 1"),
            ("optimizer.lr", self.optimizer.lr > 0, "above 0"),
            ("schedule.kind", self.schedule.kind in SCHEDULES, f"one of {', '.join(SCHEDULES)}"),
            ("schedule.warm_up", 0 <= self.schedule.warm_up < 1, "a share from 0 to below 1"),
            ("ema", 0 <= self.ema < 1, "from 0 to below 1"),
            ("clip", self.clip > 0, "above 0"),
            ("highlight_jitter", self.highlight_jitter >= 0, "0 or more"),
            ("precision", self.precision in COMPUTE_PRECISIONS, f"one of {', '.join(COMPUTE_PRECISIONS)}"),
            ("validate_every", self.validate_every >= 1, "1 or more"),
            ("checkpoint_every", self.checkpoint_every >= 1, "1 or more"),
            ("workers", self.workers >= 0, "0 or more"),
        )
        for name, is_valid, expected in checks:
            if not is_valid:
                value = attrgetter(name)(self)
                raise ValueError(f"expected {name} to be {expected}, got {value!r}; change it with --set {name}=…")
        self.shot_recipe()

    def shot_recipe(self) -> ShotRecipe:
        """The recipe of the pictures. Raises: ValueError for a value out of range."""
        data = self.data
        return ShotRecipe(
            width=data.width,
            height=data.height,
            seed=data.seed,
            curves=data.curves,
            form=data.form,
            tilted=data.tilted,
            mixed=data.mixed,
            auto_exposed=data.auto_exposed,
            blurred=data.blurred,
            noisy=data.noisy,
            compressed=data.compressed,
        )
