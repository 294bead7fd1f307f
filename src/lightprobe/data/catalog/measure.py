"""What a panorama tells of itself: its numbers, the kind of its light, and which others show the same scene.

Convention: everything is measured in linear radiance; shares are of the sphere, not of the picture.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from lightprobe._shapes import Float, Num, UInt8
from lightprobe.data.catalog.table import CACHE_NAME, Entry, make_folder, md5_of
from lightprobe.imaging import curves
from lightprobe.imaging.files import read_picture
from lightprobe.imaging.output import atomic
from lightprobe.sphere.equirect import directions, resize, solid_angles
from lightprobe.sphere.light import LUMINANCE

SMALL = (64, 128)
"""Height and width of the small panorama that grouping and strata are told from; the preview has twice as many."""
NUMBERS = ("width", "height", "max_mean_ratio", "dynamic_range_ev", "clipped_share", "invalid_pixels")
"""The measured fields that an `Entry` has, too."""
SIMILARITY = 0.9
"""Correlation from which on two panoramas count as the same scene.

Measured on 100 HDRIs: turned, re-exposed, halved, noisy, 8-bit or 2° tilted copies stay above 0.91; different real
scenes stay below 0.85. Between lie clear pure skies only, which look so much alike that they belong together.
"""
SUN_SHARE = 0.15
"""Share of all light from the brightest 0.1 % of the sphere that makes an outdoor scene sunny.

