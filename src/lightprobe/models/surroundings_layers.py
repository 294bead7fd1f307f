"""Surroundings as data: the layers that answer as the torch model does, within rounding.

The four levels of the lost light are the rows of one table, whose quantiles are worked out side by side.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from lightprobe.layers import Layers, LayersBuilder
from lightprobe.models.ambient import LARGEST_CORRECTION
from lightprobe.models.answers import LEAST_SHARE, QUANTILES, STEP, bin_edges
from lightprobe.models.curve_mixture import ASYMPTOTE, POWERS
from lightprobe.models.surroundings import (
    HEADS,
    HUES,
    LARGEST_TINT,
    LOGISTICS,
    LUMINANCE,
    SHARPNESS,
    STRONG,
    UNSEEN,
    WEAK,
)
from lightprobe.sphere.harmonics.irradiance import cosine_lobe

if TYPE_CHECKING:
    from lightprobe.models.surroundings import Surroundings


@torch.no_grad()
def surroundings_layers(model: Surroundings) -> Layers:
    """The model with its present weights. Convention: spec/MODEL_BIN.md."""
    net = _Net(model)
    observed, clipped, share = net.input("radiance"), net.input("white"), net.input("seen")
    facts = net.add("response", array=net.array(model.facts))
    exposure = net.add("response", array=net.array(torch.exp(model.facts[:, 1:])))
    unknown = net.add("response", array=net.array(1 - model.facts[:, :1]))
    visible = net.add("clamp", net.scaled(share, 1e6, -0.02e6), low=0.0, high=1.0)  # 1 where more than 2 % are seen
    shown = net.add("divide", visible, net.add("clamp", share, low=1e-3, high=None))
    radiance = net.add("multiply", observed, shown, to="visible radiance")
    root = net.apply("sqrt", net.add("multiply", radiance, exposure))
    beyond_one = net.apply("log", net.add("clamp", root, low=1.0, high=None))
    look = net.add("add", net.add("clamp", root, low=None, high=1.0), beyond_one)
    seen_share = net.average(share)
    mean = net.add("multiply", net.add("divide", net.average(observed), seen_share), exposure)
    about = [net.log(mean, 0.01), net.add("divide", net.average(clipped), seen_share)]
    inputs = net.add("join", look, net.add("multiply", clipped, shown), share)
    fine, coarse, z = net.features(inputs, net.add("join", facts, seen_share), about)
    heads = net.add("shuffle", net.dense(model.heads, fine))
    firsts = np.cumsum([0, *HEADS.values()])
    parts = {
        name: net.add("slice", heads, first=int(first), count=count, to=name)
        for (name, count), first in zip(HEADS.items(), firsts, strict=False)
    }
    mixture = net.add("softmax", net.scaled(net.dense(model.curves, z), SHARPNESS), to="mixture")
    curve = net.convolution(mixture, model.log_curves.T, np.zeros(model.log_curves.shape[1]), to="curve")
    with net.choose(unknown, observed, to="seen part") as choice:
        gain = net.gain(mixture, radiance, parts["curve"])
        choice.then = net.add("multiply", observed, net.apply("exp", gain))
    seen = choice.to
    white = net.apply("exp", net.add("multiply", unknown, net.add("slice", curve, first=15, count=1)))
    beyond = net.add("multiply", net.beyond(clipped, z, parts), white, to="beyond")
    base = net.log(net.add("divide", net.average(seen), seen_share), 0.02)
    smooth = net.add("shuffle", net.dense(model.sky, coarse))
    for _ in range(2):
        smooth = net.add("enlarge", smooth, by="linear")
    smooth = net.add("add", net.add("add", smooth, base), parts["unseen"])
    hidden = net.add("multiply", net.exp(smooth, UNSEEN), net.scaled(share, -1.0, 1.0))
    lost = net.add("add", beyond, hidden, to="lost light")
    coefficients = [net.add("project", light) for light in (seen, lost)]
    fluxes = [net.flux(light) for light in (seen, lost)]
    is_whole = net.add("clamp", net.scaled(seen_share, 10.0, -9.0), low=0.0, high=1.0)
    stops = net.levels(net.level(z, *fluxes, seen_share), is_whole, *coefficients)
    given = net.add("slice", facts, first=0, count=1)
    answer = net.balanced(stops, net.add("multiply", is_whole, given), *fluxes)
    factor = net.apply("exp", net.scaled(answer, math.log(2)))
    guessed = net.add("multiply", net.add("multiply", lost, factor), exposure)
    panorama = net.add("add", net.add("multiply", seen, exposure), guessed)
    coeffs = net.add("add", coefficients[0], net.add("multiply", coefficients[1], factor))
    return net.build(
        coeffs=net.add("multiply", coeffs, exposure),
        panorama=panorama,
        curve=curve,
        lost=guessed,
        levels=net.add("subtract", stops, answer),
    )


class _Net(LayersBuilder):
    """Layers of this model, from tensors."""

    def __init__(self, model: Surroundings) -> None:
        super().__init__()
        self.model = model

    def dense(self, layer: nn.Linear, source: str, activation: str = "none", plus: str | None = None) -> str:
        return self.convolution(source, layer.weight, layer.bias, activation=activation, plus=plus)

    def circular(self, layer: nn.Conv2d, source: str, activation: str = "relu", plus: str | None = None) -> str:
        assert layer.bias is not None
        stride = layer.stride[0]
        return self.convolution(source, layer.weight, layer.bias, stride=stride, activation=activation, plus=plus)

    def scaled(self, source: str, factor: float, offset: float = 0.0) -> str:
        return self.add("scale", source, factor=factor, offset=offset)

    def log(self, source: str, offset: float) -> str:
        """ln of a tensor plus a number."""
        return self.apply("log", self.scaled(source, 1.0, offset))

    def exp(self, source: str, limits: tuple[float, float]) -> str:
        return self.apply("exp", self.add("clamp", source, low=limits[0], high=limits[1]))

    def average(self, source: str) -> str:
        return self.add("pool", source, by="solid angle")

    def weighted(self, source: str, weights: np.ndarray) -> str:
        """Sums of channels."""
        return self.convolution(source, weights, np.zeros(len(weights)))

    def features(self, inputs: str, facts: str, about: list[str]) -> tuple[str, str, str]:
        """What `Surroundings._features` computes."""
        model = self.model
        place = self.constant(model.place(model.heights)[:, None])
        told = self.add("add", place, self.dense(model.told, facts))
        fine = self.circular(model.encode0, self.circular(model.stem, inputs, plus=told))
        middle = self.circular(model.encode1, self.circular(model.down1, fine))
        coarse = self.circular(model.down2, middle, activation="none")
        active = self.apply("relu", coarse)
        moments = self.average(self.dense(model.moments, inputs, activation="relu"))
        pooled = [self.add("pool", active, by=by) for by in ("mean", "maximum")]
        summary = self.add("join", *pooled, moments, *about, facts)
        z = self.dense(model.context1, self.dense(model.context0, summary, "relu"), "relu")
        coarse = self.apply("relu", self.add("add", coarse, self.dense(model.inject, z)))
        for layer in model.deep:
            assert isinstance(layer, nn.Conv2d)
            coarse = self.add("add", coarse, self.circular(layer, coarse))
        middle = self.add("add", middle, self.add("enlarge", self.dense(model.up1, coarse), by="nearest"))
        middle = self.circular(model.decode1, middle)
        fine = self.add("add", fine, self.add("enlarge", self.dense(model.up0, middle), by="nearest"))
        return self.circular(model.decode0, fine), coarse, z

    def gain(self, mixture: str, radiance: str, correction: str) -> str:
        """The log gain that undoes an unknown curve: `curve_mixture.mixed_gain`, and its correction per cell."""
        count = self.model.log_gains.shape[1]
        gains = self.convolution(mixture, self.model.log_gains.T, np.zeros(count))
        terms = [self.add("slice", gains, first=k, count=1) for k in range(count)]
        root = self.add("clamp", self.apply("sqrt", radiance), low=None, high=1.0)
        gain = terms[POWERS]
        for power in range(POWERS - 1, -1, -1):
            gain = self.add("add", self.add("multiply", gain, root), terms[power])
        shoulder = self.apply("log", self.scaled(root, -1.0, ASYMPTOTE))
        gain = self.add("add", gain, self.add("multiply", terms[-1], shoulder))
        free = self.scaled(self.add("slice", mixture, first=0, count=1), -LARGEST_CORRECTION, LARGEST_CORRECTION)
        return self.add("add", gain, self.add("multiply", self.apply("tanh", correction), free))

    def beyond(self, clipped: str, z: str, parts: dict[str, str]) -> str:
        """Light beyond white, in units of white."""
        color = self.dense(self.model.color, z)
        warmth, tint = (self.add("slice", color, first=k, count=1) for k in (0, 1))
        t = self.apply("tanh", self.scaled(self.add("add", parts["hue"], warmth), 0.5, -0.7))
        tint = self.scaled(self.apply("tanh", self.add("add", parts["tint"], tint)), LARGEST_TINT)
        square = self.add("multiply", t, t)
        powers = [t, square, self.add("multiply", square, t), self.add("multiply", square, square)]
        factors = np.array(HUES)
        logs = self.convolution(self.add("join", *powers, tint), factors[:, 1:], factors[:, 0])
        red, green, blue = (self.add("slice", logs, first=k, count=1) for k in range(3))
        green = self.add("minimum", green, self.add("maximum", red, blue))
        hue = self.apply("exp", self.add("join", red, green, blue))
        hue = self.add("divide", hue, self.weighted(hue, np.array([LUMINANCE])))
        channels = [self.add("slice", clipped, first=k, count=1) for k in range(3)]
        core = self.add("minimum", self.add("minimum", channels[0], channels[1]), channels[2])
        strong = self.add("multiply", core, self.exp(self.scaled(parts["level"], 1.0, 1.0), STRONG))
        edge = self.add("subtract", clipped, core)
        weak = self.add("multiply", edge, self.exp(self.scaled(parts["partly"], 1.0, -1.0), WEAK))
        return self.add("add", self.add("multiply", strong, hue), weak)

    def flux(self, light: str) -> str:
        """The luminance of light, over the sphere."""
        return self.scaled(self.average(self.weighted(light, np.array([LUMINANCE]))), 4 * math.pi)

    def level(self, z: str, known: str, found: str, seen_share: str) -> tuple[str, str, str]:
        """The distribution of log2 of true over predicted lost light: centers, widths and weights."""
        over = self.add("divide", self.scaled(found, 1.0, 1e-4), self.scaled(known, 1.0, 1e-3))
        logs = [self.log(found, 1e-3), self.log(known, 1e-3), self.apply("log", over)]
        spread = self.dense(self.model.spread, self.add("join", z, *logs, seen_share))
        middle, width, weight = (self.add("slice", spread, first=LOGISTICS * k, count=LOGISTICS) for k in range(3))
        return middle, self.exp(width, (-3.0, 1.5)), self.add("softmax", weight)

    def levels(self, level: tuple[str, str, str], is_whole: str, known: str, lost: str) -> str:
        """What `answer_levels` computes, [1, 1, 4]."""
        middle, width, weight = level
        whole, partial = self.model.temperature
        heat = self.scaled(is_whole, whole - partial, partial)
        center = self.add("sum", self.add("multiply", weight, middle))
        middle = self.add("add", center, self.add("multiply", self.add("subtract", middle, center), heat))
        edges = bin_edges()
        z = self.add("subtract", self.constant(edges[None, :, None]), middle)
        z = self.add("divide", z, self.add("multiply", width, heat))
        below = self.vector(self.add("sum", self.add("multiply", self.apply("sigmoid", z), weight)), len(edges))
        count = len(edges) - 1
        ends = [self.add("slice", below, first=first, count=count) for first in (1, 0)]
        share = self.add("clamp", self.add("subtract", *ends), low=LEAST_SHARE, high=None)
        lobe = self.constant(cosine_lobe(3)[None, :, None])
        flat = [self.vector(self.add("multiply", light, lobe), 27) for light in (known, lost)]
        factors = self.constant(np.exp2(edges[:-1] + STEP / 2)[None, :, None])
        irradiance = self.add("add", flat[0], self.add("multiply", factors, flat[1]))
        square = self.add("clamp", self.add("sum", self.add("multiply", irradiance, irradiance)), low=1e-12, high=None)
        favored = self.add("divide", share, self.vector(self.apply("sqrt", square), count))
        shares = self.add("reshape", self.add("join", favored, share, share, share), shape=[1, len(QUANTILES), count])
        shares = self.add("divide", shares, self.add("sum", shares))
        before = self.weighted(shares, np.tri(count, k=-1))
        missing = self.add("subtract", self.constant(np.array(QUANTILES)[None, :, None]), before)
        parts = self.add("clamp", self.add("divide", missing, shares), low=0.0, high=1.0)
        return self.vector(self.scaled(self.add("sum", parts), STEP, float(edges[0])), len(QUANTILES))

    def balanced(self, stops: str, is_sure: str, known: str, found: str) -> str:
        """What `balanced_level` computes."""
        best, median = (self.add("slice", stops, first=k, count=1) for k in (0, 1))
        even, slope, least, whole, partial = self.model.blend
        logs = self.add("subtract", self.apply("log", found), self.apply("log", known))
        ratio = self.add("add", best, self.scaled(logs, 1 / math.log(2)))
        share = self.add("clamp", self.scaled(ratio, slope, even), low=least, high=None)
        share = self.add("minimum", share, self.scaled(is_sure, whole - partial, partial))
        return self.add("add", best, self.add("multiply", share, self.add("subtract", median, best)))

    def vector(self, source: str, count: int) -> str:
        """The same numbers as one vector."""
        return self.add("reshape", source, shape=[1, 1, count])
