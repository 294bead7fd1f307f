"""Model folders on disk: whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from lightprobe.errors import OutputError
from lightprobe.export.folder import atomic_folder, check_target


def test_the_folder_appears_when_it_is_whole(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "model"
    with atomic_folder(out, overwrite=False) as temporary:
        (temporary / "manifest.json").write_text("{}")
        assert not out.exists()
    assert [path.name for path in out.iterdir()] == ["manifest.json"]
    assert [path.name for path in out.parent.iterdir()] == ["model"]


def test_an_error_leaves_what_was_there(tmp_path: Path) -> None:
    out = tmp_path / "model"
    out.mkdir()
    (out / "manifest.json").write_text("old")

    def write_and_fail() -> None:
        with atomic_folder(out, overwrite=True) as temporary:
            (temporary / "manifest.json").write_text("new")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert (out / "manifest.json").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_model_is_replaced_as_a_whole(tmp_path: Path) -> None:
    out = tmp_path / "model"
    out.mkdir()
    for name in ("manifest.json", "model.pt2"):
        (out / name).write_text("old")
    with atomic_folder(out, overwrite=True) as temporary:
        (temporary / "manifest.json").write_text("new")
    assert [path.name for path in out.iterdir()] == ["manifest.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_other_things_are_not_replaced(tmp_path: Path) -> None:
    check_target(tmp_path / "new", overwrite=False)
    (tmp_path / "empty").mkdir()
    check_target(tmp_path / "empty", overwrite=False)
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="expected a new folder, got a file"):
        check_target(tmp_path / "file", overwrite=True)
    with pytest.raises(OutputError, match="got one with other files"):
        check_target(tmp_path, overwrite=True)
    (tmp_path / "empty" / "manifest.json").write_text("{}")
    with pytest.raises(OutputError, match="got one with a model; choose another --out, or --overwrite"):
        check_target(tmp_path / "empty", overwrite=False)
    check_target(tmp_path / "empty", overwrite=True)
