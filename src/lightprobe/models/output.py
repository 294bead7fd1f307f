"""ModelOutput: the light that a model finds in a batch of pictures."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor


class ModelOutput(NamedTuple):
    """The light of a batch of pictures; an output that a model does not have is None.

    Convention: panorama and curve in linear Rec.709, 1.0 is display white of a hard-clipped picture; row 0 is up
    (spec/CONVENTIONS.md). The coefficients are in the model's `convention`.
    """

    coeffs: Tensor
    """[n, 9, 3] spherical harmonics."""
    panorama: Tensor | None = None
    """[n, 32, 64, 3] radiance of the surroundings."""
    curve: Tensor | None = None
    """[n, KNOTS] natural logarithm of the radiance that gray display values k/KNOTS stand for, k = 1 … KNOTS."""
    lost: Tensor | None = None
    """[n, 32, 64, 3] the part of the panorama that is a guess: light that the picture has lost or never showed."""
    levels: Tensor | None = None
    """[n, 4] by how many stops the lost light is brighter in other answers: best, median, and the ends of an interval
    of 80 % (spec/CONVENTIONS.md#answers)."""

    def present(self) -> dict[str, Tensor]:
        """The outputs that there are, by name."""
        return {name: value for name, value in self._asdict().items() if value is not None}
