"""Recipes: everything that a run is made of, apart from the HDRIs.

A recipe is a function that returns a `Recipe`; `lightprobe train NAME` takes those in RECIPES, and any Python file that
defines `def recipe() -> Recipe`, such as `lightprobe tune` writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lightprobe.camera.sampling.recipe import CURVES, ShotRecipe

SCHEDULES = ("one_cycle", "reduce_on_plateau", "cosine", "constant")
PRECISIONS = ("32", "16", "bf16")


@dataclass(frozen=True, kw_only=True)
class Data:
    """What pictures are formed; see `lightprobe.camera.ShotRecipe`. A pairs folder has its own, and only `told`,
    `seed` and `half` of these matter."""

    variants: int = 64
    """Records of each scene; they are formed once and kept."""
    seed: int = 0
    """Of what is drawn for records; apart from the run's, so that runs of several seeds share a cache."""
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
    told: float = 0.5
    """Share of records whose tone curve the model is told, of those that have a name."""
    half: bool = True
    """Keep what the model sees as half floats, which is half the space and time of reading."""


@dataclass(frozen=True, kw_only=True)
class Optimizer:
    """AdamW."""

    lr: float = 2e-3
    weight_decay: float = 1e-2
    betas: tuple[float, float] = (0.9, 0.99)


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """How the learning rate goes; all kinds begin with a rise over `warm_up`."""

    kind: str = "one_cycle"
    """one_cycle: up, then down by a cosine to next to nothing; cosine: down from the start; reduce_on_plateau: by
    `factor` when the score has not become better for `patience` validations; constant."""
    warm_up: float = 0.1
    """Share of the steps."""
    factor: float = 0.5
    patience: int = 5


