"""Previews: exposed for their mean, in sRGB."""

from __future__ import annotations

import numpy as np

from lightprobe.data.catalog.preview import preview
from lightprobe.data.fakehaven.pictures import panorama
from lightprobe.imaging.tone import curves


def test_gray_is_shown_as_agx_shows_16_percent() -> None:
    expected = np.round(curves.encode(np.full((1, 1, 3), 0.16, np.float32), "agx") * 255)
    for level in (0.01, 40.0):
        picture = preview(np.full((4, 8, 3), level, np.float32))
        assert (picture == expected).all()


def test_exposure_does_not_matter() -> None:
    radiance = panorama("sun", 1, 32)
    np.testing.assert_array_equal(preview(radiance), preview(radiance * 64))


def test_black_stays_black() -> None:
    assert preview(np.zeros((4, 8, 3), np.float32)).max() < 20
