"""Measurements of HDRIs, each made once and kept in the catalog's cache.

Convention: everything is measured in linear radiance; shares are of the sphere, not of the picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from lightprobe._shapes import Float, UInt8
from lightprobe.camera.hdri import implausible_peak
from lightprobe.data.catalog.preview import preview
from lightprobe.data.catalog.strata import SMALL
from lightprobe.data.catalog.table import CACHE_NAME, Entry, make_folder, md5_of
from lightprobe.errors import ImageError
from lightprobe.imaging.files import read_picture
from lightprobe.imaging.output import atomic
from lightprobe.imaging.picture import rec709
from lightprobe.progress import Progress
from lightprobe.sphere.light import LUMINANCE
from lightprobe.sphere.panorama.equirect import resize, solid_angles
from lightprobe.untrusted.npz_arrays import read_arrays

NUMBERS = ("width", "height", "max_mean_ratio", "dynamic_range_ev", "clipped_share", "invalid_pixels")
"""The measured fields that an `Entry` has, too."""


_STORED = {
    **dict.fromkeys(("width", "height", "invalid_pixels"), ((), "i")),
    **dict.fromkeys(("max_mean_ratio", "dynamic_range_ev", "clipped_share"), ((), "f")),
    "peak_problem": ((), "U"),
    "radiance": ((*SMALL, 3), "f"),
    "preview_srgb": ((2 * SMALL[0], 2 * SMALL[1], 3), "u"),
}
"""Shape and kind of each array of a stored measurement."""


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """One HDRI, measured; the fields of `NUMBERS` are explained in `table.Entry`."""

    width: int
    height: int
    max_mean_ratio: float
    dynamic_range_ev: float
    clipped_share: float
    invalid_pixels: int
    peak_problem: str
    """Why the color of the brightest pixel cannot be true (camera.hdri.implausible_peak); empty if it can."""
    radiance: Float[np.ndarray, "64 128 3"]
    """The panorama made small, invalid values taken as 0."""
    preview_srgb: UInt8[np.ndarray, "128 256 3"]


def measure(path: Path) -> Measurement:
    """Read an HDRI and measure it.

    Raises: ImageError if it cannot be read; ValueError if it is not linear radiance.
    """
    picture = read_picture(path)
    if not picture.is_linear:
        raise ValueError(f"{path}: expected an HDRI (.hdr or .exr), got an ordinary picture; leave it out")
    if picture.crop is not None:
        raise ImageError(f"{path}: expected a whole panorama, got a crop of one; export the full frame")
    radiance = rec709(picture)
    height, width = radiance.shape[:2]
    invalid = int((~(np.isfinite(radiance) & (radiance >= 0))).any(axis=-1).sum())
    if invalid:
        radiance = np.where(np.isfinite(radiance) & (radiance > 0), radiance, np.float32(0))
    luminance = radiance @ LUMINANCE.astype(np.float32)
    weight = solid_angles(height, width)[:, 0] / (4 * np.pi)
    brightest, mean = float(luminance.max()), float(luminance.sum(axis=1, dtype=np.float64) @ weight)
    positive = luminance[luminance > 0]
    dark = float(np.percentile(positive, 1)) if positive.size else 0.0
    medium = resize(radiance, 2 * SMALL[0], 2 * SMALL[1])
    at_maximum = (radiance >= 0.999 * radiance.max()).any(axis=-1)
    return Measurement(
        width=width,
        height=height,
        max_mean_ratio=brightest / mean if mean else 0.0,
        dynamic_range_ev=float(np.log2(brightest / dark)) if dark else 0.0,
        clipped_share=float(at_maximum.sum(axis=1) @ weight) if brightest else 1.0,
        invalid_pixels=invalid,
        peak_problem=implausible_peak(radiance),
        radiance=resize(medium, *SMALL).astype(np.float32),
        preview_srgb=preview(medium),
    )


def measure_cached(folder: Path, entry: Entry, path: Path | None = None) -> Measurement:
    """The measurement of an entry's file, from the folder's cache if a file of this content has been measured before.

    `path` is where the file lies as long as it is not in the folder yet.

    Raises: as `measure`; OutputError if the cache cannot be written.
    """
    path = path or entry.path(folder)
    cached = folder / CACHE_NAME / "measured" / f"{entry.md5 or md5_of(path)}.npz"
    if (measurement := read_measurement(cached)) is None:
        measurement = measure(path)
        make_folder(cached.parent)
        write_measurement(measurement, cached)
    return measurement


def measure_catalog(
    folder: Path, entries: Sequence[Entry], progress: Progress | None = None
) -> tuple[dict[str, Measurement], dict[str, str]]:
    """Measurements by slug, and for the HDRIs that cannot be measured, why; rows of one file share a measurement.

    Raises: OutputError.
    """
    progress = progress or Progress()
    progress.start("Measuring", len(entries))
    measurements: dict[str, Measurement] = {}
    unreadable: dict[str, str] = {}
    known: dict[tuple[str, str], Measurement] = {}
    for entry in entries:
        try:
            key = (entry.file, entry.md5)
            known[key] = measurements[entry.slug] = known.get(key) or measure_cached(folder, entry)
        except (ImageError, ValueError) as error:
            unreadable[entry.slug] = str(error)
        progress.advance()
    return measurements, unreadable


def write_measurement(measurement: Measurement, path: Path) -> None:
    """Write a measurement to a `.npz` file. Raises: OutputError."""
    with atomic(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, **{field.name: getattr(measurement, field.name) for field in fields(Measurement)})


def read_measurement(path: Path) -> Measurement | None:
    """A measurement that `write_measurement` wrote; None if there is none, or one with other fields or values."""
    try:
        stored = read_arrays(path, most=4 << 20)
    except (OSError, ValueError):
        return None
    kinds = {name: (array.shape, array.dtype.kind) for name, array in stored.items()}
    if kinds != _STORED or not all(np.isfinite(array).all() for array in stored.values() if array.dtype.kind == "f"):
        return None
    values: dict[str, Any] = {name: array if array.ndim else array.item() for name, array in stored.items()}
    return Measurement(**values)
