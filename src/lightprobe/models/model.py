"""Model: the interface that training, export and evaluation use of a network."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Literal

from torch import Tensor, nn

from lightprobe.imaging.cells import PLANES
from lightprobe.imaging.tone.curves import RESPONSE_CODES
from lightprobe.layers import Layers
from lightprobe.models.output import ModelOutput


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
