"""A model that is small enough to be trained in a test, and the command line with it.

`python toys.py train toy …` is `lightprobe train` with a recipe `toy`.
"""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar, Literal

import numpy as np
import torch
from torch import Tensor, nn

from lightprobe.imaging.tone.curves import KNOTS
from lightprobe.models import MODELS, Model, ModelOutput
from lightprobe.sphere import project
from lightprobe.training.recipes import RECIPES, Data, Optimizer, Recipe
from lightprobe.training.recipes.search_space import SEARCH_SPACES, Range
from lightprobe.training.sh_ops import turn_matrices


class Toy(Model):
    """Multiplies cells by a learned gain, projects."""

    name: ClassVar[str] = "toy"
    input: ClassVar[Literal["cells", "image"]] = "cells"
    convention: ClassVar[str] = "radiance"

    def __init__(self, channels: int = 4, dropout: float = 0.1) -> None:
        super().__init__()
        self.settings: dict[str, Any] = {"channels": channels, "dropout": dropout}
        self.net = nn.Sequential(
            nn.Conv2d(6, channels, 3, padding=1), nn.ReLU(), nn.Dropout2d(dropout), nn.Conv2d(channels, 3, 1)
        )
        self.curve = nn.Parameter(torch.linspace(-4, 1, KNOTS))
        self.register_buffer("basis", _projection(), persistent=False)

    def forward(self, picture: Tensor, response: Tensor) -> ModelOutput:
        cells = picture
        gain = self.net(cells) + 0.1 * (response > 0).float()[:, None, None, None]
        panorama = (cells[:, :3] * torch.exp(gain.clamp(-8, 8))).movedim(1, -1)
        coeffs = torch.einsum("khw,nhwc->nkc", self.get_buffer("basis"), panorama)
        return ModelOutput(coeffs, panorama, self.curve.expand(len(cells), KNOTS))


@cache
def _projection() -> Tensor:
    """[9, 32, 64]: the coefficients of each cell alone."""
    first = np.zeros((32, 32, 64, 3))
    first[range(32), range(32), 0] = 1
    rows = np.stack([project(cell)[:, 0] for cell in first])
    turned = np.einsum("jkl,il->kij", turn_matrices()[0], rows)
    return torch.as_tensor(turned, dtype=torch.float32)


def toy() -> Recipe:
    """A run of seconds."""
    return Recipe(
        model="toy",
        folds=3,
        steps=24,
        batch=4,
        data=Data(variants=3, width=128, height=64),
        optimizer=Optimizer(lr=1e-2),
        validate_every=8,
        checkpoint_every=3,
        workers=0,
    )


MODELS["toy"] = Toy
RECIPES["toy"] = toy
SEARCH_SPACES["toy"] = {"optimizer.lr": Range(low=1e-3, high=1e-1, log=True), "batch": (2, 4)}

if __name__ == "__main__":
    from lightprobe.cli import main

    main()
