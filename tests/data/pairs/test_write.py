"""The files of a pair."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lightprobe.imaging.files import read_picture


def test_panoramas_are_half_floats_unless_too_bright(whole: Path, tmp_path: Path) -> None:
    import OpenEXR

    from lightprobe.data.pairs.write import write_panorama

    with OpenEXR.File(str(whole / "aaa" / "0000.exr")) as file:
        assert file.channels()["RGB"].pixels.dtype == np.float16
    bright = np.full((4, 8, 3), 1e5, np.float32)
    write_panorama(tmp_path / "bright.exr", bright)
    np.testing.assert_array_equal(read_picture(tmp_path / "bright.exr").pixels, bright)
