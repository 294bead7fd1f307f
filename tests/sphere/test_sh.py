"""SH, the object: what it holds, refuses, and passes on."""

from __future__ import annotations

import json

import numpy as np
import pytest
from helpers import sun_panorama, toward

from lightprobe.sphere import CONVENTIONS, SH, basis, dominant_direction, irradiance, project, radiance, window
from lightprobe.sphere.interop.conventions import encode
from lightprobe.sphere.panorama.cubemap import from_equirect

PANORAMA = sun_panorama(32, toward(40, 70), 8, [30.0, 25.0, 20.0], [0.3, 0.4, 0.6])
LIGHT = SH.from_equirect(PANORAMA)


def test_from_pictures() -> None:
    np.testing.assert_array_equal(LIGHT.coeffs, project(PANORAMA))
    np.testing.assert_array_equal(SH.from_equirect(PANORAMA, bands=5).coeffs, project(PANORAMA, 5))
    cube = SH.from_cubemap(from_equirect(PANORAMA, 32))
    np.testing.assert_allclose(cube.coeffs, LIGHT.coeffs, atol=0.01 * LIGHT.coeffs.max())
    assert LIGHT.bands == 3
    assert SH.from_cubemap(np.ones((6, 2, 2, 3)), bands=4).bands == 4


def test_coefficients_are_copied_and_cannot_be_changed() -> None:
    values = np.ones((9, 3))
    light = SH(values)
    values[0] = 5
    assert light.coeffs[0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        light.coeffs[0] = 2
    with pytest.raises(AttributeError):
        light.coeffs = values  # type: ignore[misc]


def test_single_precision_is_made_double() -> None:
    assert SH(np.ones((4, 3), np.float32)).coeffs.dtype == np.float64


@pytest.mark.parametrize(
    ("coeffs", "message"),
    [
        (np.ones(27), r"^expected coefficients \(bands², 3\), got \(27,\); 27 numbers reshape to \(9, 3\)$"),
        (np.ones((9, 4)), r"^expected coefficients \(bands², 3\), got \(9, 4\);"),
        (np.ones((8, 3)), r"^expected 1, 4, 9, 16 … coefficients, got 8; give whole bands$"),
        (np.full((9, 3), np.nan), r"^expected finite coefficients, got NaN or infinity; repair the picture$"),
        (np.full((9, 3), np.inf), r"^expected finite coefficients"),
    ],
)
def test_wrong_coefficients_are_refused_with_advice(coeffs: np.ndarray, message: str) -> None:
    light = object.__new__(SH)  # the shapes that these tests are run under would speak first
    object.__setattr__(light, "coeffs", coeffs)
    with pytest.raises(ValueError, match=message):
        light.__post_init__()


def test_radiance_and_irradiance() -> None:
    up = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
    np.testing.assert_array_equal(LIGHT.radiance(up), radiance(LIGHT.coeffs, up))
    np.testing.assert_array_equal(LIGHT.irradiance(up[0]), irradiance(LIGHT.coeffs, up[0]))


def test_turned_and_mirrored() -> None:
    direction = np.array([0.6, 0.0, 0.8])
    np.testing.assert_allclose(LIGHT.mirrored().radiance(direction * [1, 1, -1]), LIGHT.radiance(direction), atol=1e-12)
    quarter = np.array([[0.0, 0, 1], [0, 1, 0], [-1, 0, 0]])
    turned = LIGHT.rotated(quarter)
    np.testing.assert_allclose(turned.radiance(quarter @ direction), LIGHT.radiance(direction), atol=1e-12)
    assert LIGHT.windowed().rotated(quarter).is_windowed
    assert not turned.is_windowed


@pytest.mark.parametrize("kind", ["auto", "auto-radiance", "sloan", 4.0])
def test_windowed(kind: str | float) -> None:
    light = LIGHT.windowed(kind)
    np.testing.assert_array_equal(light.coeffs, window(LIGHT.coeffs, kind)[:, None] * LIGHT.coeffs)
    assert light.is_windowed
    assert LIGHT.windowed("none") is LIGHT


OWN_WINDOWS = {"cmgen": "auto", "cmgen-irradiance": "auto", "cmgen-radiance": "auto-radiance", "cesium": "auto"}


@pytest.mark.parametrize("name", CONVENTIONS)
def test_a_tools_own_window_is_applied_once(name: str) -> None:
    own = CONVENTIONS[name].window
    assert own == OWN_WINDOWS.get(name, "none")
    expected = encode(window(LIGHT.coeffs, own)[:, None] * LIGHT.coeffs, name)
    np.testing.assert_allclose(LIGHT.to(name), expected, atol=1e-14)
    np.testing.assert_array_equal(LIGHT.to(name, window="none"), encode(LIGHT.coeffs, name))
    np.testing.assert_array_equal(LIGHT.windowed("sloan").to(name), LIGHT.to(name, window="sloan"))


@pytest.mark.parametrize("name", CONVENTIONS)
def test_there_and_back(name: str) -> None:
    back = SH.from_convention(LIGHT.flat(name), name)
    assert back.is_windowed == (name in OWN_WINDOWS)
    np.testing.assert_allclose(back.flat(name), LIGHT.flat(name), atol=1e-12)
    again = SH.from_convention(LIGHT.to(name), name)
    np.testing.assert_allclose(again.coeffs, back.coeffs, atol=1e-12)


def test_flat_is_three_js_by_default() -> None:
    np.testing.assert_allclose(LIGHT.flat(), LIGHT.coeffs.ravel(), atol=1e-14)
    assert len(LIGHT.flat("unity")) == 27


def test_wrong_names_are_refused() -> None:
    with pytest.raises(ValueError, match="expected a convention"):
        LIGHT.to("ogre")
    with pytest.raises(ValueError, match="expected a window"):
        LIGHT.windowed("hann")
    with pytest.raises(ValueError, match=r"expected 3 bands for this convention, got 5; project with bands=3"):
        SH.from_equirect(PANORAMA, bands=5).to("unity")


def test_light() -> None:
    np.testing.assert_array_equal(LIGHT.dominant_direction, dominant_direction(LIGHT.coeffs))
    sun = SH(np.outer(basis(toward(10, 20)), [2.0, 1.0, 1.0]) + np.outer(np.eye(9)[0], np.ones(3)))
    assert sun.light.azimuth == pytest.approx(20)
    assert sun.light.elevation == pytest.approx(10)
    assert sun.light.intensity == pytest.approx(2)


@pytest.mark.parametrize("name", CONVENTIONS)
def test_for_json_it_names_convention_and_frame(name: str) -> None:
    read = json.loads(json.dumps(LIGHT.to_dict(name)))
    assert list(read) == ["convention", "frame", "names", "coeffs", "flat"]
    assert (read["convention"], read["frame"]) == (name, CONVENTIONS[name].frame)
    assert len(read["names"]) == len(read["coeffs"]) == 9
    np.testing.assert_array_equal(read["coeffs"], LIGHT.to(name))
    np.testing.assert_array_equal(read["flat"], LIGHT.flat(name))
    np.testing.assert_array_equal(LIGHT.to_dict(name, window=5.0)["flat"], LIGHT.flat(name, window=5.0))
