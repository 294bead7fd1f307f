"""Stored coefficients: there and back, and the light that each tool's shader makes of them."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import unit_vectors

from lightprobe.sphere import CONVENTIONS, FRAMES, SH, basis, cosine_lobe, irradiance
from lightprobe.sphere.interop.conventions import decode, encode, find_convention, flatten, signs

NAMES = list(CONVENTIONS)
ANY_BANDS = ["radiance", "cmgen-radiance", "arcore", "arkit", "webxr", "unreal", "blender", "godot", "usd"]
each_convention = pytest.mark.parametrize("name", NAMES)
COEFFS = np.random.default_rng(0).normal(size=(9, 3))


def test_there_are_eighteen_and_ours_is_first() -> None:
    assert len(NAMES) == 18
    assert NAMES[0] == "radiance"
    for name, convention in CONVENTIONS.items():
        assert convention.name == name
        assert convention.frame in FRAMES
        assert convention.summary
        assert convention.source
        assert convention.window in ("none", "auto", "auto-radiance")


@each_convention
def test_there_and_back(name: str) -> None:
    np.testing.assert_allclose(decode(encode(COEFFS, name), name), COEFFS, atol=1e-12)
    np.testing.assert_allclose(decode(flatten(encode(COEFFS, name), name), name), COEFFS, atol=1e-12)


@pytest.mark.parametrize("name", ANY_BANDS)
@pytest.mark.parametrize("bands", [1, 2, 5])
def test_there_and_back_with_other_bands(name: str, bands: int) -> None:
    coeffs = np.random.default_rng(1).normal(size=(bands**2, 3))
    np.testing.assert_allclose(decode(encode(coeffs, name), name), coeffs, atol=1e-12)
    assert len(find_convention(name).labels(bands)) == bands**2 or find_convention(name).names


@each_convention
def test_linear(name: str) -> None:
    a, b = np.random.default_rng(3).normal(size=(2, 9, 3))
    np.testing.assert_allclose(encode(a - 3 * b, name), encode(a, name) - 3 * encode(b, name), atol=1e-12)


def shader(name: str, values: np.ndarray, n: np.ndarray) -> np.ndarray:
    """E/π as each consumer computes it from what is stored, for normals in its own world."""
    x, y, z = n.T
    one = np.ones_like(x)
    cosine = cosine_lobe()[:, None] / np.pi
    if name in ("radiance", "webxr", "arkit", "blender", "godot", "usd"):  # three.js shGetIrradianceAt, then 1/π
        return basis(n) @ (cosine * values)
    if name in ("arcore", "unreal", "cmgen-radiance"):
        return (basis(n) * signs(3)) @ (cosine * values)
    if name == "cmgen-irradiance":
        return (basis(n) * signs(3)) @ values / np.pi
    if name == "irradiance":
        return basis(n) @ values / np.pi
    if name in ("cmgen", "unity", "cesium"):
        return np.stack([one, y, z, x, x * y, y * z, 3 * z * z - 1, z * x, x * x - y * y], -1) @ values
    if name == "playcanvas":
        return np.stack([one, x, y, z, x * z, z * y, y * x, 3 * z * z - 1, x * x - y * y], -1) @ values
    if name in ("unity-packed", "unreal-packed"):  # SHEvalLinearL0L1 + SHEvalLinearL2
        linear = np.stack([x, y, z, one], -1) @ values[:4]
        return linear + np.stack([x * y, y * z, z * z, z * x], -1) @ values[4:8] + (x * x - y * y)[:, None] * values[8]
    assert name == "babylon"  # its polynomial has one cosine filter too many, which its default shader takes out
    vx, vy, vz, xx, yy, zz, yz, zx, xy = values
    constant = (xx + yy + zz) / 3
    band1 = np.stack([x, y, z], -1) @ np.stack([vx, vy, vz]) * 3 / 2
    quadratic = np.stack([x * x, y * y, z * z, y * z, z * x, x * y], -1) @ np.stack(
        [xx - constant, yy - constant, zz - constant, yz, zx, xy]
    )
    return constant + band1 + 4 * quadratic


@each_convention
def test_every_tool_shows_the_same_light(name: str) -> None:
    normals = unit_vectors(np.random.default_rng(2), 30)
    shown = shader(name, encode(COEFFS, name), normals @ FRAMES[find_convention(name).frame].T)
    np.testing.assert_allclose(shown, irradiance(COEFFS, normals) / np.pi, atol=1e-12)


@each_convention
def test_layout(name: str) -> None:
    values = np.arange(27.0).reshape(9, 3)
    flat = flatten(values, name)
    assert flat.shape == (27,)
    first_three = [0, 3, 6] if name in ("arkit", "unity", "unreal") else [0, 1, 2]
    np.testing.assert_array_equal(flat[:3], first_three)


def test_labels() -> None:
    assert find_convention("cmgen").labels() == ["L00", "L1-1", "L10", "L11", "L2-2", "L2-1", "L20", "L21", "L22"]
    assert find_convention("radiance").labels(2) == ["L00", "L1-1", "L10", "L11"]
    assert find_convention("babylon").labels() == ["x", "y", "z", "xx", "yy", "zz", "yz", "zx", "xy"]
    assert find_convention("unity-packed").labels()[:4] == ["SHA.x", "SHA.y", "SHA.z", "SHA.w"]


def test_a_sky_of_one_is_one_in_polynomials_of_e_over_pi() -> None:
    sky = np.outer(np.sqrt(4 * np.pi) * np.eye(9)[0], np.ones(3))
    for name in ("cmgen", "unity", "cesium", "playcanvas"):
        np.testing.assert_allclose(encode(sky, name), np.outer(np.eye(9)[0], np.ones(3)), atol=1e-14)


def test_cesium_takes_what_cmgen_prints_without_mirroring() -> None:
    np.testing.assert_allclose(encode(COEFFS, "cesium"), encode(SH(COEFFS).mirrored().coeffs, "cmgen"), atol=1e-12)


@pytest.mark.parametrize(
    ("name", "sun"), [("blender", (0.48, -0.64, 0.6)), ("godot", (-0.64, 0.6, 0.48)), ("usd", (-0.64, 0.6, 0.48))]
)
def test_a_sun_lies_where_the_tool_has_it(name: str, sun: tuple[float, float, float]) -> None:
    """Azimuth atan2(0.64, 0.48) to the right of the center, height 0.6: the tools' own axes, by hand."""
    ours = basis(np.array([0.48, 0.6, 0.64]))[:, None] * np.ones(3)
    np.testing.assert_allclose(encode(ours, name), basis(np.array(sun))[:, None] * np.ones(3), atol=1e-12)


