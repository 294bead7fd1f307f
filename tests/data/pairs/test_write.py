"""The files of a pair."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lightprobe.camera.capture import capture
from lightprobe.camera.hdri import load_hdri
from lightprobe.camera.sampling.recipe import draw_shot
from lightprobe.data.pairs.write import write_pair
from lightprobe.imaging.files import read_picture

from .small_runs import RECIPE


def test_panoramas_are_half_floats_unless_too_bright(whole: Path, tmp_path: Path) -> None:
    import OpenEXR

    from lightprobe.data.pairs.write import panorama_exr

    with OpenEXR.File(str(whole / "aaa" / "0000.exr")) as file:
        assert file.channels()["RGB"].pixels.dtype == np.float16
    bright = np.full((4, 8, 3), 1e5, np.float32)
    (tmp_path / "bright.exr").write_bytes(panorama_exr(bright))
    np.testing.assert_array_equal(read_picture(tmp_path / "bright.exr").pixels, bright)


@pytest.mark.parametrize("scene", ["../escape", "/tmp/escape", "..", "a/../../b", "nul"])
def test_pairs_stay_in_their_folder(scene: str, hdris: Path, tmp_path: Path) -> None:
    hdri = load_hdri("aaa", hdris / "aaa.exr", RECIPE.height)
    taken = capture(replace(draw_shot(RECIPE, "aaa", 0, ("aaa",)), partner=""), hdri)
    taken = replace(taken, shot=replace(taken.shot, scene=scene))
    with pytest.raises(ValueError, match="expected an id that is the path of a file in a folder"):
        write_pair(taken, tmp_path / "deep" / "out")
    assert list(tmp_path.iterdir()) == []
