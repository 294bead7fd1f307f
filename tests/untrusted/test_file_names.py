"""The gate for names that become paths."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightprobe.untrusted.file_names import LONGEST, check_name, check_path, name_problem, shown

HOSTILE = {
    "": "empty",
    ".": "another folder",
    "..": "another folder",
    "../x": "another folder",
    "/etc/x": "another folder",
    "a/b": "another folder",
    "a\\b": "another folder",
    "..\\x": "another folder",
    "C:x": "another folder",
    "x.hdr:stream": "another folder",
    ".git": "hidden",
    ".hidden.hdr": "hidden",
    "a\0b": "control characters",
    "a\nb": "control characters",
    "a\x1b[2J": "control characters",
    "a\x7f": "control characters",
    "a\x85b": "control characters",
    "a\u2028b": "control characters",
    "a\udc80b": "control characters",
    "x.": "Windows drops",
    "x ": "Windows drops",
    "con": "device",
    "NUL.hdr": "device",
    "Com1.tar.gz": "device",
    "lpt² .hdr": "device",
    "a" * (LONGEST + 1): "longer than 200 bytes",
    "ü" * (LONGEST // 2 + 1): "longer than 200 bytes",
}


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: ascii(name)[:30])
def test_hostile_names_are_refused_in_one_line(name: str) -> None:
    assert HOSTILE[name] in name_problem(name)
    with pytest.raises(ValueError, match=r"catalog\.csv, line 3: expected the name of a slug, got") as caught:
        check_name(name, "catalog.csv, line 3", "the name of a slug")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 250
    with pytest.raises(ValueError, match="expected the path"):
        check_path(f"pictures/{name}", "manifest.json, picture 1") if name != "a/b" else check_path("a//b", "m")


@pytest.mark.parametrize(
    "name",
    ["meadow_01", "Place 2_indoor_1k.exr", "ünï.hdr", "写真\u30001.exr", "-x", "@home", "a..b", "console.hdr", "com10",
     "a" * LONGEST, "family 👨\u200d👩.hdr"],
)  # fmt: skip
def test_ordinary_names_pass(name: str, tmp_path: Path) -> None:
    assert check_name(name, "x") == name
    assert check_path(f"pictures/{name}/0001.png", "x") == f"pictures/{name}/0001.png"
    (tmp_path / name).write_text("")
    assert os.listdir(tmp_path) == [name]


@pytest.mark.parametrize("value", [None, 3, 1.5, ["a"], {"a": "b" * 500}, True])
def test_values_that_are_not_text_are_refused(value: object) -> None:
    for check in (check_name, check_path):
        with pytest.raises(ValueError, match="it is not text") as caught:
            check(value, "journal.jsonl, line 1")
        assert len(str(caught.value)) < 250
    assert len(shown(value)) < 100


@given(st.text())
def test_what_passes_stays_in_its_folder(name: str) -> None:
    if not name_problem(name):
        inside = os.path.normpath(os.path.join("/base", name))
        assert os.path.dirname(inside) == "/base"
        assert inside != "/base"
        assert "\\" not in name
