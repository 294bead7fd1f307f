"""Completion: HDR pictures that have lost light are completed by a network, and only where they have lost it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from model_folders import INPUTS, write_model

from lightprobe import load
from lightprobe.imaging.picture import Crop, Picture
from lightprobe.runtime import network_estimate as module
from lightprobe.runtime.estimator import PRETRAINED
from lightprobe.runtime.network import Network
from lightprobe.sphere import dominant_light, project
from lightprobe.sphere.panorama import equirect


def lit(
    height: int, peak: float, size: float = 12.0, azimuth: float = 40.0, color: tuple[float, ...] = (1, 0.9, 0.7)
) -> np.ndarray:
    """A blue sky, brown ground and a bright disc with a glow."""
    directions = equirect.directions(height, 2 * height)
    up, around = np.radians(35), np.radians(azimuth)
    sun = np.array([np.cos(up) * np.cos(around), np.sin(up), np.cos(up) * np.sin(around)])
    sky = np.where(directions[..., 1:2] > 0, np.array([0.3, 0.4, 0.6]), np.array([0.25, 0.2, 0.15]))
    angle = np.degrees(np.arccos(np.clip(directions @ sun, -1, 1)))[..., None]
    return sky + np.array(color) * (peak * (angle < size / 2) + 2 * np.exp(-angle / 6))


def saturated(light: np.ndarray, most: float, **more: object) -> Picture:
    """What a file holds that can say no more than `most`."""
    pixels = np.minimum(light, most).astype(np.float32)
    white = light >= most
    return Picture(pixels=pixels, is_linear=True, name="test", white=white if white.any() else None, **more)


def brighter(factor: float, monkeypatch: pytest.MonkeyPatch) -> list[Picture]:
    """Makes the network say that all is brighter by a factor; collects the pictures that it is shown."""
    real, prepare = Network.__call__, module.to_network_input
    shown: list[Picture] = []

    def given(picture: Picture, *more: Any) -> Any:
        shown.append(picture)
        return prepare(picture, *more)

    def answer(network: Network, *inputs: Any) -> dict[str, np.ndarray]:
        factors = {"coeffs": factor, "panorama": factor}
        return {name: value * np.float32(factors.get(name, 1)) for name, value in real(network, *inputs).items()}

    monkeypatch.setattr(Network, "__call__", answer)
    monkeypatch.setattr(module, "to_network_input", given)
    return shown


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("model"))


@pytest.mark.parametrize("place", ["whole", "crop", "view", "masked"])
def test_only_cells_that_have_lost_light_change(folder: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    light = lit(64, 60.0)
    more: dict[str, object] = {}
    if place == "crop":
        light, more = light[8:40, 60:120], {"crop": Crop(full_height=64, left=60, top=8)}
    elif place == "view":
        more = {"fov": 80.0}
    elif place == "masked":
        more = {"seen": np.arange(64 * 128).reshape(64, 128) % 128 > 40}
    picture = saturated(light, 8.0, **more)
    estimator = load(folder)
    shown = brighter(40.0, monkeypatch)
    known, found = load("plain")(picture), estimator(picture)
    assert len(shown) == 1
    assert (shown[0].pixels == 255).any()
    change = found.panorama - known.panorama
    assert change.min() >= 0
    assert change.max() > 10
    assert 0 < (change > 0).any(axis=-1).mean() < 0.2
    np.testing.assert_allclose(found.sh.coeffs, known.sh.coeffs + project(change, 3), rtol=1e-5, atol=1e-5)
    expected = dominant_light(found.sh.coeffs, found.panorama, guess=change)
    np.testing.assert_allclose(found.light.direction, expected.direction, atol=1e-4)
    assert (found.response, found.curve, found.is_drawn) == ("linear", None, False)
    assert (found.clipped, found.seen) == (known.clipped, known.seen)
    assert found.clipped > 0
    assert "of the sphere, the file has lost light, which was estimated" in found.notes[-1]


def test_known_light_is_never_made_less(folder: Path) -> None:
    """The made network says what it sees, clipped at display white: less than the file holds."""
    picture = saturated(lit(64, 60.0), 8.0)
    known, found = load("plain")(picture), load(folder)(picture)
    np.testing.assert_array_equal(found.sh.coeffs, known.sh.coeffs)
    np.testing.assert_array_equal(found.panorama, known.panorama)


def test_channels_are_completed_one_by_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    light = lit(64, 12.0, color=(1, 0.4, 0.1))
    picture = saturated(light, 8.0)
    assert picture.white is not None
    assert picture.white.any(axis=(0, 1)).tolist() == [True, False, False]
    estimator = load(folder)
    brighter(40.0, monkeypatch)
    change = estimator(picture).sh.coeffs - load("plain")(picture).sh.coeffs
    assert change[0, 0] > 0.3
    np.testing.assert_array_equal(change[:, 1:], 0)


def test_hdr_that_has_lost_nothing_is_projected(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    estimator = load(folder)
    shown = brighter(40.0, monkeypatch)
    picture = saturated(lit(64, 60.0), 1000.0)
    np.testing.assert_array_equal(estimator(picture).sh.coeffs, load("plain")(picture).sh.coeffs)
    assert shown == []


@pytest.mark.parametrize(
    "options",
    [
        {"responses": ["auto"]},
        {"kind": "image"},
        {"kind": "image", "input": INPUTS["image"] | {"height": 64, "width": 128}},
    ],
)
def test_other_networks(tmp_path: Path, options: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks that take no curve, and those that take images."""
    estimator = load(write_model(tmp_path, **options))
    brighter(40.0, monkeypatch)
    picture = saturated(lit(64, 60.0), 8.0)
    known, found = load("plain")(picture), estimator(picture)
    assert found.sh.coeffs[0, 0] > 1.1 * known.sh.coeffs[0, 0]
    assert found.light.intensity > known.light.intensity


