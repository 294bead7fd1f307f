"""Color spaces: codes become a Picture; notes say what was done."""

from __future__ import annotations

import numpy as np
import pytest
from hdr_makers import codes_of, hlg_signal, light_of, pq_signal, srgb_light
from makers import noise

from lightprobe.imaging.color.cicp import HLG, LINEAR, PQ, UNSPECIFIED, Cicp
from lightprobe.imaging.color.space import (
    SRGB,
    ColorSpace,
    adobe_rgb,
    display_space,
    from_cicp,
    from_codes,
    power_curve,
)


def test_srgb_is_left_alone() -> None:
    for dtype in (np.uint8, np.uint16):
        pixels = noise(4, 8, 3, dtype)
        assert from_codes(pixels, SRGB, name="a").pixels is pixels


def test_a_curve_like_srgbs_is_left_out() -> None:
    assert display_space(None, 3 * (srgb_light,)).curves is None
    assert display_space(None, (srgb_light, srgb_light, power_curve(2.0))).curves is not None
    assert display_space(None, 3 * (power_curve(2.2),)).curves is not None  # up to 6 of 256 levels


@pytest.mark.parametrize("depth", [8, 10, 12, 16])
def test_pq(depth: int) -> None:
    """White are areas of the largest code of each depth, and nothing else."""
    light = np.geomspace(0.05, 40, 32).reshape(4, 8, 1) * np.ones(3)
    codes = codes_of(pq_signal(203 * light), depth)
    codes[:2, :2, 1] = (1 << depth) - 1
    picture = from_codes(codes, from_cicp(Cicp(1, PQ), "test"), (1 << depth) - 1, name="a", notes=("more",))
    np.testing.assert_allclose(picture.pixels[2:], light[2:], rtol={8: 0.08, 10: 0.02, 12: 0.005, 16: 5e-4}[depth])
    assert picture.pixels[0, 0, 1] == pytest.approx(10000 / 203)
    assert picture.white is not None
    assert np.argwhere(picture.white).tolist() == [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]
    assert picture.notes == ("PQ (test) was decoded; 203 cd/m² are 1.0", "more")


def test_hlg() -> None:
    """Colors too: the OOTF depends on luminance, so that it changes no hue."""
    light = np.random.default_rng(0).uniform(0.05, 2.5, (6, 12, 3))
    picture = from_codes(codes_of(hlg_signal(203 * light), 16), from_cicp(Cicp(9, HLG), "test"), name="a")
    np.testing.assert_allclose(picture.pixels, light, rtol=2e-3)
    assert picture.white is None
    assert picture.notes[0] == "HLG (test) was decoded for a display of 1000 cd/m² (BT.2100); 203 cd/m² are 1.0"
    assert picture.notes[1] == "BT.2020 primaries (test) were converted to Rec.709"


@pytest.mark.parametrize(("depth", "tolerance"), [(8, 0.01), (16, 1e-4)])
def test_narrow_range(depth: int, tolerance: float) -> None:
    step = 1 << (depth - 8)
    signal = np.linspace(0, 1, 24).reshape(2, 4, 3)
    codes = np.rint((16 + 219 * signal) * step).astype(np.uint8 if depth == 8 else np.uint16)
    for space, light in ((ColorSpace(is_full_range=False), srgb_light(signal)), (linear(), signal)):
        np.testing.assert_allclose(light_of(from_codes(codes, space, name="a")), light, atol=tolerance)


def linear() -> ColorSpace:
    return ColorSpace(hdr=Cicp(1, LINEAR), is_full_range=False)


def test_adobe_rgb() -> None:
    pixels = noise(4, 8, 3)
    picture = from_codes(pixels, adobe_rgb("test"), name="a")
    # Adobe RGB (1998), section 4.3.6.1: XYZ of linear red, green and blue; IEC 61966-2-1: XYZ to linear sRGB
    to_xyz = [[0.57667, 0.18556, 0.18823], [0.29734, 0.62736, 0.07529], [0.02703, 0.07069, 0.99134]]
    to_srgb = [[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]]
    expected = (pixels / 255) ** (563 / 256) @ (np.array(to_srgb) @ to_xyz).T
    np.testing.assert_allclose(light_of(picture), expected, atol=1e-3)


@pytest.mark.parametrize(
    ("space", "notes"),
    [
        (Cicp(1, 13), ()),
        (Cicp(1, 1), ()),
        (Cicp(12, 13), ("Display P3 primaries (test) were converted to Rec.709",)),
        (Cicp(1, 4), ("The curve is a power of 2.2 (test)",)),
        (Cicp(1, LINEAR), ("The picture is linear (test): 1.0 is the largest value of its file",)),
        (Cicp(UNSPECIFIED, 13), ()),
        (Cicp(1, 10), ("The curve 10 of ITU-T H.273 (test) was not obeyed: it counts as sRGB",)),
        (Cicp(77, 13), ("The primaries are unknown (77 of ITU-T H.273) (test): they count as those of Rec.709",)),
    ],
)
def test_notes(space: Cicp, notes: tuple[str, ...]) -> None:
    assert from_cicp(space, "test").notes == notes


def test_primaries_that_are_not_specified_are_a_guess_worth_a_note() -> None:
    expected = "The primaries are not specified (test): they count as those of Rec.709"
    assert from_cicp(Cicp(UNSPECIFIED, PQ), "test").notes[-1] == expected


def test_display_values_fill_their_type() -> None:
    with pytest.raises(ValueError, match="expected codes up to 65535, got 1023; scale them"):
        from_codes(np.zeros((2, 4, 3), np.uint16), SRGB, 1023, name="a")
