"""Text that is safe to print."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightprobe.untrusted.terminal import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ünï 写真\u3000x", "plain ünï 写真\u3000x"),
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("a\nb\rc\td", "a\\nb\\rc\\td"),
        ("\x9b2J", "\\x9b2J"),
        ("gpj.\u202eexe", "gpj.\\u202eexe"),
        ("a\u200bb\u2028c", "a\\u200bb\\u2028c"),
        ("caf\udce9", "caf\\udce9"),
    ],
)
def test_control_and_format_characters_are_written_out(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_line_breaks_of_our_own_stay() -> None:
    assert printable("one\ntwo\x1b", keep="\n") == "one\ntwo\\x1b"
    assert printable(ValueError("a\x1b")) == "a\\x1b"


@given(st.text(st.characters()))
def test_nothing_that_steers_a_terminal_is_left(text: str) -> None:
    shown = printable(text)
    assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    shown.encode()
