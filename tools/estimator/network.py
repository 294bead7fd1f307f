"""The second estimator as a function of weights, for many models at once.

All tensors have the models first: planes [models, channels, pictures, rows, columns].

cells (radiance, clipped share, seen share) → circular U-net with a global context
  → radiance up to white (the curve undone) + light beyond white + light of the unseen part
  → how far all of that may be off, as a mixture of logistic distributions over stops
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from layers import convolve, double, double_smooth, mix, shuffle
from scenes import Cells
from sphere import COLUMNS, ROWS, Sphere

PLANES = 7
MOMENTS = 16
LARGEST_CORRECTION = 0.7
"""Largest correction of the estimated curve in a cell [ln]."""
SHARPNESS = 2.0
"""Factor on the scores of the prototype curves."""
SRGB = 0
"""Number of sRGB among the prototype curves."""
SRGB_FIRST = 1.0
"""Score of sRGB before training."""
MOST = 10.0
"""Light beyond white is at most e¹⁰ times white in a cell."""
HEADS = {"unseen": 3, "level": 1, "hue": 1, "tint": 1, "partly": 3, "curve": 3}
"""Channels of the outputs of each cell, in this order."""
FACTS = 3
"""Facts about a picture: whether the curve is given, ln of its white, the seen share of the sphere."""


@dataclass(frozen=True)
class Shape:
    """Sizes of the layers. `widths` are channels at 16×32, 8×16 and 4×8 cells; `context` is the length of the vector
    about the whole picture; `deep` is the number of convolutions at 4×8; `mixture` of the level's distributions."""

    widths: tuple[int, int, int] = (16, 24, 32)
    context: int = 48
    deep: int = 2
    mixture: int = 3
    activation: str = "relu"
    """relu or silu."""

    def layers(self) -> dict[str, tuple[int, ...]]:
        """Shape of each weight, [outputs, inputs, size, size] or [outputs, inputs]; each has a bias."""
        a, b, c = self.widths
        z = self.context
        sizes = {
            "stem": (a, PLANES, 4, 4),
            "place": (a, 3),
            "told": (a, FACTS),
            "moments": (MOMENTS, PLANES),
            "encode0": (a, a, 3, 3),
            "down1": (b, a, 3, 3),
            "encode1": (b, b, 3, 3),
            "down2": (c, b, 3, 3),
            "context0": (z, 2 * c + MOMENTS + 6 + FACTS),
            "context1": (z, z),
            "inject": (c, z),
            **{f"deep{k}": (c, c, 3, 3) for k in range(self.deep)},
            "up1": (b, c),
            "decode1": (b, b, 3, 3),
            "up0": (a, b),
            "decode0": (a, a, 3, 3),
            "heads": (4 * sum(HEADS.values()), a),
            "sky": (4 * 3, c),
            "color": (2, z),
            "curves": (10, z),
            "spread": (3 * self.mixture, z + 4),
        }
        return sizes

    def parameters(self) -> int:
        """Number of weights and biases."""
        return sum(int(np.prod(size)) + size[0] for size in self.layers().values())

    def multiply_adds(self) -> int:
        """Multiply-adds of one picture, without the projection."""
        cells = {
            "stem": 512,
            "encode0": 512,
            "decode0": 512,
            "heads": 512,
            "down1": 128,
            "encode1": 128,
            "up1": 32,
            "decode1": 128,
            "up0": 128,
            "down2": 32,
            "sky": 32,
            "moments": 2048,
            "place": 16,
        }
        cells |= {f"deep{k}": 32 for k in range(self.deep)}
        return sum(int(np.prod(size)) * cells.get(name, 1) for name, size in self.layers().items())


ZERO = ("heads", "sky", "color", "curves", "spread")
"""Layers that begin at zero."""
LINEAR = ("place", "told", "inject", "up1", "up0")
"""Layers that are added to others before the activation."""


def initial(shape: Shape, seed: int) -> dict[str, np.ndarray]:
    """First weights of one model: uniform, so that the size of activations stays; biases are 0.

    Source: He et al., "Delving Deep into Rectifiers", ICCV 2015, equation 10.
    """
    rng = np.random.default_rng(seed)
    weights: dict[str, np.ndarray] = {}
    for name, size in shape.layers().items():
        bound = 0.0 if name in ZERO else np.sqrt((1.5 if name in LINEAR else 6) / np.prod(size[1:]))
        weights[name] = (rng.uniform(-1, 1, size) * bound).astype(np.float32)
        weights[name + ".bias"] = np.zeros(size[0], np.float32)
    k = shape.mixture
    weights["spread.bias"][:k] = np.linspace(-1.5, 1.5, k)
    weights["spread.bias"][k : 2 * k] = -0.2
    weights["curves.bias"][SRGB] = SRGB_FIRST
    return weights


