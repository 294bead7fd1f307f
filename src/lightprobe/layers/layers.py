"""Layers: a network as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Shape = tuple[int, int, int]
"""Rows, columns and channels of a tensor."""

Layer = dict[str, Any]
"""One layer, as in the header of model.bin: `kind`, `from`, `to`, and the fields of its kind."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Layers:
    """A network: which tensors it takes, its layers in order, and which tensors are its answer.

    Convention: spec/MODEL_BIN.md.
    """

    inputs: dict[str, Shape]
    arrays: tuple[np.ndarray, ...]
    """Numbers that the layers name by index, each float16 or float32."""
    layers: tuple[Layer, ...]
    outputs: dict[str, str]
    """Tensor of each output."""
