"""Multiply-adds, against what paper says."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from lightprobe.export import ReleaseResult, to_onnx
from lightprobe.export.cost import multiply_adds
from lightprobe.models import Model, ModelOutput


class Products(Model):
    """One of each operator that counts."""

    name, input, convention = "products", "image", "radiance"

    def __init__(self) -> None:
        super().__init__()
        self.settings = {}
        self.conv = nn.Conv2d(3, 4, 3, stride=2, padding=1)
        self.depthwise = nn.Conv2d(4, 4, 5, groups=4, padding=2)
        self.up = nn.ConvTranspose2d(4, 2, 2, stride=2)
        self.linear = nn.Linear(2, 27)

    def forward(self, picture: Tensor, response: Tensor) -> ModelOutput:
        image = picture.permute(0, 3, 1, 2).float()
        planes = self.up(torch.relu(self.depthwise(torch.relu(self.conv(image)))))
        mean = planes.mean(dim=(2, 3))

        def products(x: Tensor) -> Tensor:
            return x @ torch.ones(27, 27) @ torch.ones(27, 27)

        coeffs = torch.cond(response[0] == 0, products, lambda x: x * 2, (self.linear(mean),))
        return ModelOutput(coeffs.reshape(-1, 9, 3))


CONV = 64 * 128 * 4 * 27 + 64 * 128 * 4 * 25 + 64 * 128 * 4 * 2 * 4 + 2 * 27


@pytest.mark.parametrize(("responses", "branch"), [(["srgb"], 0), (["auto"], 2 * 27 * 27), (["srgb", "auto"], 1458)])
def test_each_operator_and_the_branch_that_is_taken(graph: bytes, responses: list[str], branch: int) -> None:
    assert multiply_adds(graph, responses) == CONV + branch


@pytest.fixture(scope="module")
def graph() -> bytes:
    torch.manual_seed(0)
    return to_onnx(Products().eval()).SerializeToString()


def test_another_size(released: ReleaseResult) -> None:
    data = (released.folder / "model.onnx").read_bytes()
    # the network sees 32×64 whatever the size: two convolutions, the projection, the curve
    expected = 2048 * 8 * 27 + 2048 * 3 * 8 + 3 * 2048 * 9 + 8 * 16
    assert multiply_adds(data, ["auto"], (64, 128)) == multiply_adds(data, ["auto"]) == expected
