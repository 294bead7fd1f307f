"""HDRIs: what is refused, what is cut off, what is kept in memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import OpenEXR
import pytest

from lightprobe.camera.hdri import HdriCache, implausible_peak, make_hdri, read_radiance
from lightprobe.errors import ImageError
from lightprobe.imaging.formats.exr import write_exr

from ..data.pairs_toys import toy_hdri


def test_what_cannot_be_an_hdri_is_refused() -> None:
    with pytest.raises(ImageError, match=r"^dark: the panorama is black; remove it"):
        make_hdri("dark", np.zeros((32, 64, 3), np.float32), 16)
    with pytest.raises(ImageError, match=r"^flat: expected a 2:1 panorama .*got 60×32"):
        make_hdri("flat", np.ones((32, 60, 3), np.float32), 16)
    with pytest.raises(ImageError, match=r"^tiny: expected an HDRI of at least 64×32, got 32×16; fetch a larger"):
        make_hdri("tiny", np.ones((16, 32, 3), np.float32), 32)


def test_the_cache_keeps_to_its_budget() -> None:
    loaded: list[str] = []

    def load(slug: str):
        loaded.append(slug)
        return toy_hdri(int(slug))

    cache = HdriCache(load, budget=int(2.5 * toy_hdri(1).nbytes))
    for slug in "1213114":
        cache(slug)
    assert loaded == ["1", "2", "3", "4"]
    cache("3")
    assert loaded == ["1", "2", "3", "4", "3"]


Color = tuple[float, float, float]


def sun(color: Color, glow: Color = (150, 120, 100)) -> np.ndarray:
    """A panorama of radiance 1 with a sun of one pixel in a glow of 14°."""
    radiance = np.ones((64, 128, 3), np.float32)
    radiance[18:23, 60:65] = glow
    radiance[20, 62] = color
    return radiance


def test_a_sun_that_lacks_the_colors_of_its_glow_is_implausible() -> None:
    """As in rooitou_park and spruit_sunrise of @pmndrs/assets, after lossy compression."""
    problem = implausible_peak(sun((0, 0, 74632)))
    assert problem.startswith("the brightest pixel has lost red and green: it is (0, 0, 74632), ")
    at_the_seam = np.roll(sun((0, 9000, 0)), 66, axis=1)
    at_the_seam[:, :64] = 1  # its glow is beyond the seam only
    at_the_seam[20, 0] = (0, 9000, 0)
    assert implausible_peak(at_the_seam).startswith("the brightest pixel has lost red and blue:")
    assert implausible_peak(sun((9000, 9000, 0))).startswith("the brightest pixel has lost blue:")


@pytest.mark.parametrize(
    ("color", "why"),
    [
        ((3894, 999.5, 0), "a sun at the horizon (umhlanga_sunrise)"),
        ((86066, 59019, 16789), "a white sun"),
        ((0, 0, 500), "a blue lamp of moderate brightness"),
        ((1, 1, 1), "no sun at all"),
    ],
)
def test_plausible_peaks_pass(color: Color, why: str) -> None:
    assert implausible_peak(sun(color)) == "", why


def test_a_blue_lamp_with_a_blue_glow_is_plausible() -> None:
    assert implausible_peak(sun((0, 0, 74632), glow=(0, 0, 900))) == ""


def test_a_file_with_an_implausible_sun_is_refused(tmp_path: Path) -> None:
    radiance = sun((0, 0, 30000))
    radiance[20, 62, :2] = -1800  # as the compression left it
    write_exr(tmp_path / "park.exr", radiance)
    with pytest.raises(ImageError, match=r"park\.exr: the brightest pixel has lost red and green: .*; take an intact"):
        read_radiance(tmp_path / "park.exr")


def test_a_crop_is_no_hdri(tmp_path: Path) -> None:
    """Its pixels may be twice as wide as high."""
    header = {"type": OpenEXR.scanlineimage, "dataWindow": ((8, 4), (39, 19)), "displayWindow": ((0, 0), (63, 31))}
    OpenEXR.File(header, {"RGB": np.ones((16, 32, 3), np.float32)}).write(str(tmp_path / "a.exr"))
    with pytest.raises(ImageError, match="expected a whole panorama, got a crop of one; export the full frame"):
        read_radiance(tmp_path / "a.exr")