@dataclass(frozen=True, kw_only=True)
class Weights:
    """How much each term of the loss counts; see `lightprobe.training.objective.loss`."""

    irradiance: float = 1.0
    log: float = 0.2
    curve: float = 0.1
    coeffs: float = 1.0
    """Of models that tell coefficients in cmgen's units only, instead of the three above."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A run.

    Raises: ValueError for settings of which no run can be made.
    """

    model: str
    """Name in `lightprobe.models.MODELS`."""
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What the model is built with."""
    seed: int = 0
    fold: int = 0
    """Scene groups held out for validation: fold 0 … folds − 1; −1 trains on everything and validates nothing."""
    folds: int = 5
    hold_out: tuple[str, ...] = ()
    """Scene groups that are never trained on; with fold −1 they are what is validated on."""
    steps: int = 4000
    batch: int = 32
    """Over all processes together."""
    data: Data = Data()
    optimizer: Optimizer = Optimizer()
    schedule: Schedule = Schedule()
    weights: Weights = Weights()
    ema: float = 0.998
    """Decay of the moving average of the weights, which is what is validated and exported."""
    clip: float = 1.0
    """Largest norm of the gradient."""
    light_jitter: float = 0.0
    """Deviation of the level of light beyond display white, drawn anew for each use [ln]; see `variation`."""
    precision: str = "32"
    validate_every: int = 500
    checkpoint_every: int = 250
    workers: int = 1
    """Processes that form and read records, besides each that computes; 0: none. Results do not depend on it."""

    def __post_init__(self) -> None:
        checks: tuple[tuple[str, object, bool, str], ...] = (
            ("steps", self.steps, self.steps >= 1, "1 or more"),
            ("batch", self.batch, self.batch >= 1, "1 or more"),
            ("seed", self.seed, self.seed >= 0, "0 or more"),
            ("folds", self.folds, self.folds >= 2, "2 or more"),
            ("fold", self.fold, -1 <= self.fold < self.folds, f"−1 to {self.folds - 1}"),
            ("data.variants", self.data.variants, self.data.variants >= 1, "1 or more"),
            ("data.told", self.data.told, 0 <= self.data.told <= 1, "a share from 0 to 1"),
            ("optimizer.lr", self.optimizer.lr, self.optimizer.lr > 0, "above 0"),
            ("schedule.kind", self.schedule.kind, self.schedule.kind in SCHEDULES, f"one of {', '.join(SCHEDULES)}"),
            ("schedule.warm_up", self.schedule.warm_up, 0 <= self.schedule.warm_up < 1, "a share from 0 to below 1"),
            ("ema", self.ema, 0 <= self.ema < 1, "from 0 to below 1"),
            ("clip", self.clip, self.clip > 0, "above 0"),
            ("light_jitter", self.light_jitter, self.light_jitter >= 0, "0 or more"),
            ("precision", self.precision, self.precision in PRECISIONS, f"one of {', '.join(PRECISIONS)}"),
            ("validate_every", self.validate_every, self.validate_every >= 1, "1 or more"),
            ("checkpoint_every", self.checkpoint_every, self.checkpoint_every >= 1, "1 or more"),
            ("workers", self.workers, self.workers >= 0, "0 or more"),
        )
        for name, value, is_good, expected in checks:
            if not is_good:
                raise ValueError(f"expected {name} to be {expected}, got {value!r}; change it with --set {name}=…")
        self.shots()

    def shots(self) -> ShotRecipe:
        """What the generator of pairs is told. Raises: ValueError."""
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


def ambient() -> Recipe:
    """The estimator: what is missing is predicted, then projected exactly.

    Command: lightprobe train ambient --data hdris --out runs/ambient
    Machine, time: two cores of a shared AMD EPYC, 100 HDRIs; 5 minutes, and 3 more to form the records
    Score: sRGB told 0.48 / 0.50, not told 0.53 / 0.55, Filmic told 0.23 / 0.34 (median / mean of five folds; decoded
    and projected only: 0.69 / 0.61, 0.69 / 0.61, 0.28 / 0.37), benchmarks/results/cross_validation.json
    """
    photographs = ("srgb", "srgb", "camera", "camera")
    return Recipe(
        model="ambient",
        steps=1800,
        batch=48,
        data=Data(variants=80, curves=(*photographs, "filmic", "agx", "aces", "reinhard"), mixed=0.6),
        optimizer=Optimizer(lr=3e-3, weight_decay=2e-2),
        schedule=Schedule(kind="cosine", warm_up=0.15),
        weights=Weights(irradiance=1.0, log=0.3, curve=0.3),
        light_jitter=0.8,
        validate_every=300,
        checkpoint_every=300,
    )


PUBLIC = (
    "adams_place_bridge",
    "dancing_hall",
    "dikhololo_night",
    "empty_warehouse_01",
    "forest_slope",
    "kiara_1_dawn",
    "lebombo",
    "mud_road_puresky",
    "pmndrs_sky",
    "pmndrs_sunset",
    "pmndrs_venice",
    "pmndrs_workshop",
    "potsdamer_platz",
    "rooitou_park",
    "royal_esplanade",
    "spruit_sunrise",
    "st_fagans_interior",
    "studio_small",
    "vintage_measuring_lab",
)
"""Scene groups of the suite `registry` of `lightprobe evaluate`, by which anyone can judge a model."""


def shipped() -> Recipe:
    """The estimator that comes with lightprobe: the recipe `ambient` on all scenes but those of the public suite.

    Command: lightprobe train shipped --data hdris --out runs/shipped
             lightprobe export runs/shipped/last.pt --out src/lightprobe/pretrained --overwrite
    (the last weights: the best would be chosen by the scenes they are judged on)
    Machine, time: as `ambient`
    Score: median 0.45 not told, 0.36 told on the suite `registry`, benchmarks/results/accuracy/report.json
    """
    return replace(ambient(), fold=-1, hold_out=PUBLIC)


def mobilenet_v2() -> Recipe:
    """The predecessor's architecture: 27 numbers in cmgen's units; `--set settings.width=1.0` for the large one.

    As it was trained: Filmic pictures, ReduceLROnPlateau. One picture in eight bits tells it all, so that it is never
    told the tone curve.

    Command: lightprobe train mobilenet_v2 --data hdris --out runs/mobilenet
    Machine, time: one core of a shared AMD EPYC makes 23 samples a second (benchmarks/results/training.json), so an
    hour and a half; not trained to the end here, so without a score
    """
    return Recipe(
        model="mobilenet_v2",
        settings={"width": 0.5},
        data=Data(told=0.0),
        optimizer=Optimizer(lr=1e-3, weight_decay=1e-4, betas=(0.9, 0.999)),
        schedule=Schedule(kind="reduce_on_plateau", warm_up=0.02),
    )


RECIPES: dict[str, Callable[[], Recipe]] = {"ambient": ambient, "shipped": shipped, "mobilenet_v2": mobilenet_v2}
"""Recipes by name."""


@dataclass(frozen=True, kw_only=True)
class Range:
    """Numbers that `lightprobe tune` tries, evenly or evenly in the logarithm; whole ones if both ends are."""

    low: float
    high: float
    log: bool = False


Space = dict[str, Range | tuple[Any, ...]]
"""What to try for a field of a recipe, by its dotted name: a range, or a few values."""

SPACES: dict[str, Space] = {
    "ambient": {
        "optimizer.lr": Range(low=3e-4, high=1e-2, log=True),
        "optimizer.weight_decay": Range(low=1e-4, high=0.3, log=True),
        "batch": (16, 32, 64),
        "data.mixed": Range(low=0.2, high=0.9),
        "data.told": Range(low=0.2, high=0.8),
        "light_jitter": Range(low=0.0, high=1.5),
        "weights.log": Range(low=0.02, high=1.0, log=True),
        "weights.curve": Range(low=0.02, high=1.0, log=True),
    },
    "mobilenet_v2": {
        "optimizer.lr": Range(low=1e-4, high=5e-3, log=True),
        "optimizer.weight_decay": Range(low=1e-5, high=0.1, log=True),
        "batch": (16, 32, 64),
        "data.mixed": Range(low=0.2, high=0.9),
    },
}
"""What `lightprobe tune` tries, by model."""
