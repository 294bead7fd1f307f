"""The files of the fake server, and those of a folder, by checksum."""

from __future__ import annotations

import contextlib
import hashlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from lightprobe.data.fakehaven.shelf import made_shelf


def truth(count: int, height: int) -> dict[str, str]:
    """MD5 of every file that the fake serves at 1k, by the name that it is to have."""
    shelf = made_shelf(count, height)
    names = {slug: f"{slug}_1k.hdr" for slug in shelf.assets}
    contents = {name: shelf.content(f"/file/ph-assets/HDRIs/hdr/1k/{name}") or b"" for name in names.values()}
    return {name: hashlib.md5(content).hexdigest() for name, content in contents.items()}


def hdri_files(folder: Path) -> list[Path]:
    """Every HDRI that is not hidden."""
    suffixes = (".hdr", ".exr", ".part")
    return [path for path in folder.glob("*") if path.suffix in suffixes and not path.name.startswith(".")]


def visible(folder: Path) -> dict[str, str]:
    """Their MD5 by name."""
    return {path.name: hashlib.md5(path.read_bytes()).hexdigest() for path in hdri_files(folder)}


def logged(url: str) -> list[dict[str, object]]:
    return httpx.get(f"{url}/_log").json()


@contextlib.contextmanager
def watched(folder: Path, known: dict[str, str]) -> Iterator[list[str]]:
    """Looks at the folder all the time; yields the list of files seen that were not what they should be."""
    wrong: list[str] = []
    seen: set[tuple[str, int, int]] = set()
    looks = 0
    is_over = threading.Event()

    def look() -> None:
        nonlocal looks
        while not is_over.is_set():
            now = {(path.name, (stat := path.stat()).st_ino, stat.st_size) for path in hdri_files(folder)}
            if now - seen:
                wrong.extend(name for name, md5 in visible(folder).items() if known.get(name) != md5)
            seen.update(now)
            looks += 1
            time.sleep(0.002)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield wrong
    finally:
        is_over.set()
        watcher.join()
    assert looks > 20
