"""Scenes: all panoramas on the device, and the cells that are made of their pictures.

Only numpy and torch, so that it runs on a machine without lightprobe.
"""

from __future__ import annotations

import json
import lzma
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from sphere import LUMINANCE, ROWS, solid_angles

HEIGHT, WIDTH = 128, 256
BLOCK = HEIGHT // ROWS


@dataclass
class Cells:
    """A network's input and the truth: arrays [streams, channels, pictures, 32, 64], facts [streams, pictures]."""

    observed: Tensor
    """Radiance up to white, times the seen share; 1.0 is the white of the given curve. sRGB-decoded if unknown."""
    clipped: Tensor
    """Share of each cell that is seen and at white, of each channel."""
    share: Tensor
    """Seen share."""
    within: Tensor
    """Truth: the true radiance up to white, unseen parts included."""
    beyond: Tensor
    """Truth: radiance beyond white."""
    auto: Tensor
    log_white: Tensor
    """ln of the given white; 0 if unknown."""
    log_knots: Tensor
    """Truth: ln of the radiance at 16 display values, [streams, pictures, 16]."""

    def pick(self, streams: Tensor) -> Cells:
        """The pictures of these streams, a stream for each model."""
        return Cells(**{name: value.index_select(0, streams) for name, value in vars(self).items()})

    def part(self, pictures: slice) -> Cells:
        """Some of the pictures."""
        flat = ("auto", "log_white", "log_knots")
        return Cells(**{n: v[:, pictures] if n in flat else v[:, :, pictures] for n, v in vars(self).items()})


class Scenes:
    """All panoramas on the device, normalized to a median luminance of 1, and the folds."""

    def __init__(self, folder: Path, device: torch.device | str) -> None:
        self.device = device
        catalog = json.loads((folder / "catalog.json").read_text(encoding="utf-8"))
        self.rows = catalog["scenes"]
        data = np.frombuffer(lzma.decompress((folder / "scenes.xz").read_bytes()), np.uint8)
        planes = torch.from_numpy(data.reshape(4, len(self.rows), HEIGHT, WIDTH).copy()).to(device)
        planes = planes.long().cumsum(-1) % 256
        scale = torch.exp2(planes[0].float() - 136)[:, None]
        medians = torch.tensor([row["median"] for row in self.rows], device=device)[:, None, None, None]
        self.radiance = planes[1:].transpose(0, 1).float() * scale / medians
        self.log_average = self._log_average()
        number = {row["slug"]: i for i, row in enumerate(self.rows)}
        self.train = [[number[s] for s in fold["train"]] for fold in catalog["folds"]]
        self.scored = [[number[s] for s in fold["scored"]] for fold in catalog["folds"]]
        self.worlds = [i for i, row in enumerate(self.rows) if row["world"]]
        curves = catalog["curves"]
        self.curve_names = curves["names"]
        self.tables = torch.tensor(curves["tables"], device=device)
        self.log_knots = torch.tensor(curves["log_knots"], device=device)
        self.prototypes = torch.tensor(curves["prototypes"], device=device)
        self.gains = torch.tensor(curves["gains"], device=device)
        self.lowest, self.highest = curves["lowest"], curves["highest"]

    def _log_average(self) -> Tensor:
        weights = torch.tensor(LUMINANCE, device=self.device)[:, None, None]
        shares = torch.tensor(solid_angles(HEIGHT, WIDTH) / (4 * np.pi), dtype=torch.float32, device=self.device)
        return (torch.log((self.radiance * weights).sum(1) + 1e-3) * shares).sum((1, 2))

    def display(self, radiance: Tensor, curve: Tensor) -> Tensor:
        """sRGB-decoded display light [n, 3, h, w] of radiance under tabulated curves [n]."""
        nodes = self.tables.shape[1]
        position = (torch.log2(radiance.clamp_min(2.0**-11.99)) - self.lowest) * (
            (nodes - 1) / (self.highest - self.lowest)
        )
        position = position.clamp(0, nodes - 1.001)
        node = position.long()
        flat = self.tables.flatten()
        index = node + (curve * nodes)[:, None, None, None]
        low = flat[index]
        return low + (position - node) * (flat[index + 1] - low)
