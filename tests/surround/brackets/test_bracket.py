"""Brackets: several exposures become linear radiance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import lightprobe
from lightprobe.errors import ImageError
from lightprobe.imaging import Picture, as_picture
from lightprobe.surround.brackets import estimate_bracket, merge_bracket

Take = Callable[..., Picture]
STOPS = [0.25, 1.0, 4.0]


def inner(radiance: np.ndarray) -> np.ndarray:
    """Pixels that a bracket of two stops either way measures well."""
    return (radiance > 0.02) & (radiance < 3)


@pytest.mark.parametrize("exposures", [STOPS, [7 * e for e in STOPS], None])
def test_radiance_is_that_of_the_scene_in_units_of_the_middle_white(
    take: Take, radiance: np.ndarray, exposures: list[float] | None
) -> None:
    merged = merge_bracket([take(e) for e in STOPS], exposures, "srgb")
    good = inner(radiance)
    assert merged.picture.pixels[good] == pytest.approx(radiance[good], rel=0.02)
    assert merged.exposures == pytest.approx(STOPS, rel=0.01)
    assert merged.picture.white is not None
    assert (merged.picture.white == (radiance > 3.98)).all()


def test_longer_exposures_count_more() -> None:
    """Where codes disagree: Debevec's mean, weighted by a hat over the codes and by the exposure."""
    rng = np.random.default_rng(2)
    dark = rng.integers(40, 90, (16, 32, 1), np.uint8).repeat(8, 0).repeat(8, 1).repeat(3, 2)
    bright = np.minimum(dark.astype(int) * 2 + 20, 250).astype(np.uint8)
    merged = merge_bracket([as_picture(dark), as_picture(bright)], [1.0, 4.0], "srgb").picture.pixels

    def light(codes: np.ndarray) -> np.ndarray:
        display = codes / 255
        return np.where(display <= 0.04045, display / 12.92, ((display + 0.055) / 1.055) ** 2.4)

    hats = [np.minimum(codes, 255 - codes.astype(int)) for codes in (dark, bright)]
    times = (0.25, 1.0)  # in units of the second, the middle one of two
    weights = [hat * time for hat, time in zip(hats, times, strict=True)]
    expected = (weights[0] * light(dark) / times[0] + weights[1] * light(bright) / times[1]) / sum(weights)
    assert merged == pytest.approx(expected, rel=1e-3)


def test_a_network_sees_an_exposure_half_way_to_the_shortest(take: Take) -> None:
    shown: list[Picture] = []

    class Watched(lightprobe.Estimator):
        def __call__(self, image: Any, **options: Any) -> lightprobe.Estimate:
            shown.append(image)
            return super().__call__(image, **options)

    bracket = merge_bracket([take(e) for e in (1 / 16, 1.0, 4.0)], [1 / 16, 1.0, 4.0], "srgb")
    found = estimate_bracket(Watched(), bracket)
    assert shown[0].pixels == pytest.approx(bracket.picture.pixels / 4, rel=1e-6)
    assert found.sh.coeffs == pytest.approx(lightprobe.load("plain")(bracket.picture).sh.coeffs, rel=1e-4, abs=1e-6)


def test_the_order_of_the_pictures_does_not_matter(take: Take) -> None:
    pictures = [take(e) for e in STOPS]
    first = merge_bracket(pictures, STOPS, "srgb").picture
    other = merge_bracket(pictures[::-1], STOPS[::-1], "srgb").picture
    assert first.pixels == pytest.approx(other.pixels, rel=1e-5)


def test_an_unknown_curve_is_found(take: Take, radiance: np.ndarray) -> None:
    merged = merge_bracket([take(e, power=0.6) for e in STOPS], STOPS, "auto").picture
    good = inner(radiance)
    ratio = merged.pixels[good] / radiance[good]
    assert ratio / np.median(ratio) == pytest.approx(np.ones(ratio.shape), rel=0.15)
    assert np.std(np.log(ratio)) < 0.03
    assert "Their tone curve was found" in merged.notes


@pytest.mark.parametrize(("down", "right"), [(0, 1), (-1, 0), (1, -1)])
def test_a_shift_of_one_pixel_is_undone(take: Take, radiance: np.ndarray, down: int, right: int) -> None:
    merged = merge_bracket([take(0.25), take(1), take(4, down, right)], STOPS, "srgb").picture
    good = inner(radiance)[2:-2]
    assert np.median(np.abs(merged.pixels[2:-2][good] / radiance[2:-2][good] - 1)) < 0.01
    assert f"array was moved by {down} rows and {right} columns" in merged.notes


def test_a_larger_shift_is_refused(take: Take) -> None:
    with pytest.raises(ImageError, match="expected at most 1 pixel between exposures, got 3 rows and 5 columns"):
        merge_bracket([take(1), take(4, 3, -5)], None, "srgb")


def test_another_place_is_refused(take: Take) -> None:
    other = as_picture(np.random.default_rng(1).integers(0, 256, (128, 256, 3), np.uint8))
    with pytest.raises(ImageError, match="it shows another place than"):
        merge_bracket([take(1), other], None, "srgb")


def test_what_is_no_bracket_is_refused(take: Take) -> None:
    one, hdr = take(1), as_picture(np.ones((128, 256, 3)))
    for pictures, exposures, message in (
        ([one], None, "expected two exposures or more, got 1"),
        (
            [one, as_picture(np.zeros((64, 128, 3), np.uint8))],
            None,
            "expected pictures of one size, got 256×128, 128×64",
        ),
        ([one, hdr], None, "expected a picture of 8 or 16 bits, got HDR"),
        ([one, take(4)], [1.0], "expected 2 exposures above 0"),
        ([one, one], [1.0, 1.0], "expected different exposures, got equal ones"),
    ):
        with pytest.raises(ValueError, match=message):
            merge_bracket(pictures, exposures, "srgb")


def test_the_light_is_exact_where_the_bracket_holds_it_and_estimated_beyond(take: Take, radiance: np.ndarray) -> None:
    whole = lightprobe.sphere.project(np.minimum(radiance, 3), 3)
    dim = [take(0.1 * e) for e in STOPS]  # nothing is clipped in the darkest
    found = estimate_bracket(lightprobe.load(), merge_bracket(dim, STOPS, "srgb"))
    assert found.sh.coeffs == pytest.approx(lightprobe.sphere.project(radiance * 0.1, 3), rel=0.03, abs=0.01)
    lost = estimate_bracket(lightprobe.load(), merge_bracket([take(e) for e in STOPS], STOPS, "srgb"))
    assert lost.clipped > 0
    assert lost.sh.coeffs[0, 1] > whole[0, 1]
