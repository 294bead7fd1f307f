"""A fake server for all tests of a module, and a folder of HDRIs that a user might have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lightprobe.data.fakehaven import running
from lightprobe.data.fakehaven.pictures import KINDS, panorama
from lightprobe.imaging.formats.exr import write_exr


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """Five EXR files and some others."""
    folder = tmp_path / "mine"
    folder.mkdir()
    for number, kind in enumerate(KINDS):
        write_exr(folder / f"Place {number}_{kind}_1k.exr", panorama(kind, number, 64))
    (folder / "notes.txt").write_text("not an HDRI")
    (folder / ".hidden.exr").write_bytes(b"")
    return folder


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running("--count", "12", "--odd") as address:
        yield address
