"""The recipes that have names. Each says its command, machine, time and score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lightprobe.training.recipes.recipe import Data, LossWeights, Optimizer, Recipe, Schedule


def ambient() -> Recipe:
    """The estimator: it completes the radiance of the clipped panorama, then projects it exactly.

    Command: lightprobe train ambient --data hdris --out runs/ambient
    Machine, time: two cores of a shared AMD EPYC, 144 HDRIs; 2 to 5 minutes, making the records included
    Score: with the curve given, sRGB 0.50 / 0.51, Filmic 0.23 / 0.33; with the curve unknown, sRGB 0.52 / 0.53 (median
    / mean of five folds; decoded and projected only: 0.69 / 0.60, 0.29 / 0.36, 0.69 / 0.60),
    benchmarks/results/cross_validation.json
    """
    photographs = ("srgb", "srgb", "camera", "camera")
    return Recipe(
        model="ambient",
        steps=1800,
        batch=48,
        data=Data(variants=80, curves=(*photographs, "filmic", "agx", "aces", "reinhard"), mixed=0.6),
        optimizer=Optimizer(lr=3e-3, weight_decay=2e-2),
        schedule=Schedule(kind="cosine", warm_up=0.15),
        weights=LossWeights(irradiance=1.0, log=0.3, curve=0.3),
        highlight_jitter=0.8,
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
    """The model that comes with lightprobe: the recipe `ambient` on all scenes but those of the public suite.

    Command: lightprobe train shipped --data hdris --out runs/shipped
             lightprobe export runs/shipped/last.pt --out src/lightprobe/pretrained --overwrite
    (the last weights: the best would be chosen by the scenes they are judged on)
    Machine, time: as `ambient`
    Score: median 0.45 with the curve unknown, 0.36 with the curve given, on the suite `registry`,
    benchmarks/results/accuracy/report.json
    """
    return replace(ambient(), fold=-1, hold_out=PUBLIC)


def surroundings() -> Recipe:
    """The second estimator: for whole and partial pictures, and it says how far its guess may be off.

    Worlds are worth adding: `--data hdris --data worlds:0.35`. The weights that are shipped come from the lab in
    tools/estimator, which trains the same network with the same terms on an accelerator (docs/research/accuracy.md).

    Command: lightprobe train surroundings --data hdris --data worlds:0.35 --out runs/surroundings
    Machine, time: two cores of a shared AMD EPYC, 144 HDRIs and 300 worlds; 13 minutes for 400 steps and 6 variants of
    each scene, while others used them too; never trained to the end here
    Score: after these 400 steps, on one fold, sRGB given 0.38 / 0.47, Filmic given 0.31 / 0.39, 65° seen 0.60 / 0.61
    (median / mean; decoded and projected only: 0.68 / 0.57, 0.39 / 0.40, 0.97 / 0.97),
    benchmarks/results/surroundings_run.json
    """
    photographs = ("srgb", "srgb", "srgb", "camera", "camera")
    return Recipe(
        model="surroundings",
        steps=6000,
        data=Data(
            variants=48,
            curves=(*photographs, "filmic", "agx", "aces", "reinhard"),
            mixed=0.6,
            response_given=0.75,
            partial=0.5,
        ),
        optimizer=Optimizer(lr=4e-3, weight_decay=0.1),
        schedule=Schedule(warm_up=0.12),
        weights=LossWeights(irradiance=0.5, log=0.5, curve=0.3),
    )


def mobilenet_v2() -> Recipe:
    """The predecessor's architecture: 27 numbers in cmgen's units; `--set settings.width=1.0` for the large one.

    Optimizer and schedule are the predecessor's, AdamW and ReduceLROnPlateau. Its only input is an 8-bit picture, so it
    is never given the tone curve.

    Command: lightprobe train mobilenet_v2 --data hdris --out runs/mobilenet
    Machine, time: one core of a shared AMD EPYC trains on 23 samples per second (benchmarks/results/training.json), so
    an hour and a half; never trained to the end here, so it has no score
    """
    return Recipe(
        model="mobilenet_v2",
        settings={"width": 0.5},
        data=Data(response_given=0.0),
        optimizer=Optimizer(lr=1e-3, weight_decay=1e-4, betas=(0.9, 0.999)),
        schedule=Schedule(kind="reduce_on_plateau", warm_up=0.02),
    )


RECIPES: dict[str, Callable[[], Recipe]] = {
    "ambient": ambient,
    "shipped": shipped,
    "surroundings": surroundings,
    "mobilenet_v2": mobilenet_v2,
}
"""Recipes by name."""
