"""Each metric against an answer worked out by hand, and each answer against implementations that are wrong."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from lightprobe.evaluation.scoring import metrics
from lightprobe.evaluation.scoring.metrics import METRICS, TrueLight, best_gain, score
from lightprobe.sphere import SH, basis, cosine_lobe, fibonacci
from lightprobe.sphere.panorama import equirect

WHITE = np.ones(3)
X, Y, Z = np.eye(3)


def even(level: float, color: np.ndarray = WHITE) -> np.ndarray:
    """The same radiance from everywhere."""
    coeffs = np.zeros((9, 3))
    coeffs[0] = math.sqrt(4 * math.pi) * level * color
    return coeffs


def tilted(level: float, slope: float) -> np.ndarray:
    """Even light, and band 1 towards +Y."""
    coeffs = even(level)
    coeffs[1] = slope * coeffs[0]
    return coeffs


def sun(toward: np.ndarray, strength: float = 5.0) -> np.ndarray:
    """A directional light of this irradiance, and a little even light."""
    return even(0.1) + strength * basis(toward)[:, None] * WHITE


def picture_of(coeffs: np.ndarray) -> np.ndarray:
    """A panorama with one bright cell where band 1 points, and even light where it does not."""
    panorama = np.full((32, 64, 3), 0.1, np.float32)
    y, z, x = coeffs[1:4, 1]
    if math.hypot(x, y, z) > 1e-6:
        row, column = equirect.positions(np.array([x, y, z]) / math.hypot(x, y, z), 32, 64)
        panorama[int(np.clip(np.rint(row), 0, 31)), int(np.rint(column)) % 64] = 1e4
    return panorama


def scores(guess: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    return score(TrueLight.of(truth, picture_of(truth)), guess)


def relative_irradiance() -> None:
    """RMS of y over the sphere is 1/√3 and K1/√3 = K0, so a slope s is (2π/3)/π · s = 2s/3 of the even part."""
    assert scores(even(2.0), even(1.0))["e_rel"] == pytest.approx(1)
    assert scores(tilted(1.0, 0.6), even(1.0))["e_rel"] == pytest.approx(0.4, abs=2e-4)


def best_gains() -> None:
    """With r = 2s/3 the best gain is 1/(1 + r²), and r/√(1 + r²) is left."""
    found = scores(tilted(1.0, 0.75), even(1.0))
    assert found["gain_stops"] == pytest.approx(math.log2(1 / 1.25), abs=2e-4)
    assert found["e_si"] == pytest.approx(0.5 / math.sqrt(1.25), abs=2e-4)
    assert scores(even(2.0), even(1.0))["gain_stops"] == pytest.approx(-1)
    assert scores(even(2.0), even(1.0))["e_si"] == pytest.approx(0, abs=1e-12)


def color_angle() -> None:
    """From red to white it is arccos(1/√3)."""
    assert scores(even(1.0, X), even(1.0))["rgb_angle_deg"] == pytest.approx(54.7356, abs=1e-3)


def direction() -> None:
    """From +Y to +Z it is a right angle, from +Y to halfway it is half of that."""
    assert scores(sun(Z), sun(Y))["direction_deg"] == pytest.approx(90, abs=1e-6)
    assert scores(sun((Y + Z) / math.sqrt(2)), sun(Y))["direction_deg"] == pytest.approx(45, abs=1e-6)
    assert scores(sun(X), sun(X))["direction_deg"] == pytest.approx(0, abs=1e-5)


def intensity() -> None:
    """Twice the light is one stop, a quarter minus two."""
    assert scores(2 * sun(Y), sun(Y))["intensity_stops"] == pytest.approx(1, abs=1e-9)
    assert scores(sun(Y, 5 / 4), sun(Y))["intensity_stops"] == pytest.approx(-2, abs=0.02)


def cmgen_units() -> None:
    """cmgen prints 1 for white light of 1 in the first line and 0 elsewhere: 3 of 27 numbers differ by 1."""
    assert scores(np.zeros((9, 3)), even(1.0))["mae_cmgen"] == pytest.approx(1 / 9)
    assert scores(even(1.5), even(1.0))["mae_cmgen"] == pytest.approx(1 / 18)


def negative_part() -> None:
    """E is in proportion to 1 + (2/√3)·s·y, as K1/K0 = √3 and A_1/A_0 = 2/3; for s = √3 that is below zero
    where y < −1/2, on a quarter of the sphere."""
    assert scores(tilted(1.0, math.sqrt(3)), even(1.0))["negative"] == pytest.approx(0.25, abs=1e-3)
    assert scores(tilted(1.0, 0.8), even(1.0))["negative"] == 0


CHECKS: tuple[Callable[[], None], ...] = (
    relative_irradiance,
    best_gains,
    color_angle,
    direction,
    intensity,
    cmgen_units,
    negative_part,
)


@pytest.mark.parametrize("check", CHECKS)
def test_metric_by_hand(check: Callable[[], None]) -> None:
    check()


def fails(check: Callable[[], None]) -> bool:
    try:
        check()
    except AssertionError:
        return True
    return False


def swap_axes(monkeypatch: pytest.MonkeyPatch) -> None:
    """y and z of the direction of light exchanged in the estimate alone."""
    monkeypatch.setattr(
        metrics,
        "light_angle",
        lambda light, truth: float(np.degrees(np.arccos(light.direction[[0, 2, 1]] @ truth.direction))),
    )


def lose_pi(monkeypatch: pytest.MonkeyPatch) -> None:
    """Radiance in place of irradiance: A_l left out."""
    wrong = basis(fibonacci(metrics.NORMALS))
    monkeypatch.setattr(metrics, "shading", lambda: wrong)


def lose_pi_of_one_band(monkeypatch: pytest.MonkeyPatch) -> None:
    """A_1 = 2/3 in place of 2π/3."""
    lobe = np.array(cosine_lobe(3))
    lobe[1:4] /= math.pi
    monkeypatch.setattr(metrics, "shading", lambda: basis(fibonacci(metrics.NORMALS)) * lobe)


def gain_the_wrong_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gain that brings truth to the estimate."""
    monkeypatch.setattr(metrics, "best_gain", lambda guess, truth: best_gain(truth, guess))


