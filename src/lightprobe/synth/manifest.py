"""The files that describe a folder of worlds. Spec: spec/WORLDS.md.

worlds.json    settings of the run, unit and axes
worlds.jsonl   a line per world: every parameter, or why it failed
catalog.csv    the same worlds as a catalog, for training
.cache/        rows of finished worlds, thumbnails, and the bank of skies
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR

from lightprobe._shapes import Float
from lightprobe.data.catalog.strata import SMALL, stratum
from lightprobe.data.catalog.table import CACHE_NAME, SYNTHETIC, Entry, make_folder, write_catalog
from lightprobe.errors import OutputError
from lightprobe.imaging.output import atomic, write_text
from lightprobe.sphere.light import LUMINANCE
from lightprobe.sphere.panorama.equirect import mean, resize
from lightprobe.untrusted.file_names import check_name, shown
from lightprobe.untrusted.json_text import parse_json, read_json

ABOUT, ROWS = "worlds.json", "worlds.jsonl"
FORMAT = "lightprobe worlds 1"
UNIT = "kcd/m2"
"""Luminance of radiance (1, 1, 1)."""
LICENCE = "CC0-1.0"
GLARE = {"outdoor": 0.07, "indoor": 0.03, "night": 0.05, "studio": 0.03}
"""Median share of bright light that aureole and lens spread; see `camera.lens.glare`."""
HALF_RANGE = (2.0**-8, 65504.0)
"""Median luminance, and largest value, that half floats hold well."""


def row_folder(out: Path) -> Path:
    """Folder of the rows of finished worlds."""
    return out / CACHE_NAME / "worlds"


def sky_folder(out: Path) -> Path:
    """Folder of the bank of skies."""
    return out / CACHE_NAME / "skies"


def open_worlds(out: Path, settings: dict[str, Any]) -> None:
    """Start a run in a new or empty folder, or continue the one in it.

    Raises: OutputError if the folder cannot be made, or holds other files or a run with other settings.
    """
    make_folder(out)
    about = {"format": FORMAT, "unit": UNIT, "axes": "three", "settings": settings}
    try:
        found = read_json(out / ABOUT) if (out / ABOUT).exists() else None
        others = [path for path in out.iterdir() if not path.name.startswith(".")]
    except (OSError, ValueError) as error:
        raise OutputError(f"{out / ABOUT}: cannot read: {error}; choose another --out") from None
    if found is None:
        if others:
            raise OutputError(f"{out}: expected a new folder or one of worlds, got other files; choose another --out")
        make_folder(row_folder(out))
        write_text(out / ABOUT, json.dumps(about, indent=1) + "\n")
    elif found != about:
        held = found.get("settings", {}) if isinstance(found, dict) else {}
        differing = [name for name in settings if not isinstance(held, dict) or held.get(name) != settings[name]]
        raise OutputError(
            f"{out}: holds worlds with another {', '.join(differing) or 'format'}; give the same settings, or choose "
            "another --out"
        )
    else:
        make_folder(row_folder(out))


def write_world(path: Path, radiance: Float[np.ndarray, "h w 3"]) -> None:
    """Write radiance as OpenEXR: half floats where they hold all of it, else float32. Raises: OutputError."""
    middle = float(np.median(radiance @ LUMINANCE))
    fits = middle >= HALF_RANGE[0] and float(radiance.max()) <= HALF_RANGE[1]
    pixels = np.ascontiguousarray(radiance, np.float16 if fits else np.float32)
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    with atomic(path) as temporary:
        OpenEXR.File(header, {"RGB": pixels}).write(str(temporary))


def world_row(
    index: int, kind: str, slug: str, radiance: Float[np.ndarray, "h w 3"], parameters: dict[str, Any], blender: str
) -> dict[str, Any]:
    """The manifest's row of a finished world."""
    small = resize(radiance, *SMALL)
    luminance = radiance @ LUMINANCE
    return {
        "index": index,
        "kind": kind,
        "slug": slug,
        "file": f"{slug}.exr",
        "stratum": stratum([kind], (), small),
        "glare": GLARE[kind],
        "max_mean_ratio": float(f"{luminance.max() / max(mean(luminance), 1e-12):.6g}"),
        "median_luminance": float(f"{np.median(luminance):.6g}"),
        "radiance_sha256": hashlib.sha256(np.ascontiguousarray(radiance, np.float32).tobytes()).hexdigest(),
        "blender": blender,
        "parameters": parameters,
    }


def failed_row(index: int, kind: str, slug: str, reason: str) -> dict[str, Any]:
    """The manifest's row of a world that could not be made; it is tried again in the next run."""
    return {"index": index, "kind": kind, "slug": slug, "failed": reason}


def write_row(out: Path, row: dict[str, Any]) -> None:
    """Keep the row of a finished world. Raises: OutputError."""
    write_text(row_folder(out) / f"{row['index']:05}.json", json.dumps(row) + "\n")


def finished_rows(out: Path) -> dict[int, dict[str, Any]]:
    """Rows by index of the worlds whose files exist. Raises: OutputError for a row that no world has."""
    rows: dict[int, dict[str, Any]] = {}
    held = read_worlds(out) if (out / ROWS).exists() else []
    try:
        held += [read_json(path) for path in sorted(row_folder(out).glob("[0-9]*.json"))]
        for row in held:
            if "failed" not in row and (out / check_name(row["file"], str(out))).exists():
                rows[int(row["index"])] = row
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OutputError(f"{row_folder(out)}: cannot read a row: {error}; delete this folder and make again") from None
    return rows


def read_worlds(out: str | Path) -> list[dict[str, Any]]:
    """The rows of worlds.jsonl, those of failed worlds included. Raises: OutputError if it is missing or damaged."""
    path = Path(out) / ROWS
    rows: list[dict[str, Any]] = []
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                row = parse_json(line)
                if not isinstance(row, dict) or not isinstance(row.get("index"), int):
                    raise ValueError(f"line {number}: expected the row of a world, got {shown(row)}")
                rows.append(row)
    except (OSError, ValueError) as error:
        raise OutputError(f"{path}: cannot read the worlds: {error}; make them again with `lightprobe synth`") from None
    return rows


def write_worlds(out: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write worlds.jsonl and catalog.csv, by index. Raises: OutputError."""
    ordered = sorted(rows, key=lambda row: row["index"])
    write_text(out / ROWS, "".join(json.dumps(row) + "\n" for row in ordered))
    write_catalog(out, catalog_entries([row for row in ordered if "failed" not in row], read_json(out / ABOUT)))


def catalog_entries(rows: Sequence[dict[str, Any]], about: dict[str, Any]) -> list[Entry]:
    """The catalog's rows of finished worlds; each is a scene of its own."""
    settings = about["settings"]
    return [
        Entry(
            slug=row["slug"],
            file=row["file"],
            name=row["slug"].replace("_", " "),
            stratum=row["stratum"],
            group=row["slug"],
            licence=LICENCE,
            origin=SYNTHETIC,
            width=settings["width"],
            height=settings["height"],
            max_mean_ratio=row["max_mean_ratio"],
            categories=(row["kind"],),
            tags=tuple(str(row["parameters"][key]) for key in ("place", "space", "studio") if key in row["parameters"]),
            glare=row["glare"],
        )
        for row in rows
    ]
