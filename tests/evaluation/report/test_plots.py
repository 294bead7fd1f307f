"""Plots: SVG in the page's colors, the same bytes every time."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

import numpy as np
import pytest

from lightprobe.evaluation.report.plots import COLORS, FAINT, INK, color_of, distributions_svg, parts_svg

pytest.importorskip("matplotlib", reason="plots need matplotlib: pip install 'lightprobe[judge]'")

ERRORS = {"mine": np.array([0.1, 0.2, np.nan, 0.4]), "nothing": np.full(4, np.nan)}
CLASSES = {
    name: {"pictures": 2, "rows": {"mine": {"median": 0.2, "median_95": [0.1, 0.3]}, "none": {"median": None}}}
    for name in ("sun", "indoor")
}


@pytest.mark.parametrize(
    "drawn",
    [
        lambda: distributions_svg(ERRORS, "E_rel", {"mine"}),
        lambda: parts_svg(CLASSES, ["mine", "none"], "kind of light"),
    ],
)
def test_plots_take_the_colors_of_the_page(drawn: Callable[[], str]) -> None:
    text = drawn()
    ElementTree.fromstring(text)
    assert text.startswith("<svg")
    assert INK not in text
    assert FAINT not in text
    assert "currentColor" in text
    assert color_of(0) in text
    assert text == drawn()


def test_classes_say_how_many_pictures_they_have() -> None:
    assert "indoor  (2)" in parts_svg(CLASSES, ["mine", "none"], "kind of light")


def test_colors_repeat() -> None:
    assert color_of(len(COLORS)) == color_of(0)
