"""Medians, means and 90th percentiles, with intervals by bootstrap over scenes.

Pictures of one scene fail together, so the bootstrap draws scenes, not pictures: otherwise twenty pictures of one park
would count as twenty pieces of evidence.

Source: Davison & Hinkley, "Bootstrap Methods and their Application", 1997, section 3.8, with
percentile intervals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lightprobe._shapes import Float, Int

DRAWS = 1000
COVERAGE = 0.95


@dataclass(frozen=True, kw_only=True)
class Summary:
    """Statistics of a metric over many pictures; all NaN if there are none."""

    count: int
    median: float
    median_low: float
    median_high: float
    mean: float
    mean_low: float
    mean_high: float
    p90: float


def summarize(values: Float[np.ndarray, " n"], scenes: Sequence[str], rng: np.random.Generator) -> Summary:
    """Summary of one number per picture, NaN excluded, with 95 % intervals over `scenes`, the scene of each picture."""
    values = np.asarray(values, np.float64)
    known = ~np.isnan(values)
    values = values[known]
    if not values.size:
        nothing = float("nan")
        return Summary(count=0, median=nothing, median_low=nothing, median_high=nothing, mean=nothing,
                       mean_low=nothing, mean_high=nothing, p90=nothing)  # fmt: skip
    names, scene = np.unique(np.array(scenes)[known], return_inverse=True)
    draws = draw_scenes(len(names), rng)
    medians = weighted_quantile(values, draws[:, scene], 0.5)
    totals, counts = np.bincount(scene, values), np.bincount(scene)
    means = (draws @ totals) / (draws @ counts)
    tail = (1 - COVERAGE) / 2
    median_low, median_high = np.quantile(medians, (tail, 1 - tail))
    mean_low, mean_high = np.quantile(means, (tail, 1 - tail))
    return Summary(
        count=values.size,
        median=float(np.median(values)),
        median_low=float(median_low),
        median_high=float(median_high),
        mean=float(values.mean()),
        mean_low=float(mean_low),
        mean_high=float(mean_high),
        p90=float(np.quantile(values, 0.9)),
    )


def draw_scenes(count: int, rng: np.random.Generator) -> Int[np.ndarray, "draws count"]:
    """How often each of `count` scenes is drawn in each of DRAWS samples of that size, with replacement."""
    return rng.multinomial(count, np.full(count, 1 / count), size=DRAWS)


def weighted_quantile(
    values: Float[np.ndarray, " n"], weights: Int[np.ndarray, "draws n"], share: float
) -> Float[np.ndarray, " draws"]:
    """The quantile of values repeated by their weights, for each row of weights.

    For a share of 1/2 it is numpy's median: halfway between the two middle values where there are two.
    """
    order = np.argsort(values)
    ranks = np.cumsum(weights[:, order], axis=1)
    total = ranks[:, -1:]
    rank = share * total
    lower = np.argmax(ranks >= rank, axis=1)
    upper = np.argmax(ranks > np.minimum(rank, total - 1), axis=1)
    return (values[order][lower] + values[order][upper]) / 2
