"""Which scenes are trained on, and which are held out.

A scene group is trained on or held out as a whole, before anything is formed, and scenes are mixed with others of
their own side only. Pure skies, whose ground is not real, are trained on but never scored; one that shares a group
with a held-out scene is left out altogether.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lightprobe.data.catalog.hdri_files import Source, digest, read_sources
from lightprobe.data.catalog.table import CATALOG_NAME, read_catalog
from lightprobe.errors import ImageError

SANITY = 8
"""Scenes that are looked at where all are trained on."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What a fold is told of a scene."""

    slug: str
    group: str
    stratum: str = ""
    puresky: bool = False


@dataclass(frozen=True, kw_only=True)
class Fold:
    """Slugs of the two sides, sorted."""

    train: tuple[str, ...]
    scored: tuple[str, ...]
    held_out: bool
    """Whether what is scored is not trained on."""


def deal(scenes: Sequence[Scene], fold: int, folds: int, hold_out: Sequence[str] = ()) -> Fold:
    """The sides of fold 0 … folds − 1 over scene groups; −1 trains on all, and scores a few of them.

    Groups in `hold_out` are not trained on in any fold; −1 scores them instead.

    Groups with something to score are dealt to the folds in turn, kind of light by kind of light, in an order that
    their names alone give.

    Raises: ValueError if there are fewer groups than folds, or none left to train on.
    """
    held = set(hold_out)
    by_slug = sorted((scene for scene in scenes if scene.group not in held), key=lambda scene: scene.slug)
    if not by_slug:
        raise ValueError(f"expected scenes to train on, got none beside the {len(scenes)} held out; add others")
    real = [scene for scene in by_slug if not scene.puresky]
    apart = sorted(scene.slug for scene in scenes if scene.group in held and not scene.puresky)
    if fold < 0 and apart:
        return Fold(train=tuple(scene.slug for scene in by_slug), scored=tuple(apart), held_out=True)
    if fold < 0:
        some = sorted(real, key=lambda scene: _draw(scene.slug))[:SANITY]
        return Fold(
            train=tuple(scene.slug for scene in by_slug),
            scored=tuple(sorted(scene.slug for scene in some)),
            held_out=False,
        )
    kinds: dict[str, str] = {}
    for scene in real:
        kinds.setdefault(scene.group, scene.stratum)
    if len(kinds) < folds:
        raise ValueError(
            f"expected at least {folds} scene groups for {folds} folds, got {len(kinds)}; add scenes, or ask for "
            "--set folds=2, or --set fold=-1 to train on all"
        )
    order = sorted(kinds, key=lambda group: (kinds[group], _draw(group)))
    out = set(order[fold::folds])
    return Fold(
        train=tuple(scene.slug for scene in by_slug if scene.group not in out),
        scored=tuple(scene.slug for scene in real if scene.group in out),
        held_out=True,
    )


def _draw(name: str) -> bytes:
    return hashlib.blake2b(name.encode(), digest_size=8).digest()


def read_scenes(folder: Path) -> tuple[dict[str, Source], list[Scene]]:
    """The HDRIs of a catalog or a plain folder, by slug. Raises: as `read_sources`."""
    sources = read_sources(folder)
    entries = {}
    if (folder / CATALOG_NAME).exists():
        entries = {entry.slug: entry for entry in read_catalog(folder)}
    scenes = [
        Scene(
            slug=source.slug,
            group=source.group,
            stratum=entries[source.slug].stratum if source.slug in entries else "",
            puresky=entries[source.slug].puresky if source.slug in entries else is_sky(source.slug),
        )
        for source in sources
    ]
    return {source.slug: source for source in sources}, scenes


def is_sky(slug: str) -> bool:
    """Whether a name says that the ground has been replaced, where no catalog tells."""
    return "puresky" in slug.lower().replace("_", "").replace("-", "")


def digest_of(sources: Iterable[Source]) -> str:
    """SHA-256 over names, groups and contents of HDRIs. Raises: ImageError if one cannot be read."""
    total = hashlib.sha256()
    for source in sources:
        try:
            total.update(f"{source.slug} {source.group} {digest(source.path)}\n".encode())
        except OSError as error:
            raise ImageError(f"{source.path}: expected an HDRI, got: {error.strerror}; fetch it again") from None
    return total.hexdigest()
