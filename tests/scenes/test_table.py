"""Tables of light: what a reader of CSV gets back."""

from __future__ import annotations

import csv
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from lightprobe.scenes.table import header, light_table
from lightprobe.sphere import CONVENTIONS
from lightprobe.untrusted.csv_text import read_table


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.mark.parametrize("format", ["radiance", "unity-packed", "babylon"])
def test_the_numbers_come_back(compass: ModuleType, tmp_path: Path, format: str) -> None:
    result = compass.shoulder_light()
    with light_table(tmp_path / "light.csv", format, "sloan") as add:
        add("a.jpg", result.to_dict(format, "sloan"), frame_index=3, time_s=0.125)
    (row,) = rows(tmp_path / "light.csv")
    assert [row] == [ours for _, ours in read_table(tmp_path / "light.csv")]
    names = CONVENTIONS[format].labels()
    read = [[float(row[f"{name} {channel}"]) for channel in ("red", "green", "blue")] for name in names]
    np.testing.assert_array_equal(read, result.sh.to(format, "sloan"))
    np.testing.assert_array_equal([float(row[f"light {axis}"]) for axis in "xyz"], result.direction(format))
    assert float(row["light azimuth [deg]"]) == result.light.azimuth
    assert float(row["light intensity [white*sr]"]) == result.light.intensity
    assert (row["axes"], row["convention"], row["window"]) == (CONVENTIONS[format].frame, format, "sloan")
    assert (row["source"], row["frame index"], row["time [s]"], row["error"]) == ("a.jpg", "3", "0.125", "")


def test_text_is_no_formula_and_failures_have_rows(tmp_path: Path) -> None:
    with light_table(tmp_path / "light.csv") as add:
        add('=HYPERLINK("x").jpg', error="no such file, at\nall")
        add("ümlaut, comma.jpg", error="+1")
    first, second = rows(tmp_path / "light.csv")
    assert first["source"] == '\'=HYPERLINK("x").jpg'
    assert first["error"] == "no such file, at\nall"
    assert first["L00 red"] == ""
    assert second["source"] == "ümlaut, comma.jpg"
    assert list(first) == header()


def test_a_table_that_is_not_finished_is_not_there(tmp_path: Path) -> None:
    def stop() -> None:
        with light_table(tmp_path / "light.csv") as add:
            add("a.jpg", error="x")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop()
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_convention_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected a convention"), light_table(tmp_path / "a.csv", "nonsense"):
        pass
