"""Scene groups: which HDRIs show the same scene, by name, coordinates or looks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from lightprobe._shapes import Float
from lightprobe.data.catalog.table import Entry
from lightprobe.sphere.light import LUMINANCE
from lightprobe.sphere.panorama.equirect import resize, solid_angles

SIMILARITY = 0.9
"""Correlation from which on two panoramas count as the same scene.

Measured on 100 HDRIs: turned, re-exposed, halved, noisy, 8-bit or 2° tilted copies stay above 0.91; different real
scenes stay below 0.85. Between lie clear pure skies only, which look so much alike that they belong together.
"""

_SUFFIX = re.compile(
    r"[_-](\d{1,3}d?|\d+k|pure_?sky|clear|partly|cloudy|overcast|misty|foggy|dawn|morning|noon|midday|afternoon|"
    r"evening|dusk|sunrise|sunset|night|moonrise|moonlit)$"
)
_NO_LOCATION = frozenset(
    {"img", "image", "dsc", "pano", "panorama", "hdri", "hdr", "env", "photo", "scene", "sky", "untitled"}
)


def location(slug: str) -> str:
    """The place that a slug names: the slug without number, hour, weather, _puresky or resolution at its end.

    A slug that names no place, such as IMG_0012, stays whole.
    """
    short = slug.lower()
    while (cut := _SUFFIX.sub("", short)) != short and cut:
        short = cut
    return slug.lower() if short in _NO_LOCATION or not re.search("[a-z]", short) else short


def descriptor(radiance: Float[np.ndarray, "h w 3"]) -> np.ndarray:
    """A panorama's looks, to compare at any yaw: low azimuthal frequencies of the log luminance in 16 rows, of unit
    length; once as they are, once without row means.

    Luminance is capped at four times its median, so that a copy with clipped light sources has the same descriptor.
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
    """Correlation of one descriptor with n others at the best yaw: the lower one of its two parts, so that the horizon
    that all landscapes share does not make them alike."""
    cross = np.einsum("kvm,nkvm->nkm", one, others.conj())
    return (np.fft.irfft(cross, 256, axis=2) * 256).max(axis=2).min(axis=1)


def scene_groups(entries: Sequence[Entry], descriptors: Sequence[np.ndarray | None]) -> list[str]:
    """Name of the scene group of each entry.

    Two HDRIs share a group if they already do, or if their names mean the same place, their coordinates are equal (to
    10 m), or they look alike (`SIMILARITY`); also through a third HDRI. Groups keep their name, the most frequent one
    if several are merged; a new group is named after the place.
    """
    parent = list(range(len(entries)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    first: dict[object, int] = {}
    for i, entry in enumerate(entries):
        keys: list[object] = [entry.group or location(entry.slug), location(entry.slug)]
        if entry.latitude is not None and entry.longitude is not None and (entry.latitude or entry.longitude):
            keys.append((round(entry.latitude, 4), round(entry.longitude, 4)))
        for key in keys:
            parent[root(i)] = root(first.setdefault(key, i))
    seen = [i for i, one in enumerate(descriptors) if one is not None]
    stack = np.array([descriptors[i] for i in seen])
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
    return min(location(entry.slug) for entry in members)
