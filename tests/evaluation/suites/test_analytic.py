"""The suite `analytic`: closed forms against projected pictures, and the plain estimator against closed forms."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from lightprobe.evaluation.entrants import baselines
from lightprobe.evaluation.scoring.metrics import relative_error, shading
from lightprobe.evaluation.suites.analytic import ARRANGEMENTS, Arrangement, Box, Disc, analytic_suite, exact_radiance
from lightprobe.sphere import project
from lightprobe.sphere.panorama.equirect import solid_angles

UNCLIPPED = [f"{slug}/srgb" for slug, found in ARRANGEMENTS.items() if not found.clips]
WHITE = (1.0, 1.0, 1.0)


def irradiance_error(guess: np.ndarray, truth: np.ndarray) -> float:
    return relative_error(shading() @ guess, shading() @ truth)


@pytest.mark.parametrize("slug", ARRANGEMENTS)
def test_closed_forms_are_what_is_projected(slug: str) -> None:
    """Boxes are sharp on pixels, so they agree to rounding; edges of discs and all of a sun are spread over theirs."""
    arrangement = ARRANGEMENTS[slug]
    found = irradiance_error(project(arrangement.radiance(128)), arrangement.coeffs())
    discs = [light.diameter for light in arrangement.lights if isinstance(light, Disc)]
    assert found < (1e-12 if not discs else 1e-3 if min(discs) > 2 else 5e-3)


def test_half_of_everything_by_hand() -> None:
    """The upper half at 1: L_00 = 2πK0, and band 1 along y is πK1."""
    half = Disc(azimuth=0, elevation=90, diameter=180, radiance=WHITE).coeffs()[:, 0]
    assert half[0] == pytest.approx(math.sqrt(math.pi))
    assert half[1] == pytest.approx(math.pi * math.sqrt(3 / (4 * math.pi)))
    box = Box(azimuth=(-180, 180), elevation=(0, 90), radiance=WHITE).coeffs()[:, 0]
    np.testing.assert_allclose(half, box, atol=1e-12)


def test_pixels_hold_the_light_of_a_disc() -> None:
    for diameter in (0.533, 10, 90):
        disc = Disc(azimuth=40, elevation=35, diameter=diameter, radiance=WHITE)
        area = 2 * math.pi * (1 - math.cos(math.radians(diameter / 2)))
        assert (disc.coverage(128) * solid_angles(128, 256)).sum() == pytest.approx(area, rel=5e-3)


def test_a_box_of_the_whole_sphere_is_even_light() -> None:
    box = Arrangement(background=(0, 0, 0), lights=(Box(azimuth=(-180, 180), elevation=(-90, 90), radiance=WHITE),))
    np.testing.assert_allclose(box.coeffs(), Arrangement(background=WHITE).coeffs(), atol=1e-12)


@pytest.mark.parametrize("id", UNCLIPPED)
def test_the_plain_estimator_is_exact(id: str) -> None:
    item = analytic_suite(1).item(id)
    assert item.clipped_sr == 0
    assert irradiance_error(baselines.plain_projection(item.image_srgb, "auto").coeffs, item.coeffs) <= 1e-3


def gamma(image_srgb: np.ndarray) -> np.ndarray:
    return project((image_srgb / 255) ** 2.2)


def swapped(image_srgb: np.ndarray) -> np.ndarray:
    return baselines.plain_projection(image_srgb, "auto").coeffs[[0, 3, 2, 1, *range(4, 9)]]


def upside_down(image_srgb: np.ndarray) -> np.ndarray:
    return baselines.plain_projection(image_srgb[::-1], "auto").coeffs


def mirrored(image_srgb: np.ndarray) -> np.ndarray:
    return baselines.plain_projection(np.ascontiguousarray(image_srgb[:, ::-1]), "auto").coeffs


def blue_first(image_srgb: np.ndarray) -> np.ndarray:
    return baselines.plain_projection(image_srgb, "auto").coeffs[:, ::-1]


@pytest.mark.parametrize("wrong", [gamma, swapped, upside_down, mirrored, blue_first])
def test_wrong_estimators_are_caught(wrong: Callable[[np.ndarray], np.ndarray]) -> None:
    """Gamma in place of sRGB, x and y exchanged, a picture upside down or mirrored, BGR: the suite catches each."""
    suite = analytic_suite(1)
    errors = [irradiance_error(wrong(item.image_srgb), item.coeffs) for item in suite.items(UNCLIPPED)]
    assert max(errors) > 5e-3


def test_a_clipped_light_is_lost() -> None:
    item = analytic_suite(1).item("disc-30-bright/srgb")
    area = 2 * math.pi * (1 - math.cos(math.radians(15)))
    assert item.clipped_sr == pytest.approx(area, rel=0.08)  # pixels at the edge are white, too
    assert irradiance_error(baselines.plain_projection(item.image_srgb, "auto").coeffs, item.coeffs) > 0.5


def test_radiance_is_that_of_display_values() -> None:
    from lightprobe.imaging.tone.curves import srgb_encode

    np.testing.assert_allclose(srgb_encode(exact_radiance((10, 118, 255))) * 255, (10, 118, 255), atol=1e-9)
