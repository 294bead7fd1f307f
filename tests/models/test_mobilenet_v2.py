"""The predecessor's architecture: its size, its conventions, its view of pictures of any size."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from lightprobe.models import build
from lightprobe.models.mobilenet_v2 import MEAN, STD, InvertedResidual, MobileNetV2, area, scaled


@pytest.fixture(scope="module")
def model() -> MobileNetV2:
    torch.manual_seed(0)
    return MobileNetV2(0.5).eval()


@pytest.mark.parametrize(("width", "learned"), [(0.5, 722_267), (1.0, 2_258_459)])
def test_parameters(width: float, learned: int) -> None:
    """At width 1, torchvision's mobilenet_v2 has 3,504,872, of which 1,281,000 are its head; ours is 1281 · 27."""
    model = build("mobilenet_v2", width=width)
    assert sum(weight.numel() for weight in model.parameters()) == learned
    assert 3_504_872 - 1_281_000 + 1281 * 27 == 2_258_459


def test_folded_it_is_the_predecessors(model: MobileNetV2) -> None:
    """712,995 were counted in its graph, where a normalization is but a bias."""
    folded = sum(module.num_features for module in model.modules() if isinstance(module, nn.BatchNorm2d))
    assert sum(weight.numel() for weight in model.parameters()) - folded == 712_995


def test_channels() -> None:
    assert [scaled(base, 0.5) for base in (16, 24, 32, 64, 96, 160, 320)] == [8, 16, 16, 32, 48, 80, 160]
    assert scaled(24, 0.7) == 16
    assert scaled(3, 1.0) == 8


def test_settings_make_the_same_again(model: MobileNetV2) -> None:
    again = build(model.name, **model.settings)
    again.load_state_dict(model.state_dict())
    image = torch.randint(0, 256, (1, 128, 256, 3), dtype=torch.uint8)
    with torch.no_grad():
        torch.testing.assert_close(again.eval()(image, torch.zeros(1)), model(image, torch.zeros(1)))
    with pytest.raises(ValueError, match=r"expected a width of 0.5 or 1, got 0.75; choose one"):
        MobileNetV2(0.75)


def test_what_the_network_sees(model: MobileNetV2) -> None:
    image = torch.zeros(2, 128, 256, 3, dtype=torch.uint8)
    image[1] = 255
    image[0, 5, 7, 0] = 51
    seen = model.normalized(image)
    assert seen.shape == (2, 3, 128, 256)
    assert seen.dtype == torch.float32
    for channel in range(3):
        assert float(seen[0, channel, 0, 0]) == pytest.approx(-MEAN[channel] / STD[channel], rel=1e-5)
        assert float(seen[1, channel, 9, 9]) == pytest.approx((1 - MEAN[channel]) / STD[channel], rel=1e-5)
    assert float(seen[0, 0, 5, 7]) == pytest.approx((0.2 - MEAN[0]) / STD[0], rel=1e-5)
    assert float(seen[0, 1, 5, 7]) == pytest.approx(-MEAN[1] / STD[1], rel=1e-5)


def test_area() -> None:
    same = torch.rand(1, 3, 128, 256)
    torch.testing.assert_close(area(same), same)
    large = torch.rand(2, 3, 384, 768)
    expected = torch.nn.functional.avg_pool2d(large, 3)
    torch.testing.assert_close(area(large), expected)
    for height in (1, 40, 100, 200, 333):
        odd = area(torch.full((1, 3, height, 2 * height), 0.25))
        torch.testing.assert_close(odd, torch.full((1, 3, 128, 256), 0.25))
    row, column = torch.meshgrid(torch.arange(190), torch.arange(380), indexing="ij")
    board = ((row + column) % 2).float().expand(1, 3, 190, 380)
    assert area(board).std() < 0.1  # finer than the result can show: gray, not a pattern
    step = (torch.arange(300) >= 150).float()[:, None].expand(1, 3, 300, 600)
    assert area(step).mean() == pytest.approx(0.5, abs=1e-3)


def gray(number: int, code: int = 124) -> torch.Tensor:
    return torch.full((number, 128, 256, 3), code, dtype=torch.uint8)


def test_outputs(model: MobileNetV2) -> None:
    light = model(gray(3), torch.zeros(1))
    assert light.coeffs.shape == (3, 9, 3)
    assert light.present().keys() == {"coeffs"}
    assert (model.input, model.convention, model.responses) == ("image", "cmgen", ("auto",))


def test_rows_of_the_head_are_coefficients_of_rgb(model: MobileNetV2) -> None:
    with torch.no_grad():
        before = model(gray(1), torch.zeros(1)).coeffs
        model.head.bias[4] += 1
        after = model(gray(1), torch.zeros(1)).coeffs
        model.head.bias[4] -= 1
    changed = (after - before).abs() > 0.5
    assert changed.nonzero().tolist() == [[0, 1, 1]]  # L1-1, green


def test_ten_blocks_add_to_their_input(model: MobileNetV2) -> None:
    """As many as table 2 repeats beyond the first of a stage: 1 + 2 + 3 + 2 + 2."""
    blocks = [module for module in model.features if isinstance(module, InvertedResidual)]
    assert len(blocks) == 17
    adding = 0
    for block in blocks:
        silent = InvertedResidual(8, 8, 1, 6) if block.is_residual else InvertedResidual(8, 8, 2, 6)
        adding += block.is_residual
        last = [*silent.layers][-1]
        assert isinstance(last, nn.BatchNorm2d)
        nn.init.zeros_(last.weight)
        x = torch.randn(1, 8, 4, 4)
        torch.testing.assert_close(silent.eval()(x), x if block.is_residual else torch.zeros(1, 8, 2, 2))
    assert adding == 10


def test_every_weight_learns() -> None:
    model = build("mobilenet_v2", width=0.5).train()
    images = torch.randint(0, 256, (2, 128, 256, 3), dtype=torch.uint8)
    model(images, torch.zeros(1)).coeffs.square().sum().backward()
    for name, weight in model.named_parameters():
        assert weight.grad is not None, name
        assert weight.grad.abs().sum() > 0, name


def test_batches_do_not_mix(model: MobileNetV2) -> None:
    images = torch.randint(0, 256, (3, 128, 256, 3), dtype=torch.uint8)
    with torch.no_grad():
        together = model(images, torch.zeros(1)).coeffs
        alone = torch.cat([model(image[None], torch.zeros(1)).coeffs for image in images])
    torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-6)
