"""The file and the content type of a URL path."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from lightprobe.errors import LightprobeError

PAGE = Path(__file__).parents[1] / "page"
"""Folder of the built page, also in the wheel."""
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
"""Content types by suffix. The tables of operating systems differ, and programs change them."""
OTHER = "application/octet-stream"
"""Content type of all other files, such as .onnx and .npz."""


def check_page(folder: Path) -> Path:
    """The folder, if it holds a built page. Raises: LightprobeError if not."""
    if not (folder / INDEX).is_file():
        raise LightprobeError(f"no built page in {folder}; run `make page` (needs Node) or install the wheel")
    return folder


def content_type(path: Path) -> str:
    """The content type (MIME) of a file, by its suffix."""
    return TYPES.get(path.suffix.lower(), OTHER)


def find_file(page: Path, instead: Mapping[str, Path | None], target: str) -> Path | None:
    """The file for the target of a request; None if there is none.

    `instead` replaces files of the page: it maps URL paths of files or folders, without a slash at the end, to other
    files, or to None to hide them. The longest matching path counts. Names that begin with a dot, links that lead out
    of the page, and folders are never found.
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
