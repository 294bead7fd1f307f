"""Surroundings: the estimator. It predicts what the picture lost and what it never showed, and how sure that is.

cells (radiance, clipped share, seen share) → circular U-net with a global context
  → radiance up to white (the curve undone) + light beyond white + light of the unseen part
  → how far all lost light may be off, as a mixture of logistic distributions over stops
  → levels of the lost light: best, median, and the answer between them; coefficients and panorama at that level

Light that is strong has the color of a black body with a small tint, is never greener than red and blue, and lies only
where all three channels clip.

Convention: three frame, radiance; inside, 1.0 is the white of the given curve (spec/CONVENTIONS.md#cells).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from lightprobe.imaging.cells import CELLS, SEEN_PLANES
from lightprobe.imaging.tone.curves import RESPONSE_CODES
from lightprobe.layers import Layers
from lightprobe.models import curve_mixture
from lightprobe.models.ambient import LARGEST_CORRECTION, dense, facts_of, projection_steps
from lightprobe.models.answers import BLEND, TEMPERATURE, answer_levels, balanced_level, wholeness
from lightprobe.models.model import Model, ModelOutput
from lightprobe.sphere.panorama import equirect

LOGISTICS = 3
"""Distributions in the mixture."""
HEADS = {"unseen": 3, "level": 1, "hue": 1, "tint": 1, "partly": 3, "curve": 3}
"""Channels of each cell's outputs, in this order."""
LUMINANCE = (0.2126, 0.7152, 0.0722)
SHARPNESS = 2.0
"""Factor on the scores of the prototype curves."""
LARGEST_TINT = 0.15
"""Of green against red and blue [ln]."""
LOCUS = (
    (0.48926918, -0.12958956, -1.0250072),
    (0.57878002, -0.24273173, -1.98546882),
    (-0.13267783, -0.09704943, -1.00198827),
    (-0.00756722, 0.01313268, -0.11316162),
    (0.02225626, -0.00896674, 0.43799806),
)
"""ln of the linear color of black bodies of luminance 1, as polynomials of t: −1 is 12,000 K, 1 is 1,900 K, and 1/K is
linear in between.

Source: Wyman, Sloan & Shirley, "Simple Analytic Approximations to the CIE XYZ Color Matching Functions", JCGT 2(2),
2013; fitted in tools/estimator/sphere.py.
"""
HUES = tuple(zip(*LOCUS, (-0.5, 1.0, -0.5), strict=True))
"""For red, green and blue: factors of 1, t … t⁴ and the tint."""
STRONG, WEAK, UNSEEN = (-8.0, 10.0), (-8.0, 1.5), (-8.0, 8.0)
"""Limits of ln of light, in units of white."""


class FoundLight(NamedTuple):
    """The light of a batch of pictures; panoramas [n, 3, 32, 64], 1.0 is the white of the given curve."""

    seen: Tensor
    """Radiance up to white, with black where nothing is seen."""
    lost: Tensor
    """Light beyond white, and light of the unseen part."""
    curve: Tensor
    """ln of the radiance at 16 display values, [n, 16]."""
    level: Tensor
    """log2 of true over predicted lost light, [n, 9]: centers, widths and weights of three logistic distributions."""


