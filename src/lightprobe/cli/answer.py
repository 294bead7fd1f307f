"""What `lightprobe estimate` prints: JSON lines and reports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lightprobe.cli.terminal import say

if TYPE_CHECKING:
    from lightprobe.runtime import Estimate


def print_json(
    file: Path,
    result: Estimate,
    format: str,
    panorama: Path | None = None,
    *,
    window: str | float | None = None,
    files: dict[str, Path | None] | None = None,
    **more: Any,
) -> None:
    """The answer as one line of JSON, in the frame of a convention; `files` are what was written, by kind."""
    document: dict[str, Any] = {"source": str(file), **more, **result.to_dict(format, window)}
    if panorama is not None:
        document["panorama"]["file"] = str(panorama)
    if written := {kind: str(path) for kind, path in (files or {}).items() if path is not None}:
        document["files"] = written
    click.echo(json.dumps(document))


def report_failure(file: Path, error: Exception, as_json: bool) -> None:
    """One line on standard error; with JSON, a line there too."""
    message = str(error)
    if as_json:
        click.echo(json.dumps({"source": str(file), "error": message}))
    where = "" if str(file) in message else f"{file}: "
    say(f"lightprobe: {where}{message}", err=True)


def print_report(
    file: Path, result: Estimate, format: str, *, window: str | float | None = None, **files: Path | None
) -> None:
    """The answer for people, in the frame of a convention; `files` are what was written, by kind."""
    document, light = result.to_dict(format, window), result.light
    windowed = "" if window is None else f", window {window}"
    side = "right" if light.azimuth >= 0 else "left"
    height = "above" if light.elevation >= 0 else "below"
    x, y, z = document["light"]["direction"]
    red, green, blue = light.color
    panorama, sh = document["panorama"], document["sh"]
    lines = [
        str(file),
        f"  light     {abs(light.azimuth):.0f}° {side} of the center, {abs(light.elevation):.0f}° {height} the "
        f"horizon, intensity {light.intensity:.3g}, color {red:.2f} {green:.2f} {blue:.2f}, "
        f"{light.share:.0%} of the light on a surface that faces it",
        f"  picture   {result.seen:.0%} of the sphere seen, {result.clipped:.1%} clipped, response {result.response}",
        *_certainty(result),
        *(f"  note      {note}" for note in result.notes),
        f"  frame     {document['frame']}: the picture's center is {_axis(panorama['center'])}, its right "
        f"{_axis(panorama['right'])}, up {_axis(panorama['up'])}; towards the light {x:.3f} {y:.3f} {z:.3f}",
        f"  sh        {format}{windowed}, red green blue",
        *(
            f"    {name:<7} {r: .6f} {g: .6f} {b: .6f}"
            for name, (r, g, b) in zip(sh["names"], sh["coeffs"], strict=True)
        ),
        *(f"  {kind:<9} {path}" for kind, path in files.items() if path),
    ]
    say("\n".join(lines))


def _certainty(result: Estimate) -> list[str]:
    """Which answer it is, and how sure; nothing for models with one answer."""
    if result.uncertainty is None:
        return []
    return [f"  answer    {result.answer}, uncertainty {result.uncertainty:.1f} stops"]


def _axis(direction: list[int]) -> str:
    """The name of a direction along an axis, such as '+X'."""
    index = next(index for index, value in enumerate(direction) if value)
    return f"{'+' if direction[index] > 0 else '−'}{'XYZ'[index]}"
