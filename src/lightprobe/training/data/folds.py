"""Folds: the scenes to train on and the scenes held out.

A scene group is trained on or held out as a whole, before any picture is made, and scenes are mixed only with scenes of
their own side. Pure skies, whose ground is not real, and rendered worlds are trained on but never scored; one that
shares a group with a held-out scene is left out altogether.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lightprobe.data.catalog.hdri_files import Source, digest, read_sources
from lightprobe.data.catalog.strata import is_puresky
from lightprobe.data.catalog.table import CATALOG_NAME, read_catalog
from lightprobe.errors import ImageError

SANITY_SCENES = 8
"""Number of scenes that are scored when all are trained on."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A scene, as far as folds need it."""

    slug: str
    group: str
    stratum: str = ""
    """Kind of light."""
    puresky: bool = False
    synthetic: bool = False
    """Whether it was rendered; such scenes are never scored."""

    @property
    def is_scored(self) -> bool:
        """Whether it can be scored: it is neither rendered nor a pure sky."""
        return not (self.puresky or self.synthetic)


@dataclass(frozen=True, kw_only=True)
class Fold:
    """The two sides of a fold: slugs, sorted."""

    train: tuple[str, ...]
    scored: tuple[str, ...]
    held_out: bool
    """Whether the scored scenes are not trained on."""


def make_fold(scenes: Sequence[Scene], fold: int, folds: int, hold_out: Sequence[str] = ()) -> Fold:
    """Fold 0 … folds − 1 over scene groups, or −1, which trains on all of them.

    Groups in `hold_out` are not trained on in any fold. Fold −1 scores them; if there are none, it scores a few of the
    scenes that it trains on. Groups with scenes to score are dealt to the folds in turn, kind of light by kind of
    light, in an order that depends on their names alone.

    Raises: ValueError if there are fewer groups than folds, or none left to train on.
    """
    held = set(hold_out)
    by_slug = sorted((scene for scene in scenes if scene.group not in held), key=lambda scene: scene.slug)
    if not by_slug:
        raise ValueError(f"expected scenes to train on, got only the {len(scenes)} held out; add others")
    real = [scene for scene in by_slug if scene.is_scored]
    apart = sorted(scene.slug for scene in scenes if scene.group in held and scene.is_scored)
    if fold < 0 and apart:
        return Fold(train=tuple(scene.slug for scene in by_slug), scored=tuple(apart), held_out=True)
    if fold < 0:
        some = sorted(real, key=lambda scene: _draw(scene.slug))[:SANITY_SCENES]
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
    """The HDRIs of a catalog or a plain folder by slug, and their scenes. Raises: as `read_sources`."""
    sources = read_sources(folder)
    entries = {}
    if (folder / CATALOG_NAME).exists():
        entries = {entry.slug: entry for entry in read_catalog(folder)}
    scenes = [
        Scene(
            slug=source.slug,
            group=source.group,
            stratum=entries[source.slug].stratum if source.slug in entries else "",
            puresky=is_puresky(source.slug, source.slug in entries and entries[source.slug].puresky),
            synthetic=source.is_synthetic,
        )
        for source in sources
    ]
    return {source.slug: source for source in sources}, scenes


def digest_sources(sources: Iterable[Source]) -> str:
    """SHA-256 of the HDRIs' names, groups and contents. Raises: ImageError if one cannot be read."""
    total = hashlib.sha256()
    for source in sources:
        try:
            total.update(f"{source.slug} {source.group} {digest(source.path)}\n".encode())
        except OSError as error:
            raise ImageError(f"{source.path}: cannot read this HDRI: {error.strerror}; fetch it again") from None
    return total.hexdigest()
