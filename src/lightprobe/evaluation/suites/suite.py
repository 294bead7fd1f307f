"""Suite: a set of pictures with the true light of each.

A suite is a list of shots and a function that loads one of them, so that one picture is in memory at a time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from lightprobe._shapes import Float
from lightprobe.camera import Hdri, make_hdri, make_unclipped
from lightprobe.evaluation.suites.item import SuiteItem, capture_item
from lightprobe.evaluation.suites.shots import UNCLIPPED, UNCLIPPED_EV, SuiteScene, SuiteShot, natural_shots

FORMAT = 2
"""Version of lists of shots and of suite folders. 1: lightprobe 0.1, which took the median of the full-size picture,
and lowered the exposure of `unclipped` instead of cutting off light."""
DrawShots = Callable[..., list[SuiteShot]]
"""From scenes, the pictures' width and a seed to a list of shots, as `natural_shots` and `view_shots`."""
SIZE = (256, 128)
"""Width and height of pictures, unless another size is asked for."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Suite:
    """Pictures with their truth. Iterating over `items` captures or reads them, one in memory at a time."""

    name: str
    width: int
    height: int
    seed: int
    shots: tuple[SuiteShot, ...]
    about: str
    """Where the light comes from, in a sentence."""
    load: Callable[[SuiteShot], SuiteItem]

    def items(self, ids: Iterable[str] | None = None) -> Iterator[SuiteItem]:
        """The pictures of these ids, or all, in the suite's order."""
        wanted = None if ids is None else set(ids)
        for shot in self.shots:
            if wanted is None or shot.id in wanted:
                yield self.load(shot)

    def item(self, id: str) -> SuiteItem:
        """One picture. Raises: ValueError if there is none of this id."""
        shot = self.by_id.get(id)
        if shot is None:
            raise ValueError(f"expected the id of a picture in {self.name}, got {id!r}; its manifest lists the ids")
        return self.load(shot)

    @cached_property
    def by_id(self) -> dict[str, SuiteShot]:
        """Shots by their id."""
        return {shot.id: shot for shot in self.shots}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the list of shots, in hexadecimal: suites with the same digest hold the same pictures."""
        rows = [FORMAT, [self.width, self.height], *(_digested(shot) for shot in self.shots)]
        return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def _digested(shot: SuiteShot) -> list[tuple[str, Any]]:
    """The fields of a shot in order; without the view where there is none, as before there were views."""
    return sorted((name, value) for name, value in asdict(shot).items() if name != "view" or value)


def check_suite_size(width: int, height: int) -> tuple[int, int]:
    """The size again. Raises: ValueError for a size that no suite can have."""
    if height < 32 or height % 32 or width != 2 * height:
        raise ValueError(f"expected a 2:1 size with a multiple of 32 rows, got {width}×{height}; try 256x128")
    return width, height


def natural_suite(
    name: str,
    scenes: Iterable[SuiteScene],
    radiance: Callable[[str], Float[np.ndarray, "H W 3"]],
    *,
    seed: int,
    size: tuple[int, int] = SIZE,
    about: str = "",
    draw: DrawShots = natural_shots,
) -> Suite:
    """A suite of photographed scenes; `radiance` gives the panorama of each by its slug, `draw` the list of shots.

    Raises: ValueError for a size that no suite can have.
    """
    width, height = check_suite_size(*size)

    @lru_cache(maxsize=1)
    def whole(slug: str) -> Hdri:
        return make_hdri(slug, radiance(slug), height)

    def load(shot: SuiteShot) -> SuiteItem:
        if shot.exposure == UNCLIPPED:
            hdri = make_unclipped(shot.scene, radiance(shot.scene), height, UNCLIPPED_EV)
        else:
            hdri = whole(shot.scene)
        return capture_item(shot, hdri, width=width, height=height)

    return Suite(
        name=name,
        width=width,
        height=height,
        seed=seed,
        shots=tuple(draw(scenes, width=width, seed=seed)),
        about=about,
        load=load,
    )
