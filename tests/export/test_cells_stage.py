"""The hand-written first stage against the cells that models learn from."""

from __future__ import annotations

import numpy as np
import onnx
import pytest

from lightprobe.export.cells_stage import EXACT, cells_stage
from lightprobe.export.graph import OPSET, STAGED_INPUTS, feeds
from lightprobe.export.parity import session
from lightprobe.imaging import curves
from lightprobe.models import RESPONSES
from lightprobe.models.cells import learned_cells


def picture(height: int, seed: int = 0) -> np.ndarray:
    image = np.random.default_rng(seed).integers(0, 256, (height, 2 * height, 3), np.uint8)
    image[height // 4 : height // 2, height // 3 : height] = 255
    return image


@pytest.fixture(scope="module")
def stage() -> bytes:
    proto = cells_stage(OPSET)
    onnx.checker.check_model(proto, full_check=True)
    return proto.SerializeToString()


@pytest.mark.parametrize("height", [20, 32, 75, 128, 256])
def test_the_stage_forms_the_cells_that_models_learn_from(stage: bytes, height: int) -> None:
    """The usual size, whole pixels to a cell, fewer pixels than cells, and sizes that do not divide."""
    runner, images = session(stage), np.stack([picture(height, seed) for seed in range(2)])
    for response in EXACT:
        found, facts = runner.run(None, feeds(STAGED_INPUTS, images, response))
        curve = "srgb" if response == "auto" else response
        for image, one, fact in zip(images, found, facts, strict=True):
            np.testing.assert_allclose(one, learned_cells(image, curve), atol=5e-5)
            assert fact[0] == (response != "auto")
            assert fact[1] == pytest.approx(0 if response == "auto" else np.log(curves.white(curve)), rel=1e-6)


def test_gray_pictures_are_exact_under_every_curve(stage: bytes) -> None:
    image = np.repeat(picture(64)[..., :1], 3, axis=-1)
    for response in RESPONSES[1:]:
        found, _ = session(stage).run(None, feeds(STAGED_INPUTS, image[None], response))
        np.testing.assert_allclose(found[0], learned_cells(image, response), atol=4e-3, err_msg=response)


def test_cells_take_the_place_of_the_picture(stage: bytes) -> None:
    formed = np.stack([learned_cells(picture(64, seed), "agx") for seed in range(3)])
    found, facts = session(stage).run(None, feeds(STAGED_INPUTS, picture(64)[None], "agx", formed))
    np.testing.assert_array_equal(found, formed)
    assert facts.shape == (3, 2)
