"""Measurements of an HDRI, and their cache.

Convention: everything is measured in linear radiance; shares are of the sphere, not of the picture.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from lightprobe._shapes import Float, UInt8
from lightprobe.data.catalog.strata import SMALL
from lightprobe.data.catalog.table import CACHE_NAME, Entry, make_folder, md5_of
from lightprobe.imaging import curves
from lightprobe.imaging.files import read_picture
from lightprobe.imaging.output import atomic
from lightprobe.sphere.equirect import resize, solid_angles
from lightprobe.sphere.light import LUMINANCE

NUMBERS = ("width", "height", "max_mean_ratio", "dynamic_range_ev", "clipped_share", "invalid_pixels")
"""The measured fields that an `Entry` has, too."""


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """What is read off one HDRI once."""

    width: int
    height: int
    max_mean_ratio: float
    dynamic_range_ev: float
    clipped_share: float
    invalid_pixels: int
    radiance: Float[np.ndarray, "64 128 3"]
    """The panorama made small, invalid values taken as 0."""
    preview_srgb: UInt8[np.ndarray, "128 256 3"]
    """To be looked at: exposed for its median, tone-mapped."""


def measure(path: Path) -> Measurement:
    """Read an HDRI and measure it; the fields are those of `catalog.Entry`.

    Raises: ImageError if it cannot be read; ValueError if it is not linear radiance.
    """
    picture = read_picture(path)
    if not picture.is_linear:
        raise ValueError(f"{path}: expected an HDRI (.hdr or .exr), got an ordinary picture; leave it out")
    radiance = picture.pixels
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
        radiance=resize(medium, *SMALL).astype(np.float32),
        preview_srgb=preview(medium),
    )


def preview(radiance: Float[np.ndarray, "h w 3"]) -> UInt8[np.ndarray, "h w 3"]:
    """A picture to be looked at: logarithmic mean luminance at 0.16, through the AgX curve."""
    luminance = radiance @ LUMINANCE
    middle = np.exp(np.log(luminance[luminance > 0]).mean()) if luminance.any() else 1.0
    return np.round(curves.encode((radiance * (0.16 / middle)).astype(np.float32), "agx") * 255).astype(np.uint8)


def remember(measurement: Measurement, path: Path) -> None:
    """Write a measurement to a `.npz` file. Raises: OutputError."""
    with atomic(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, **{field.name: getattr(measurement, field.name) for field in fields(Measurement)})


def recall(path: Path) -> Measurement | None:
    """A measurement that `remember` wrote; None if there is none, or one of another version."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            return Measurement(**{name: v if (v := stored[name]).ndim else v.item() for name in stored})
    except (OSError, ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def measured(folder: Path, entry: Entry, path: Path | None = None) -> Measurement:
    """The measurement of an entry's file, or of `path` where that is to become its file; from the folder's cache if
    this content has been measured before.

    Raises: as `measure`; OutputError if the cache cannot be written.
    """
    path = path or entry.path(folder)
    kept = folder / CACHE_NAME / "measured" / f"{entry.md5 or md5_of(path)}.npz"
    if (seen := recall(kept)) is None:
        seen = measure(path)
        make_folder(kept.parent)
        remember(seen, kept)
    return seen
