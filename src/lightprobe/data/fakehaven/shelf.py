"""The HDRIs on offer: descriptions as Poly Haven gives them, and the files that they describe."""

from __future__ import annotations

import hashlib
import re
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from lightprobe.data.catalog.table import HDRI_SUFFIXES
from lightprobe.data.fakehaven import pictures
from lightprobe.imaging.files import read_picture
from lightprobe.imaging.formats.exr import write_exr
from lightprobe.imaging.picture import rec709

PICTURES = 60
"""Different pictures of a made shelf, so that one of hundreds is ready at once."""
RESOLUTIONS = {"1k": 1, "2k": 2}
"""Resolutions on offer, in multiples of the height at 1k."""
FILE_PATH = "/file/ph-assets/HDRIs/{format}/{resolution}/{slug}_{resolution}.{format}"
THUMBNAIL_PATH = "/asset_img/thumbs/{slug}.png"
LOCATIONS = ("meadow", "harbor", "quay", "forest_edge", "old_mill", "bridge", "loft", "atelier", "dunes", "square")
CATEGORIES = {
    "sun": ["outdoor", "nature", "clear", "high contrast", "natural light", "midday"],
    "soft": ["outdoor", "urban", "overcast", "low contrast", "natural light"],
    "indoor": ["indoor", "medium contrast", "artificial light"],
    "studio": ["indoor", "studio", "artificial light"],
    "night": ["outdoor", "night", "artificial light"],
}


@dataclass
class Shelf:
    """Assets by id, file trees by id, and files by path, made when they are requested."""

    assets: dict[str, dict[str, Any]] = field(default_factory=dict)
    radiance: dict[str, Callable[[str], np.ndarray]] = field(default_factory=dict)
    """By id: from a resolution to a panorama."""
    originals: dict[str, bytes] = field(default_factory=dict)
    """By path: files that are served unchanged."""
    trees: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By id: file trees that are wrong."""
    redirects: dict[str, str] = field(default_factory=dict)
    """By path."""
    same: dict[str, str] = field(default_factory=dict)
    """By id: the first asset with the same picture, where there is another."""
    _md5s: dict[str, str] = field(default_factory=dict)
    _made: dict[str, bytes] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def content(self, path: str) -> bytes | None:
        """The bytes at a path, or None."""
        path = self._shared(path)
        with self._lock:
            if path not in self._made and (made := self._make(path)) is not None:
                self._made[path] = made
            return self._made.get(path)

    def _shared(self, path: str) -> str:
        """The path of the first HDRI with the same picture."""
        slug = re.sub(r"_\dk$", "", path.rsplit("/", 1)[-1].rsplit(".", 1)[0])
        return path.replace(slug, self.same[slug]) if slug in self.same else path

    def _make(self, path: str) -> bytes | None:
        if path in self.originals:
            return self.originals[path]
        if found := re.fullmatch(r"/file/ph-assets/HDRIs/(hdr|exr)/(\dk)/([\w-]+)_\2\.\1", path):
            format, resolution, slug = found.groups()
            if slug not in self.radiance or resolution not in RESOLUTIONS:
                return None
            radiance = self.radiance[slug](resolution)
            return pictures.radiance_hdr(radiance) if format == "hdr" else _exr(radiance)
        if found := re.fullmatch(r"/asset_img/thumbs/([\w-]+)\.png", path):
            slug = found.group(1)
            return pictures.thumbnail(self.radiance[slug]("1k")) if slug in self.radiance else None
        return None

    def tree(self, slug: str, address: str) -> dict[str, Any]:
        """The answer of /files; `address` is the server's own."""
        if slug in self.trees:
            return self.trees[slug]
        hdri = {
            resolution: {format: self.promise(slug, resolution, format, address) for format in ("hdr", "exr")}
            for resolution in RESOLUTIONS
        }
        return {"hdri": hdri, "tonemapped": {"url": "", "md5": "", "size": 0}, "a_new_key": [1, None]}

    def promise(self, slug: str, resolution: str, format: str, address: str) -> dict[str, Any]:
        """Address, MD5 and size of one file."""
        path = FILE_PATH.format(slug=slug, resolution=resolution, format=format)
        content = self.content(path)
        assert content is not None
        shared = self._shared(path)
        if shared not in self._md5s:
            self._md5s[shared] = hashlib.md5(content, usedforsecurity=False).hexdigest()
        return {"url": address + path, "md5": self._md5s[shared], "size": len(content)}

    def add_odd_ones(self) -> None:
        """Add assets that are wrong or hostile, as their ids say."""
        for number, slug in enumerate((*ODD, *(slug for slug in IMPOSSIBLE))):
            self.assets[slug] = _asset(slug, "soft", number)
            self.radiance[slug] = lambda resolution, n=number: pictures.panorama("soft", 1000 + n, 32)
        self.assets["odd_types"] |= {"coords": ["x", None], "categories": "none", "authors": [], "evs_cap": "many"}
        self.redirects[FILE_PATH.format(slug="odd_redirect", resolution="1k", format="hdr")] = "file:///etc/hostname"

    def odd_tree(self, slug: str, address: str) -> dict[str, Any]:
        """The answer of /files for a wrong or hostile asset."""
        good = self.promise(slug, "1k", "hdr", address)
        return {
            "odd_md5": {"hdri": {"1k": {"hdr": good | {"md5": "0" * 32}}}},
            "odd_long": {"hdri": {"1k": {"hdr": good | {"size": good["size"] - 100}}}},
            "odd_missing": {"hdri": {"1k": {"hdr": good | {"url": f"{address}/file/gone.hdr"}}}},
            "odd_resolution": {"hdri": {"20k": {"hdr": good}, "huge": {}}},
            "odd_no_exr": {"hdri": {"1k": {"hdr": good}}},
            "odd_no_md5": {"hdri": {"1k": {"hdr": {"url": good["url"], "size": good["size"]}}}},
            "odd_local": {"hdri": {"1k": {"hdr": good | {"url": "file:///etc/hostname"}}}},
            "odd_host": {"hdri": {"1k": {"hdr": good | {"url": "http://127.0.0.2:9/x.hdr"}}}},
            "odd_list": {"hdri": []},
        }.get(slug) or {"hdri": {"1k": {"hdr": good}}}


