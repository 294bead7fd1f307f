"""Poly Haven's public API: which HDRIs it has, and the addresses of their files.

Ids and addresses from the server are checked before use, and never become paths. Software that uses the API must name
itself in every request and print `CREDIT`; the HDRIs are CC0.

Source: https://api.polyhaven.com, https://github.com/Poly-Haven/Public-API.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lightprobe.data.acquire.download import RemoteFile, Session
from lightprobe.data.catalog.strata import is_puresky
from lightprobe.errors import DownloadError
from lightprobe.imaging.output import write_text
from lightprobe.untrusted.file_names import name_problem
from lightprobe.untrusted.json_text import parse_json, read_json

API_URL = "https://api.polyhaven.com"
API_URL_VARIABLE = "LIGHTPROBE_POLYHAVEN_URL"
"""Environment variable that names another server with the same API."""
CREDIT = "Powered by Poly Haven (https://polyhaven.com), CC0"
LISTING_AGE = 12 * 3600
"""Age up to which a list of HDRIs is used without asking the server [s]; the server's own max-age."""
FORMATS = ("hdr", "exr")

_ID = re.compile(r"[a-zA-Z0-9_-]{1,50}")
"""Source: the API refuses other ids."""


@dataclass(frozen=True, kw_only=True)
class FetchOptions:
    """Which HDRIs to fetch, and how. Raises: ValueError for values that are not possible."""

    resolution: str = "1k"
    format: str = "hdr"
    limit: int | None = None
    categories: tuple[str, ...] = ()
    """An HDRI must have all of them."""
    ids: tuple[str, ...] = ()
    api_url: str = ""
    """Default: the environment variable LIGHTPROBE_POLYHAVEN_URL, else Poly Haven itself."""
    jobs: int = 4
    """Connections at a time."""
    seed: int = 0
    """Chooses which HDRIs `limit` keeps."""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[1-9]\d?k", self.resolution):
            raise ValueError(
                f"expected a resolution such as 1k, 2k or 4k, got {self.resolution!r}; 1k is enough for light"
            )
        if self.format not in FORMATS:
            raise ValueError(f"expected the format hdr or exr, got {self.format!r}; say --format hdr")
        if self.limit is not None and self.limit < 1:
            raise ValueError(f"expected a limit of at least 1, got {self.limit}; leave it out for all")
        if not 1 <= self.jobs <= 32:
            raise ValueError(f"expected 1 to 32 jobs, got {self.jobs}; 4 is the default")
        for slug in self.ids:
            if not _is_id(slug):
                raise ValueError(
                    f"expected ids of up to 50 letters, digits, _ and -, got {slug[:60]!r}; see polyhaven.com/hdris"
                )

    @property
    def url(self) -> str:
        """The API's address."""
        return self.api_url or os.environ.get(API_URL_VARIABLE) or API_URL


@dataclass(frozen=True, kw_only=True)
class Asset:
    """One HDRI, as the server's list describes it."""

    slug: str
    name: str
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    authors: tuple[str, ...]
    coordinates: tuple[float, float] | None
    """Latitude and longitude [degrees]."""
    evs_cap: int | None
    whitebalance: int | None
    """[K]"""
    date_published: str
    """ISO date."""
    thumbnail_url: str
    files_hash: str
    """Changes with the asset's files."""
    is_puresky: bool


async def assets(session: Session, cache: Path) -> dict[str, Asset]:
    """All HDRIs by id. A list in `cache` is used up to `LISTING_AGE`, then the server is asked by ETag.

    Assets whose id is not a safe file name are ignored.

    Raises: DownloadError; OutputError if the cache cannot be written.
    """
    path = cache / "assets.json"
    url, kept = f"{session.service}/assets?type=hdris", _read_json(path)
    if kept.get("url") != url or not isinstance(kept.get("assets"), dict):
        kept = {}
    if not 0 <= time.time() - (_number(kept.get("fetched")) or 0) < LISTING_AGE:
        answer = await session.get(url, etag=str(kept.get("etag", "")))
        if answer is not None:
            kept: dict[str, Any] = {"url": url, "etag": answer[1], "assets": _object(answer[0], url)}
        write_text(path, json.dumps(kept | {"fetched": time.time()}))
    known = {slug: _asset(slug, value) for slug, value in kept["assets"].items() if _is_id(slug)}
    if not known:
        raise DownloadError(f"{url}: expected a list of HDRIs, got an empty one; check the address")
    return known


async def files(session: Session, asset: Asset, cache: Path) -> dict[str, Any]:
    """The asset's resolutions, each with its formats, as the server describes them; cached by `files_hash`.

    Raises: DownloadError; OutputError if the cache cannot be written.
    """
    path = cache / "files" / f"{asset.slug}.json"
    url, kept = f"{session.service}/files/{asset.slug}", _read_json(path)
    if not asset.files_hash or kept.get("url") != url or kept.get("files_hash") != asset.files_hash:
        answer = await session.get(url)
        tree = _object(answer[0], url) if answer else {}
        kept: dict[str, Any] = {"url": url, "files_hash": asset.files_hash, "hdri": tree.get("hdri")}
        write_text(path, json.dumps(kept))
    return kept["hdri"] if isinstance(kept.get("hdri"), dict) else {}


