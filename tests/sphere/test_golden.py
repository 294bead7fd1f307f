"""spec/golden, which tools/golden/make_golden.py found without lightprobe and TypeScript reads too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lightprobe import sphere
from lightprobe.sphere.harmonics import rotation
from lightprobe.sphere.harmonics.window import automatic_cutoff, quadratic_minimum, sloan_damping
from lightprobe.sphere.interop import conventions
from lightprobe.sphere.light import Light, dominant_light

GOLDEN = Path(__file__).parents[2] / "spec" / "golden"


def cases(name: str, key: str = "cases") -> list[Any]:
    """Parameters of a test, called by their names in the file."""
    rows = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))[key]
    return [
        pytest.param(row, id=str(row.get("name", row.get("convention", number)))) for number, row in enumerate(rows)
    ]


def close(actual: Any, expected: Any, tolerance: float = 1e-12) -> None:
    """Agreement to `tolerance` of the largest number expected, at least of 1."""
    expected = np.asarray(expected, float)
    np.testing.assert_allclose(actual, expected, rtol=0, atol=tolerance * max(1.0, float(np.abs(expected).max())))


@pytest.mark.parametrize("name", ["basis", "projection", "irradiance", "rotation", "conversion", "window", "light"])
def test_files_say_how_they_were_made(name: str) -> None:
    path = GOLDEN / f"{name}.json"
    golden = json.loads(path.read_text(encoding="utf-8"))
    assert golden["convention"]
    assert golden["how"].startswith("tools/golden/make_golden.py: ")
    assert path.stat().st_size < 60_000


@pytest.mark.parametrize("case", cases("basis"))
@pytest.mark.parametrize("bands", [3, 6])
def test_basis(case: dict[str, Any], bands: int) -> None:
    close(sphere.basis(np.array(case["direction"]), bands), case["values"][: bands * bands])


@pytest.mark.parametrize("case", cases("projection"))
def test_projection(case: dict[str, Any]) -> None:
    height = case["height"]
    panorama = np.array(case["panorama"]).reshape(height, 2 * height, 3)
    close(sphere.project(panorama, case["bands"]), case["coeffs"])


@pytest.mark.parametrize("case", cases("irradiance"))
def test_irradiance(case: dict[str, Any]) -> None:
    close(sphere.irradiance(np.array(case["coeffs"]), np.array(case["normals"])), case["irradiance"])


@pytest.mark.parametrize("case", cases("rotation"))
def test_rotation(case: dict[str, Any]) -> None:
    close(rotation.rotate(np.array(case["coeffs"]), np.array(case["matrix"])), case["rotated"])


CONVERSION = json.loads((GOLDEN / "conversion.json").read_text(encoding="utf-8"))


def test_every_convention_has_a_golden_conversion() -> None:
    assert [case["convention"] for case in CONVERSION["cases"]] == list(sphere.CONVENTIONS)


@pytest.mark.parametrize("case", cases("conversion"))
def test_conversion(case: dict[str, Any]) -> None:
    name, coeffs = case["convention"], np.array(CONVERSION["coeffs"])
    assert sphere.CONVENTIONS[name].frame == case["frame"]
    assert sphere.CONVENTIONS[name].planar == case["planar"]
    close(sphere.SH(coeffs).flat(name, window="none"), case["flat"])
    close(conventions.decode(np.array(case["flat"]), name), coeffs)


@pytest.mark.parametrize("case", cases("window"))
def test_window(case: dict[str, Any]) -> None:
    coeffs = np.array(case["coeffs"])
    lobe = sphere.cosine_lobe()[:, None]
    for kind, values in (("auto", lobe * coeffs), ("auto-radiance", coeffs)):
        close(automatic_cutoff(values), case[kind]["cutoff"])
        close(sphere.window(coeffs, kind)[[0, 2, 6]], case[kind]["factors"])
    # the damping is bisected to one part in 1e9, and the golden one comes from minima good to 1e-10
    close(sloan_damping(coeffs), case["sloan"]["damping"], 1e-7)
    close(sphere.window(coeffs, "sloan")[[0, 2, 6]], case["sloan"]["factors"], 1e-7)
    least = [quadratic_minimum(channel) for channel in (lobe * coeffs).T]
    close(least, case["least_irradiance"], 1e-10)


@pytest.mark.parametrize("case", cases("window", "cutoffs"))
def test_window_with_a_cutoff(case: dict[str, Any]) -> None:
    close(sphere.window(np.zeros((9, 3)), case["cutoff"])[[0, 2, 6]], case["factors"])


def same_light(light: Light, expected: dict[str, Any]) -> None:
    for key in ("direction", "color", "intensity", "share"):
        close(getattr(light, key), expected[key], 1e-11)  # differences of nearly equal sums


@pytest.mark.parametrize("case", cases("light"))
def test_light(case: dict[str, Any]) -> None:
    panorama = np.empty((32, 64, 3))
    panorama[:16], panorama[16:] = case["panorama"]["upper"], case["panorama"]["lower"]
    for row, column, *value in case["panorama"]["cells"]:
        panorama[row, column] = value
    coeffs = np.array(case["coeffs"])
    guess = np.zeros_like(panorama)
    for row, column, *rgb in case["guess"]:
        guess[row, column] = rgb
    same_light(dominant_light(coeffs, panorama, guess=guess, seen=case["seen"]), case["light"])
    same_light(sphere.directional_fit(coeffs), case["fit"])
