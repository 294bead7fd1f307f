"""The gate: medians of worlds and of photographed HDRIs, by kind of light, and how far apart they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lightprobe._shapes import Float
from lightprobe.camera.hdri import read_radiance
from lightprobe.camera.lens.glare import drawn_share, with_glare
from lightprobe.data.catalog.strata import STRATA, is_puresky
from lightprobe.data.catalog.table import Entry, read_catalog
from lightprobe.errors import ImageError
from lightprobe.progress import Progress
from lightprobe.synth.check.statistics import MEASURES, SUN_MEASURES, measures_of

MOST_STOPS = 0.7
"""Distance of two medians that passes [stops]."""
MOST_DEGREES = 10.0
"""The same for the sun's elevation [°]."""
FEWEST = 4
"""Panoramas of a kind on each side, below which it is not judged."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One measure of one kind of light: quartiles of photographs and of worlds."""

    stratum: str
    measure: str
    real: tuple[float, float, float]
    synthetic: tuple[float, float, float]

    @property
    def distance(self) -> float:
        """Median of the worlds less that of the photographs [stops, or ° for the elevation]."""
        return self.synthetic[1] - self.real[1]

    @property
    def passed(self) -> bool:
        """Whether the medians are near enough."""
        return abs(self.distance) <= (MOST_DEGREES if self.measure == "elevation" else MOST_STOPS)


@dataclass(frozen=True, kw_only=True)
class Gate:
    """All comparisons, and how many panoramas each kind of light has: (photographs, worlds)."""

    comparisons: tuple[Comparison, ...]
    counts: dict[str, tuple[int, int]]
    unreadable: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every measure of every judged kind passes."""
        return bool(self.comparisons) and all(comparison.passed for comparison in self.comparisons)


def compare_catalogs(worlds: Path, hdris: Path, progress: Progress | None = None) -> Gate:
    """Compare the worlds of a catalog with the photographed HDRIs of another. Pure skies are left out; worlds are seen
    through the first lens of each.

    Raises: ValueError if a folder is no catalog, or holds nothing to compare.
    """
    progress = progress or Progress()
    sides = [
        ("photographs", hdris, [e for e in read_catalog(hdris) if not e.is_synthetic]),
        ("worlds", worlds, [e for e in read_catalog(worlds) if e.is_synthetic]),
    ]
    measured: list[dict[str, list[dict[str, float]]]] = []
    unreadable: list[str] = []
    for name, folder, entries in sides:
        chosen = [entry for entry in entries if entry.stratum in STRATA and not is_puresky(entry.slug, entry.puresky)]
        if not chosen:
            raise ValueError(
                f"{folder}: expected a catalog with {name}, found none; give the folders in this order: "
                "worlds --against hdris"
            )
        progress.start(f"Measuring {name}", len(chosen))
        found: dict[str, list[dict[str, float]]] = {}
        for entry in chosen:
            try:
                found.setdefault(entry.stratum, []).append(
                    measures_of(seen_radiance(folder, entry), sun=entry.stratum == "sun")
                )
            except ImageError as error:
                unreadable.append(str(error))
            progress.advance()
        measured.append(found)
    return Gate(
        comparisons=compare_measures(*measured),
        counts={
            stratum: (len(measured[0].get(stratum, [])), len(measured[1].get(stratum, [])))
            for stratum in STRATA
            if any(stratum in side for side in measured)
        },
        unreadable=tuple(unreadable),
    )


def seen_radiance(folder: Path, entry: Entry) -> Float[np.ndarray, "h w 3"]:
    """The radiance of a catalog's entry as training reads it. Raises: ImageError if it cannot be read."""
    return with_glare(read_radiance(entry.path(folder)), drawn_share(entry.glare or 0.0, entry.slug, 0))


def compare_measures(
    real: Mapping[str, Sequence[Mapping[str, float]]], synthetic: Mapping[str, Sequence[Mapping[str, float]]]
) -> tuple[Comparison, ...]:
    """The comparisons of all kinds that have at least `FEWEST` panoramas on both sides, from measures by kind."""
    made: list[Comparison] = []
    for stratum in STRATA:
        ours, theirs = real.get(stratum, ()), synthetic.get(stratum, ())
        if min(len(ours), len(theirs)) < FEWEST:
            continue
        for measure in (*MEASURES, *(SUN_MEASURES if stratum == "sun" else ())):
            quartiles = [_quartiles([found[measure] for found in side]) for side in (ours, theirs)]
            made.append(Comparison(stratum=stratum, measure=measure, real=quartiles[0], synthetic=quartiles[1]))
    return tuple(made)


def _quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    known = [value for value in values if np.isfinite(value)]
    if not known:
        return float("nan"), float("nan"), float("nan")
    low, middle, high = np.percentile(known, (25, 50, 75))
    return float(low), float(middle), float(high)
