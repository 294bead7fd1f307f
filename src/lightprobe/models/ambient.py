"""Ambient: the estimator. It predicts the light that the picture has lost, and projects exactly.

cells (radiance, clipped share) → circular U-net → radiance that clipping took away → panorama → coefficients

Where the tone curve is given, cells without a clipped pixel pass through unchanged. Where it is unknown ('auto'), it is
estimated first, as a mixture of prototypes, and undone on the cells; a small gain per cell may correct it.

Convention: three frame, radiance, 1.0 is display white of a hard-clipped picture (spec/CONVENTIONS.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from lightprobe.imaging.cells import CELLS, PLANES
from lightprobe.imaging.tone import curves
from lightprobe.imaging.tone.curves import AUTO, RESPONSE_CODES
from lightprobe.layers import Layers
from lightprobe.models import curve_mixture
from lightprobe.models.model import Model, ModelOutput
from lightprobe.sphere.panorama import equirect
from lightprobe.sphere.panorama.projection import projection_factors

MAX_LOG_EXCESS = 12.0
"""Light beyond display white is at most e¹² times it: a sun disc spread over a cell."""
LARGEST_CORRECTION = 0.7
"""Largest correction of the estimated curve in a cell [ln]."""


def projection_steps() -> tuple[Tensor, Tensor]:
    """The exact projection of cells in two steps: [5, 64] over the azimuth, then [9, 5·32] over the rows.

    2 k numbers instead of 18 k; see `projection_factors`.
    """
    around, down = projection_factors(*CELLS, 3)
    return torch.from_numpy(around).float(), torch.from_numpy(down.reshape(len(down), -1)).float()


def facts_of(response: str) -> tuple[float, float]:
    """The two numbers by which the network knows a tone curve: 1 if it is given, else 0; ln of its white."""
    return float(response != AUTO), float(np.log(curves.white(curves.decoding(response))))


class CircularConv(nn.Module):
    """A convolution that goes around the azimuth; beyond the poles there is nothing."""

    def __init__(self, inputs: int, outputs: int, size: int = 3, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, size, stride, padding=(1, 0))

    def forward(self, planes: Tensor) -> Tensor:
        return functional.relu(self.conv(functional.pad(planes, (1, 1, 0, 0), mode="circular")))


def dense(layer: nn.Linear, vectors: Tensor) -> Tensor:
    """A linear layer on vectors [n, c, 1, 1]: as a convolution, so that a graph need not reshape them."""
    return functional.conv2d(vectors, layer.weight[:, :, None, None], layer.bias)


class Ambient(Model):
    """The estimator: about 5 M multiply-adds.

    `widths` are the channels at 16×32, 8×16 and 4×8 cells; `dropout` acts on the global context and on whole
    channels; `jitter` is the deviation of each color channel's gain at the network's input, in training.
    """

    name: ClassVar[str] = "ambient"
    input: ClassVar[Literal["cells", "image"]] = "cells"
    convention: ClassVar[str] = "radiance"

    def __init__(self, *, widths: Sequence[int] = (16, 24, 32), dropout: float = 0.2, jitter: float = 0.1) -> None:
        super().__init__()
        fine, middle, coarse = widths
        self.settings: dict[str, Any] = {"widths": list(widths), "dropout": dropout, "jitter": jitter}
        self.dropout, self.jitter = dropout, jitter
        self.stem = nn.Conv2d(PLANES, fine, 4, 2, padding=(1, 0))
        # the names of the layers are keys of weights.pth, so they stay: `place` is how high a row of cells lies, `told`
        # whether the curve is given and ln of its white
        self.place = nn.Linear(3, fine)
        self.told = nn.Linear(2, fine)
        self.moments = nn.Conv2d(PLANES, 16, 1)
        self.encode0 = CircularConv(fine, fine)
        self.down1, self.encode1 = CircularConv(fine, middle, stride=2), CircularConv(middle, middle)
        self.down2, self.encode2 = CircularConv(middle, coarse, stride=2), CircularConv(coarse, coarse)
        self.context = nn.Linear(2 * coarse + 18, coarse)
        self.inject = nn.Linear(coarse, coarse)
        self.up1, self.decode1 = nn.Conv2d(coarse, middle, 1), CircularConv(middle, middle)
        self.up0, self.decode0 = nn.Conv2d(middle, fine, 1), CircularConv(fine, fine)
        self.excess = nn.Conv2d(fine, 4 * 4, 1)
        self.level = nn.Linear(coarse, 1)
        self.residue = nn.Conv2d(fine, 4 * 3, 1)
        self.mixture = nn.Linear(coarse, len(curve_mixture.PROTOTYPES))
        for head in (self.excess, self.level, self.residue, self.mixture):
            nn.init.zeros_(head.weight)
            assert head.bias is not None
            nn.init.zeros_(head.bias)
        with torch.no_grad():
            self.level.bias.fill_(1.0)
        self._constants()

    def _constants(self) -> None:
        """Tables that are neither learned nor saved."""
        rows, columns = CELLS
        height = torch.from_numpy(np.sin(np.pi * (0.5 - (np.arange(rows // 2) + 0.5) * 2 / rows))).float()
        around, down = projection_steps()
        constants = {
            "around": around,
            "down": down,
            "heights": torch.stack([height, height**2, height**3], dim=1),
            "shares": torch.from_numpy(equirect.solid_angles(rows, columns) / (4 * np.pi)).float().reshape(-1, 1),
            "log_curves": torch.from_numpy(curve_mixture.log_curves()).float(),
            "log_gains": torch.from_numpy(curve_mixture.log_gains()).float(),
            "facts": torch.tensor([facts_of(name) for name in RESPONSE_CODES]),
        }
        for name, value in constants.items():
            self.register_buffer(name, value, persistent=False)

    around: Tensor
    down: Tensor
    heights: Tensor
    shares: Tensor
    log_curves: Tensor
    log_gains: Tensor
    facts: Tensor

    def forward(self, picture: Tensor, response: Tensor) -> ModelOutput:
        """The light of cells [n, 6, 32, 64]; see the module."""
        cells = picture
        facts = torch.index_select(self.facts, 0, response).expand(cells.shape[0], 2)[:, :, None, None]
        unknown, log_white = 1 - facts[:, :1], facts[:, 1:]
        root = torch.sqrt(cells[:, :3]).clamp(max=1)  # saturated colors of some curves are beyond their white
        seen = torch.cat([root, cells[:, 3:]], dim=1)
        if self.training and self.jitter:
            noise = 1 + self.jitter * torch.randn(len(seen), 3, 1, 1, device=seen.device)
            seen = torch.cat([seen[:, :3] * noise, seen[:, 3:]], dim=1)
        features, context = self._features(seen, facts)
        mixture = torch.softmax(dense(self.mixture, context).flatten(1), dim=1)
        curve = mixture @ self.log_curves
        # two heads in one go: an exported graph pays for every step
        assert self.excess.bias is not None
        assert self.residue.bias is not None
        weight = torch.cat([self.excess.weight, self.residue.weight])
        bias = torch.cat([self.excess.bias, self.residue.bias])
        heads = functional.pixel_shuffle(functional.conv2d(features, weight, bias), 2)
        gain = curve_mixture.mixed_gain(mixture @ self.log_gains, root) + LARGEST_CORRECTION * torch.tanh(heads[:, 4:])
        excess = heads[:, :1] + 0.5 * heads[:, 1:4] + dense(self.level, context)
        beyond = unknown * curve[:, -1:, None, None]  # ln of white, where the curve is unknown
        excess = torch.exp(excess.clamp(-MAX_LOG_EXCESS, MAX_LOG_EXCESS) + beyond)
        radiance = cells[:, :3] * torch.exp(unknown * gain) + cells[:, 3:] * excess
        panorama = (radiance * torch.exp(log_white)).permute(0, 2, 3, 1)
        return ModelOutput(self.project(panorama), panorama, curve)

    def layers(self) -> Layers:
        """The same network as data; see `ambient_layers`."""
        from lightprobe.models.ambient_layers import ambient_layers

        return ambient_layers(self)

    def project(self, panorama: Tensor) -> Tensor:
        """[n, 9, 3] coefficients of panoramas [n, 32, 64, 3], exactly."""
        waves = (self.around @ panorama).transpose(1, 2)  # [n, 5, 32, 3]
        return self.down @ waves.flatten(1, 2)

    def _features(self, seen: Tensor, facts: Tensor) -> tuple[Tensor, Tensor]:
        """Features of 16×32 blocks of cells, and a vector [n, c, 1, 1] about the whole picture."""
        around = functional.pad(seen, (1, 1, 0, 0), mode="circular")
        place = self.place(self.heights).T[None, :, :, None]
        fine = functional.relu(self.stem(around) + place + dense(self.told, facts))
        fine = self.encode0(fine)
        middle = self.encode1(self.down1(fine))
        coarse = self.down2(middle)
        moments = functional.relu(self.moments(seen)).flatten(2) @ self.shares
        mean, most = coarse.mean(dim=(2, 3), keepdim=True), coarse.amax(dim=(2, 3), keepdim=True)
        summary = torch.cat([mean, most, moments[..., None], facts], dim=1)
        context = self._drop(functional.relu(dense(self.context, summary)))
        coarse = functional.relu(self.encode2(coarse) + dense(self.inject, context))
        middle = self.decode1(middle + functional.interpolate(self.up1(self._drop(coarse)), scale_factor=2))
        fine = self.decode0(fine + functional.interpolate(self.up0(self._drop(middle)), scale_factor=2))
        return fine, context

    def _drop(self, features: Tensor) -> Tensor:
        """Whole channels, in training."""
        return functional.dropout2d(features, self.dropout, self.training)
