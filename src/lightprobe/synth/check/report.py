"""The gate's report: a page with tables, the profile around the sun, and pictures of both sides."""

from __future__ import annotations

import html
import json
from pathlib import Path

import numpy as np
from PIL import Image

from lightprobe.data.catalog.preview import preview
from lightprobe.data.catalog.strata import is_puresky
from lightprobe.data.catalog.table import Entry, make_folder, read_catalog
from lightprobe.imaging.output import atomic, write_text
from lightprobe.sphere.panorama.equirect import resize
from lightprobe.synth.check.gate import MOST_DEGREES, MOST_STOPS, Comparison, Gate, seen_radiance
from lightprobe.synth.check.statistics import MEASURES, SUN_MEASURES

PAGE, NUMBERS = "report.html", "gate.json"
SHOWN = 8
"""Panoramas of each kind and side in the pictures."""
THUMBNAIL = (96, 192)
STYLE = (
    "body{font:15px/1.5 sans-serif;max-width:70em;margin:2em auto;padding:0 1em}table{border-collapse:collapse}"
    "td,th{padding:.2em .8em;text-align:right}td:first-child,th:first-child{text-align:left}tr:nth-child(even)"
    "{background:#f3f3f0}.far{color:#b3261e;font-weight:bold}img,svg{max-width:100%}"
)


def write_gate_report(gate: Gate, worlds: Path, hdris: Path, out: Path) -> None:
    """Write report.html, its pictures, and gate.json to a folder. Raises: OutputError; ValueError and ImageError as
    `compare_catalogs`."""
    make_folder(out)
    parts: list[str] = []
    for stratum, (real, synthetic) in gate.counts.items():
        parts.append(f"<h2>{stratum}: {synthetic} worlds, {real} photographs</h2>")
        rows = [comparison for comparison in gate.comparisons if comparison.stratum == stratum]
        parts.append(_table(rows) if rows else "<p>Too few to judge.</p>")
        if stratum == "sun" and rows:
            parts.append(_profile(rows))
        picture = f"{stratum}.png"
        _write_pictures(stratum, hdris, worlds, out / picture)
        parts.append(f'<p>Above: photographs; below: worlds.</p><img src="{picture}" alt="{stratum}">')
    write_text(out / PAGE, _page(gate, parts))
    write_text(out / NUMBERS, json.dumps(gate_numbers(gate), indent=1) + "\n")


def gate_numbers(gate: Gate) -> dict[str, object]:
    """The gate as plain values; NaN as null."""
    return {
        "passed": gate.passed,
        "counts": {stratum: {"real": real, "synthetic": made} for stratum, (real, made) in gate.counts.items()},
        "comparisons": [
            {
                "stratum": comparison.stratum,
                "measure": comparison.measure,
                "real": [_number(value) for value in comparison.real],
                "synthetic": [_number(value) for value in comparison.synthetic],
                "distance": _number(comparison.distance),
                "passed": comparison.passed,
            }
            for comparison in gate.comparisons
        ],
        "unreadable": list(gate.unreadable),
    }


def _number(value: float) -> float | None:
    return round(value, 3) if np.isfinite(value) else None


def _page(gate: Gate, parts: list[str]) -> str:
    verdict = "passed" if gate.passed else "not passed"
    far = sum(not comparison.passed for comparison in gate.comparisons)
    lost = "".join(f"<li>{html.escape(text)}</li>" for text in gate.unreadable)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Worlds and photographs</title>'
        f"<style>{STYLE}</style><h1>Worlds against photographs: {verdict}</h1>"
        f"<p>{len(gate.comparisons) - far} of {len(gate.comparisons)} medians are within {MOST_STOPS} stops "
        f"({MOST_DEGREES:g}° for the sun's elevation).</p>{''.join(parts)}"
        f"{f'<h2>Unreadable</h2><ul>{lost}</ul>' if lost else ''}</html>\n"
    )


def _table(rows: list[Comparison]) -> str:
    cells = [
        "<tr><th>measure</th><th>photographs: median (quartiles)</th><th>worlds</th><th>distance</th></tr>",
        *(
            f'<tr title="{html.escape((MEASURES | SUN_MEASURES)[row.measure])}"><td>{html.escape(row.measure)}</td>'
            f"<td>{_spread(row.real)}</td><td>{_spread(row.synthetic)}</td>"
            f"<td{'' if row.passed else ' class=far'}>{row.distance:+.2f}</td></tr>"
            for row in rows
        ),
    ]
    return f"<table>{''.join(cells)}</table>"


def _spread(values: tuple[float, float, float]) -> str:
    low, middle, high = values
    return f"{middle:.2f} ({low:.2f} … {high:.2f})"


def _profile(rows: list[Comparison]) -> str:
    """The luminance around the sun as a small drawing: medians as lines, quartiles as bands."""
    rings = [row for row in rows if row.measure.startswith("ring")]
    drawn: list[str] = []
    for color, name, sides in (
        ("#777", "photographs", [row.real for row in rings]),
        ("#c0392b", "worlds", [row.synthetic for row in rings]),
    ):
        heights = [[200 - 24 * float(np.nan_to_num(value)) for value in side] for side in sides]
        places = [(60 + 120 * k, values) for k, values in enumerate(heights)]
        band = [(x, y[0]) for x, y in places] + [(x, y[2]) for x, y in reversed(places)]
        drawn.append(f'<polygon points="{_points(band)}" fill="{color}" opacity=".2"/>')
        line = _points([(x, y[1]) for x, y in places])
        drawn.append(f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="2"/>')
        drawn.append(f'<text x="{places[-1][0] + 12}" y="{places[-1][1][1]:.0f}" fill="{color}">{name}</text>')
    labels = "".join(
        f'<text x="{60 + 120 * k}" y="232" text-anchor="middle">{row.measure.removeprefix("ring ")}</text>'
        for k, row in enumerate(rings)
    )
    title = '<text x="20" y="16">Luminance around the sun [stops over the median]</text>'
    return f'<svg viewBox="0 0 660 240" width="660" font-size="12">{title}{"".join(drawn)}{labels}</svg>'


def _points(places: list[tuple[int, float]]) -> str:
    return " ".join(f"{x},{y:.1f}" for x, y in places)


def _write_pictures(stratum: str, hdris: Path, worlds: Path, path: Path) -> None:
    rows = [np.concatenate(_thumbnails(hdris, stratum, False), axis=1)]
    rows.append(np.concatenate(_thumbnails(worlds, stratum, True), axis=1))
    width = max(row.shape[1] for row in rows)
    padded = [np.pad(row, ((0, 6), (0, width - row.shape[1]), (0, 0)), constant_values=255) for row in rows]
    with atomic(path) as temporary:
        Image.fromarray(np.concatenate(padded)).save(temporary, "PNG")


def _thumbnails(folder: Path, stratum: str, is_synthetic: bool) -> list[np.ndarray]:
    def is_wanted(entry: Entry) -> bool:
        real = entry.is_synthetic == is_synthetic and not is_puresky(entry.slug, entry.puresky)
        return entry.stratum == stratum and real

    entries = [entry for entry in read_catalog(folder) if is_wanted(entry)]
    spread = [entries[number * len(entries) // SHOWN] for number in range(min(SHOWN, len(entries)))]
    made = [preview(resize(seen_radiance(folder, entry), *THUMBNAIL)) for entry in spread]
    return made or [np.full((*THUMBNAIL, 3), 255, np.uint8)]
