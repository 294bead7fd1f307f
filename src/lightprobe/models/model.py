"""Model: what every network of this house looks like to those that train, export and run it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from torch import Tensor, nn

from lightprobe.imaging import curves
from lightprobe.models.lighting import Lighting

RESPONSES = ("auto", *curves.RESPONSES)
"""Tone curves a model can be told, by index; 'auto' leaves it to the model."""


class Model(nn.Module, ABC):
    """Picture in, light out: `light(*prepare(image, response))`.

    `image` is uint8 [n, h, w, 3], sRGB display values of a whole panorama; `response` int64 [1], an index into
    RESPONSES for the whole batch. `prepare` has nothing to learn, so what it returns can be kept; tensors whose last
    two axes are h × 2h are panoramas, and may be turned by whole cells.
    """

    name: ClassVar[str]
    convention: ClassVar[str]
    """Of the coefficients: 'radiance' or 'cmgen' (spec/CONVENTIONS.md#conventions)."""
    settings: dict[str, Any]
    """What it was built with: `build(name, **settings)` makes the same again."""

    @abstractmethod
    def prepare(self, image: Tensor, response: Tensor) -> tuple[Tensor, ...]:
        """What the network sees of a picture, as float32."""

    @abstractmethod
    def light(self, *prepared: Tensor) -> Lighting:
        """The network."""

    def forward(self, image: Tensor, response: Tensor) -> Lighting:
        """The light of a batch of pictures."""
        return self.light(*self.prepare(image, response))
