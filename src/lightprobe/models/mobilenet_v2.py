"""The predecessor's architecture: MobileNetV2 that regresses 27 numbers, for comparison and for its users.

Source: Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", CVPR 2018, table 2.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from lightprobe.models.model import Model, ModelOutput

HEIGHT, WIDTH = 128, 256
"""Size of the picture that the network sees [pixels]."""

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of red, green and blue, display values 0 … 1; the network sees (value − mean)/std. Source: torchvision, ImageNet."""

STAGES = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
"""Expansion t, channels c, repetitions n, stride s of each stage."""

FIRST, LAST = 32, 1280
WIDTHS = (0.5, 1.0)
DROPOUT = 0.2


def scaled(channels: int, width: float) -> int:
    """Channels at a width: a multiple of 8, at least 8, and never less than 90 % of the exact number."""
    near = max(8, int(channels * width + 4) // 8 * 8)
    return near if near >= 0.9 * channels * width else near + 8


def convolution(into: int, out: int, size: int = 3, stride: int = 1, groups: int = 1) -> list[nn.Module]:
    """Convolution without bias and batch normalization."""
    layer = nn.Conv2d(into, out, size, stride, padding=size // 2, groups=groups, bias=False)
    return [layer, nn.BatchNorm2d(out)]


class InvertedResidual(nn.Module):
    """Expand, filter each channel by itself, project back; added to its input where shapes allow."""

    def __init__(self, into: int, out: int, stride: int, expansion: int) -> None:
        super().__init__()
        wide = into * expansion
        layers = [*convolution(into, wide, 1), nn.ReLU6()] if expansion > 1 else []
        layers += [*convolution(wide, wide, 3, stride, groups=wide), nn.ReLU6(), *convolution(wide, out, 1)]
        self.layers = nn.Sequential(*layers)
        self.is_residual = stride == 1 and into == out

    def forward(self, x: Tensor) -> Tensor:
        return x + self.layers(x) if self.is_residual else self.layers(x)


class MobileNetV2(Model):
    """MobileNetV2 with 27 outputs: cmgen's shader coefficients of a 256×128 picture.

    Convention: outputs are rows of RGB in cmgen's order, frame and window (spec/CONVENTIONS.md#stored). It takes no
    tone curve: `response` is there so that all models look alike.

    Raises: ValueError for another width than 0.5 or 1.
    """

    name: ClassVar[str] = "mobilenet_v2"
    input: ClassVar[Literal["cells", "image"]] = "image"
    convention: ClassVar[str] = "cmgen"
    responses: ClassVar[tuple[str, ...]] = ("auto",)

    def __init__(self, width: float = 0.5) -> None:
        super().__init__()
        if width not in WIDTHS:
            raise ValueError(f"expected a width of 0.5 or 1, got {width!r}; choose one")
        self.settings: dict[str, Any] = {"width": width}
        channels = scaled(FIRST, width)
        features: list[nn.Module] = [*convolution(3, channels, 3, 2), nn.ReLU6()]
        for expansion, base, repetitions, stride in STAGES:
            out = scaled(base, width)
            for k in range(repetitions):
                features.append(InvertedResidual(channels, out, stride if k == 0 else 1, expansion))
                channels = out
        features += [*convolution(channels, LAST, 1), nn.ReLU6()]
        self.features = nn.Sequential(*features)
        self.dropout = nn.Dropout(DROPOUT)
        self.head = nn.Linear(LAST, 27)
        self.register_buffer("scale", 1 / (255 * torch.tensor(STD)).reshape(1, 3, 1, 1), persistent=False)
        self.register_buffer("shift", -(torch.tensor(MEAN) / torch.tensor(STD)).reshape(1, 3, 1, 1), persistent=False)
        self._initialize()

    def _initialize(self) -> None:
        """He's normal for convolutions, small weights for the head, as torchvision starts them."""
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out")
        nn.init.normal_(self.head.weight, 0, 0.01)
        nn.init.zeros_(self.head.bias)

    def forward(self, picture: Tensor, response: Tensor) -> ModelOutput:
        """The light of images [n, h, w, 3] of any size."""
        features = self.features(self.normalized(picture)).mean(dim=(2, 3))
        return ModelOutput(coeffs=self.head(self.dropout(features)).reshape(-1, 9, 3))

    def normalized(self, image: Tensor) -> Tensor:
        """The picture at 256×128 as ImageNet's networks see it: [n, 3, 128, 256]."""
        x = area(image.permute(0, 3, 1, 2).float())
        return x * self.get_buffer("scale") + self.get_buffer("shift")


def area(x: Tensor) -> Tensor:
    """Area means of display values on 128×256, of any size.

    A size that is no multiple is first brought to the nearest one by (antialiased) linear interpolation.
    """
    height, width = x.shape[-2:]
    down: Any = torch.sym_max(1, (height + HEIGHT // 2) // HEIGHT)
    across: Any = torch.sym_max(1, (width + WIDTH // 2) // WIDTH)
    x = functional.interpolate(x, (down * HEIGHT, across * WIDTH), mode="bilinear", antialias=True)
    return x.reshape(-1, 3, HEIGHT, down, WIDTH, across).mean(dim=(3, 5))