def forget_prescaling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Irradiance coefficients in place of cmgen's."""
    to = SH.to
    monkeypatch.setattr(SH, "to", lambda self, name, window=None: to(self, "irradiance", window))


def natural_logarithm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nepers in place of stops."""
    monkeypatch.setattr(
        metrics,
        "intensity_error",
        lambda light, truth: math.log(light.irradiance.sum() / truth.irradiance.sum()),
    )


def radians(monkeypatch: pytest.MonkeyPatch) -> None:
    angle = metrics.rgb_angle
    monkeypatch.setattr(metrics, "rgb_angle", lambda guess, truth: math.radians(angle(guess, truth)))


@pytest.mark.parametrize(
    ("wrong", "check"),
    [
        (swap_axes, direction),
        (lose_pi, relative_irradiance),
        (lose_pi, negative_part),
        (lose_pi_of_one_band, relative_irradiance),
        (lose_pi_of_one_band, best_gains),
        (gain_the_wrong_way, best_gains),
        (forget_prescaling, cmgen_units),
        (natural_logarithm, intensity),
        (radians, color_angle),
    ],
)
def test_answers_by_hand_catch(wrong: Callable, check: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    assert not fails(check)
    wrong(monkeypatch)
    assert fails(check)


def test_each_metric_has_a_description_and_a_number() -> None:
    assert list(scores(even(1.0), even(1.0))) == list(METRICS)
    assert all(metric.about for metric in METRICS.values())


def test_no_light_is_all_wrong_but_not_an_error() -> None:
    found = scores(np.zeros((9, 3)), sun(Y))
    assert (found["e_rel"], found["e_si"], found["intensity_stops"], found["negative"]) == (1, 1, -10, 0)
    assert math.isnan(found["gain_stops"])
    assert math.isnan(found["direction_deg"])
    assert math.isnan(found["rgb_angle_deg"])


def test_even_light_has_no_direction() -> None:
    found = scores(sun(Y), even(1.0))
    assert math.isnan(found["direction_deg"])
    assert math.isnan(found["intensity_stops"])


def test_an_estimate_with_the_wrong_sign_gets_no_gain() -> None:
    assert best_gain(-np.ones((4, 3)), np.ones((4, 3))) == (0, 1)


def test_the_panorama_finds_the_light_where_there_is_one() -> None:
    """The small panorama of an estimate shows a sun that its coefficients blur."""
    panorama = np.full((32, 64, 3), 0.1, np.float32)
    panorama[8, 16] = 100
    truth = SH.from_equirect(panorama).coeffs
    assert score(TrueLight.of(truth, panorama), truth, panorama)["direction_deg"] == pytest.approx(0, abs=1e-5)
    turned = np.roll(panorama, 4, axis=1)
    off = score(TrueLight.of(truth, panorama), SH.from_equirect(turned).coeffs, turned)["direction_deg"]
    elevation = math.pi * (0.5 - 8.5 / 32)
    chord = math.sin(math.pi * 4 / 64) * math.cos(elevation)  # 4 of 64 columns are 22.5° around
    assert off == pytest.approx(math.degrees(2 * math.asin(chord)), abs=0.05)


def test_windowed_coefficients_are_not_windowed_again() -> None:
    truth = sun(Y)
    windowed = SH(truth).windowed("auto").coeffs
    known = TrueLight.of(truth, picture_of(truth))
    assert score(known, windowed, is_windowed=True)["mae_cmgen"] == pytest.approx(0, abs=1e-12)
    assert score(known, windowed)["mae_cmgen"] > 1e-3


def test_the_level_is_that_of_the_mean_irradiance() -> None:
    assert scores(even(0.5), even(2.0))["level_stops"] == pytest.approx(-2)
    assert scores(tilted(1.0, 0.6), even(1.0))["level_stops"] == pytest.approx(0, abs=1e-3)  # band 1 has no mean
    assert scores(even(0.0), even(1.0))["level_stops"] == -10


def test_an_interval_holds_if_the_level_lies_in_it() -> None:
    truth = TrueLight.of(even(1.0), picture_of(even(1.0)))
    assert score(truth, even(2.0), uncertainty=1.1)["interval_holds"] == 1
    assert score(truth, even(2.0), uncertainty=0.9)["interval_holds"] == 0
    assert math.isnan(score(truth, even(2.0))["interval_holds"])


def colored(color: list[float]) -> np.ndarray:
    """A directional light of this color toward +X, without any other."""
    return np.outer(basis(X), 5 * np.array(color))


def test_colors_of_the_light() -> None:
    warm, green, blue = colored([1.0, 0.8, 0.5]), colored([0.5, 0.9, 0.6]), colored([0.6, 0.65, 0.7])
    found = scores(green, warm)
    cosine = (0.5 + 0.72 + 0.3) / math.sqrt((1 + 0.64 + 0.25) * (0.25 + 0.81 + 0.36))
    assert found["light_color_deg"] == pytest.approx(math.degrees(math.acos(cosine)), abs=0.1)
    assert (found["green_light"], found["blue_light"]) == (1, 1)
    assert (scores(blue, warm)["green_light"], scores(blue, warm)["blue_light"]) == (0, 1)
    assert (scores(warm, warm)["green_light"], scores(warm, warm)["blue_light"]) == (0, 0)
    assert math.isnan(scores(warm, green)["green_light"])  # where the light is green itself, it is not counted
    assert math.isnan(scores(warm, blue)["blue_light"])
    assert math.isnan(scores(warm, even(1.0))["light_color_deg"])


def test_a_light_that_the_estimate_gives_is_judged() -> None:
    panorama = np.full((32, 64, 3), 0.1)
    panorama[8, 16] = 100
    coeffs = SH.from_equirect(panorama).coeffs
    truth = TrueLight.of(coeffs, panorama)
    light = replace(truth.light, direction=-truth.light.direction, color=np.array([0.5, 1.0, 0.5]))
    found = score(truth, coeffs, panorama, light=light)
    assert (found["direction_deg"], found["green_light"]) == (pytest.approx(180), 1)
    assert score(truth, coeffs, panorama)["green_light"] == 0


def test_directions_without_a_panorama_are_compared_with_the_dominant_light() -> None:
    """Two lamps of one strength, of which the truth has the concentrated one; band 1 lies between them."""
    panorama = np.zeros((32, 64, 3))
    panorama[16, 16] = 100
    panorama[14:18, 30:34] = 100 / 16 * 0.9
    coeffs = SH.from_equirect(panorama).coeffs
    found = score(TrueLight.of(coeffs, panorama), coeffs)
    assert found["band1_deg"] == pytest.approx(0, abs=1e-5)
    assert 30 < found["direction_deg"] < 60
    dark = score(TrueLight.of(coeffs, panorama), even(1.0))
    assert math.isnan(dark["band1_deg"])


def test_true_lights_are_dominant_or_not() -> None:
    assert np.isnan(TrueLight.of(even(1.0), picture_of(even(1.0))).dominant).all()
    truth = TrueLight.of(sun(Y), picture_of(sun(Y)))
    np.testing.assert_array_equal(truth.dominant, truth.light.irradiance)
