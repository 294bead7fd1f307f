"""A suite as a folder: pictures, their true light, and a manifest. The same scenes and seed give the same bytes.

manifest.json     name and origin of the suite, and a row for each picture: scene, group, stratum, curve, exposure, yaw,
                  mirror, clipped solid angle [sr], SHA-256 of its file
pictures/…        a PNG or JPEG for each picture
coeffs.npy        float64 [n, 9, 3], radiance coefficients, three frame, in the manifest's order
panoramas.npy     float32 [n, 32, 64, 3], mean radiance of 32 × 64 cells, row 0 up
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from lightprobe._shapes import Float
from lightprobe.errors import ImageError, OutputError
from lightprobe.evaluation.suites.item import SuiteItem, picture_file
from lightprobe.evaluation.suites.shots import SuiteShot
from lightprobe.evaluation.suites.suite import FORMAT, Suite
from lightprobe.imaging.output import atomic, write_text
from lightprobe.progress import Progress

MANIFEST = "manifest.json"
_FIELDS = tuple(field.name for field in fields(SuiteShot))


def write_suite(suite: Suite, out: Path, more: dict[str, Any], progress: Progress) -> int:
    """Write a suite into a new or empty folder, or over another suite; `more` joins the manifest.

    The manifest comes last, so that an interrupted suite cannot be opened. Returns the count of pictures.

    Raises: ImageError for HDRIs that cannot be read; OutputError, also for a folder that holds something else.
    """
    _prepare_folder(out)
    rows: list[dict[str, Any]] = []
    coeffs: list[np.ndarray] = []
    panoramas: list[np.ndarray] = []
    progress.start("Pictures", len(suite.shots))
    for item in suite.items():
        data, suffix = picture_file(item)
        name = Path("pictures") / f"{item.shot.id}{suffix}"
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
    truth = {"coeffs.npy": np.array(coeffs, np.float64), "panoramas.npy": np.array(panoramas, np.float32)}
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
        out.mkdir(parents=True, exist_ok=True)
        (out / MANIFEST).unlink(missing_ok=True)
        strange = sorted({path.name for path in out.iterdir()} - {"pictures", "coeffs.npy", "panoramas.npy"})
    except OSError as error:
        raise OutputError(f"{out}: cannot write a suite there: {error.strerror}; choose another --out") from None
    if strange:
        raise OutputError(f"{out}: expected an empty folder or a suite, got {strange[0]} in it; choose another --out")


def read_suite(path: Path) -> Suite:
    """The suite in a folder; its pictures are read, and checked, one by one.

    Raises: ImageError if files are missing or are not those that the manifest lists, or for another format.
    """
    try:
        manifest: dict[str, Any] = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT:
            raise ImageError(
                f"{path}: expected a suite of format {FORMAT}, got format {manifest['format']}, whose exposures mean "
                "something else; build it again with `lightprobe suite build`"
            )
        for name, digest in manifest["truth"].items():
            if hashlib.sha256((path / name).read_bytes()).hexdigest() != digest:
                raise ImageError(f"{path / name}: the file differs from the manifest's SHA-256; build the suite again")
        truth = {name: np.load(path / f"{name}.npy", mmap_mode="r") for name in ("coeffs", "panoramas")}
        pictures = _Pictures(
            path=path,
            rows={row["id"]: row for row in manifest["pictures"]},
            indices={row["id"]: index for index, row in enumerate(manifest["pictures"])},
            **truth,
        )
        return Suite(
            name=manifest["name"],
            width=manifest["width"],
            height=manifest["height"],
            seed=manifest["seed"],
            shots=tuple(SuiteShot(**{name: row[name] for name in _FIELDS}) for row in manifest["pictures"]),
            about=manifest["about"],
            load=pictures.item,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ImageError(f"{path}: the suite is damaged ({error}); build it again") from None


@dataclass(frozen=True, kw_only=True, eq=False)
class _Pictures:
    """Pictures and truth of a folder."""

    path: Path
    rows: dict[str, dict[str, Any]]
    indices: dict[str, int]
    coeffs: Float[np.ndarray, "n 9 3"]
    panoramas: Float[np.ndarray, "n 32 64 3"]

    def item(self, shot: SuiteShot) -> SuiteItem:
        """Read one picture. Raises: ImageError if it cannot be read or differs from the manifest."""
        row, index = self.rows[shot.id], self.indices[shot.id]
        path = self.path / row["file"]
        try:
            data = path.read_bytes()
        except OSError as error:
            raise ImageError(
                f"{path}: cannot read this picture of the suite: {error.strerror}; build the suite again"
            ) from None
        if hashlib.sha256(data).hexdigest() != row["sha256"]:
            raise ImageError(f"{path}: the picture differs from the manifest's SHA-256; build the suite again")
        with Image.open(io.BytesIO(data)) as image:
            pixels = np.asarray(image.convert("RGB"))
        return SuiteItem(
            shot=shot,
            image_srgb=pixels,
            coeffs=np.array(self.coeffs[index]),
            panorama=np.array(self.panoramas[index]),
            clipped_sr=row["clipped_sr"],
            gain=row["gain"],
            file=data if path.suffix == ".jpg" else b"",
        )
