"""Ambient as data: the layers that answer as the torch model does, within rounding.

Whatever depends on the height of a row or on the tone curve alone is worked out here, and written down as numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from lightprobe.layers import Layers, LayersBuilder
from lightprobe.models.curve_mixture import ASYMPTOTE, POWERS

if TYPE_CHECKING:
    from lightprobe.models.ambient import Ambient


@torch.no_grad()
def ambient_layers(model: Ambient) -> Layers:
    """The model with its present weights. Convention: spec/MODEL_BIN.md."""
    net = LayersBuilder()
    radiance, white = net.input("radiance"), net.input("white")
    root = net.add("clamp", net.apply("sqrt", radiance), to="root", low=None, high=1.0)
    seen = net.add("join", root, white, to="seen")
    facts = net.add("response", to="facts", array=net.array(model.facts))
    fine, context = _features(net, model, seen, facts)
    mixture = net.add("softmax", _dense(net, model.mixture, context), to="mixture")
    curve = net.convolution(mixture, model.log_curves.T, np.zeros(model.log_curves.shape[1]), to="curve")
    unknown = net.add("response", to="unknown", array=net.array(1 - model.facts[:, :1]))
    with net.choose(unknown, radiance, to="known") as choice:
        gain = _gain(net, model, fine, mixture, root)
        choice.then = net.add("multiply", radiance, net.apply("exp", gain))
    with net.choose(net.add("sum", net.add("pool", white, by="maximum")), choice.to, to="complete") as clipping:
        last = net.add("slice", curve, first=model.log_curves.shape[1] - 1, count=1)
        excess = _excess(net, model, fine, context, beyond=net.add("multiply", unknown, last))
        clipping.then = net.add("add", choice.to, net.add("multiply", white, excess))
    whites = net.add("response", to="white of the curve", array=net.array(torch.exp(model.facts[:, 1:])))
    panorama = net.add("multiply", clipping.to, whites, to="panorama")
    return net.build(coeffs=net.add("project", panorama, to="coeffs"), panorama=panorama, curve=curve)


def _features(net: LayersBuilder, model: Ambient, seen: str, facts: str) -> tuple[str, str]:
    """Features of 16×32 blocks of cells, and a vector about the whole picture, as `Ambient` has them."""
    place = net.constant(model.place(model.heights)[:, None], to="place")
    told = net.add("response", to="told", array=net.array(model.told(model.facts)))
    stem = net.add("add", place, told)
    fine = net.convolution(seen, *_numbers(model.stem), plus=stem, stride=2, activation="relu", to="stem")
    fine = _circular(net, model.encode0.conv, fine, "encode0")
    middle = _circular(net, model.encode1.conv, _circular(net, model.down1.conv, fine, "down1"), "encode1")
    coarse = _circular(net, model.down2.conv, middle, "down2")
    moments = net.convolution(seen, *_numbers(model.moments), activation="relu", to="moments")
    summary = [net.add("pool", coarse, by="mean"), net.add("pool", coarse, by="maximum")]
    summary += [net.add("pool", moments, by="solid angle"), facts]
    context = _dense(net, model.context, net.add("join", *summary), activation="relu", to="context")
    coarse = net.add("add", _circular(net, model.encode2.conv, coarse, "encode2"), _dense(net, model.inject, context))
    coarse = net.apply("relu", coarse)
    middle = net.add("add", middle, _enlarged(net, model.up1, coarse))
    middle = _circular(net, model.decode1.conv, middle, "decode1")
    fine = net.add("add", fine, _enlarged(net, model.up0, middle))
    return _circular(net, model.decode0.conv, fine, "decode0"), context


def _gain(net: LayersBuilder, model: Ambient, fine: str, mixture: str, root: str) -> str:
    """The log gain that undoes an unknown curve: `curve_mixture.mixed_gain`, and its correction per cell."""
    from lightprobe.models.ambient import LARGEST_CORRECTION

    gains = net.convolution(mixture, model.log_gains.T, np.zeros(model.log_gains.shape[1]), to="gains")
    terms = [net.add("slice", gains, first=k, count=1) for k in range(model.log_gains.shape[1])]
    gain = terms[POWERS]
    for power in range(POWERS - 1, -1, -1):
        gain = net.add("add", net.add("multiply", gain, root), terms[power])
    shoulder = net.apply("log", net.add("scale", root, factor=-1.0, offset=ASYMPTOTE))
    gain = net.add("add", gain, net.add("multiply", terms[-1], shoulder))
    residue = net.apply("tanh", net.add("shuffle", net.convolution(fine, *_numbers(model.residue))))
    return net.add("add", gain, net.add("scale", residue, factor=LARGEST_CORRECTION, offset=0.0))


def _excess(net: LayersBuilder, model: Ambient, fine: str, context: str, beyond: str) -> str:
    """Light beyond display white: brightness and half of each color in one head, which is the same sum."""
    from lightprobe.models.ambient import MAX_LOG_EXCESS

    weights, bias = (values.unflatten(0, (4, 4)) for values in _numbers(model.excess))
    colored = [(part[:1] + 0.5 * part[1:]).flatten(0, 1) for part in (weights, bias)]
    excess = net.add("shuffle", net.convolution(fine, colored[0], colored[1], to="excess"))
    excess = net.add("add", excess, _dense(net, model.level, context))
    excess = net.add("clamp", excess, low=-MAX_LOG_EXCESS, high=MAX_LOG_EXCESS)
    return net.apply("exp", net.add("add", excess, beyond))


def _numbers(layer: nn.Conv2d | nn.Linear) -> tuple[Tensor, Tensor]:
    """Weights and bias."""
    assert layer.bias is not None
    return layer.weight, layer.bias


def _dense(net: LayersBuilder, layer: nn.Linear, vector: str, activation: str = "none", to: str | None = None) -> str:
    return net.convolution(vector, *_numbers(layer), activation=activation, to=to)


def _circular(net: LayersBuilder, layer: nn.Conv2d, source: str, to: str) -> str:
    """What `CircularConv` computes."""
    return net.convolution(source, *_numbers(layer), stride=layer.stride[0], activation="relu", to=to)


def _enlarged(net: LayersBuilder, layer: nn.Conv2d, source: str) -> str:
    return net.add("enlarge", net.convolution(source, *_numbers(layer)), by="nearest")
