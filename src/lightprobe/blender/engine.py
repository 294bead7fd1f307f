"""Jobs for Blender: run as one process, results as files."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from lightprobe.blender.environment import find_python, last_line
from lightprobe.errors import LightprobeError

VIEWS = ("Standard", "Filmic", "AgX")
"""Blender's view transforms."""
WORKER = Path(__file__).with_name("worker.py")

Matrix = tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]


@dataclass(frozen=True, kw_only=True)
class BlenderJob:
    """One panorama of a world that holds nothing but an HDRI.

    Convention: directions in Blender's axes (panorama centre +X, right −Y, up +Z).
    """

    hdri: str
    width: int
    height: int
    lookup: Matrix
    """Rows of the matrix from the direction of view to that in which the HDRI is looked up."""
    gains: tuple[float, float, float]
    """Factor of red, green and blue."""
    view: str
    """One of VIEWS."""
    exr: str
    """Where the linear panorama goes, as float32 …"""
    png: str
    """… and where what the view makes of it."""
    samples: int = 1
    """Per pixel of the HDRI. 1 is exact for turns by whole pixels and mirroring; tilts want 16."""


def render(jobs: Sequence[BlenderJob], python: Path | None = None) -> Iterator[int]:
    """Run jobs in one Blender process; yields the index of each as its files are there.

    Raises: ValueError for an unknown view; LightprobeError if Blender is not installed or fails.
    """
    for job in jobs:
        if job.view not in VIEWS:
            raise ValueError(f"expected a view of {', '.join(VIEWS)}, got {job.view!r}; choose one of these")
    python = python or find_python()
    with tempfile.TemporaryDirectory(prefix="lightprobe-blender-") as folder, tempfile.TemporaryFile("w+") as errors:
        listing = Path(folder) / "jobs.json"
        listing.write_text(json.dumps([asdict(job) for job in jobs]), encoding="utf-8")
        command = [str(python), str(WORKER), str(listing)]
        done, tail = 0, deque[str](maxlen=20)
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process:
            assert process.stdout is not None
            try:
                for line in process.stdout:
                    tail.append(line)
                    if line.startswith("lightprobe {"):
                        done += 1
                        yield json.loads(line.removeprefix("lightprobe "))["done"]
            finally:
                if process.poll() is None and done < len(jobs):
                    process.kill()
        if process.returncode or done < len(jobs):
            errors.seek(0)
            said = last_line(errors.read() or "".join(tail))
            raise LightprobeError(
                f"expected Blender to render {len(jobs)} panoramas, got {done} and: {said}; "
                "check it with `lightprobe blender check`"
            )
