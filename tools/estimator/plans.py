"""What the lab tries, the most valuable first. Each stack is four folds × three seeds × its settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from network import Shape
from pictures import Slots
from trainer import Setting, Stack

SHIPPED_FOLD = 4
"""The fold that holds out the scenes of the suite `registry`."""
SMALL = Shape(widths=(12, 20, 26), context=40)
MIDDLE = Shape(widths=(16, 24, 36), context=46)
LARGE = Shape(widths=(20, 32, 44), context=64)
LARGEST = Shape(widths=(24, 40, 56), context=80)
"""39 k, 64 k, 102 k and 158 k weights."""

DATA = Stack(
    name="data",
    settings=(
        Setting("usual"),
        Setting("real-only", worlds=0.0),
        Setting("worlds-0.2", worlds=0.2),
        Setting("worlds-0.5", worlds=0.5),
        Setting("worlds-0.7", worlds=0.7),
    ),
    shape=MIDDLE,
    steps=2000,
)
"""How many synthetic worlds."""

LOSS = Stack(
    name="loss",
    settings=(
        Setting("usual"),
        Setting("point-only", factors={"point": 1.0, "oracle": 0.0}),
        Setting("no-place", factors={"place": 0.0}),
        Setting("place-0.1", factors={"place": 0.1}),
        Setting("place-1", factors={"place": 1.0}),
        Setting("direction-0.1", factors={"direction": 0.1}),
        Setting("bias-0.2", factors={"bias": 0.2}),
        Setting("unseen-0.1", factors={"unseen": 0.1}),
        Setting("log-0.5", factors={"log": 0.5}),
        Setting("decay-0.1", decay=0.1),
        Setting("jitter-0.5", jitter=0.5),
        Setting("rate-1e-3", rate=1e-3),
        Setting("rate-4e-3", rate=4e-3),
    ),
    shape=MIDDLE,
    steps=2000,
)
"""Terms of the loss and the optimizer, on the same pictures."""

LONG = Stack(
    name="long",
    settings=(
        Setting("usual"),
        Setting("real-only", worlds=0.0),
        Setting("decay-0.1", decay=0.1),
    ),
    shape=MIDDLE,
    steps=5000,
    folds=(0, 1, 2, 3, SHIPPED_FOLD),
    keep=(0, 1, 2),
)
"""More than twice as many steps, and the candidates to ship: on all scenes but those of the suite `registry`."""

MANY_VIEWS = Stack(name="many-views", settings=(Setting("usual"),), shape=MIDDLE, several=0.6)


def sized(name: str, shape: Shape, steps: int = 2000) -> Stack:
    """A stack for the plot of error over size; `data` has the usual size."""
    return Stack(name=name, settings=(Setting("usual"),), shape=shape, steps=steps)


SIZES = (
    sized("size-39k", SMALL),
    sized("size-102k", LARGE),
    sized("size-158k", LARGEST),
)

WHOLE_ONLY = Stack(
    name="whole-only",
    settings=(Setting("usual"),),
    shape=MIDDLE,
    slots=Slots(whole_given=20, whole_auto=12, partial_given=0, partial_auto=0),
)
"""Whether partial pictures cost whole ones accuracy."""

SCENES = Stack(
    name="scenes",
    settings=(
        Setting("quarter", scenes=0.25),
        Setting("half", scenes=0.5),
        Setting("quarter-real", scenes=0.25, worlds=0.0),
        Setting("half-real", scenes=0.5, worlds=0.0),
    ),
    shape=MIDDLE,
    steps=2000,
)
"""The learning curve over the number of scenes; `data` has the whole."""

SMOOTH = Stack(name="silu", settings=(Setting("usual"),), shape=replace(MIDDLE, activation="silu"))

LAST = Stack(
    name="last",
    settings=(
        Setting("decay-0.1", rate=4e-3, decay=0.1, factors={"log": 0.5}),
        Setting("decay-0.3", rate=4e-3, decay=0.3, factors={"log": 0.5}),
    ),
    shape=MIDDLE,
    steps=16000,
    folds=(0, 1, 2, 3, SHIPPED_FOLD),
    keep=(0, 1, 2),
    fill=True,
)
"""The best of the other stacks, as long as time allows."""

CANDIDATES = replace(LAST, settings=LAST.settings[:1], steps=10_520, folds=(SHIPPED_FOLD,), fill=False)
"""The three candidates alone, as the run of `LAST` on an accelerator had them."""


def on_fold(fold: int) -> Stack:
    """The best setting with 35 % of synthetic worlds and with none, short enough for a processor."""
    settings = (
        Setting("none", rate=4e-3, decay=0.1, factors={"log": 0.5}, worlds=0.0),
        Setting("third", rate=4e-3, decay=0.1, factors={"log": 0.5}),
    )
    return Stack(name=f"worlds-{fold}", settings=settings, shape=MIDDLE, steps=1434, folds=(fold,))


WORLDS = tuple(on_fold(fold) for fold in (1, 2, 0, 3))
"""One fold after the other, so that each is saved when it is done; the hard ones first."""

LONGEST = replace(LONG, name="longest", settings=(Setting("usual"), Setting("decay-0.1", decay=0.1)), steps=15000)

NO_DROPOUT = Stack(name="no-dropout", settings=(Setting("usual"),), shape=MIDDLE, dropout=0.0)

SMOKE = Stack(
    name="smoke",
    settings=(Setting("usual"), Setting("real-only", worlds=0.0, jitter=0.3)),
    shape=MIDDLE,
    steps=150,
    seeds=(0,),
)

PLANS: dict[str, tuple[Stack, ...]] = {
    "smoke": (SMOKE, replace(SMOKE, name="smoke-candidate", folds=(SHIPPED_FOLD,), steps=60)),
    "tiny": (
        replace(SMOKE, name="tiny", steps=12, slots=Slots(2, 2, 2, 1), folds=(0, 1)),
        replace(SMOKE, name="long", steps=4, slots=Slots(2, 1, 1, 1), folds=(0, SHIPPED_FOLD)),
    ),
    "last": (LAST,),
    "candidates": (CANDIDATES,),
    "worlds": WORLDS,
    "tiny-last": (replace(LAST, steps=60, slots=Slots(2, 1, 2, 1), folds=(0, SHIPPED_FOLD), seeds=(0,)),),
    "all": (DATA, LOSS, LONG, *SIZES, SCENES, MANY_VIEWS, WHOLE_ONLY, NO_DROPOUT, SMOOTH, LONGEST),
}


def with_best(stack: Stack, results: dict[str, Any], score: Callable[[dict[str, Any]], float]) -> Stack:
    """A stack with one more setting: the best share of worlds so far, with the best change of loss or optimizer."""
    best: dict[str, Setting] = {}
    for group, settings in (("data", DATA.settings), ("loss", LOSS.settings)):
        scores = {s: score(results[f"{group}/{s.name}"]) for s in settings if f"{group}/{s.name}" in results}
        if scores:
            best[group] = min(scores, key=lambda setting: scores[setting])
    if len(best) < 2:
        return stack
    chosen = replace(best["loss"], name=f"{best['data'].name}+{best['loss'].name}", worlds=best["data"].worlds)
    return replace(stack, settings=(*stack.settings, chosen))
