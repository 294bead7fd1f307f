"""JSON with bounds."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightprobe.untrusted import json_text
from lightprobe.untrusted.json_text import parse_json, read_json


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "nested too deeply"),
        ("1" * 5000, "too many digits"),
        (b"\xff\xfe{}\xff", "invalid JSON"),
        (b'"\x80"', "not UTF-8"),
        ("{half", "line 1 column 2"),
        ("", "line 1 column 1"),
    ],
    ids=["list", "object", "digits", "bytes", "latin", "half", "empty"],
)
def test_every_failure_is_one_line(text: str | bytes, problem: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=problem) as caught:
        parse_json(text)
    assert str(caught.value).isprintable()
    path = tmp_path / "a.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ValueError, match=problem):
        read_json(path)


def test_size_is_bounded_before_parsing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "MOST_JSON", 1 << 20)
    path = tmp_path / "a.json"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(ValueError, match="more than 1 MiB of JSON"):
        read_json(path)


def test_pipes_devices_and_folders_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/zero")
    for path in (tmp_path / "pipe", tmp_path / "link", tmp_path):
        with pytest.raises(OSError, match="not a regular file"):
            read_json(path)
    with pytest.raises(FileNotFoundError):
        read_json(tmp_path / "none.json")


@given(st.binary())
def test_any_bytes_give_a_value_or_a_value_error(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        parse_json(data)


def test_values_are_json(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"a": [1, 2.5, null, "ü"]}', encoding="utf-8")
    assert read_json(tmp_path / "a.json") == parse_json(b'{"a": [1, 2.5, null, "\xc3\xbc"]}')
