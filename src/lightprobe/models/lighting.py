"""Lighting: what a model answers."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor

KNOTS = 16
"""Points of a tone curve that a model estimates: display values 1/16, 2/16 … 1."""


class Lighting(NamedTuple):
    """The light of a batch of pictures; `None` is what a model does not tell.

    Convention: panorama and curve in linear Rec.709, 1.0 is display white of a hard-clipped picture; row 0 is up
    (spec/CONVENTIONS.md). The coefficients are what the model's `convention` says.
    """

    coeffs: Tensor
    """[n, 9, 3] spherical harmonics."""
    panorama: Tensor | None = None
    """[n, 32, 64, 3] radiance of the surroundings."""
    curve: Tensor | None = None
    """[n, KNOTS] natural logarithm of the radiance that gray display values k/KNOTS stand for, k = 1 … KNOTS."""
