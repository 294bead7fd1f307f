"""Estimates by a network: a model folder's answer as an Estimate, for every kind of picture."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from makers import crop_properties, gpano, noise, png, smooth, video, xmp_chunk
from model_folders import INPUTS, LOG_CURVE, write_answers, write_model

import lightprobe
from lightprobe import Estimator, Smoother, load
from lightprobe.errors import ModelError
from lightprobe.imaging.cells import picture_cells
from lightprobe.imaging.files import as_picture
from lightprobe.imaging.picture import Picture
from lightprobe.runtime import estimator as module
from lightprobe.runtime.plain_estimate import plain_estimate
from lightprobe.sphere import SH, dominant_light, project
from lightprobe.sphere.panorama import equirect


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def cmgen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(
        tmp_path_factory.mktemp("cmgen"), convention="cmgen", panorama=False, curve=False, responses=["auto"]
    )


def radiance(pixels: np.ndarray, response: str = "auto") -> np.ndarray:
    """The made graph of cells answers with the light of the cells."""
    return np.moveaxis(picture_cells(pixels, response)[:3], 0, -1)


def display(pixels: np.ndarray) -> np.ndarray:
    """The made graph of an image takes display values for radiance."""
    rows, columns = pixels.shape[0] // 32, pixels.shape[1] // 64
    return (pixels / 255).reshape(32, rows, 64, columns, 3).mean(axis=(1, 3))


def test_a_panorama(folder: Path) -> None:
    pixels = smooth(64, 128)
    estimator = load(folder)
    result = estimator(pixels)
    assert (estimator.name, estimator.response, result.response) == ("made", "auto", "auto")
    cells = radiance(pixels)
    np.testing.assert_allclose(result.sh.coeffs, project(cells), atol=1e-5)
    np.testing.assert_allclose(result.panorama, cells, atol=1e-6)
    np.testing.assert_allclose(result.curve, np.exp(LOG_CURVE), rtol=1e-6)
    expected = dominant_light(result.sh.coeffs, result.panorama)
    np.testing.assert_allclose(result.light.direction, expected.direction)
    assert (result.seen, result.is_drawn, result.sh.is_windowed) == (1, False, False)
    assert result.clipped == plain_estimate(as_picture(pixels)).clipped


def test_a_given_curve_is_reported_and_none_is_estimated(folder: Path) -> None:
    result = load(folder, response="agx")(smooth(32, 64))
    assert (result.response, result.curve) == ("agx", None)
    assert json.loads(json.dumps(result.to_dict()))["curve"] is None
    curve = json.loads(json.dumps(load(folder)(smooth(32, 64)).to_dict()))["curve"]
    np.testing.assert_allclose(curve, np.arange(1, 17) / 16, rtol=1e-6)


def test_cmgen_answers_come_back_to_radiance(cmgen: Path) -> None:
    pixels = smooth(32, 64)
    result = load(cmgen)(pixels)
    np.testing.assert_allclose(result.sh.coeffs, project(radiance(pixels)), atol=1e-4)
    assert result.sh.is_windowed  # as cmgen's own labels are: they are not windowed again
    np.testing.assert_allclose(result.sh.to("cmgen"), SH(result.sh.coeffs).to("cmgen", "none"), atol=1e-12)


def test_without_a_panorama_one_is_drawn(cmgen: Path) -> None:
    pixels = smooth(32, 64).copy()
    pixels[:, :20] = 200
    result = load(cmgen)(pixels)
    assert result.is_drawn
    assert result.panorama.min() >= 0
    near = np.abs(result.panorama - radiance(pixels)).mean() / radiance(pixels).mean()
    assert near < 0.3  # blurred, but the same surroundings
    light = result.sh.light
    assert (result.light.intensity, result.light.azimuth) == (light.intensity, light.azimuth)
    smoother = Smoother(0.5)
    smoother(result, 0.0)
    assert smoother(load(cmgen)(pixels), 1.0).light.intensity == pytest.approx(light.intensity)


def test_a_drawn_panorama_does_not_ring_below_zero(cmgen: Path) -> None:
    pixels = np.zeros((32, 64, 3), np.uint8)
    pixels[8:12, 20:24] = 255
    result = load(cmgen)(pixels)
    assert result.sh.radiance(equirect.directions(32, 64)).min() < -0.005
    assert result.panorama.min() == 0


def test_a_curve_that_it_does_not_take_is_refused(cmgen: Path) -> None:
    with pytest.raises(ValueError, match="expected a response of auto for made, got 'agx'"):
        load(cmgen, response="agx")
    with pytest.raises(ValueError, match="expected a response of auto for made, got 'srgb'"):
        load(cmgen)(smooth(32, 64), response="srgb")
    with pytest.raises(ValueError, match="expected a response of auto, srgb, filmic"):
        load(cmgen, response="none")
    assert load(cmgen).responses == ("auto",)


def test_radiance_is_projected_and_not_guessed(folder: Path, cmgen: Path) -> None:
    hdr = noise(32, 64, 3).astype(np.float32) / 100
    for estimator in (load(folder), load(cmgen), load(folder, response="agx")):
        result = estimator(hdr)
        np.testing.assert_array_equal(result.sh.coeffs, lightprobe.load("plain")(hdr).sh.coeffs)
        assert (result.response, result.curve, result.is_drawn) == ("linear", None, False)


def test_sixteen_bits(folder: Path) -> None:
    pixels = noise(32, 64, 3)
    deep = load(folder)(pixels.astype(np.uint16) * 257)
    np.testing.assert_allclose(deep.sh.coeffs, load(folder)(pixels).sh.coeffs, atol=1e-6)


def test_a_turned_panorama_turns_the_light(folder: Path) -> None:
    pixels, estimator = smooth(64, 128), load(folder)
    angle = 2 * np.pi * 16 / 64
    turn = np.array([[np.cos(angle), 0, -np.sin(angle)], [0, 1, 0], [np.sin(angle), 0, np.cos(angle)]])
    turned = estimator(np.roll(pixels, 32, axis=1)).sh.coeffs
    np.testing.assert_allclose(turned, estimator(pixels).sh.rotated(turn).coeffs, atol=1e-5)


def test_partial_pictures(folder: Path, tmp_path: Path) -> None:
    packet = xmp_chunk(gpano(**crop_properties((200, 100), (80, 40), (60, 30))))
    path = tmp_path / "crop.png"
    path.write_bytes(png(smooth(40, 80), packet))
    masked = np.concatenate([smooth(32, 64), np.full((32, 64, 1), 255, np.uint8)], axis=-1)
    masked[20:, :30, 3] = 0
    for source, fov in ((path, None), (masked, None), (smooth(60, 80), 70.0)):
        result, plain = load(folder)(source, fov=fov), load("plain")(source, fov=fov)
        assert result.seen == pytest.approx(plain.seen, abs=1e-9)
        assert result.clipped == pytest.approx(plain.clipped, abs=1e-9)
        assert 0 < result.seen < 1
        np.testing.assert_allclose(result.panorama, plain.panorama, atol=0.02)


def test_a_fixed_size(tmp_path: Path) -> None:
    fixed = load(write_model(tmp_path, kind="image", input=INPUTS["image"] | {"height": 64, "width": 128}))
    # 33 rows are none that the graph could take
    assert np.isfinite(fixed(smooth(33, 66)).sh.coeffs).all()
    pixels = smooth(64, 128)
    np.testing.assert_allclose(fixed(pixels).panorama, display(pixels), atol=1e-6)


def test_the_size_of_a_picture_does_not_count(folder: Path) -> None:
    pixels = np.repeat(np.repeat(smooth(256, 512), 4, axis=0), 4, axis=1)
    few, many = load(folder)(smooth(256, 512)), load(folder)(pixels)
    np.testing.assert_allclose(many.sh.coeffs, few.sh.coeffs, atol=1e-5)


def test_an_image_that_is_too_large_is_reduced_first(tmp_path: Path) -> None:
    estimator = load(write_model(tmp_path, kind="image"))
    pixels = np.repeat(np.repeat(smooth(256, 512), 4, axis=0), 4, axis=1)
    np.testing.assert_allclose(estimator(pixels).sh.coeffs, estimator(smooth(256, 512)).sh.coeffs, atol=1e-5)


def test_what_is_no_panorama(folder: Path) -> None:
    with pytest.raises(ValueError, match="expected a 2:1 panorama"):
        load(folder)(smooth(60, 80))


def test_threads_agree(folder: Path) -> None:
    estimator = load(folder)
    sources = [(smooth(64, 128), None), (noise(32, 64, 3), None), (smooth(60, 80), 60.0), (noise(640, 1280, 3), None)]
    expected = [estimator(pixels, fov=fov).sh.coeffs for pixels, fov in sources]
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda k: estimator(sources[k % 4][0], fov=sources[k % 4][1]).sh.coeffs, range(24)))
    for k, coeffs in enumerate(results):
        np.testing.assert_array_equal(coeffs, expected[k % 4])


def test_video_and_batch(folder: Path, tmp_path: Path) -> None:
    path = video(tmp_path / "a.mkv", 3 * [smooth(64, 128)], pix_fmt="bgr0")
    results = list(load(folder).video(path, smoothing=0.2))
    assert [result.response for _, result in results] == 3 * ["auto"]
    ((_, result),) = load(folder).batch([smooth(32, 64)], response="srgb")
    assert result.response == "srgb"


def test_preview(folder: Path, cmgen: Path) -> None:
    for path in (folder, cmgen):
        assert load(path)(smooth(32, 64)).preview(smooth(32, 64)).width > 1000


def test_the_shipped_model_is_the_default(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PRETRAINED", folder)
    module._default.cache_clear()
    assert load().name == "made"
    assert load("plain").name == "plain"
    assert lightprobe.estimate(smooth(32, 64)).curve is not None
    assert module._default() is module._default()  # one session for all calls
    monkeypatch.setattr(module, "PRETRAINED", tmp_path / "none")
    module._default.cache_clear()
    assert load().name == "plain"
    assert lightprobe.estimate(smooth(32, 64)).response == "srgb"
    module._default.cache_clear()


def test_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"best: expected a model folder with manifest\.json, got no such folder"):
        load("best")
    with pytest.raises(ModelError, match="got a folder without one"):
        load(tmp_path)
    assert isinstance(load(), Estimator)


ANSWERED = {"best": 0.75, "balanced": 1.0, "median": 1.5}
"""Of the made network that has answers: half of its light, one stop darker or brighter."""


@pytest.mark.parametrize("answer", ANSWERED)
def test_answers(tmp_path: Path, answer: str) -> None:
    estimator, pixels = load(write_answers(tmp_path), answer=answer), smooth(64, 128)
    light = (radiance(pixels) + 1) * ANSWERED[answer]
    for found in (estimator(pixels), load(tmp_path)(pixels, answer=answer)):
        np.testing.assert_allclose(found.panorama, light, rtol=1e-5)
        np.testing.assert_allclose(found.sh.coeffs, project(light), atol=1e-4)
        assert found.answer == answer
        # a quarter, or four times of that half
        assert found.uncertainty == pytest.approx(0.5 * np.log2((0.5 + 2) / (0.5 + 0.125)), rel=1e-5)


def test_without_a_name_it_is_the_answer_of_the_network(tmp_path: Path) -> None:
    estimator = load(write_answers(tmp_path))
    assert (estimator.answer, estimator(smooth(64, 128)).answer) == ("balanced", "balanced")


def test_answers_that_there_are_not(tmp_path: Path, folder: Path) -> None:
    several = write_answers(tmp_path)
    for call in (lambda: load(several, answer="brightest"), lambda: load(several)(smooth(32, 64), answer="brightest")):
        with pytest.raises(ValueError, match=r"expected an answer of best, balanced, median, got 'brightest'; choose"):
            call()
    for model, name in ((folder, "made"), ("plain", "plain")):
        with pytest.raises(ValueError, match=f"expected no answer by name, for {name} has one, got 'best'; leave it"):
            load(model, answer="best")
        found = load(model)(smooth(64, 128))
        assert (found.answer, found.uncertainty) == (None, None)


def test_the_unseen_part_is_left_to_a_network_that_takes_the_seen_share(tmp_path: Path) -> None:
    """The made network adds the seen share to the light."""
    pixels = np.full((32, 64, 3), 188, np.uint8)
    value = float(radiance(np.full((64, 128, 3), 188, np.uint8))[0, 0, 0])
    found = load(write_answers(tmp_path))(pixels, hfov=180, vfov=90)
    expected = np.zeros((32, 64, 3))
    expected[8:24, 16:48] = value + 1
    np.testing.assert_allclose(found.panorama, expected, atol=1e-5)
    assert found.seen == pytest.approx(0.5 * np.sin(np.pi / 4), abs=1e-6)


def test_light_that_a_file_knows_in_part_has_answers_too(tmp_path: Path) -> None:
    pixels = np.full((64, 128, 3), 0.25, np.float32)
    pixels[20:24, 40:44] = 1.5
    picture = Picture(pixels=pixels, is_linear=True, name="test", white=pixels == 1.5)
    estimator, known = (
        load(write_answers(tmp_path)),
        plain_estimate(Picture(pixels=pixels, is_linear=True, name="test")),
    )
    lost = np.zeros((32, 64, 1), bool)
    lost[10:12, 20:22] = True
    light = {}
    for factor in (*ANSWERED.values(), 0.5 + 0.125, 0.5 + 2):  # the network sees white there, and adds 1
        light[factor] = known.panorama + np.where(lost, np.maximum(2 * factor - known.panorama, 0), 0)
    for answer, factor in ANSWERED.items():
        found = estimator(picture, answer=answer)
        np.testing.assert_allclose(found.panorama, light[factor], rtol=1e-5)
        assert found.answer == answer
        sizes = [
            np.linalg.norm(np.repeat([12, 8, 3], (1, 3, 5))[:, None] * project(light[end])) for end in (0.625, 2.5)
        ]
        assert found.uncertainty == pytest.approx(0.5 * np.log2(sizes[1] / sizes[0]), rel=1e-4)


def test_no_channel_of_the_rest_is_below_zero() -> None:
    """The dominant light of the shipped model can be taken out."""
    for azimuth, warmth in ((-60, 0.4), (10, 0.7), (120, 1.0)):
        toward = equirect.directions(64, 128)
        sun = np.array(
            [np.cos(0.5) * np.cos(np.radians(azimuth)), np.sin(0.5), np.cos(0.5) * np.sin(np.radians(azimuth))]
        )
        glow = np.exp((toward @ sun - 1) * 20)[..., None] * np.array([1, 0.5 + warmth / 2, warmth])
        pixels = np.clip(60 + 400 * glow, 0, 255).astype(np.uint8)
        for answer in ANSWERED:
            found = lightprobe.estimate(pixels, answer=answer)
            assert (found.sh.coeffs[0] > found.light.coefficients()[0]).all()
            assert found.surroundings().min() >= 0
            red, green, blue = found.light.color
            assert green <= 1.02 * max(red, blue)