ODD = (
    *("odd_md5", "odd_long", "odd_missing", "odd_resolution", "odd_no_exr", "odd_no_md5"),
    *("odd_local", "odd_host", "odd_list", "odd_redirect", "odd_types"),
)
IMPOSSIBLE = ("../../escape", "a" * 60, "with space", "")
"""Ids that must be refused."""


def made_shelf(count: int, height: int) -> Shelf:
    """`count` synthetic HDRIs; some share a place or coordinates, and after `PICTURES` the pictures repeat."""
    shelf = Shelf()
    slugs: list[str] = []
    for number in range(count):
        kind = pictures.KINDS[number % len(pictures.KINDS)]
        location, shot = LOCATIONS[(number // 2) % len(LOCATIONS)], number // (2 * len(LOCATIONS))
        series = "abcdefghij"[shot % 10] + (str(shot // 10) if shot >= 10 else "")
        slug = f"{location}_{series}_{number % 2 + 1:02d}" + ("_puresky" if number % 11 == 10 else "")
        slugs.append(slug)
        if number >= PICTURES:
            shelf.same[slug] = slugs[number % PICTURES]
        shelf.assets[slug] = _asset(slug, kind, number)
        shelf.radiance[slug] = lambda resolution, k=kind, n=number: pictures.panorama(
            k, n, height * RESOLUTIONS[resolution]
        )
    return shelf


def folder_shelf(folder: Path) -> Shelf:
    """The HDRIs of a folder, the same at every resolution; files of the right format are served unchanged."""
    shelf = Shelf()
    for number, path in enumerate(sorted(p for p in folder.iterdir() if p.suffix.lower() in HDRI_SUFFIXES)):
        slug = re.sub(r"[^A-Za-z0-9_-]+", "_", path.stem)[:50]
        described = _asset(slug, "soft", number) | {"categories": [], "tags": [], "attributes": {}}
        shelf.assets[slug] = {key: value for key, value in described.items() if key != "coords"}
        shelf.radiance[slug] = lambda resolution, path=path: np.maximum(rec709(read_picture(path)), 0)
        for resolution in RESOLUTIONS:
            format = path.suffix.lower()[1:]
            shelf.originals[FILE_PATH.format(slug=slug, resolution=resolution, format=format)] = path.read_bytes()
    return shelf


def _asset(slug: str, kind: str, number: int) -> dict[str, Any]:
    """The description of an HDRI, with keys that clients do not know; the address is filled in by the server."""
    return {
        "name": slug.replace("_", " ").title(),
        "type": 0,
        "date_published": 1_500_000_000 + 86_400 * number,
        "download_count": 1000 * number,
        "files_hash": hashlib.sha1(slug.encode(), usedforsecurity=False).hexdigest(),
        "authors": {"Nobody": "All"},
        "categories": CATEGORIES[kind],
        "tags": [kind, "made up"],
        "attributes": {"environment": "indoor" if kind in ("indoor", "studio") else "outdoor", "novelty": 3},
        "max_resolution": [2048, 1024],
        "thumbnail_url": THUMBNAIL_PATH.format(slug=slug),
        "whitebalance": 5500,
        "evs_cap": 12 + number % 8,
        "coords": [round(-30 + 0.01 * (number // 2), 4), 25.5],
        "a_new_key": {"deep": [1, 2]},
    }


def _exr(radiance: np.ndarray) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.exr"
        write_exr(path, radiance)
        return path.read_bytes()
