"""Track: the orientations of a camera over time, from a table.

Convention: a CSV with the columns `time` [s], `yaw`, `pitch`, `roll` [°] (spec/SURROUND.md#orientation); `roll` may be
left out, others are ignored. Times count from the first frame of the video and increase.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lightprobe._shapes import Float
from lightprobe.errors import LightprobeError
from lightprobe.surround.orientation import Orientation, from_axes, rotation, rotation_vector
from lightprobe.untrusted.csv_text import read_table

COLUMNS = ("time", "yaw", "pitch", "roll")
SLACK = 0.1
"""How far beyond its ends a track holds [s]: sensors and video do not start together."""


class Track:
    """Orientations between which the camera turns evenly about one axis."""

    def __init__(self, times: Float[np.ndarray, " n"], orientations: list[Orientation]) -> None:
        self.times, self.axes = times, [orientation.axes for orientation in orientations]

    def at(self, time: float) -> Orientation | None:
        """The orientation at a time [s]; None where the track says nothing."""
        if not self.times[0] - SLACK <= time <= self.times[-1] + SLACK:
            return None
        time = float(np.clip(time, self.times[0], self.times[-1]))
        after = min(int(np.searchsorted(self.times, time, side="right")), len(self.times) - 1)
        before = max(after - 1, 0)
        if before == after:
            return from_axes(self.axes[0])
        start, end = self.axes[before], self.axes[after]
        share = (time - self.times[before]) / (self.times[after] - self.times[before])
        turn = rotation(share * rotation_vector(end.T @ start))  # of the world's directions, from start towards end
        return from_axes(start @ turn.T)


def read_track(path: Path) -> Track:
    """Read a table of orientations.

    Raises: LightprobeError if the file cannot be read or is no such table.
    """
    times: list[float] = []
    orientations: list[Orientation] = []
    try:
        for line, row in read_table(path):
            missing = [name for name in COLUMNS[:3] if name not in row]
            if missing:
                raise ValueError(
                    f"{path}: expected the columns time, yaw and pitch, got a table without {', '.join(missing)}; "
                    "name them in the first row"
                )
            time, *angles = _numbers([row.get(name, "0") for name in COLUMNS], f"{path}, line {line}")
            if times and time <= times[-1]:
                raise ValueError(
                    f"{path}, line {line}: expected a time above {times[-1]:g} s, got {time:g} s; sort the rows"
                )
            times.append(time)
            orientations.append(Orientation(*angles))
    except OSError as error:
        raise LightprobeError(f"{path}: cannot read the orientations: {error.strerror}; check the path") from None
    except ValueError as error:
        raise LightprobeError(str(error)) from None
    if not times:
        raise LightprobeError(f"{path}: the table has no rows; record orientations with the video")
    return Track(np.array(times), orientations)


def _numbers(cells: Sequence[str], where: str) -> list[float]:
    text = ", ".join(cells[:3])[:80]
    try:
        values = [float(cell) for cell in cells]
    except ValueError:
        raise ValueError(f"{where}: expected numbers, got {text!r}; repair the row") from None
    if not all(map(math.isfinite, values)):
        raise ValueError(f"{where}: expected finite numbers, got {text!r}; repair the row")
    return values