def choose_assets(known: Mapping[str, Asset], options: FetchOptions) -> list[str]:
    """The ids to fetch, even if unknown: those named, or all of the categories.

    A limit takes the first ones in an order that depends on the seed alone, so a larger limit adds to a smaller one.

    Raises: ValueError for a category that no HDRI has.
    """
    if options.ids:
        return list(dict.fromkeys(options.ids))[: options.limit]
    existing = {category for asset in known.values() for category in asset.categories}
    if unknown := [category for category in options.categories if category not in existing]:
        raise ValueError(f"expected categories of {', '.join(sorted(existing))}, got {', '.join(unknown)}; name others")
    fitting = [slug for slug, asset in known.items() if set(options.categories) <= set(asset.categories)]
    return sorted(fitting, key=lambda slug: hashlib.blake2b(f"{options.seed}:{slug}".encode()).digest())[
        : options.limit
    ]


def choose_file(tree: Mapping[str, Any], resolution: str, format: str) -> RemoteFile:
    """The file of this resolution and format.

    Raises: DownloadError if there is none (the message names those that exist), or its description is incomplete.
    """
    formats = tree.get(resolution)
    if not isinstance(formats, dict):
        known = sorted(
            (str(key)[:10] for key in tree if re.fullmatch(r"\d+k", str(key))), key=lambda key: int(key[:-1])
        )
        raise DownloadError(
            f"the server has no resolution {resolution} (it has {', '.join(known) or 'none'}); use --resolution"
        )
    found = formats.get(format)
    if not isinstance(found, dict):
        known = [key for key in FORMATS if key in formats]
        raise DownloadError(f"the server has no {format} file (it has {', '.join(known) or 'none'}); use --format")
    url, md5, size = found.get("url"), found.get("md5"), found.get("size")
    is_whole = isinstance(url, str) and isinstance(md5, str) and re.fullmatch("[0-9a-f]{32}", md5)
    if not is_whole or not isinstance(size, int) or isinstance(size, bool) or size <= 0:
        raise DownloadError(
            f"expected address, MD5 and size of the {resolution} {format} file, got {found!r:.120}; try another format"
        )
    return RemoteFile(url=str(url), md5=str(md5), size=size)


def _is_id(slug: str) -> bool:
    return bool(_ID.fullmatch(slug)) and not name_problem(slug)


def _asset(slug: str, value: object) -> Asset:
    """An asset from the server's description; unknown keys are ignored, unusable values count as missing."""
    known = value if isinstance(value, dict) else {}
    attributes = known.get("attributes")
    attributes = attributes if isinstance(attributes, dict) else {}
    extra = [attributes.get(key) for key in ("environment", "time_of_day", "light_type", "weather")]
    categories = dict.fromkeys((*_words(known.get("categories")), *_words(extra)))
    authors = known.get("authors")
    coords = known.get("coords")
    has_coordinates = isinstance(coords, list) and len(coords) == 2 and all(_number(x) is not None for x in coords)
    published = _number(known.get("date_published"))
    return Asset(
        slug=slug,
        name=_line(known.get("name")) or slug,
        categories=tuple(categories),
        tags=_words(known.get("tags")),
        authors=_words(list(authors)) if isinstance(authors, dict) else (),
        coordinates=(float(coords[0]), float(coords[1])) if has_coordinates and coords else None,
        evs_cap=_whole(known.get("evs_cap")),
        whitebalance=_whole(known.get("whitebalance")),
        date_published=datetime.fromtimestamp(published, UTC).date().isoformat()
        if published and 0 < published < 4e9
        else "",
        thumbnail_url=_line(known.get("thumbnail_url"), 500),
        files_hash=_line(known.get("files_hash")),
        is_puresky=is_puresky(slug, attributes.get("pure_sky") is True),
    )


def _line(value: object, length: int = 200) -> str:
    """Text on one line, without control characters."""
    return "".join(c for c in value if c.isprintable())[:length].strip() if isinstance(value, str) else ""


def _words(values: object) -> tuple[str, ...]:
    if not isinstance(values, list):
        return ()
    return tuple(word for word in (_line(value, 60) for value in values[:100]) if word)


def _number(value: object) -> float | None:
    return (
        float(value) if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12 else None
    )


def _whole(value: object) -> int | None:
    number = _number(value)
    return None if number is None else round(number)


def _object(body: bytes, url: str) -> dict[str, Any]:
    try:
        value = parse_json(body)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise DownloadError(f"{url}: expected a JSON object, got {body[:60]!r}; check that it is Poly Haven's API")
    return value


def _read_json(path: Path) -> dict[str, Any]:
    """A file of the cache; empty if it is missing or damaged: then the server is asked again."""
    try:
        value = read_json(path)
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
