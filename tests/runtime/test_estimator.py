"""Estimators: many pictures, one after the other or at once."""

from __future__ import annotations

import gc
import json
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from makers import crop_properties, gpano, noise, png, smooth, video, xmp_chunk

import lightprobe
from lightprobe import Estimate, Estimator, load
from lightprobe.errors import ImageError, LightprobeError, ModelError


def write(path: Path, pixels: np.ndarray, extra: bytes = b"") -> Path:
    path.write_bytes(png(pixels, extra))
    return path


def test_load() -> None:
    assert (load().name, load().response) == ("surroundings", "auto")
    assert (load("plain").name, load("plain").response) == ("plain", "auto")
    assert load("plain", response="agx").response == "agx"
    with pytest.raises(
        ModelError, match=r"best: expected a model folder with manifest\.json, got no such folder; check"
    ):
        load("best")
    with pytest.raises(ValueError, match="expected a response of auto, srgb"):
        load(response="none")


def test_the_response_of_the_call_wins() -> None:
    estimator = load("plain", response="filmic")
    assert estimator(smooth(16, 32)).response == "filmic"
    assert estimator(smooth(16, 32), response="agx").response == "agx"
    assert estimator(smooth(16, 32), response="auto").response == "srgb"
    with pytest.raises(ValueError, match="expected a response of auto, srgb"):
        estimator(smooth(16, 32), response="none")


def test_a_path_a_picture_and_an_array_are_the_same(tmp_path: Path) -> None:
    pixels = smooth(32, 64)
    path = write(tmp_path / "a.png", pixels)
    expected = lightprobe.estimate(pixels).sh.coeffs
    for source in (path, str(path), pixels):
        np.testing.assert_array_equal(load()(source).sh.coeffs, expected)


def test_batch_tells_errors_and_goes_on(tmp_path: Path) -> None:
    good = write(tmp_path / "good.png", smooth(32, 64))
    (tmp_path / "bad.png").write_text("no")
    sources = [
        good,
        tmp_path / "bad.png",
        tmp_path / "none.png",
        np.zeros((3, 5, 3), np.uint8),
        np.zeros((4, 8, 3), int),
        good,
    ]
    results = list(load().batch(sources))
    assert [given is source for (given, _), source in zip(results, sources, strict=True)] == 6 * [True]
    kinds = [type(result) for _, result in results]
    assert kinds == [Estimate, ImageError, ImageError, ValueError, ValueError, Estimate]
    assert all("\n" not in str(result) for _, result in results[1:5])


def test_batch_passes_options_on() -> None:
    ((_, result),) = load().batch([smooth(30, 40)], fov=60, response="agx")
    assert isinstance(result, Estimate)
    assert (result.response, result.seen < 0.2) == ("agx", True)
    ((_, result),) = load().batch([np.full((4, 8, 3), np.nan)], repair=True)
    assert isinstance(result, Estimate)


def test_batch_is_lazy_and_holds_one_picture() -> None:
    held: list[weakref.ref[np.ndarray]] = []

    def pictures() -> Iterator[np.ndarray]:
        for k in range(3):
            pixels = noise(16, 32, 3, seed=k)
            held.append(weakref.ref(pixels))
            yield pixels
            del pixels

    results = load().batch(pictures())
    assert held == []
    next(results)
    assert len(held) == 1
    next(results)
    gc.collect()
    assert held[0]() is None
    assert len(held) == 2


def test_an_unexpected_error_is_not_swallowed() -> None:
    class Broken:
        def __array__(self, *_: object, **__: object) -> np.ndarray:
            raise KeyError("our own mistake")

    with pytest.raises(KeyError):
        list(load().batch([Broken()]))


def test_threads_share_an_estimator(tmp_path: Path) -> None:
    files = [
        write(tmp_path / f"{k}.png", noise(128, 256, 3, np.uint16 if k % 2 else np.uint8, seed=k)) for k in range(6)
    ]
    large = noise(420, 840, 3)
    estimator = load()
    expected = [estimator(source).sh.coeffs for source in (*files, large)]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            results = pool.map(lambda source: estimator(source).sh.coeffs, (*files, large))
            for result, coeffs in zip(results, expected, strict=True):
                np.testing.assert_array_equal(result, coeffs)


def test_views_in_threads_too() -> None:
    estimator, pixels = load(), noise(90, 160, 3)
    expected = [estimator(pixels, fov=fov).sh.coeffs for fov in (40, 60, 80)]
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda fov: estimator(pixels, fov=fov).sh.coeffs, 4 * (40, 60, 80)))
    for k, result in enumerate(results):
        np.testing.assert_array_equal(result, expected[k % 3])


def test_video_of_a_view(tmp_path: Path) -> None:
    path = video(tmp_path / "a.mkv", 3 * [smooth(48, 64)], pix_fmt="bgr0")
    results = list(load().video(path, fov=70, smoothing=0.2))
    assert len(results) == 3
    expected = lightprobe.estimate(smooth(48, 64), fov=70)
    np.testing.assert_allclose(results[-1][1].sh.coeffs, expected.sh.coeffs, atol=1e-12)
    with pytest.raises(ValueError, match="expected a 2:1 panorama"):
        list(load().video(path))


def test_gpano_and_fov(tmp_path: Path) -> None:
    packet = xmp_chunk(gpano(**crop_properties((200, 100), (80, 40), (60, 30))))
    path = write(tmp_path / "a.png", smooth(40, 80), packet)
    assert load()(path).seen == pytest.approx(np.sin(np.pi * 0.2) * 0.4, abs=1e-9)
    assert load()(path, fov=60).seen < 0.1


def test_to_dict_is_json_and_says_it_all() -> None:
    result = lightprobe.estimate(smooth(32, 64))
    told = json.loads(json.dumps(result.to_dict()))
    np.testing.assert_array_equal(told["sh"]["coeffs"], result.sh.coeffs)
    assert told["sh"]["convention"] == "radiance"
    assert (told["seen"], told["clipped"], told["response"]) == (1, result.clipped, "auto")
    light = told["light"]
    assert np.linalg.norm(light["direction"]) == pytest.approx(1)
    assert light["azimuth_deg"] == pytest.approx(result.light.azimuth)
    assert set(light) == {"direction", "azimuth_deg", "elevation_deg", "color", "intensity", "share"}


def test_errors_have_one_root() -> None:
    assert issubclass(ImageError, LightprobeError)
    assert isinstance(load(), Estimator)
