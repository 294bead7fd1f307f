"""The books of a run: settings, journal, manifest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lightprobe.data.pairs import journal
from lightprobe.data.pairs.journal import Journal
from lightprobe.errors import OutputError


def pair(out: Path, id: str) -> dict[str, Any]:
    """The row of a pair, and its files."""
    row = {"id": id, "picture": f"{id}.png", "sh_text": f"{id}.sh.txt", "notes": "ü, “two”"}
    (out / id).parent.mkdir(parents=True, exist_ok=True)
    for key in ("picture", "sh_text"):
        (out / row[key]).write_text("")
    return row


def test_a_reopened_journal_knows_its_rows(tmp_path: Path) -> None:
    rows = [pair(tmp_path, f"a/{number:04d}") for number in (2, 0, 1)]
    book = Journal(tmp_path)
    book.add(rows[:2])
    book.add(rows[2:])
    book.close()
    again = Journal(tmp_path)
    assert list(again.offsets) == ["a/0002", "a/0000", "a/0001"]
    assert [again.row(row["id"]) for row in rows] == rows
    again.close()


def test_half_a_line_and_lost_files_are_made_again(tmp_path: Path) -> None:
    rows = [pair(tmp_path, f"a/{number:04d}") for number in range(3)]
    book = Journal(tmp_path)
    book.add(rows)
    book.close()
    with book.path.open("ab") as file:
        file.write(b'{"id": "a/00')
    (tmp_path / rows[1]["picture"]).unlink()
    again = Journal(tmp_path)
    assert list(again.offsets) == ["a/0000", "a/0002"]
    more = pair(tmp_path, "a/0003")
    again.add([more])  # on a line of its own
    again.close()
    third = Journal(tmp_path)
    assert list(third.offsets) == ["a/0000", "a/0002", "a/0003"]
    assert third.row("a/0003") == more
    third.close()


def test_the_manifest_has_the_order_of_the_ids(tmp_path: Path) -> None:
    rows = [pair(tmp_path, f"a/{number:04d}") for number in range(3)]
    book = Journal(tmp_path)
    book.add(reversed(rows))
    assert not journal.is_finished(tmp_path)
    journal.write_manifest(tmp_path, book, [row["id"] for row in rows])
    assert journal.is_finished(tmp_path)
    assert journal.read_manifest(tmp_path) == rows
    assert not (tmp_path / journal.JOURNAL).exists()


def test_settings_are_compared(tmp_path: Path) -> None:
    out = tmp_path / "pairs"
    journal.open_folder(out, {"seed": 1, "curves": ("srgb",)})
    journal.open_folder(out, {"seed": 1, "curves": ["srgb"]})
    with pytest.raises(OutputError, match=r"pairs: holds pairs of other settings \(seed differ\); choose another"):
        journal.open_folder(out, {"seed": 2, "curves": ["srgb"]})
    for text in ("{half", "[1]", "null", "[" * 100_000, '{"a":' * 100_000):
        (out / journal.SETTINGS).write_text(text)
        with pytest.raises(
            OutputError, match=r"settings\.json: expected the settings of a run as JSON; choose another"
        ):
            journal.open_folder(out, {"seed": 1})


def test_partial_files_go_and_others_stay(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for name in (".half.csv", "a/.0001.exr", "a/0001.exr", ".gitignore"):
        (tmp_path / name).write_text("")
    journal.remove_partial_files(tmp_path)
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == [".gitignore", "0001.exr"]


def test_folders_without_a_manifest_and_folders_that_cannot_be_made_are_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"expected a folder with manifest\.csv, found none; make or complete it"):
        journal.read_manifest(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"cannot make the folder: .*; choose another --out"):
        journal.open_folder(tmp_path / "file" / "pairs", {})
    with pytest.raises(OutputError, match=r"cannot open the journal: .*; choose another --out"):
        Journal(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (
            '{"id": "a/0000", "picture": "../../x.png", "sh_text": "a/0000.sh.txt"}',
            "a relative path as the pair's picture",
        ),
        ('{"id": "a/0000", "picture": "/etc/x", "sh_text": "a/0000.sh.txt"}', "a relative path as the pair's picture"),
        ('{"id": "a/0000", "picture": "a/0000.png", "panorama": "..", "sh_text": "a"}', "the pair's panorama"),
        ('{"id": "..", "picture": "a/0000.png", "sh_text": "a/0000.sh.txt"}', "a relative path as the pair's id"),
        ('{"id": ["a"], "picture": "a/0000.png", "sh_text": "a/0000.sh.txt"}', "it is not text"),
        ('{"id": "a/0000"}', "a relative path as the pair's picture, got None"),
        ("[1, 2]", r"expected the row of a pair, got \[1, 2\]"),
        ("3", "expected the row of a pair, got 3"),
    ],
)
def test_hostile_rows_are_one_line(tmp_path: Path, line: str, problem: str) -> None:
    (tmp_path / journal.JOURNAL).write_text(line + "\n")
    with pytest.raises(OutputError, match=problem) as caught:
        Journal(tmp_path)
    assert "journal.jsonl, byte 0: expected" in str(caught.value)
    assert str(caught.value).isprintable()


def test_lines_that_are_not_json_are_made_again(tmp_path: Path) -> None:
    rows = [pair(tmp_path, f"a/{number:04d}") for number in range(2)]
    for wrong in ("[" * 100_000, "{half", "1" * 9999):
        book = Journal(tmp_path)
        book.add(rows)
        book.close()
        with book.path.open("a") as file:
            file.write(wrong + "\n")
        again = Journal(tmp_path)
        assert list(again.offsets) == ["a/0000", "a/0001"]
        again.close()
        book.path.unlink()


def test_rows_of_other_columns_are_one_line(tmp_path: Path) -> None:
    book = Journal(tmp_path)
    book.add([pair(tmp_path, "a/0000"), {**pair(tmp_path, "a/0001"), "more": 1}])
    with pytest.raises(OutputError, match="expected rows of the same columns, got others for a/0001"):
        journal.write_manifest(tmp_path, book, ["a/0000", "a/0001"])
    book.close()
    assert not journal.is_finished(tmp_path)


def test_formulas_of_a_manifest_come_back_and_numbers_stay(tmp_path: Path) -> None:
    row = pair(tmp_path, "-a/0000") | {"licence": "=HYPERLINK(1)", "ev": -1.5, "sh": "-0.5 1e-07 -3"}
    book = Journal(tmp_path)
    book.add([row])
    journal.write_manifest(tmp_path, book, ["-a/0000"])
    text = (tmp_path / journal.MANIFEST).read_text()
    assert "'=HYPERLINK" in text
    assert ",-1.5,-0.5 1e-07 -3" in text
    assert journal.read_manifest(tmp_path) == [{key: str(value) for key, value in row.items()}]


@pytest.mark.parametrize("text", ["id,id\n1,2\n", "id,sh\n1\n", "id\n" + "x" * 200_000 + "\n", "id\n\0\n", 'id\n"a\n'])
def test_damaged_manifests_are_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / journal.MANIFEST).write_text(text)
    with pytest.raises(OutputError, match=r"manifest\.csv, line \d: .*make the pairs again") as caught:
        journal.read_manifest(tmp_path)
    assert str(caught.value).isprintable()
