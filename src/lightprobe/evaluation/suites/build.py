"""Building a suite into a folder, from a catalog of HDRIs or from what is built in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lightprobe.camera import read_radiance
from lightprobe.data.catalog.hdri_files import Source, read_sources
from lightprobe.data.catalog.strata import SMALL, stratum
from lightprobe.data.catalog.table import CATALOG_NAME, read_catalog
from lightprobe.evaluation.suites import folder
from lightprobe.evaluation.suites.shots import Place
from lightprobe.evaluation.suites.suite import BUILT_IN, SIZE, Suite, from_scenes, open_suite
from lightprobe.sphere.equirect import resize


@dataclass(frozen=True, kw_only=True, eq=False)
class Planned:
    """A suite that can be written, and what its manifest says of how it came about."""

    suite: Suite
    more: dict[str, Any]


def plan_of(
    source: str | Path,
    *,
    seed: int = 1,
    size: tuple[int, int] = SIZE,
    side: str = "test",
    split_seed: int = 0,
    with_pureskies: bool = False,
) -> Planned:
    """What is to be built. `source` is the name of a built-in suite, or a catalog or folder of HDRIs, of which the
    scenes on `side` of the split are taken; pure skies (whose lower half is made up) only if asked for.

    Raises: ValueError for wrong arguments; ImageError for HDRIs that are not there.
    """
    if str(source) in BUILT_IN:
        return Planned(suite=open_suite(source, seed=seed, size=size), more={})
    suite = of_catalog(Path(source), seed=seed, size=size, side=side, split_seed=split_seed, pure=with_pureskies)
    return Planned(suite=suite, more={"side": side, "split_seed": split_seed})


def build(planned: Planned, out: Path, step: Callable[[], None] = lambda: None) -> int:
    """Write a suite to `out`; the number of its pictures.

    Raises: ImageError for HDRIs that cannot be read; OutputError.
    """
    suite = planned.suite
    about = {
        "name": suite.name,
        "about": suite.about,
        "width": suite.width,
        "height": suite.height,
        "seed": suite.seed,
        **planned.more,
    }
    return folder.write(suite.items(), out, about, step)


def of_catalog(
    hdris: Path,
    *,
    seed: int = 1,
    size: tuple[int, int] = SIZE,
    side: str = "test",
    split_seed: int = 0,
    pure: bool = False,
) -> Suite:
    """The suite of a catalog's scenes, not yet written.

    Raises: as `plan_of`.
    """
    sources = {source.slug: source for source in read_sources(hdris, side, split_seed)}
    entries = {entry.slug: entry for entry in read_catalog(hdris)} if (hdris / CATALOG_NAME).exists() else {}
    skies = {slug for slug in sources if slug.endswith("puresky") or (slug in entries and entries[slug].puresky)}
    chosen = {slug: source for slug, source in sources.items() if pure or slug not in skies}
    if not chosen:
        raise ValueError(f"{hdris}: expected scenes that are no pure skies in {side}, got none; say --with-pureskies")
    places = [
        Place(slug=slug, group=source.group, stratum=(slug in entries and entries[slug].stratum) or _kind(source))
        for slug, source in chosen.items()
    ]
    about = f"{len(places)} HDRIs of {hdris.resolve().name}, side {side} of split {split_seed}"
    return from_scenes(
        hdris.resolve().name, places, lambda slug: read_radiance(chosen[slug].path), seed=seed, size=size, about=about
    )


def _kind(source: Source) -> str:
    """Kind of light of an HDRI that no catalog describes."""
    small = resize(read_radiance(source.path), *SMALL)
    return stratum((), source.slug.split("_"), small)
