"""Layout: what the caller says about the geometry of a picture."""

from __future__ import annotations

import numpy as np

from lightprobe.imaging.geometry.layout import Layout, lay_out
from lightprobe.imaging.picture import Picture, Tags


def test_what_is_laid_out_stays_as_it_is() -> None:
    picture = Picture(pixels=np.zeros((4, 8, 3), np.uint8), is_linear=False, name="test", tags=Tags(heading=3.0))
    once = lay_out(picture, Layout(fov=60.0))
    assert (once.fov, once.tags) == (60.0, Tags())
    assert lay_out(once, Layout()).fov == 60.0
