"""A suite as a folder: pictures, their true light, and a manifest. The same scenes and seed give the same bytes.

manifest.json     name and origin of the suite, and a row for each picture: scene, group, stratum, curve, exposure, yaw,
                  mirror, view (of perspective pictures), clipped solid angle [sr], SHA-256 of its file
pictures/…        a PNG or JPEG for each picture
coeffs.npy        float64 [n, 9, 3], radiance coefficients, three frame, in the manifest's order
panoramas.npy     float32 [n, 32, 64, 3], mean radiance of 32 × 64 cells, row 0 up
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from io import BufferedReader
from pathlib import Path
from typing import Any

import numpy as np

from lightprobe._shapes import Float
from lightprobe.camera import View
from lightprobe.data.catalog.table import make_folder
from lightprobe.errors import ImageError, OutputError
from lightprobe.evaluation.suites.item import SuiteItem, picture_file
from lightprobe.evaluation.suites.shots import SuiteShot
from lightprobe.evaluation.suites.suite import FORMAT, Suite, check_suite_size
from lightprobe.folder_lock import LOCK_NAME, folder_lock
from lightprobe.imaging.formats.pillow import decode_bytes
from lightprobe.imaging.output import atomic, remove_temporaries, write_text
from lightprobe.progress import Progress
from lightprobe.untrusted.file_names import check_path, shown
from lightprobe.untrusted.json_text import read_json

MANIFEST = "manifest.json"
TRUTH = {"coeffs": ((9, 3), "float64"), "panoramas": ((32, 64, 3), "float32")}
"""Shape for each picture, and type, of the arrays that hold the true light."""
MOST_PICTURE = 64 << 20
"""Largest file of a picture [bytes]."""
LONGEST_TEXT, MOST_NUMBER = 500, 1e9
"""Bounds of a manifest's values; those of real suites are far below."""
LONGEST_SIDE = 8192
"""Longest side of a perspective picture [pixels]."""
_FIELDS = tuple(field.name for field in fields(SuiteShot) if field.name != "view")


def write_suite(suite: Suite, out: Path, more: dict[str, Any], progress: Progress) -> int:
    """Write a suite into a new or empty folder, or over another suite; `more` joins the manifest.

    The manifest comes last, so that an interrupted suite cannot be opened. Returns the count of pictures.

    Raises: ImageError for HDRIs that cannot be read; OutputError, also for a folder that holds something else or that
    another process writes to; ValueError for a shot whose id does not stay in the folder.
    """
    make_folder(out)
    with folder_lock(out):
        _prepare_folder(out)
        return _write(suite, out, more, progress)


def _write(suite: Suite, out: Path, more: dict[str, Any], progress: Progress) -> int:
    rows: list[dict[str, Any]] = []
    coeffs: list[np.ndarray] = []
    panoramas: list[np.ndarray] = []
    progress.start("Pictures", len(suite.shots))
    for item in suite.items():
        data, suffix = picture_file(item)
        name = Path("pictures") / check_path(f"{item.shot.id}{suffix}", "suite", "an id that is the path of a file")
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        with atomic(out / name) as path:
            path.write_bytes(data)
        rows.append(
            {
                **asdict(item.shot),
                "gain": float(f"{item.gain:.9g}"),
                "clipped_sr": round(item.clipped_sr, 6),
                "file": name.as_posix(),
                "sha256": hashlib.sha256(data).hexdigest(),
            }
        )
        coeffs.append(item.coeffs)
        panoramas.append(item.panorama)
        progress.advance()
    arrays = {"coeffs": coeffs, "panoramas": panoramas}
    truth = {f"{name}.npy": np.array(arrays[name], kind) for name, (_, kind) in TRUTH.items()}
    for name, values in truth.items():
        with atomic(out / name) as path, path.open("wb") as file:
            np.save(file, values)
    digests = {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in truth}
    about = {name: getattr(suite, name) for name in ("name", "about", "width", "height", "seed")}
    document = {"format": FORMAT, **about, **more, "truth": digests, "pictures": rows}
    write_text(out / MANIFEST, json.dumps(document, indent=1) + "\n")
    return len(rows)


