"""Which file a URL path means, and of what type it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from lightprobe.errors import LightprobeError

PAGE = Path(__file__).parents[1] / "page"
"""Where the build puts the page, and the wheel carries it."""
INDEX = "index.html"

TYPES = {
    ".avif": "image/avif",
    ".css": "text/css; charset=utf-8",
    ".exr": "image/x-exr",
    ".glb": "model/gltf-binary",
    ".gltf": "model/gltf+json",
    ".hdr": "image/vnd.radiance",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/vnd.microsoft.icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".mp4": "video/mp4",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webm": "video/webm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
"""Written out, because the tables of operating systems differ and may be changed by anybody."""
OTHER = "application/octet-stream"
"""Anything else, among it .onnx and .npz."""


def check_page(folder: Path) -> Path:
    """The folder of a built page. Raises: LightprobeError if there is none."""
    if not (folder / INDEX).is_file():
        raise LightprobeError(
            f"expected the built page in {folder}, got none; run `make page` (needs Node) or install the wheel"
        )
    return folder


def content_type(path: Path) -> str:
    """The MIME type of a file, by its suffix alone."""
    return TYPES.get(path.suffix.lower(), OTHER)


def find(page: Path, instead: Mapping[str, Path | None], target: str) -> Path | None:
    """The file that the target of a request means, or None.

    `instead` maps URL paths, files or folders without slashes at their ends, to what lies there instead of the page's
    own; None where nothing does. The longest path that fits decides. Names that begin with a dot, links that lead out
    of the page, and folders are not there.
    """
    path = unquote(urlsplit(target).path) if target.startswith("/") else ""
    parts = path.split("/")[1:]
    if parts == [""]:
        parts = [INDEX]
    if not parts or any(not part or part.startswith(".") or set(part) & set("\\:\0") for part in parts):
        return None
    wanted = PurePosixPath("/", *parts)
    for place in (wanted, *wanted.parents):
        if str(place) in instead:
            file = instead[str(place)] if place == wanted else None
            return file if file is not None and file.is_file() else None
    try:
        file = page.joinpath(*parts).resolve()
        return file if file.is_relative_to(page.resolve()) and file.is_file() else None
    except OSError:  # a name too long for the file system
        return None
