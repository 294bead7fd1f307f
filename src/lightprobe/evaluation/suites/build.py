"""Building a suite into a folder, from a catalog of HDRIs or from a built-in suite."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lightprobe.camera import read_radiance
from lightprobe.data.catalog.hdri_files import Source, read_sources
from lightprobe.data.catalog.strata import SMALL, is_puresky, stratum
from lightprobe.data.catalog.table import CATALOG_NAME, read_catalog
from lightprobe.evaluation.suites.folder import write_suite
from lightprobe.evaluation.suites.lookup import BUILT_IN, open_suite
from lightprobe.evaluation.suites.shots import SuiteScene, natural_shots
from lightprobe.evaluation.suites.suite import SIZE, Suite, natural_suite
from lightprobe.evaluation.suites.views import view_shots
from lightprobe.progress import Progress
from lightprobe.sphere.panorama.equirect import resize


@dataclass(frozen=True, kw_only=True, eq=False)
class SuitePlan:
    """A suite that can be written, and entries for its manifest that say how it was chosen."""

    suite: Suite
    more: dict[str, Any]


def plan_suite(
    source: str | Path,
    *,
    seed: int = 1,
    size: tuple[int, int] = SIZE,
    side: str = "test",
    split_seed: int = 0,
    with_pureskies: bool = False,
    with_views: bool = False,
) -> SuitePlan:
    """The suite of a source: the name of a built-in suite, or a catalog or folder of HDRIs. Of a catalog, the scenes on
    `side` of the split are taken; pure skies, whose lower half is artificial, only on request. `with_views` takes
    perspective pictures of a catalog's scenes instead of panoramas.

    Raises: ValueError for wrong arguments; ImageError for HDRIs that are missing.
    """
    if str(source) in BUILT_IN:
        return SuitePlan(suite=open_suite(source, seed=seed, size=size), more={})
    suite = catalog_suite(
        Path(source),
        seed=seed,
        size=size,
        side=side,
        split_seed=split_seed,
        with_pureskies=with_pureskies,
        with_views=with_views,
    )
    return SuitePlan(suite=suite, more={"side": side, "split_seed": split_seed})


def build_suite(plan: SuitePlan, out: Path, progress: Progress | None = None) -> int:
    """Write a suite to `out`; returns the number of its pictures.

    Raises: ImageError for HDRIs that cannot be read; OutputError.
    """
    return write_suite(plan.suite, out, plan.more, progress or Progress())


def catalog_suite(
    hdris: Path,
    *,
    seed: int = 1,
    size: tuple[int, int] = SIZE,
    side: str = "test",
    split_seed: int = 0,
    with_pureskies: bool = False,
    with_views: bool = False,
) -> Suite:
    """The suite of a catalog's scenes, not yet written.

    Raises: as `plan_suite`.
    """
    sources = {source.slug: source for source in read_sources(hdris, side, split_seed) if not source.is_synthetic}
    entries = {entry.slug: entry for entry in read_catalog(hdris)} if (hdris / CATALOG_NAME).exists() else {}
    chosen = {
        slug: source
        for slug, source in sources.items()
        if with_pureskies or not is_puresky(slug, slug in entries and entries[slug].puresky)
    }
    if not sources:
        raise ValueError(
            f"{hdris}: expected photographed HDRIs, got rendered worlds only; worlds are for training, so give another "
            "folder"
        )
    if not chosen:
        raise ValueError(
            f"{hdris}: all {len(sources)} scenes in {side} are pure skies; take another --split, or --with-pureskies"
        )
    scenes = [
        SuiteScene(slug=slug, group=source.group, stratum=(slug in entries and entries[slug].stratum) or _kind(source))
        for slug, source in chosen.items()
    ]
    kind = "Perspective pictures of " if with_views else ""
    return natural_suite(
        f"{hdris.resolve().name}{' views' if with_views else ''}",
        scenes,
        lambda slug: read_radiance(chosen[slug].path),
        seed=seed,
        size=size,
        draw=view_shots if with_views else natural_shots,
        about=f"{kind}{len(scenes)} HDRIs of {hdris.resolve().name}, side {side} of split {split_seed}",
    )


def _kind(source: Source) -> str:
    """Kind of light of an HDRI that no catalog describes."""
    small = resize(read_radiance(source.path), *SMALL)
    return stratum((), source.slug.split("_"), small)
