"""Dataset: the samples that a run trains on and is validated on, from a catalog of HDRIs or a folder of pairs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from lightprobe.data.catalog.hdri_files import read_sources
from lightprobe.data.catalog.strata import is_puresky
from lightprobe.data.pairs.journal import MANIFEST, SETTINGS, read_manifest
from lightprobe.errors import OutputError
from lightprobe.training.data import folds
from lightprobe.training.data.mixture import AddedCatalog
from lightprobe.training.data.samples import (
    Samples,
    StoredPair,
    StoredSamples,
    SyntheticSamples,
    parse_pair,
    with_curve_given,
    with_curve_unknown,
)
from lightprobe.training.data.validation_set import Condition, ValidationSet
from lightprobe.training.recipes.recipe import Recipe
from lightprobe.untrusted.json_text import read_json

MOST_PAIRS = 512
"""Held-out pairs of a folder that are scored, at most."""


@dataclass(frozen=True, kw_only=True)
class ScoredSamples:
    """Samples to be scored, and the key of the condition of each."""

    samples: Samples
    conditions: tuple[str, ...]
    held_out: bool
    """Whether they are of scenes that are not trained on."""


@dataclass(frozen=True, kw_only=True)
class AddedSamples:
    """Samples of an added catalog, and their share of all samples of a run."""

    samples: Samples
    share: Fraction


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """Both sides of a fold."""

    train: Samples
    """Of the first catalog."""
    validation: tuple[ScoredSamples, ...]
    """Of the first catalog."""
    provenance: dict[str, Any]
    """What a checkpoint records of the data: scenes and groups trained on, scenes scored, licenses, a digest."""
    held_groups: frozenset[str] = frozenset()
    """Scene groups of the first catalog that are not trained on."""
    added: tuple[AddedSamples, ...] = ()
    """Of further catalogs, which are never scored."""


def open_dataset(folder: Path, recipe: Recipe, added: Sequence[AddedCatalog] = ()) -> Dataset:
    """The dataset of a recipe, from a catalog, a folder of HDRIs or a folder of pairs; and from added catalogs, without
    the groups that are held out in the first one.

    Raises: ImageError if there are no HDRIs; OutputError for an unfinished folder of pairs; ValueError if there are too
    few scenes for the recipe's folds, nothing to train on in an added catalog, or, with added catalogs, pairs of
    another size than the recipe's.
    """
    is_pairs = (folder / MANIFEST).exists() or (folder / SETTINGS).exists()
    dataset = _from_pairs(folder, recipe) if is_pairs else _from_hdris(folder, recipe)
    if not added:
        return dataset
    opened = [_added(catalog, recipe, {*recipe.hold_out, *dataset.held_groups}) for catalog in added]
    height, width = dataset.train.size
    if (height, width) != (recipe.data.height, recipe.data.width):
        raise ValueError(
            f"{folder}: expected pairs of the recipe's {recipe.data.width}x{recipe.data.height}, got {width}x{height}; "
            f"added catalogs need the same size: use --set data.width={width} --set data.height={height}"
        )
    abouts = [about for _, about in opened]
    digest = json.dumps([dataset.provenance["digest"], abouts], sort_keys=True)
    return replace(
        dataset,
        added=tuple(more for more, _ in opened),
        provenance={
            **dataset.provenance,
            "licences": sorted({*dataset.provenance["licences"], *(name for a in abouts for name in a["licences"])}),
            "added": abouts,
            "digest": hashlib.sha256(digest.encode()).hexdigest(),
        },
    )


def _added(catalog: AddedCatalog, recipe: Recipe, held: set[str]) -> tuple[AddedSamples, dict[str, Any]]:
    """The samples of an added catalog without the groups that are held out, and what a checkpoint records of it."""
    if (catalog.folder / MANIFEST).exists() or (catalog.folder / SETTINGS).exists():
        raise ValueError(
            f"{catalog.folder}: expected a catalog of HDRIs or worlds to add, got pairs; name their catalog"
        )
    sources = [source for source in read_sources(catalog.folder) if source.group not in held]
    if not sources:
        raise ValueError(f"{catalog.folder}: expected scenes that are not held out, got none; leave this catalog out")
    data = recipe.data
    samples = SyntheticSamples(
        sources=tuple(sources),
        recipe=recipe.shot_recipe(),
        variants=data.variants,
        p_response_given=data.response_given,
        partial=data.partial,
        several=data.several,
    )
    photographed = [source for source in sources if not source.is_synthetic]
    about = {
        "share": str(float(catalog.share)),
        "worlds": len(sources) - len(photographed),
        "scenes": [source.slug for source in photographed],
        "groups": sorted({source.group for source in photographed}),
        "licences": sorted({source.licence for source in sources}),
        "digest": folds.digest_sources(sources),
    }
    return AddedSamples(samples=samples, share=catalog.share), about


def _from_hdris(folder: Path, recipe: Recipe) -> Dataset:
    sources, scenes = folds.read_scenes(folder)
    fold = folds.make_fold(scenes, recipe.fold, recipe.folds, recipe.hold_out)
    trained = tuple(sources[slug] for slug in fold.train)
    data = recipe.data
    held = tuple(sources[slug] for slug in fold.scored)
    scored = ValidationSet(sources=held, width=data.width, height=data.height, partial=data.partial > 0)
    conditions = tuple(scored.condition(number) for number in range(scored.count))
    return Dataset(
        train=SyntheticSamples(
            sources=trained,
            recipe=recipe.shot_recipe(),
            variants=data.variants,
            p_response_given=data.response_given,
            partial=data.partial,
            several=data.several,
        ),
        validation=(ScoredSamples(samples=scored, conditions=conditions, held_out=fold.held_out),)
        if scored.count
        else (),
        provenance={
            "source": "hdris",
            "scenes": [source.slug for source in trained],
            "groups": sorted({source.group for source in trained}),
            "licences": sorted({source.licence for source in trained}),
            "scored": list(fold.scored),
            "digest": folds.digest_sources(trained),
        },
        held_groups=frozenset({source.group for source in sources.values()} - {source.group for source in trained}),
    )


def _from_pairs(folder: Path, recipe: Recipe) -> Dataset:
    table = read_manifest(folder)
    p_given, seed = recipe.data.response_given, recipe.data.seed
    try:
        settings = read_json(folder / SETTINGS)
        size = int(settings["recipe"]["height"]), int(settings["recipe"]["width"])
        rendered = set(settings.get("synthetic", ()))
        manifest = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
        pairs = {row["id"]: parse_pair(folder, row, p_given, seed) for row in table}
        groups = {row["scene"]: row["group"] for row in table}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OutputError(
            f"{folder}: cannot read these pairs: {type(error).__name__} ({error}); make them again with "
            "`lightprobe pairs`"
        ) from None
    scenes = [
        folds.Scene(slug=slug, group=group, puresky=is_puresky(slug), synthetic=slug in rendered)
        for slug, group in groups.items()
    ]
    fold = folds.make_fold(scenes, recipe.fold, recipe.folds, recipe.hold_out)

    def side(slugs: tuple[str, ...]) -> tuple[StoredPair, ...]:
        """Pairs of these scenes; a pair whose partner is on the other side is on neither."""
        own = set(slugs)
        return tuple(pairs[row["id"]] for row in table if row["scene"] in own and row["partner"] in {*own, ""})

    train, scored = side(fold.train), side(fold.scored)
    if not train:
        raise ValueError(f"{folder}: expected pairs to train on in fold {recipe.fold}, got none; make more pairs")
    some = scored[:: max(1, -(-len(scored) // MOST_PAIRS))]
    validation: list[ScoredSamples] = []
    for response_given in (True, False):
        chosen = with_curve_given(some) if response_given else with_curve_unknown(some)
        if chosen and (not response_given or p_given > 0):
            keys = tuple(Condition(curve=pair.curve, response_given=response_given).key for pair in chosen)
            samples = StoredSamples(pairs=chosen, size=size, manifest=manifest)
            validation.append(ScoredSamples(samples=samples, conditions=keys, held_out=fold.held_out))
    used = [row for row in table if row["scene"] in set(fold.train)]
    return Dataset(
        train=StoredSamples(pairs=train, size=size, manifest=manifest),
        validation=tuple(validation),
        provenance={
            "source": "pairs",
            "scenes": sorted({row["scene"] for row in used}),
            "groups": sorted({row["group"] for row in used}),
            "licences": sorted({row["licence"] for row in used}),
            "scored": list(fold.scored),
            "digest": hashlib.sha256(json.dumps([manifest, [pair.id for pair in train]]).encode()).hexdigest(),
        },
        held_groups=frozenset(set(groups.values()) - {row["group"] for row in used}),
    )