def test_condon_shortley_sign() -> None:
    np.testing.assert_array_equal(signs(3), [1, -1, 1, -1, 1, -1, 1, -1, 1])


def test_three_is_radiance() -> None:
    assert find_convention("three") is find_convention("radiance")
    np.testing.assert_array_equal(encode(COEFFS, "three"), COEFFS)
    assert SH(COEFFS).to_dict("three") == SH(COEFFS).to_dict("radiance")


def test_an_unknown_name_is_refused_with_all_known_ones() -> None:
    message = r"^expected a convention \(radiance, irradiance, cmgen, .*, babylon\), got 'ogre'; choose one of these$"
    for call in (lambda: find_convention("ogre"), lambda: encode(COEFFS, "ogre"), lambda: decode(COEFFS, "ogre")):
        with pytest.raises(ValueError, match=message):
            call()


@pytest.mark.parametrize("name", ["cmgen", "unity", "unity-packed", "unreal-packed", "cesium", "playcanvas", "babylon"])
def test_polynomials_want_three_bands(name: str) -> None:
    message = r"^expected 3 bands for this convention, got 4; project with bands=3 \(--bands 3\)$"
    with pytest.raises(ValueError, match=message):
        encode(np.zeros((16, 3)), name)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.zeros(26), r"^expected 3 numbers per coefficient, got 26 in total; three bands need 27$"),
        (np.zeros(24), r"^expected 1, 4, 9, 16 … coefficients, got 8; give whole bands$"),
        (np.zeros((8, 3)), r"^expected 1, 4, 9, 16 … coefficients, got 8; give whole bands$"),
    ],
)
def test_wrong_counts_are_refused_with_advice(values: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        decode(values, "radiance")


def test_what_a_convention_drops_cannot_be_brought_back() -> None:
    message = r"^expected values that keep all coefficients, got 4 bands of 'irradiance', which drops some; give 3$"
    with pytest.raises(ValueError, match=message):
        decode(np.zeros((16, 3)), "irradiance")
    assert encode(np.ones((16, 3)), "irradiance")[9:].any() == np.False_  # A_3 = 0
