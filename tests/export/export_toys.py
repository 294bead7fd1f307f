"""A small model with all outputs, and runs to export."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from lightprobe.imaging.tone.curves import KNOTS
from lightprobe.models import Model, ModelOutput


class Toy(Model):
    """A small image, a convolution with a circle around, and a gain for each response from a table."""

    name: ClassVar[str] = "export_toy"
    input: ClassVar[Literal["cells", "image"]] = "image"
    convention: ClassVar[str] = "radiance"

    def __init__(self, channels: int = 8) -> None:
        super().__init__()
        self.settings: dict[str, Any] = {"channels": channels}
        self.first = nn.Conv2d(3, channels, 3, padding=(1, 0))
        self.norm = nn.BatchNorm2d(channels)
        self.second = nn.Conv2d(channels, 3, 1)
        self.curve = nn.Linear(channels, KNOTS)
        generator = torch.Generator().manual_seed(1)
        self.register_buffer("table", 1 + torch.rand(6, 3, generator=generator), persistent=False)
        self.register_buffer("projection", torch.rand(32 * 64, 9, generator=generator) / 2048, persistent=False)

    def forward(self, picture: Tensor, response: Tensor) -> ModelOutput:
        small = functional.interpolate(picture.permute(0, 3, 1, 2).float() / 255, (32, 64), mode="bilinear")
        gain = torch.index_select(self.get_buffer("table"), 0, response)
        return self.answer(small, gain)

    def answer(self, small: Tensor, gain: Tensor) -> ModelOutput:
        hidden = torch.relu(self.norm(self.first(functional.pad(small, (1, 1, 0, 0), mode="circular"))))
        radiance = small * torch.exp(self.second(hidden)) * gain[:, :, None, None]
        flat = radiance.reshape(-1, 3, 32 * 64)
        coeffs = (flat @ self.get_buffer("projection")).transpose(1, 2)
        return ModelOutput(coeffs, radiance.permute(0, 2, 3, 1), self.curve(hidden.mean(dim=(2, 3))))


def trained(model: Model, seed: int = 0) -> Model:
    """The model with weights and statistics as a run would leave them: nothing at 0 or 1."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                size = module.num_features
                module.running_mean = torch.randn(size, generator=generator) * 0.1
                module.running_var = torch.rand(size, generator=generator) + 0.5
                module.bias.copy_(torch.randn(size, generator=generator) * 0.1)
    return model.eval()


def checkpoint(model: Model) -> dict[str, Any]:
    """A checkpoint as training writes it."""
    return {
        "format": 2,
        "version": "0.2.0",
        "recipe": {"model": model.name},
        "model": {"name": model.name, "settings": model.settings},
        "weights": {name: torch.zeros_like(value) for name, value in model.state_dict().items()},
        "ema": model.state_dict(),
        "optimizer": {},
        "schedule": {},
        "rng": {},
        "position": 3,
        "step": 7,
        "best": 0.5,
        "scores": {"srgb": {"median": 0.4}},
        "data": {"scenes": ["a", "b"], "groups": ["g"], "licences": ["CC0", "CC0"], "digest": "0"},
    }


def write_run(folder: Path, model: Model, name: str = "best.pt", change: dict[str, Any] | None = None) -> Path:
    """A run folder with one checkpoint."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(checkpoint(model) | (change or {}), folder / name)
    return folder


def toy(channels: int = 8) -> Model:
    torch.manual_seed(0)
    return trained(Toy(channels))
