"""Random numbers by name, independent of each other.

Every random number of a picture has a name and depends on (seed, scene, variant, name) alone. There is no shared
counter, so no two parameters are correlated, and a new parameter changes no other. The names decide the bytes of
every pair; do not change them.

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

_Choice = TypeVar("_Choice")
_NORMAL = NormalDist()


@lru_cache(maxsize=65536)
def _key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")


def bits(seed: int, scene: str, variant: int, name: str) -> int:
    """64 random bits for a name."""
    sequence = np.random.SeedSequence(entropy=seed, spawn_key=(_key(scene), variant, _key(name)))
    return int(sequence.generate_state(1, np.uint64)[0])


def uniform(seed: int, scene: str, variant: int, name: str) -> float:
    """A number in the open interval (0, 1)."""
    return ((bits(seed, scene, variant, name) >> 11) + 0.5) * 2.0**-53


def normal(u: float, mean: float, deviation: float, limit: float = 3.0) -> float:
    """The value of a normal distribution at this quantile, clipped to `limit` deviations."""
    return mean + deviation * min(max(_NORMAL.inv_cdf(u), -limit), limit)


def between(u: float, low: float, high: float) -> float:
    """The value of a uniform distribution at this quantile."""
    return low + (high - low) * u


def log_between(u: float, low: float, high: float) -> float:
    """The value of a log-uniform distribution at this quantile."""
    return math.exp(between(u, math.log(low), math.log(high)))


def choice(u: float, items: Sequence[_Choice]) -> _Choice:
    """The item at this quantile; all are equally likely."""
    return items[min(int(u * len(items)), len(items) - 1)]


def rest(u: float, share: float) -> float | None:
    """None for quantiles below `share`; the others rescaled to 0 … 1."""
    return None if u < share else min(max((u - share) / (1 - share), 1e-12), 1 - 1e-12)
