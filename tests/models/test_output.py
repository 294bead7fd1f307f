"""The outputs of a model."""

from __future__ import annotations

import torch

from lightprobe.models.output import ModelOutput


def test_only_outputs_that_there_are_are_present() -> None:
    coeffs, panorama, curve = torch.zeros(1, 9, 3), torch.ones(1, 32, 64, 3), torch.ones(1, 16)
    assert list(ModelOutput(coeffs).present()) == ["coeffs"]
    assert list(ModelOutput(coeffs, curve=curve).present()) == ["coeffs", "curve"]
    everything = ModelOutput(coeffs, panorama, curve).present()
    assert list(everything) == ["coeffs", "panorama", "curve"]
    assert everything["panorama"] is panorama
