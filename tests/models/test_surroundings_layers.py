"""The second estimator as data: numpy answers as torch does."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lightprobe.imaging.tone.curves import RESPONSE_CODES
from lightprobe.layers import LayerRunner, cell_inputs, from_model_bin, to_model_bin
from lightprobe.models.surroundings import Surroundings

CLOSE = 1e-5


def some_cells(share: float) -> torch.Tensor:
    """Random light with a clipped patch; the left part of the sphere is not seen if the share is below 1."""
    generator = torch.Generator().manual_seed(1)
    white, seen = torch.zeros(3, 32, 64), torch.ones(1, 32, 64)
    white[:, 8:11, 50:54] = 0.5
    white[2, 8:11, 54] = 0.25
    seen[..., : int(64 * (1 - share))] = 0
    if share < 1:
        seen[..., int(64 * (1 - share))] = 0.3
    return torch.cat([torch.rand(3, 32, 64, generator=generator) * seen, white * seen, seen])[None]


@pytest.mark.parametrize("share", [1.0, 0.3])
@pytest.mark.parametrize("response", RESPONSE_CODES)
def test_numpy_answers_as_torch(response: str, share: float) -> None:
    torch.manual_seed(4)
    model = Surroundings().eval()
    given, index = some_cells(share), RESPONSE_CODES.index(response)
    with torch.no_grad():
        expected = model(given, torch.tensor([index]))
    answer = LayerRunner(from_model_bin(to_model_bin(model.layers())))(cell_inputs(given[0].numpy()), index)
    for name, wanted in expected.present().items():
        wanted = wanted.numpy()
        got = answer[name].reshape(wanted.shape)
        assert np.abs(got - wanted).max() <= CLOSE * np.abs(wanted).max(), name


def test_it_is_small_as_a_file() -> None:
    model = Surroundings().half().float()
    assert len(to_model_bin(model.layers())) < 165_000
