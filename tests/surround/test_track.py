"""Tracks: tables of orientations."""

from __future__ import annotations

from pathlib import Path

import pytest

from lightprobe.errors import LightprobeError
from lightprobe.surround import read_track


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_between_rows_the_camera_turns_evenly_and_the_short_way(tmp_path: Path) -> None:
    track = read_track(
        written(tmp_path / "a.csv", "time,yaw,pitch,roll,note\n0,170,0,0,a\n1,-170,0,0,b\n2,-170,30,10,c\n")
    )
    assert track.at(0.25) == pytest.approx((175, 0, 0), abs=1e-9)
    assert track.at(0.75) == pytest.approx((-175, 0, 0), abs=1e-9)
    assert track.at(1) == pytest.approx((-170, 0, 0), abs=1e-9)
    assert track.at(2.05) == pytest.approx((-170, 30, 10), abs=1e-9)


def test_beyond_its_ends_a_track_says_nothing(tmp_path: Path) -> None:
    track = read_track(written(tmp_path / "a.csv", "time,yaw,pitch\n1,20,0\n"))
    assert track.at(1.05) == pytest.approx((20, 0, 0))
    assert [track.at(0.8), track.at(1.2)] == [None, None]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("time,yaw\n0,0\n", "expected the columns time, yaw and pitch, got a table without pitch"),
        ("time,yaw,pitch\n0,x,0\n", "line 2: expected numbers, got '0, x, 0'"),
        ("time,yaw,pitch\n0,inf,0\n", "line 2: expected finite numbers, got '0, inf, 0'"),
        ("time,yaw,pitch\n1,0,0\n1,0,0\n", "line 3: expected a time above 1 s, got 1 s"),
        ("time,yaw,pitch\n", "the table has no rows"),
    ],
)
def test_what_is_wrong_with_a_table_is_one_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(LightprobeError, match=message) as caught:
        read_track(written(tmp_path / "a.csv", text))
    assert "\n" not in str(caught.value)


def test_a_missing_table(tmp_path: Path) -> None:
    with pytest.raises(LightprobeError, match="cannot read the orientations: No such file"):
        read_track(tmp_path / "none.csv")
