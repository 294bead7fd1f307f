"""Numbers and sentences as text."""

from __future__ import annotations

import pytest

from lightprobe.evaluation.report.format import (
    best_text,
    interval_text,
    left_out_text,
    markdown_text,
    metric_text,
    milliseconds_text,
    percent_text,
)


@pytest.mark.parametrize(
    ("value", "name", "text"),
    [
        (None, "e_rel", "–"),
        (0.1234, "e_rel", "12.3%"),
        (3e-7, "e_rel", "3e-07"),
        (0.0, "negative", "0.0%"),
        (5.04, "direction_deg", "5.0"),
        (1.005, "gain_stops", "1.00"),
        (0.0664, "mae_cmgen", "0.066"),
    ],
)
def test_numbers_as_text(value: float | None, name: str, text: str) -> None:
    assert metric_text(value, name) == text


def test_intervals_and_shares_as_text() -> None:
    assert interval_text([0.25, None], "e_rel") == "25.0% … –"
    assert [percent_text(value) for value in (None, 0.0123, 1e-5)] == ["–", "1.23%", "0"]
    assert [milliseconds_text(value) for value in (None, 87.6)] == ["–", "88"]


def section(**changes: object) -> dict:
    """A suite of a report with three rows, of which one does not say what it trained on."""
    medians = {"mine": 0.2, "mine · curve given": 0.1, "theirs": None}
    return {
        "pictures": {"all": 39, "scored": 13},
        "scenes": {"all": 3, "scored": 1},
        "left_out": {},
        "rows": [
            {"name": name, "training_known": name != "theirs", "metrics": {"e_rel": {"median": median}}}
            for name, median in medians.items()
        ],
        **changes,
    }


def test_the_least_median_is_best_unless_all_are_alike() -> None:
    assert best_text(section(), "e_rel") == "10.0%"
    alike = [{"metrics": {"e_rel": {"median": value}}} for value in (0.1, 0.10001)]
    assert best_text(section(rows=alike), "e_rel") is None


def test_a_sentence_says_which_scenes_are_left_out() -> None:
    seen = ["green_park_01", "green_park_02"]
    text = left_out_text(section(left_out={"mine": seen, "mine · curve given": seen}))
    assert text == (
        "13 of 39 pictures, 1 of 3 scenes. Left out for every row, because mine and mine · curve given trained on "
        "them: green_park_01, green_park_02. The training scenes of theirs are unknown, so none are left out for that."
    )


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("plain · curve given", "plain · curve given"),
        ("green_park_01, 3 of 4.", "green_park_01, 3 of 4."),
        ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
        ("a & b", "a &amp; b"),
        ("a | b", "a \\| b"),
        ("![x](http://x.org/t.png) **b** `c` #d", "!\\[x\\](http://x.org/t.png) \\*\\*b\\*\\* \\`c\\` \\#d"),
        ("two\nlines\x1b", "two\\\\nlines\\\\x1b"),
        ("back\\slash", "back\\\\slash"),
    ],
)
def test_names_in_markdown_are_text(text: str, markdown: str) -> None:
    assert markdown_text(text) == markdown
