"""Tone curves as mixtures."""

from __future__ import annotations

import numpy as np
import torch

from lightprobe.imaging.tone import curves
from lightprobe.imaging.tone.curves import KNOTS
from lightprobe.models import curve_mixture


def test_log_curves_are_the_curves() -> None:
    found = np.exp(curve_mixture.log_curves())
    assert found.shape == (len(curve_mixture.PROTOTYPES), KNOTS)
    for index, response in enumerate(curves.RESPONSES):
        assert np.isclose(found[index, -1], curves.white(response), rtol=0.02), response
    assert np.allclose(found[0], curves.srgb_decode(np.arange(1, KNOTS + 1) / KNOTS))
    assert (np.diff(found, axis=1) > 0).all()


def test_log_gains_follow_every_prototype_within_8_percent() -> None:
    display = np.arange(21, 256) / 255
    linear = curves.srgb_decode(display)
    root = torch.from_numpy(np.sqrt(linear)).float()[None, None, None]
    gains = torch.from_numpy(curve_mixture.log_gains()).float()
    for index, name in enumerate(curve_mixture.PROTOTYPES):
        found = curve_mixture.mixed_gain(gains[index : index + 1], root)[0, 0, 0].numpy()
        expected = np.log(curve_mixture.prototype(index, display) / linear)
        assert np.abs(found - expected).max() < 0.08, name


def test_srgb_needs_no_gain() -> None:
    assert np.abs(curve_mixture.log_gains()[curve_mixture.PROTOTYPES.index("srgb")]).max() < 1e-5