class Surroundings(Model):
    """The estimator: 64 k weights, about 7 M multiply-adds.

    `widths` are the channels at 16×32, 8×16 and 4×8 cells, `context` is the length of the vector about the whole
    picture, `deep` the number of convolutions at 4×8. `temperature` and `blend` are those of `answers`; `dropout` acts
    on the global context and on whole channels, in training. Layers have the names of tools/estimator/network.py.
    """

    name: ClassVar[str] = "surroundings"
    input: ClassVar[Literal["cells", "image"]] = "cells"
    planes: ClassVar[int] = SEEN_PLANES
    convention: ClassVar[str] = "radiance"

    def __init__(
        self,
        *,
        widths: Sequence[int] = (16, 24, 36),
        context: int = 46,
        deep: int = 2,
        temperature: Sequence[float] = TEMPERATURE,
        blend: Sequence[float] = BLEND,
        dropout: float = 0.2,
    ) -> None:
        super().__init__()
        fine, middle, coarse = widths
        self.temperature, self.blend, self.dropout = tuple(temperature), tuple(blend), dropout
        self.settings: dict[str, Any] = {
            "widths": list(widths), "context": context, "deep": deep, "temperature": list(temperature),
            "blend": list(blend), "dropout": dropout,
        }  # fmt: skip
        self.stem = nn.Conv2d(SEEN_PLANES, fine, 4, 2)
        self.place, self.told = nn.Linear(3, fine), nn.Linear(3, fine)
        self.moments = nn.Linear(SEEN_PLANES, 16)
        self.encode0 = nn.Conv2d(fine, fine, 3)
        self.down1, self.encode1 = nn.Conv2d(fine, middle, 3, 2), nn.Conv2d(middle, middle, 3)
        self.down2 = nn.Conv2d(middle, coarse, 3, 2)
        self.context0, self.context1 = nn.Linear(2 * coarse + 25, context), nn.Linear(context, context)
        self.inject = nn.Linear(context, coarse)
        self.deep = nn.ModuleList(nn.Conv2d(coarse, coarse, 3) for _ in range(deep))
        self.up1, self.decode1 = nn.Linear(coarse, middle), nn.Conv2d(middle, middle, 3)
        self.up0, self.decode0 = nn.Linear(middle, fine), nn.Conv2d(fine, fine, 3)
        self.heads = nn.Linear(fine, 4 * sum(HEADS.values()))
        self.sky = nn.Linear(coarse, 4 * 3)
        self.color = nn.Linear(context, 2)
        self.curves = nn.Linear(context, len(curve_mixture.PROTOTYPES))
        self.spread = nn.Linear(context + 4, 3 * LOGISTICS)
        self._begin()
        self._constants()

    @torch.no_grad()
    def _begin(self) -> None:
        """Heads that answer with nothing at first: sRGB, and a level between −1.5 and 1.5 stops."""
        for head in (self.heads, self.sky, self.color, self.curves, self.spread):
            nn.init.zeros_(head.weight)
            nn.init.zeros_(head.bias)
        self.spread.bias[: 2 * LOGISTICS] = torch.tensor([-1.5, 0.0, 1.5, -0.2, -0.2, -0.2])
        self.curves.bias[0] = 1.0

    def _constants(self) -> None:
        """Tables that are neither learned nor saved."""
        rows, columns = CELLS
        heights = np.sin(np.pi * (0.5 - (np.arange(rows) + 0.5) / rows)).reshape(-1, 2).mean(axis=1)
        constants = {
            "heights": torch.from_numpy(np.stack([heights, heights**2, heights**3], axis=1)).float(),
            "shares": torch.from_numpy(equirect.solid_angles(rows, columns) / (4 * np.pi)).float(),
            "log_curves": torch.from_numpy(curve_mixture.log_curves()).float(),
            "log_gains": torch.from_numpy(curve_mixture.log_gains()).float(),
            "facts": torch.tensor([facts_of(name) for name in RESPONSE_CODES]),
            "luminance": torch.tensor(LUMINANCE)[:, None, None],
            "hues": torch.tensor(HUES),
        }
        around, down = projection_steps()
        constants["around"] = around.T
        constants["down"] = down.unflatten(1, (-1, rows)).transpose(1, 2).flatten(1).T
        constants["rows"], constants["columns"] = enlargement(rows // 4, False), enlargement(columns // 4, True).T
        for name, value in constants.items():
            self.register_buffer(name, value, persistent=False)

    heights: Tensor
    shares: Tensor
    log_curves: Tensor
    log_gains: Tensor
    facts: Tensor
    luminance: Tensor
    hues: Tensor
    around: Tensor
    down: Tensor
    rows: Tensor
    columns: Tensor

    def forward(self, picture: Tensor, response: Tensor) -> ModelOutput:
        """The answer for cells [n, 7, 32, 64]."""
        light, known, lost, seen_share = self._light(picture, response)
        is_whole = wholeness(seen_share)
        stops = answer_levels(light.level, is_whole, known, lost, self.temperature)
        given, log_white = torch.index_select(self.facts, 0, response).split(1, dim=1)
        answer = balanced_level(stops, is_whole * given, self._flux(known), self._flux(lost), self.blend)
        factor, white = torch.exp(np.log(2) * answer)[:, :, None], torch.exp(log_white)[:, :, None]
        guessed = light.lost * (factor * white)[..., None]
        panorama = light.seen * white[..., None] + guessed
        return ModelOutput(
            coeffs=(known + factor * lost) * white,
            panorama=panorama.permute(0, 2, 3, 1),
            curve=light.curve,
            lost=guessed.permute(0, 2, 3, 1),
            levels=stops - answer,
        )

    def light(self, cells: Tensor, response: Tensor) -> FoundLight:
        """The light of cells [n, 7, 32, 64], and how far it may be off; `response` as in `Model`."""
        return self._light(cells, response)[0]

    def _light(self, cells: Tensor, response: Tensor) -> tuple[FoundLight, Tensor, Tensor, Tensor]:
        """The same, coefficients of what is seen and lost, and the seen share of the sphere [n, 1]."""
        facts = torch.index_select(self.facts, 0, response).expand(cells.shape[0], 2)[:, :, None, None]
        unknown, exposure = 1 - facts[:, :1], torch.exp(facts[:, 1:])
        observed, clipped, share = cells.split((3, 3, 1), dim=1)
        shown = (share > 0.02).float() / share.clamp_min(1e-3)
        radiance = observed * shown
        root = torch.sqrt(radiance * exposure)
        mean, clipped_share, seen_share = self.average(cells).split((3, 3, 1), dim=1)
        about = [torch.log(mean / seen_share * exposure + 0.01), clipped_share / seen_share]
        facts = torch.cat([facts, seen_share], dim=1)
        inputs = torch.cat([root.clamp(max=1) + torch.log(root.clamp_min(1)), clipped * shown, share], dim=1)
        fine, coarse, z = self._features(inputs, facts, about)
        heads = functional.pixel_shuffle(dense(self.heads, fine), 2).split(list(HEADS.values()), dim=1)
        unseen, level, hue, tint, partly, correction = heads
        mixture = torch.softmax(SHARPNESS * self.curves(z), dim=1)
        curve = mixture @ self.log_curves
        gain = curve_mixture.mixed_gain(mixture @ self.log_gains, torch.sqrt(radiance).clamp(max=1))
        free = LARGEST_CORRECTION * (1 - mixture[:, :1])[:, :, None, None]
        seen = observed * torch.exp(unknown * (gain + free * torch.tanh(correction)))
        color = self.color(z)[:, :, None, None]
        hues = self._hue(torch.tanh(-0.7 + 0.5 * (hue + color[:, :1])), LARGEST_TINT * torch.tanh(tint + color[:, 1:]))
        first, second, third = clipped.split(1, dim=1)
        core = torch.minimum(torch.minimum(first, second), third)
        strong = core * torch.exp((1 + level).clamp(*STRONG)) * hues
        beyond = strong + (clipped - core) * torch.exp((partly - 1).clamp(*WEAK))
        beyond = beyond * torch.exp(unknown * curve[:, -1:, None, None])
        base = torch.log(self.average(seen) / seen_share + 0.02)
        smooth = self.rows @ functional.pixel_shuffle(dense(self.sky, coarse), 2) @ self.columns
        lost = beyond + (1 - share) * torch.exp((base + smooth + unseen).clamp(*UNSEEN))
        known, found, seen_share = self._project(seen), self._project(lost), seen_share.flatten(1)
        return FoundLight(seen, lost, curve, self._level(z, known, found, seen_share)), known, found, seen_share

    def average(self, planes: Tensor) -> Tensor:
        """Mean over the sphere, [n, c, 1, 1]."""
        return (planes.flatten(2) @ self.shares.reshape(-1, 1))[..., None]

    def bright(self, planes: Tensor) -> Tensor:
        """Luminance, [n, 1, h, w]."""
        return (planes * self.luminance).sum(1, keepdim=True)

    def _hue(self, t: Tensor, tint: Tensor) -> Tensor:
        """Colors of black bodies with a tint, of luminance 1, never greener than red and blue."""
        square = t * t
        terms = torch.cat([t, square, square * t, square * square, tint], dim=1)
        red, green, blue = functional.conv2d(terms, self.hues[:, 1:, None, None], self.hues[:, 0]).split(1, dim=1)
        colors = [torch.exp(log) for log in (red, torch.minimum(green, torch.maximum(red, blue)), blue)]
        bright = sum(share * color for share, color in zip(LUMINANCE, colors, strict=True))
        return torch.cat(colors, dim=1) / bright

    def _level(self, z: Tensor, seen: Tensor, lost: Tensor, seen_share: Tensor) -> Tensor:
        """The distribution of log2 of true over predicted lost light."""
        found, known = self._flux(lost), self._flux(seen)
        logs = [torch.log(found + 1e-3), torch.log(known + 1e-3), torch.log((found + 1e-4) / (known + 1e-3))]
        middle, width, weight = self.spread(torch.cat([z, *logs, seen_share], dim=1)).split(LOGISTICS, dim=1)
        return torch.cat([middle, torch.exp(width.clamp(-3.0, 1.5)), torch.softmax(weight, dim=1)], dim=1)

    def _features(self, inputs: Tensor, facts: Tensor, about: list[Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """Features of 16×32 and of 4×8 blocks of cells, and a vector [n, c] about the whole picture."""
        place = self.place(self.heights).T[None, :, :, None]
        fine = functional.relu(circular(self.stem, inputs) + place + dense(self.told, facts))
        fine = functional.relu(circular(self.encode0, fine))
        middle = functional.relu(circular(self.encode1, functional.relu(circular(self.down1, fine))))
        coarse = circular(self.down2, middle)
        active = functional.relu(coarse)
        mean, most = active.mean((2, 3), keepdim=True), active.amax((2, 3), keepdim=True)
        moments = self.average(functional.relu(dense(self.moments, inputs)))
        summary = torch.cat([mean, most, moments, *about, facts], dim=1).flatten(1)
        z = functional.dropout(functional.relu(self.context0(summary)), self.dropout, self.training)
        z = functional.relu(self.context1(z))
        coarse = functional.relu(coarse + self.inject(z)[:, :, None, None])
        for layer in self.deep:
            coarse = coarse + functional.relu(circular(layer, coarse))
        middle = middle + functional.interpolate(dense(self.up1, self._drop(coarse)), scale_factor=2)
        middle = functional.relu(circular(self.decode1, middle))
        fine = fine + functional.interpolate(dense(self.up0, self._drop(middle)), scale_factor=2)
        return functional.relu(circular(self.decode0, fine)), coarse, z

    def _drop(self, features: Tensor) -> Tensor:
        """Whole channels, in training."""
        return functional.dropout2d(features, self.dropout, self.training)

    def _project(self, planes: Tensor) -> Tensor:
        """[n, 9, 3] coefficients of planes [n, 3, 32, 64], exactly."""
        return ((planes @ self.around).flatten(2) @ self.down).transpose(1, 2)

    def _flux(self, coeffs: Tensor) -> Tensor:
        """Luminance over the sphere [n, 1], from coefficients."""
        return np.sqrt(4 * np.pi) * coeffs[:, 0] @ self.luminance.flatten(1)

    def layers(self) -> Layers:
        """The same network as data; see `surroundings_layers`."""
        from lightprobe.models.surroundings_layers import surroundings_layers

        return surroundings_layers(self)


def circular(layer: nn.Module, planes: Tensor) -> Tensor:
    """A convolution that goes around the azimuth; beyond the poles there are zeros."""
    return layer(functional.pad(functional.pad(planes, (1, 1, 0, 0), mode="circular"), (0, 0, 1, 1)))


def enlargement(count: int, wraps: bool) -> Tensor:
    """A matrix from so many cells to four times as many, linear between their centers, twice by two; beyond the ends,
    the last cells count on, or the first ones where it wraps."""
    matrix = np.eye(count)
    for _ in range(2):
        before, after = np.roll(matrix, 1, axis=0), np.roll(matrix, -1, axis=0)
        if not wraps:
            before[0], after[-1] = matrix[0], matrix[-1]
        matrix = np.stack([0.75 * matrix + 0.25 * before, 0.75 * matrix + 0.25 * after], axis=1).reshape(-1, count)
    return torch.from_numpy(matrix).float()
