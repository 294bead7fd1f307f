"""cmgen's text, byte by byte, and its guard against suns."""

from __future__ import annotations

import numpy as np
import pytest

from lightprobe.sphere import CONVENTIONS, LUMINANCE
from lightprobe.sphere.interop.cmgen import SUFFIX, format_text, parse_text, squeeze

FIRST = "( 0.414883000000000,  0.500000000000000, -1.250000000000000); // L00, irradiance, pre-scaled base"


LABELS = [f"L{label}" for label in ("00", "1-1", "10", "11", "2-2", "2-1", "20", "21", "22")]


def text_of(values: np.ndarray, convention: str = "cmgen") -> str:
    """As cmgen prints it in one of its modes."""
    bands = round(len(values) ** 0.5)
    return format_text(values, [label + SUFFIX[convention] for label in CONVENTIONS[convention].labels(bands)])


def test_one_line_to_the_byte() -> None:
    assert text_of(np.array([[0.414883, 0.5, -1.25]])) == FIRST + "\n"


def test_labels_of_all_lines() -> None:
    lines = text_of(np.zeros((9, 3))).splitlines()
    assert [line.split("// ")[1] for line in lines] == [f"{label}, irradiance, pre-scaled base" for label in LABELS]


@pytest.mark.parametrize(
    ("convention", "ending"),
    [
        ("cmgen", "); // L1-1, irradiance, pre-scaled base"),
        ("cmgen-irradiance", "); // L1-1, irradiance"),
        ("cmgen-radiance", "); // L1-1"),
    ],
)
def test_endings(convention: str, ending: str) -> None:
    assert text_of(np.ones((9, 3)), convention).splitlines()[1].endswith(ending)
    assert set(SUFFIX) == {"cmgen", "cmgen-irradiance", "cmgen-radiance"}


@pytest.mark.parametrize("bands", [1, 3, 5])
def test_there_and_back(bands: int) -> None:
    values = np.random.default_rng(0).normal(size=(bands**2, 3)) * 10
    text = format_text(values, [str(number) for number in range(bands**2)])
    np.testing.assert_allclose(parse_text(text), values, rtol=0, atol=3e-15)  # fifteen decimals


def test_a_label_for_each_line() -> None:
    with pytest.raises(ValueError, match="zip"):
        format_text(np.zeros((4, 3)), LABELS[:3])


@pytest.mark.parametrize(
    "line",
    [
        "1 2.5 -3e-2",
        "  1.0, 2.5, -0.03",
        "(1, 2.5, -0.03)",
        "( 1.000000000000000,  2.500000000000000, -0.030000000000000); // L00",
        "1.\t2.5\t-.03",
        "+1 2.5E0 -3E-02 // whatever",
    ],
)
def test_lines_that_are_understood(line: str) -> None:
    np.testing.assert_array_equal(parse_text(line), [[1, 2.5, -0.03]])


def test_comments_and_empty_lines_are_skipped() -> None:
    text = f"// made by cmgen\n\n# really\n{FIRST}\n   \n"
    np.testing.assert_array_equal(parse_text(text), [[0.414883, 0.5, -1.25]])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (FIRST + "\n1 2\n", r"^expected '\(r, g, b\); // L00' on line 2, got '1 2'$"),
        ("hello", r"^expected '\(r, g, b\); // L00' on line 1, got 'hello'$"),
        ("1 2 3 4", r"on line 1, got '1 2 3 4'$"),
        ("nan 1 2", r"on line 1, got 'nan 1 2'$"),
        ("", r"^expected lines of three numbers, got no line; give the output of cmgen --sh-shader$"),
        ("1 2 3\n4 5 6\n", r"^expected 1, 4, 9, 16 … coefficients, got 2; give whole bands$"),
    ],
)
def test_other_text_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_text(text)


def test_a_long_wrong_line_is_cut() -> None:
    with pytest.raises(ValueError) as caught:
        parse_text("x" * 1000)
    assert len(str(caught.value)) < 130


@pytest.mark.parametrize(
    "line",
    [" ".join(["1" * 400] * 3 + ["x"]), "1 2 3" + " " * 20_000 + "x", " " * 20_000 + "x"],
    ids=["digits", "blanks at the end", "blanks before"],
)
def test_lines_that_invite_backtracking_are_refused_at_once(line: str) -> None:
    with pytest.raises(ValueError, match="on line 1"):  # within the test's own time, which was hours
        parse_text(line)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_squeeze_leaves_what_is_below(dtype: type) -> None:
    radiance = np.random.default_rng(1).uniform(0, 4000, (5, 4, 3)).astype(dtype)
    assert squeeze(radiance) is radiance


def test_squeeze_bends_luminance_and_keeps_hue() -> None:
    radiance = np.array([[1e5, 5e4, 1e4], [4096.0, 4096.0, 4096.0], [1.0, 2.0, 3.0], [1e12, 1e12, 1e12]])
    before = radiance.copy()
    bent = squeeze(radiance)
    np.testing.assert_array_equal(radiance, before)
    np.testing.assert_allclose(bent[0] / bent[0, 0], radiance[0] / radiance[0, 0], rtol=1e-14)
    y = before[0] @ LUMINANCE
    expected = (4096**2 - 16384 * y) / (2 * 4096 - 16384 - y)  # Filament, CubemapUtils::clamp
    assert bent[0] @ LUMINANCE == pytest.approx(expected, rel=1e-13)
    np.testing.assert_array_equal(bent[2], radiance[2])
    np.testing.assert_allclose(bent[1], radiance[1], rtol=1e-12)
    assert bent[3] @ LUMINANCE == pytest.approx(16384, rel=1e-6)


def test_squeeze_is_smooth_where_it_sets_in() -> None:
    gray = np.array([4096 - 1e-3, 4096 + 1e-3, 4096 + 3e-3])[:, None] * np.ones(3)
    slope = np.diff(squeeze(gray)[:, 0])
    np.testing.assert_allclose(slope, 2e-3, rtol=1e-3)
