"""Random numbers, one independent stream per question.

Every random number of a picture is asked for by name, and depends on (seed, scene, variant, name) alone: no counter
is shared, so no two parameters are correlated, and a new parameter changes no other. The names decide the bytes of
every pair; keep them.

Source: numpy.random.SeedSequence, after O'Neill, "Developing a seed_seq alternative", 2015.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist
from typing import TypeVar

import numpy as np

Item = TypeVar("Item")
_NORMAL = NormalDist()


@lru_cache(maxsize=65536)
def _key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")


def bits(seed: int, scene: str, variant: int, name: str) -> int:
    """64 random bits that answer one question."""
    sequence = np.random.SeedSequence(entropy=seed, spawn_key=(_key(scene), variant, _key(name)))
    return int(sequence.generate_state(1, np.uint64)[0])


def uniform(seed: int, scene: str, variant: int, name: str) -> float:
    """A number in the open interval (0, 1)."""
    return ((bits(seed, scene, variant, name) >> 11) + 0.5) * 2.0**-53


def normal(u: float, mean: float, deviation: float, limit: float = 3.0) -> float:
    """The normal number at this quantile, kept within `limit` deviations."""
    return mean + deviation * min(max(_NORMAL.inv_cdf(u), -limit), limit)


def between(u: float, low: float, high: float) -> float:
    """The number at this quantile of a flat distribution."""
    return low + (high - low) * u


def log_between(u: float, low: float, high: float) -> float:
    """The number at this quantile of a distribution that is flat in the logarithm."""
    return math.exp(between(u, math.log(low), math.log(high)))


def choice(u: float, items: Sequence[Item]) -> Item:
    """The item at this quantile, all equally likely."""
    return items[min(int(u * len(items)), len(items) - 1)]


def rest(u: float, share: float) -> float | None:
    """None for the lowest `share` of quantiles; the others as a quantile of their own."""
    return None if u < share else min(max((u - share) / (1 - share), 1e-12), 1 - 1e-12)
