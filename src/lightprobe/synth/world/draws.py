"""Named random parameters of one world, each with a stream of its own, recorded for the manifest."""

from __future__ import annotations

import hashlib
import math

import numpy as np


class Draws:
    """Random parameters that depend on (seed, index, name) alone: a new parameter leaves all others as they are."""

    def __init__(self, seed: int, index: int) -> None:
        self.seed, self.index = seed, index
        self.values: dict[str, object] = {}
        """Every parameter drawn, by name."""

    def stream(self, name: str) -> np.random.Generator:
        """Random numbers of this name, for many values that are not worth recording one by one."""
        digest = hashlib.blake2b(f"{self.seed}:{self.index}:{name}".encode(), digest_size=16).digest()
        return np.random.Generator(np.random.Philox(key=int.from_bytes(digest, "big")))

    def record(self, name: str, value: object) -> None:
        """Add a value that was not drawn here to the parameters."""
        self.values[name] = value

    def _keep(self, name: str, value: float) -> float:
        self.values[name] = kept = float(f"{value:.6g}")
        return kept

    def uniform(self, name: str, low: float, high: float) -> float:
        """Evenly distributed between two bounds."""
        return self._keep(name, self.stream(name).uniform(low, high))

    def spread(self, name: str, median: float, sigma: float) -> float:
        """Log-normal: the median times e to the power of a normal number with this standard deviation."""
        return self._keep(name, median * math.exp(self.stream(name).normal(0.0, sigma)))

    def integer(self, name: str, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        self.values[name] = value = int(self.stream(name).integers(low, high + 1))
        return value

    def chance(self, name: str, probability: float) -> bool:
        """True with this probability."""
        self.values[name] = value = bool(self.stream(name).random() < probability)
        return value

    def choice(self, name: str, weights: dict[str, float]) -> str:
        """One of the keys, each with a probability in proportion to its weight."""
        keys = list(weights)
        limits = np.cumsum([weights[key] for key in keys])
        position = self.stream(name).random() * limits[-1]
        self.values[name] = value = keys[min(int(np.searchsorted(limits, position, "right")), len(keys) - 1)]
        return value