def _prepare_folder(out: Path) -> None:
    try:
        remove_temporaries(out, *(out / "pictures").glob("*"))
        (out / MANIFEST).unlink(missing_ok=True)
        known = {LOCK_NAME, "pictures", *(f"{name}.npy" for name in TRUTH)}
        strange = sorted({path.name for path in out.iterdir()} - known)
    except OSError as error:
        raise OutputError(f"{out}: cannot write a suite there: {error.strerror}; choose another --out") from None
    if strange:
        raise OutputError(f"{out}: expected an empty folder or a suite, got {strange[0]} in it; choose another --out")


def read_suite(path: Path) -> Suite:
    """The suite in a folder; its pictures are read, and checked, one by one.

    Raises: ImageError if files are missing or are not those that the manifest lists, for a manifest that lists files
    outside the folder or values that no suite has, or for another format.
    """
    try:
        manifest = read_json(path / MANIFEST)
        if manifest["format"] != FORMAT:
            raise ImageError(
                f"{path}: expected a suite of format {FORMAT}, got format {shown(manifest['format'])}, whose exposures "
                "mean something else; build it again with `lightprobe suite build`"
            )
        rows = _rows(manifest["pictures"])
        width, height = check_suite_size(_number(manifest, "width"), _number(manifest, "height"))
        truth = _read_truth(path, manifest["truth"], len(rows))
        shots = tuple(_shot(row, f"picture {number}") for number, row in enumerate(rows, 1))
        pictures = _Pictures(
            path=path,
            size=(height, width),
            rows={row["id"]: row for row in rows},
            indices={row["id"]: index for index, row in enumerate(rows)},
            **truth,
        )
        if len(pictures.rows) != len(rows):
            raise ValueError("two pictures have the same id")
        return Suite(
            name=_text(manifest, "name"),
            width=width,
            height=height,
            seed=_number(manifest, "seed"),
            shots=shots,
            about=_text(manifest, "about"),
            load=pictures.item,
        )
    except OSError as error:
        raise ImageError(f"{path}: the suite is damaged ({error.strerror or error}); build it again") from None
    except KeyError as error:
        raise ImageError(f"{path}: the suite is damaged ({MANIFEST} has no {error}); build it again") from None
    except (ValueError, TypeError) as error:
        raise ImageError(f"{path}: the suite is damaged ({error}); build it again") from None


def _rows(rows: Any) -> list[dict[str, Any]]:
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise ValueError(f"expected a list of pictures, got {shown(rows)}")
    return rows


def _shot(row: dict[str, Any], where: str) -> SuiteShot:
    """The shot of a row whose file and numbers have been checked too. Raises: ValueError, KeyError."""
    check_path(row["id"], where, "an id such as scene/curve_exposure")
    check_path(row["file"], where)
    for name in ("scene", "group", "stratum", "curve", "exposure", "sha256"):
        _text(row, name)
    for name in ("gain", "clipped_sr", "protection"):
        value = row[name]
        if not isinstance(value, (int, float)) or not 0 <= value <= MOST_NUMBER:
            raise ValueError(f"{where}: expected {name} to be a number from 0, got {shown(value)}")
    _number(row, "yaw")
    for name in ("mirror", "headline"):
        if not isinstance(row[name], bool):
            raise ValueError(f"{where}: expected {name} to be true or false, got {shown(row[name])}")
    view = row.get("view")
    return SuiteShot(**{name: row[name] for name in _FIELDS}, view=None if view is None else _view(view, where))


def _view(view: Any, where: str) -> View:
    """Raises: ValueError, KeyError, TypeError."""
    sides = _number(view, "width"), _number(view, "height")
    if max(sides) > LONGEST_SIDE:
        raise ValueError(f"{where}: expected a view of at most {LONGEST_SIDE} pixels a side, got {max(sides)}")
    angles = {name: view[name] for name in ("fov", "pitch", "roll")}
    for name, value in angles.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ValueError(f"{where}: expected {name} to be a number of degrees, got {shown(value)}")
    return View(width=sides[0], height=sides[1], **angles)


