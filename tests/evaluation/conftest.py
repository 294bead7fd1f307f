"""A small suite with known contents, and callables to be judged on it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lightprobe.evaluation.suites.build import Planned, build
from lightprobe.evaluation.suites.shots import AUTO, Place
from lightprobe.evaluation.suites.suite import Suite, from_scenes, open_suite
from lightprobe.sphere.equirect import directions

SLUGS = ("dim_hall", "green_park_01", "green_park_02")


def radiance(slug: str) -> np.ndarray:
    """A smooth colored panorama of 128×64, in parks with a sun."""
    rng = np.random.default_rng(SLUGS.index(slug))
    tones = directions(64, 128) @ rng.normal(0, 0.8, (3, 3))
    panorama = 0.2 * 2.0 ** np.clip(tones, -1.6, 1.6)
    if slug != "dim_hall":
        panorama[14 + SLUGS.index(slug), 40] += 800.0
    return panorama.astype(np.float32)


def toy_suite(seed: int = 3) -> Suite:
    """Two scene groups, three scenes; of their 63 pictures of 64×32 the 39 that are srgb or as a camera exposes."""
    suite = whole_suite(seed)
    return replace(suite, shots=tuple(shot for shot in suite.shots if "srgb_" in shot.id or shot.exposure == AUTO))


def whole_suite(seed: int = 3) -> Suite:
    """The same with all pictures."""
    places = [
        Place(slug=slug, group="green_park" if "park" in slug else slug, stratum="sun" if "park" in slug else "indoor")
        for slug in SLUGS
    ]
    return from_scenes("toys", places, radiance, seed=seed, size=(64, 32), about="three toys")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, written; not to be changed."""
    out = tmp_path_factory.mktemp("suites") / "toys"
    build(Planned(suite=toy_suite(), more={}), out)
    return out


@pytest.fixture
def toys(folder: Path) -> Suite:
    return open_suite(folder)
