"""What a run learns from and is judged on: a catalog of HDRIs, or a folder of pairs, cut along a fold."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lightprobe.data.pairs.journal import MANIFEST, SETTINGS, read_manifest
from lightprobe.errors import OutputError
from lightprobe.training.data import folds
from lightprobe.training.data.samples import Drawn, Row, Supply, Written, as_told, read_row
from lightprobe.training.data.validation_set import Suite
from lightprobe.training.recipes.recipe import Recipe

MOST = 512
"""Held-out pairs of a folder that are looked at, told or not told."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """Examples to be judged on, and the name under which each is counted."""

    supply: Supply
    modes: tuple[str, ...]
    held_out: bool


@dataclass(frozen=True, kw_only=True)
class Material:
    """Both sides of a fold."""

    train: Supply
    judged: tuple[Judged, ...]
    about: dict[str, Any]
    """What a checkpoint says of the data: scenes and groups trained on, their licences, a digest of their contents."""


def gather(folder: Path, recipe: Recipe) -> Material:
    """What a recipe asks for of a catalog, a folder of HDRIs or a folder of pairs.

    Raises: ImageError if there are no HDRIs; OutputError for an unfinished folder of pairs; ValueError if it cannot be
    cut along the fold.
    """
    if (folder / MANIFEST).exists() or (folder / SETTINGS).exists():
        return _of_pairs(folder, recipe)
    return _of_hdris(folder, recipe)


def _of_hdris(folder: Path, recipe: Recipe) -> Material:
    sources, scenes = folds.read_scenes(folder)
    fold = folds.deal(scenes, recipe.fold, recipe.folds, recipe.hold_out)
    trained = tuple(sources[slug] for slug in fold.train)
    data = recipe.data
    suite = Suite(sources=tuple(sources[slug] for slug in fold.scored), width=data.width, height=data.height)
    modes = tuple(suite.mode(number) for number in range(suite.count))
    return Material(
        train=Drawn(sources=trained, recipe=recipe.shots(), variants=data.variants, told=data.told),
        judged=(Judged(supply=suite, modes=modes, held_out=fold.held_out),) if suite.count else (),
        about={
            "source": "hdris",
            "scenes": [source.slug for source in trained],
            "groups": sorted({source.group for source in trained}),
            "licences": sorted({source.licence for source in trained}),
            "scored": list(fold.scored),
            "digest": folds.digest_of(trained),
        },
    )


def _of_pairs(folder: Path, recipe: Recipe) -> Material:
    table = read_manifest(folder)
    try:
        held = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))["recipe"]
        size = int(held["height"]), int(held["width"])
        manifest = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
        rows = {row["id"]: read_row(folder, row, recipe.data.told, recipe.data.seed) for row in table}
        groups = {row["scene"]: row["group"] for row in table}
    except (OSError, ValueError, KeyError) as error:
        raise OutputError(
            f"{folder}: expected pairs that `lightprobe pairs` made, got {type(error).__name__} ({error}); "
            "make them anew"
        ) from None
    scenes = [folds.Scene(slug=slug, group=group, puresky=folds.is_sky(slug)) for slug, group in groups.items()]
    fold = folds.deal(scenes, recipe.fold, recipe.folds, recipe.hold_out)

    def side(slugs: tuple[str, ...], mixed_with: tuple[str, ...]) -> tuple[Row, ...]:
        """Pairs of these scenes; a pair with a partner from the other side is on neither."""
        inside, allowed = set(slugs), {*mixed_with, ""}
        return tuple(rows[row["id"]] for row in table if row["scene"] in inside and row["partner"] in allowed)

    train, scored = side(fold.train, fold.train), side(fold.scored, fold.scored)
    if not train:
        raise ValueError(f"{folder}: expected pairs to train on in fold {recipe.fold}, got none; make more pairs")
    some = tuple(scored[:: max(1, -(-len(scored) // MOST))])
    judged: list[Judged] = []
    for is_told in (True, False):
        chosen = as_told(some, is_told=is_told)
        if chosen and (not is_told or recipe.data.told > 0):
            names = tuple(f"{row.curve} {'told' if is_told else 'auto'}" for row in chosen)
            supply = Written(rows=chosen, size=size, manifest=manifest)
            judged.append(Judged(supply=supply, modes=names, held_out=fold.held_out))
    used = [row for row in table if row["scene"] in set(fold.train)]
    return Material(
        train=Written(rows=train, size=size, manifest=manifest),
        judged=tuple(judged),
        about={
            "source": "pairs",
            "scenes": sorted({row["scene"] for row in used}),
            "groups": sorted({row["group"] for row in used}),
            "licences": sorted({row["licence"] for row in used}),
            "scored": list(fold.scored),
            "digest": hashlib.sha256(json.dumps([manifest, [row.id for row in train]]).encode()).hexdigest(),
        },
    )