class Flat:
    """Where each weight lies in one long vector."""

    def __init__(self, shape: Shape) -> None:
        self.sizes: dict[str, tuple[int, ...]] = {}
        for name, size in shape.layers().items():
            self.sizes[name] = size
            self.sizes[name + ".bias"] = size[:1]
        self.lengths = [int(np.prod(size)) for size in self.sizes.values()]

    def pack(self, weights: Mapping[str, np.ndarray]) -> np.ndarray:
        """One vector."""
        return np.concatenate([weights[name].reshape(-1) for name in self.sizes])

    def unpack(self, vectors: Tensor) -> dict[str, Tensor]:
        """Weights [models, …] from vectors [models, n]."""
        parts = vectors.split(self.lengths, dim=1)
        return {name: part.reshape(-1, *size) for (name, size), part in zip(self.sizes.items(), parts, strict=True)}

    def decayed(self) -> np.ndarray:
        """1 for weights that decay, 0 for biases."""
        return np.concatenate(
            [
                np.full(int(np.prod(size)), float(not name.endswith(".bias")), np.float32)
                for name, size in self.sizes.items()
            ]
        )


@dataclass
class Light:
    """The answer of a network; planes [models, 3, pictures, 32, 64]."""

    seen: Tensor
    """Radiance up to white, times the seen share."""
    beyond: Tensor
    """Light beyond white in the seen part."""
    unseen: Tensor
    """Light of the unseen part."""
    middle: Tensor
    """Centers of the distributions of log2(true/predicted lost light) [m, pictures, mixture]."""
    width: Tensor
    log_weight: Tensor
    curve: Tensor
    """ln of the radiance at 16 display values [m, pictures, 16]."""

    @property
    def lost(self) -> Tensor:
        """What the picture does not show."""
        return self.beyond + self.unseen


def exposed(radiance: Tensor, log_white: Tensor) -> Tensor:
    """What the network sees of radiance [m, 3, b, h, w] in units of white: its root in units of the white of an sRGB
    picture of the same exposure, and the logarithm of that beyond 1. So all given curves look alike."""
    root = torch.sqrt(radiance * torch.exp(log_white)[:, None, :, None, None])
    return root.clamp(max=1) + torch.log(root.clamp_min(1))


