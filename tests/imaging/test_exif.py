"""EXIF data: the camera's tags, and turning arrays."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from PIL import Image, ImageOps

from lightprobe.imaging.containers.exif import camera_tags, interoperability_index, upright


@pytest.mark.parametrize("orientation", range(10))
def test_pillow_turns_alike(orientation: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (4, 7, 3)).astype(np.uint8)
    image = Image.fromarray(pixels)
    image.getexif()[0x0112] = orientation
    turned = upright(pixels, orientation)
    np.testing.assert_array_equal(turned, np.asarray(ImageOps.exif_transpose(image)))
    np.testing.assert_array_equal(upright(pixels[..., 0] > 99, orientation), turned[..., 0] > 99)
    assert turned.flags.c_contiguous


def test_tags() -> None:
    exif = Image.Exif()
    assert (camera_tags(exif), interoperability_index(exif)) == ({}, "")
    exif.get_ifd(0x8769).update({0xA001: 0xFFFF, 0xA405: 28, 0xA005: {1: "R03"}})
    read = Image.Exif()
    read.load(exif.tobytes())
    assert camera_tags(read)[0xA405] == 28
    assert interoperability_index(read) == "R03"


def test_damaged_tags_say_nothing() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769).update({0xA001: 1, 0xA005: {1: "R98"}})
    whole = exif.tobytes()
    for length in range(14, len(whole)):
        read = Image.Exif()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            read.load(whole[:length])
        assert interoperability_index(read) in ("", "R98")
