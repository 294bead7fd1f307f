"""Model: the interface that training, export and evaluation use of a network; and ModelOutput, its answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Literal, NamedTuple

from torch import Tensor, nn

from lightprobe.imaging.cells import PLANES
from lightprobe.imaging.tone.curves import RESPONSE_CODES
from lightprobe.layers import Layers


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


class Model(nn.Module, ABC):
    """Picture in, light out: `model(picture, response)`.

    `picture` is of the kind that `input` names: `cells`, float32 [n, planes, 32, 64], of `imaging.cells`; or `image`,
    uint8 [n, h, w, 3], sRGB display values of whole panoramas. `response` is an int64 index into
    `imaging.curves.RESPONSE_CODES`: [n], or [1] for the whole batch.
    """

    name: ClassVar[str]
    input: ClassVar[Literal["cells", "image"]]
    planes: ClassVar[int] = PLANES
    """Of the cells: 7 where the network also takes the seen share."""
    convention: ClassVar[str]
    """Of the coefficients: 'radiance' or 'cmgen' (spec/CONVENTIONS.md#stored)."""
    responses: ClassVar[tuple[str, ...]] = RESPONSE_CODES
    """Tone curves that it can be given; 'auto' where it can do without."""
    settings: dict[str, Any]
    """Its arguments: `build(name, **settings)` makes the same again."""

    @abstractmethod
    def forward(self, picture: Tensor, response: Tensor) -> ModelOutput:
        """The light of a batch of pictures."""

    def layers(self) -> Layers | None:
        """The network as data, with its present weights (spec/MODEL_BIN.md); None if it cannot be written as such."""
        return None