def test_a_network_without_a_panorama(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its light beyond display white is added, less what is known of it."""
    estimator = load(write_model(tmp_path, panorama=False))
    picture = saturated(lit(64, 60.0), 8.0)
    known = load("plain")(picture)
    np.testing.assert_allclose(estimator(picture).sh.coeffs, known.sh.coeffs, atol=1e-9)
    brighter(10.0, monkeypatch)
    shown = load("plain")(Picture(pixels=np.minimum(picture.pixels, 1), is_linear=True, name="test"))
    found = estimator(picture)
    # 10 times what is shown, less what is shown, is more than what is known beyond
    np.testing.assert_allclose(found.sh.coeffs[0], 10 * shown.sh.coeffs[0], rtol=0.01)
    assert not found.is_drawn


def test_any_size(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for height in (5, 33, 50):
        estimator = load(folder)
        assert np.isfinite(estimator(saturated(lit(height, 60.0, 60.0), 8.0)).sh.coeffs).all()


@pytest.mark.skipif(not (PRETRAINED / "manifest.json").is_file(), reason="no trained model in the package")
@pytest.mark.parametrize("stops", [2, 4])
def test_the_trained_network_comes_nearer_to_the_truth(stops: int) -> None:
    """Suns of several sizes and powers, in a file that saturates some stops above display white."""
    estimator, plain, nearer, errors = load(), load("plain"), 0, []
    suns = [(peak, size) for peak in (150.0, 500.0, 2000.0) for size in (4.0, 7.0, 10.0)]
    for k, (peak, size) in enumerate(suns):
        light = lit(128, peak, size, azimuth=37.0 * k)
        picture = saturated(light, 2.0**stops)
        truth = project(light, 3)
        before, after = (np.linalg.norm(one(picture).sh.coeffs - truth) for one in (plain, estimator))
        nearer += after < before
        errors.append(after / before)
    assert nearer > len(suns) / 2
    assert max(errors) < 1.05


@pytest.mark.skipif(not (PRETRAINED / "manifest.json").is_file(), reason="no trained model in the package")
@pytest.mark.parametrize("peak", [16.0, 60.0, 300.0])
def test_the_trained_network_leaves_light_that_was_never_lost(peak: float) -> None:
    """Encoders scale a gain map so that the brightest light has the largest code: it looks saturated and is not."""
    light = lit(128, peak, 8.0)
    picture = saturated(light, 0.99 * float(light[..., 0].max()))
    assert picture.white is not None
    truth, found = project(light, 3), load()(picture).sh.coeffs
    assert np.linalg.norm(found - truth) < 0.01 * np.linalg.norm(truth)
