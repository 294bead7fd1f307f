"""CSV: a row for each picture or frame, with units in the header.

Convention: UTF-8, commas, a point in numbers; columns as COLUMNS and then the coefficients of a convention, red, green
and blue of each. Directions and coefficients are in the frame that the row names. Text that a spreadsheet would
take for a formula has an apostrophe in front, which `untrusted.csv_text` takes away again.

Source: RFC 4180.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lightprobe.imaging.output import atomic
from lightprobe.sphere.interop.conventions import find_convention
from lightprobe.untrusted.csv_text import spreadsheet_cell

COLUMNS = (
    "source",
    "frame index",
    "time [s]",
    "axes",
    "light x",
    "light y",
    "light z",
    "light azimuth [deg]",
    "light elevation [deg]",
    "light red",
    "light green",
    "light blue",
    "light intensity [white*sr]",
    "light share",
    "seen",
    "clipped",
    "response",
    "answer",
    "uncertainty [stops]",
    "notes",
    "error",
    "convention",
    "window",
)
"""Columns before the coefficients. Intensity is the irradiance of a surface that faces the light, in display white
times steradian; share, seen and clipped are parts of 1."""

AddRow = Callable[..., None]


def header(format: str = "radiance") -> list[str]:
    """Names of all columns, for coefficients in a convention. Raises: ValueError for an unknown convention."""
    labels = find_convention(format).labels()
    return [*COLUMNS, *(f"{label} {channel}" for label in labels for channel in ("red", "green", "blue"))]


@contextmanager
def light_table(path: str | Path, format: str = "radiance", window: str = "") -> Generator[AddRow, None, None]:
    """A function that adds a row; the file is at `path` when the block ends without an error.

    Rows are written as they come. The function takes the source's name, and as keywords `document`, as
    `Estimate.to_dict(format)` gives it, `frame_index`, `time_s` [s], or `error` in place of the document.

    Raises: ValueError for an unknown convention; OutputError if the file cannot be written.
    """
    columns = header(format)
    with atomic(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)

        def add(
            source: str,
            document: dict[str, Any] | None = None,
            frame_index: int | None = None,
            time_s: float | None = None,
            error: str = "",
        ) -> None:
            cells: dict[str, Any] = {"source": source, "frame index": frame_index, "time [s]": time_s, "error": error}
            cells |= {
                "convention": find_convention(format).name,
                "window": window,
                **(_numbers(document) if document else {}),
            }
            writer.writerow([spreadsheet_cell(cells.get(column)) for column in COLUMNS] + _coefficients(document))

        yield add


def _numbers(document: dict[str, Any]) -> dict[str, Any]:
    light = document["light"]
    return {
        "axes": document["frame"],
        **dict(zip(("light x", "light y", "light z"), light["direction"], strict=True)),
        "light azimuth [deg]": light["azimuth_deg"],
        "light elevation [deg]": light["elevation_deg"],
        **dict(zip(("light red", "light green", "light blue"), light["color"], strict=True)),
        "light intensity [white*sr]": light["intensity"],
        "light share": light["share"],
        "seen": document["seen"],
        "clipped": document["clipped"],
        "response": document["response"],
        "answer": document["answer"],
        "uncertainty [stops]": document["uncertainty_stops"],
        "notes": "; ".join(document["notes"]),
    }


def _coefficients(document: dict[str, Any] | None) -> list[float | str]:
    if document is None:
        return [""] * 27
    return [value for row in document["sh"]["coeffs"] for value in row]
