"""A suite as a folder: pictures, truth, and a manifest that lists them. The same scenes and seed give the same bytes.

manifest.json     what the suite is, and a row for each picture: scene, group, stratum, curve, exposure, yaw, mirror,
                  clipped solid angle [sr], SHA-256 of its file
pictures/…        a PNG or JPEG for each picture
coeffs.npy        float64 [n, 9, 3], radiance coefficients, three frame, in the manifest's order
panoramas.npy     float32 [n, 32, 64, 3], mean radiance of 32 × 64 cells, row 0 up
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from lightprobe._shapes import Float
from lightprobe.errors import ImageError, OutputError
from lightprobe.evaluation.suites.item import SuiteItem, picture_file
from lightprobe.evaluation.suites.shots import SuiteShot
from lightprobe.imaging.output import atomic, write_text

MANIFEST = "manifest.json"
FORMAT = 1
_FIELDS = tuple(field.name for field in fields(SuiteShot))


def write(items: Iterable[SuiteItem], out: Path, about: dict[str, Any], step: Callable[[], None] = lambda: None) -> int:
    """Write a suite into a new or empty folder; the manifest last, so that a broken-off suite is none.

    Returns the count of pictures. Raises: OutputError, also for a folder that holds something else.
    """
    _make_room(out)
    rows: list[dict[str, Any]] = []
    coeffs: list[np.ndarray] = []
    panoramas: list[np.ndarray] = []
    for item in items:
        data, suffix = picture_file(item)
        place = Path("pictures") / f"{item.shot.id}{suffix}"
        (out / place).parent.mkdir(parents=True, exist_ok=True)
        with atomic(out / place) as path:
            path.write_bytes(data)
        rows.append(
            {
                **asdict(item.shot),
                "gain": float(f"{item.gain:.9g}"),
                "clipped_sr": round(item.clipped_sr, 6),
                "file": place.as_posix(),
                "sha256": hashlib.sha256(data).hexdigest(),
            }
        )
        coeffs.append(item.coeffs)
        panoramas.append(item.panorama)
        step()
    truth = {"coeffs.npy": np.array(coeffs, np.float64), "panoramas.npy": np.array(panoramas, np.float32)}
    for name, values in truth.items():
        with atomic(out / name) as path, path.open("wb") as file:
            np.save(file, values)
    digests = {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in truth}
    document = {"format": FORMAT, **about, "truth": digests, "pictures": rows}
    write_text(out / MANIFEST, json.dumps(document, indent=1) + "\n")
    return len(rows)


def _make_room(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / MANIFEST).unlink(missing_ok=True)
        strange = sorted({path.name for path in out.iterdir()} - {"pictures", "coeffs.npy", "panoramas.npy"})
    except OSError as error:
        raise OutputError(f"{out}: expected a folder to write to, got: {error.strerror}; choose another") from None
    if strange:
        raise OutputError(f"{out}: expected an empty folder or a suite, got {strange[0]} in it; choose another --out")


@dataclass(frozen=True, kw_only=True, eq=False)
class Truth:
    """What a folder holds besides the pictures."""

    path: Path
    shots: tuple[SuiteShot, ...]
    rows: dict[str, dict[str, Any]]
    places: dict[str, int]
    coeffs: Float[np.ndarray, "n 9 3"]
    panoramas: Float[np.ndarray, "n 32 64 3"]

    def item(self, shot: SuiteShot) -> SuiteItem:
        """Read one picture. Raises: ImageError if it is not what was written."""
        row, place = self.rows[shot.id], self.places[shot.id]
        path = self.path / row["file"]
        try:
            data = path.read_bytes()
        except OSError as error:
            raise ImageError(
                f"{path}: expected a picture of the suite, got: {error.strerror}; build it again"
            ) from None
        if hashlib.sha256(data).hexdigest() != row["sha256"]:
            raise ImageError(f"{path}: expected the picture of the manifest, got another; build the suite again")
        with Image.open(io.BytesIO(data)) as image:
            pixels = np.asarray(image.convert("RGB"))
        return SuiteItem(
            shot=shot,
            image_srgb=pixels,
            coeffs=np.array(self.coeffs[place]),
            panorama=np.array(self.panoramas[place]),
            clipped_sr=row["clipped_sr"],
            gain=row["gain"],
            file=data if path.suffix == ".jpg" else b"",
        )


def read(path: Path) -> tuple[dict[str, Any], Truth]:
    """The manifest of a suite, and its truth.

    Raises: ImageError if files are missing or are not those that the manifest lists, or for another format.
    """
    try:
        manifest: dict[str, Any] = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT:
            raise ImageError(f"{path}: expected a suite of format {FORMAT}, got {manifest['format']}; build it anew")
        for name, digest in manifest["truth"].items():
            if hashlib.sha256((path / name).read_bytes()).hexdigest() != digest:
                raise ImageError(f"{path / name}: expected the truth of the manifest, got another; build it anew")
        coeffs = np.load(path / "coeffs.npy", mmap_mode="r")
        panoramas = np.load(path / "panoramas.npy", mmap_mode="r")
        rows = {row["id"]: row for row in manifest["pictures"]}
        shots = tuple(SuiteShot(**{name: row[name] for name in _FIELDS}) for row in manifest["pictures"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ImageError(f"{path}: expected a suite, got a damaged one ({error}); build it anew") from None
    places = {shot.id: place for place, shot in enumerate(shots)}
    return manifest, Truth(path=path, shots=shots, rows=rows, places=places, coeffs=coeffs, panoramas=panoramas)