class Network:
    """The function; constants of one device."""

    def __init__(self, shape: Shape, sphere: Sphere, prototypes: Tensor, gains: Tensor, tint: float = 0.15) -> None:
        self.shape, self.sphere, self.tint = shape, sphere, tint
        self.prototypes, self.gains = prototypes, gains
        height = sphere.directions.view(ROWS, COLUMNS, 3)[:, 0, 1].view(ROWS // 2, 2).mean(1)
        self.heights = torch.stack([height, height**2, height**3])[:, :, None]  # [3, 16, 1]

    def __call__(self, weights: Mapping[str, Tensor], cells: Cells, dropout: float = 0.0) -> Light:
        """The light of these cells."""
        sphere = self.sphere
        share = cells.share
        shown = (share > 0.02).float()
        divisor = share.clamp_min(1e-3)
        radiance = cells.observed / divisor * shown
        inputs = torch.cat([exposed(radiance, cells.log_white), cells.clipped / divisor * shown, share], dim=1)
        seen_share = sphere.integral(share) / (4 * np.pi)  # [m, 1, b]
        facts = torch.stack([1 - cells.auto, cells.log_white, seen_share[:, 0]], dim=1)  # [m, 3, b]
        mean = sphere.integral(cells.observed) / (4 * np.pi) / seen_share * torch.exp(cells.log_white)[:, None]
        clipped = sphere.integral(cells.clipped) / (4 * np.pi) / seen_share
        features, coarse, z = self._features(weights, inputs, facts, mean, clipped, dropout)
        heads = dict(
            zip(HEADS, shuffle(mix(weights, "heads", features)).split(list(HEADS.values()), dim=1), strict=True)
        )
        # the curve
        unknown = cells.auto[:, None, :, None, None]
        mixture = torch.softmax(SHARPNESS * mix(weights, "curves", z), dim=1)  # [m, 10, b]
        curve = torch.einsum("mkb,kn->mbn", mixture, self.prototypes)
        coefficients = torch.einsum("mkb,kn->mnb", mixture, self.gains)
        free = (
            LARGEST_CORRECTION * (1 - mixture[:, SRGB])[:, None, :, None, None]
        )  # nothing to correct in a linear picture
        gain = self._gain(coefficients, torch.sqrt(radiance).clamp(max=1)) + free * torch.tanh(heads["curve"])
        undone = torch.exp(unknown * gain)
        seen = cells.observed * undone
        white = torch.exp(unknown * curve[..., -1][:, None, :, None, None])
        # light beyond white
        color = mix(weights, "color", z)[..., None, None]
        t = torch.tanh(-0.7 + 0.5 * (heads["hue"] + color[:, :1]))
        tint = self.tint * torch.tanh(heads["tint"] + color[:, 1:2])
        red, green, blue = (sphere.log_hue(t) + torch.cat([-0.5 * tint, tint, -0.5 * tint], dim=1)).split(1, dim=1)
        hue = torch.exp(torch.cat([red, torch.minimum(green, torch.maximum(red, blue)), blue], dim=1))
        core = cells.clipped.amin(1, keepdim=True)
        strong = core * torch.exp((1 + heads["level"]).clamp(-8, MOST)) * hue / sphere.lum(hue)
        weak = (cells.clipped - core) * torch.exp((-1 + heads["partly"]).clamp(-8, 1.5))
        beyond = (strong + weak) * white
        # the unseen part
        smooth = double_smooth(double_smooth(shuffle(mix(weights, "sky", coarse))))
        level = torch.log(sphere.integral(seen) / (4 * np.pi) / seen_share + 0.02)[..., None, None]
        unseen = (1 - share) * torch.exp((level + smooth + heads["unseen"]).clamp(-8, 8))
        # how far all of that may be off
        total = [sphere.integral(sphere.lum(planes)) for planes in (beyond + unseen, beyond, seen)]
        logs = [torch.log(v + 1e-3) for v in (total[0], total[2])]
        ratio = torch.log((total[0] + 1e-4) / (total[2] + 1e-3))
        spread = mix(weights, "spread", torch.cat([z, *logs, ratio, seen_share], dim=1)).transpose(1, 2)
        middle, width, logit = spread.split(self.shape.mixture, dim=2)
        return Light(seen, beyond, unseen, middle, torch.exp(width.clamp(-3, 1.5)), torch.log_softmax(logit, 2), curve)

    def _features(
        self,
        weights: Mapping[str, Tensor],
        inputs: Tensor,
        facts: Tensor,
        mean: Tensor,
        clipped: Tensor,
        dropout: float,
    ) -> tuple[Tensor, Tensor, Tensor]:
        relu = {"relu": functional.relu, "silu": functional.silu}[self.shape.activation]

        def dropped(planes: Tensor) -> Tensor:
            if not dropout:
                return planes
            keep = torch.rand(planes.shape[:3], device=planes.device) >= dropout
            keep = keep.to(planes.dtype) / (1 - dropout)
            return planes * keep.view(*planes.shape[:3], *[1] * (planes.ndim - 3))

        place = torch.einsum("mok,khw->mohw", weights["place"], self.heights)[:, :, None]
        told = mix(weights, "told", facts)[..., None, None]
        fine = relu(convolve(weights, "stem", inputs, 2) + place + weights["place.bias"][:, :, None, None, None] + told)
        fine = relu(convolve(weights, "encode0", fine))
        middle = relu(convolve(weights, "encode1", relu(convolve(weights, "down1", fine, 2))))
        coarse = convolve(weights, "down2", middle, 2)
        moments = (relu(mix(weights, "moments", inputs)).flatten(3) * self.sphere.shares.flatten()).sum(3)
        active = relu(coarse)
        summary = torch.cat(
            [active.mean((3, 4)), active.amax((3, 4)), moments, torch.log(mean + 0.01), clipped, facts], 1
        )
        z = dropped(relu(mix(weights, "context0", summary)))
        z = relu(mix(weights, "context1", z))
        coarse = relu(coarse + mix(weights, "inject", z)[..., None, None])
        for k in range(self.shape.deep):
            coarse = coarse + relu(convolve(weights, f"deep{k}", coarse))
        middle = relu(convolve(weights, "decode1", middle + double(mix(weights, "up1", dropped(coarse)))))
        fine = relu(convolve(weights, "decode0", fine + double(mix(weights, "up0", dropped(middle)))))
        return fine, coarse, z

    @staticmethod
    def _gain(coefficients: Tensor, root: Tensor) -> Tensor:
        """The log gain of mixed curves, as `lightprobe.models.curve_mixture.mixed_gain`."""
        a = coefficients[..., None, None].split(1, dim=1)
        gain = a[4]
        for power in range(3, -1, -1):
            gain = gain * root + a[power]
        return gain + a[5] * torch.log(1.01 - root)