Measured on 54 outdoor HDRIs: without sun ≤ 0.10, with it ≥ 0.22 but for one.
"""


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


# ---- kind of light

_DECIDING = {"studio", "indoor", "night", "outdoor", "skies"}
_WORDS = {
    "studio": {"studio", "photostudio", "stage"},
    "indoor": {"indoor", "interior", "room", "hall", "house", "workshop", "warehouse", "hangar", "chapel", "church"},
    "night": {"night", "moonless", "evening"},
}


def stratum(
    categories: Iterable[str], words: Iterable[str] = (), radiance: Float[np.ndarray, "h w 3"] | None = None
) -> str:
    """Kind of light: sun, soft, indoor, studio or night; '' if neither words nor picture tell.

    Categories decide if studio, indoor, night, outdoor or skies is among them, in this order; otherwise `words`,
    which are tags and parts of the name, decide if one of them means a studio, an interior or a night. What is left
    is told from the picture: it is outdoors if a category says so, or if the zenith is blue, or brighter than the
    rest and even. Outdoors it is sunny if the brightest 0.1 % of the sphere give `SUN_SHARE` of the light, a night if
    very dark, else soft. What is not outdoors is a studio if its light is gray on the whole, else an interior.

    On 100 HDRIs sorted by hand, on which the thresholds were chosen, this agrees for 89 by name and picture, and for 74
    by picture alone, where studios pass for interiors, and nights with lamps for anything. Given the right category,
    sun and soft are told apart for 53 of 54.
    """
    known = {category.strip().lower() for category in categories}
    is_decided = bool(known & _DECIDING)
    signs = known if is_decided else known | {word.strip().lower() for word in words}
    for name, meant in _WORDS.items():
        if signs & ({name} if is_decided else meant):
            return name
    if radiance is None:
        return ""
    luminance = np.maximum(radiance @ LUMINANCE, 1e-9)
    up = directions(*radiance.shape[:2])[..., 1]
    zenith = up > 0.7
    zenith_color = np.median(radiance[zenith], axis=0) + 1e-9
    blue = np.log2(zenith_color[2] / zenith_color[0])
    contrast = np.log2(np.median(luminance[up > 0.17]) / np.median(luminance[up < -0.17]))
    bright_zenith = np.log2(np.median(luminance[zenith]) / np.median(luminance))
    is_even = np.log2(luminance[zenith]).std() < 1
    looks_outdoor = blue > 0.6 or (contrast > 1.1 and bright_zenith > 0.8 and is_even)
    if is_decided or signs & {"outdoor", "skies", "puresky", "nature"} or looks_outdoor:
        if not is_decided and np.log2(luminance.mean()) < -2.4 and np.log2(np.median(luminance)) < -5:
            return "night"
        return "sun" if brightest_share(luminance, 1e-3) > SUN_SHARE else "soft"
    red, _, blue_sum = (radiance * solid_angles(*radiance.shape[:2])[..., None]).sum(axis=(0, 1)) + 1e-9
    return "studio" if abs(np.log2(blue_sum / red)) < 0.15 else "indoor"


def brightest_share(luminance: Num[np.ndarray, "h w"], part: float) -> float:
    """Share of all light that comes from the brightest `part` of the sphere."""
    weight = solid_angles(*luminance.shape).ravel() / (4 * np.pi)
    order = np.argsort(-luminance, axis=None)
    light, area = (luminance.ravel() * weight)[order], np.cumsum(weight[order])
    taken = area <= part
    taken[0] = True
    return float(light[taken].sum() / light.sum())


# ---- same scene

_SHOT = re.compile(
    r"[_-](\d{1,3}d?|\d+k|pure_?sky|clear|partly|cloudy|overcast|misty|foggy|dawn|morning|noon|midday|afternoon|"
    r"evening|dusk|sunrise|sunset|night|moonrise|moonlit)$"
)
_NO_PLACE = frozenset(
    {"img", "image", "dsc", "pano", "panorama", "hdri", "hdr", "env", "photo", "scene", "sky", "untitled"}
)


def place(slug: str) -> str:
    """The slug without what tells shots of one place apart: numbers, hour, weather, _puresky, resolution.

    A name that says nothing of the place, such as IMG_0012, stays whole.
    """
    short = slug.lower()
    while (cut := _SHOT.sub("", short)) != short and cut:
        short = cut
    return slug.lower() if short in _NO_PLACE or not re.search("[a-z]", short) else short


def look(radiance: Float[np.ndarray, "h w 3"]) -> np.ndarray:
    """Low azimuthal frequencies of the log luminance, 16 rows, of unit length: as it is, and without row means.

    Luminance is capped at four times its median, so that copies with clipped light sources look the same.
    """
    luminance = np.maximum(radiance @ LUMINANCE, 0)
    median = float(np.median(luminance)) or 1.0
    log = resize(np.log(np.minimum(luminance, 4 * median) + 0.1 * median)[..., None], 16, 64)[..., 0]
    weight = solid_angles(16, 64)
    centered = np.stack([log - (log * weight).sum() / weight.sum(), log - log.mean(axis=1, keepdims=True)])
    waves = np.fft.rfft(centered * np.sqrt(weight), axis=2)[:, :, :16]
    power = np.abs(waves) ** 2
    length = np.sqrt(2 * power.sum(axis=(1, 2)) - power[:, :, 0].sum(axis=1))
    return waves / np.maximum(length, 1e-9)[:, None, None]


def similarity(one: np.ndarray, others: np.ndarray) -> Float[np.ndarray, " n"]:
    """Correlation of one look with n others at the best yaw: the worse of both views, so that a horizon that all
    landscapes share does not make them alike."""
    cross = np.einsum("kvm,nkvm->nkm", one, others.conj())
    return (np.fft.irfft(cross, 256, axis=2) * 256).max(axis=2).min(axis=1)


def groups(entries: Sequence[Entry], looks: Sequence[np.ndarray | None]) -> list[str]:
    """Name of the scene group of each entry.

    Two HDRIs share a group if they already do, or if their names tell the same place, their coordinates are equal (to
    10 m), or they look alike (`SIMILARITY`); and so on through third ones. Groups keep a name that they have, the
    most frequent one if several grow together; a new group is called after the place.
    """
    parent = list(range(len(entries)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    first: dict[object, int] = {}
    for i, entry in enumerate(entries):
        keys: list[object] = [entry.group or place(entry.slug), place(entry.slug)]
        if entry.latitude is not None and entry.longitude is not None and (entry.latitude or entry.longitude):
            keys.append((round(entry.latitude, 4), round(entry.longitude, 4)))
        for key in keys:
            parent[root(i)] = root(first.setdefault(key, i))
    seen = [i for i, one in enumerate(looks) if one is not None]
    stack = np.array([looks[i] for i in seen])
    for position, i in enumerate(seen[1:], 1):
        alike = similarity(stack[position], stack[:position]) >= SIMILARITY
        for other in np.flatnonzero(alike):
            parent[root(i)] = root(seen[other])
    members: dict[int, list[Entry]] = {}
    for i, entry in enumerate(entries):
        members.setdefault(root(i), []).append(entry)
    names = {key: _group_name(group) for key, group in members.items()}
    return [names[root(i)] for i in range(len(entries))]


def _group_name(members: list[Entry]) -> str:
    given = Counter(entry.group for entry in members if entry.group)
    if given:
        return min(given, key=lambda name: (-given[name], name))
    return min(place(entry.slug) for entry in members)
