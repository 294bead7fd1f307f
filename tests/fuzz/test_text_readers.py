"""Readers of text and of arrays: whatever they are given, they answer, or raise one error of one line."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from model_folders import document

from lightprobe.cli.text import parse_coefficients
from lightprobe.data.catalog.table import read_catalog
from lightprobe.errors import LightprobeError
from lightprobe.runtime.manifest import check_manifest
from lightprobe.training.recipes.builtin import RECIPES
from lightprobe.training.recipes.serialize import from_dict, to_dict, with_changes
from lightprobe.untrusted.npz_arrays import read_arrays

from ..data.catalog_toys import toy_catalog

LONGEST = 700
MANY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)
numbers = st.floats() | st.integers(-(10**400), 10**400)
lines = st.lists(st.lists(numbers.map(str) | st.text(max_size=6), max_size=5).map(" ".join), max_size=30).map("\n".join)


def answers_or_one_line(read: Callable[[], Any]) -> None:
    """The reader may refuse, in one line, and must not do anything else."""
    message = "read"
    try:
        read()
    except (ValueError, LightprobeError, OSError) as error:
        message = "no text" if isinstance(error, UnicodeError) else str(error)
    assert message.strip()
    assert "\n" not in message
    assert message != "no text"
    assert len(message) <= LONGEST


@MANY
@given(text=st.text() | lines | values.map(json.dumps))
@pytest.mark.parametrize("convention", ["cmgen", "unity", "radiance"])
def test_coefficients(convention: str, text: str) -> None:
    answers_or_one_line(lambda: parse_coefficients(text, convention))


@MANY
@given(rows=st.lists(st.lists(numbers, min_size=3, max_size=3), min_size=9, max_size=9))
def test_nine_rows_of_any_numbers(rows: list[list[float]]) -> None:
    answers_or_one_line(lambda: parse_coefficients(json.dumps(rows), "cmgen"))
    answers_or_one_line(lambda: parse_coefficients("\n".join(" ".join(map(str, row)) for row in rows), "cmgen"))


@MANY
@given(field=st.sampled_from(sorted(document(b""))), value=values, below=st.none() | st.text(max_size=8))
def test_manifests(field: str, value: Any, below: str | None) -> None:
    about = json.loads(json.dumps(document(b"")))
    if below is not None and isinstance(about[field], dict):
        about[field][below if below else next(iter(about[field]), "x")] = value
    else:
        about[field] = value
    answers_or_one_line(lambda: check_manifest(about))


@MANY
@given(value=values)
def test_anything_as_a_manifest(value: Any) -> None:
    answers_or_one_line(lambda: check_manifest(value))


@MANY
@given(data=st.data())
def test_catalogs(tmp_path: Path, data: st.DataObject) -> None:
    if not (tmp_path / "hdris").exists():
        toy_catalog(tmp_path)
    table = (tmp_path / "hdris" / "catalog.csv").read_text().splitlines()
    row = data.draw(st.integers(0, len(table) - 1))
    cells = table[row].split(",")
    cells[data.draw(st.integers(0, len(cells) - 1))] = data.draw(st.text(max_size=12) | numbers.map(str))
    table[row] = ",".join(cells)
    (tmp_path / "catalog.csv").write_text("\n".join(table) + "\n", encoding="utf-8", errors="replace")
    answers_or_one_line(lambda: read_catalog(tmp_path))


@MANY
@given(data=st.binary(max_size=300))
def test_bytes_as_a_catalog(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "catalog.csv").write_bytes(data)
    answers_or_one_line(lambda: read_catalog(tmp_path))


@MANY
@given(field=st.sampled_from(sorted(to_dict(RECIPES["ambient"]()))), value=values)
def test_recipes(field: str, value: Any) -> None:
    known = to_dict(RECIPES["ambient"]())
    answers_or_one_line(lambda: from_dict({**known, field: value}))
    answers_or_one_line(lambda: with_changes(RECIPES["ambient"](), [f"{field}={value}", f"{field}.lr={value}"]))


@MANY
@given(
    name=st.text(max_size=8),
    shape=st.lists(st.integers(0, 10**13), max_size=4),
    kind=st.sampled_from(["<f4", ">f8", "|u1", "|O", "<U9", "<M8[s]", "|V7", "x"]),
    rest=st.binary(max_size=64),
)
def test_arrays(tmp_path: Path, name: str, shape: list[int], kind: str, rest: bytes) -> None:
    """Headers that promise anything, with a few bytes behind them."""
    head = repr({"descr": kind, "fortran_order": False, "shape": tuple(shape)}).encode()
    data = io.BytesIO()
    np.savez(data, whole=np.zeros(2))
    whole = data.getvalue()
    stored = whole.find(b"\x93NUMPY")
    (tmp_path / "a.npz").write_bytes(whole[: stored + 10] + head[:110].ljust(110) + rest + whole[stored + 128 :])
    answers_or_one_line(lambda: read_arrays(tmp_path / "a.npz"))
    (tmp_path / "a.npz").write_bytes(rest)
    answers_or_one_line(lambda: read_arrays(tmp_path / "a.npz"))
