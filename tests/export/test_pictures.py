"""The pictures on which torch and onnxruntime are compared."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lightprobe.export.pictures import HEIGHTS, SAMPLES, made, real


def test_synthetic_pictures_are_panoramas_with_and_without_clipping() -> None:
    pictures = dict(made())
    assert set(pictures) == {"noise", "suns", "black", "white"}
    for pixels in pictures.values():
        assert pixels.dtype == np.uint8
        assert pixels.shape[2] == 2 * pixels.shape[1]
    shares = [(sun == 255).all(axis=-1).mean() for sun in pictures["suns"]]
    assert 0 < shares[0] < shares[1] < shares[2] < 0.5
    assert not pictures["black"].any()
    assert (pictures["white"] == 255).all()


def test_the_same_seed_gives_the_same_pictures() -> None:
    for (name, first), (_, second) in zip(made(3), made(3), strict=True):
        np.testing.assert_array_equal(first, second, err_msg=name)
    assert (dict(made(3))["noise"] != dict(made(4))["noise"]).any()


def test_samples_come_in_several_sizes() -> None:
    found = list(real())
    assert len({name.split()[0] for name, _ in found}) == len(list(SAMPLES.glob("*.jpg")))
    assert {pixels.shape[1] for _, pixels in found} == set(HEIGHTS)
    assert all(pixels.shape[2] == 2 * pixels.shape[1] for _, pixels in found)


def test_an_installed_package_has_no_samples(tmp_path: Path) -> None:
    assert list(real(tmp_path)) == []