def _text(row: dict[str, Any], name: str) -> str:
    value = row[name]
    if not isinstance(value, str) or not value.isprintable() or len(value) > LONGEST_TEXT:
        raise ValueError(f"expected {name} to be a line of at most {LONGEST_TEXT} letters, got {shown(value)}")
    return value


def _number(row: dict[str, Any], name: str) -> int:
    value = row[name]
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_NUMBER:
        raise ValueError(f"expected {name} to be a whole number from 0, got {shown(value)}")
    return value


def _read_truth(path: Path, digests: Any, count: int) -> dict[str, np.ndarray]:
    """Both arrays of the truth, on disk. Raises: ImageError, ValueError, OSError."""
    found: dict[str, np.ndarray] = {}
    for name, (shape, kind) in TRUTH.items():
        file = path / f"{name}.npy"
        with _opened(file) as stored:
            digest = hashlib.file_digest(stored, "sha256").hexdigest()
        if not isinstance(digests, dict) or digest != digests[file.name]:
            raise ImageError(f"{file}: the file differs from the manifest's SHA-256; build the suite again")
        try:
            array = np.load(file, mmap_mode="r")
        except (ValueError, SyntaxError, EOFError, RecursionError, MemoryError):
            raise ValueError(f"{file.name} is not an array of numbers") from None
        if array.shape != (count, *shape) or array.dtype != kind:
            raise ValueError(f"expected {file.name} of {count} × {shape}, {kind}, got {array.shape}, {array.dtype}")
        found[name] = array
    if not np.isfinite(found["coeffs"]).all():
        raise ValueError("expected finite coeffs.npy, got NaN or infinity")
    return found


def _opened(file: Path) -> BufferedReader:
    """A file to read. Raises: OSError, also for a pipe or a device."""
    if file.exists() and not file.is_file():
        raise OSError(21, "not a regular file", str(file))
    return file.open("rb")


@dataclass(frozen=True, kw_only=True, eq=False)
class _Pictures:
    """Pictures and truth of a folder."""

    path: Path
    size: tuple[int, int]
    """Height and width of panoramas."""
    rows: dict[str, dict[str, Any]]
    indices: dict[str, int]
    coeffs: Float[np.ndarray, "n 9 3"]
    panoramas: Float[np.ndarray, "n 32 64 3"]

    def item(self, shot: SuiteShot) -> SuiteItem:
        """Read one picture. Raises: ImageError if it cannot be read or differs from the manifest."""
        row, index = self.rows[shot.id], self.indices[shot.id]
        path = self.path / row["file"]
        try:
            with _opened(path) as file:
                data = file.read(MOST_PICTURE)
        except OSError as error:
            raise ImageError(
                f"{path}: cannot read this picture of the suite: {error.strerror}; build the suite again"
            ) from None
        if hashlib.sha256(data).hexdigest() != row["sha256"]:
            raise ImageError(f"{path}: the picture differs from the manifest's SHA-256; build the suite again")
        size = self.size if shot.view is None else (shot.view.height, shot.view.width)
        pixels = decode_bytes(data, ("PNG", "JPEG"), str(path), size[0] * size[1])
        panorama = np.array(self.panoramas[index])
        if pixels.shape[:2] != size or not np.isfinite(panorama).all():
            raise ImageError(
                f"{path}: expected {size[1]}×{size[0]} pixels and finite light, as in the suite's manifest, "
                f"got {pixels.shape[1]}×{pixels.shape[0]} or NaN; build the suite again"
            )
        return SuiteItem(
            shot=shot,
            image_srgb=pixels,
            coeffs=np.array(self.coeffs[index]),
            panorama=panorama,
            clipped_sr=row["clipped_sr"],
            gain=row["gain"],
            file=data if path.suffix == ".jpg" else b"",
        )
