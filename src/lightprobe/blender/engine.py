"""Render jobs for Blender: one process, results as files."""

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

Matrix3 = tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]


@dataclass(frozen=True, kw_only=True)
class BlenderJob:
    """One panorama of a Blender world with an HDRI and no objects.

    Convention: directions in Blender's axes (panorama center +X, right −Y, up +Z).
    """

    hdri: str
    width: int
    height: int
    lookup: Matrix3
    """Rows of the matrix from the direction of view to the direction in which the HDRI is sampled."""
    gains: tuple[float, float, float]
    """Factor of red, green and blue."""
    view: str
    """One of VIEWS."""
    exr: str
    """Path of the linear panorama to write, as float32."""
    png: str
    """Path of the panorama to write after the view transform, with 8 bits."""
    samples: int = 1
    """Samples per pixel of the HDRI. 1 is exact for turns by whole pixels and mirroring; tilts need 16."""


def render_jobs(jobs: Sequence[BlenderJob], python: Path | None = None) -> Iterator[int]:
    """Run jobs in one Blender process; yields the index of each job when its files are written.

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
            message = last_line(errors.read() or "".join(tail))
            raise LightprobeError(
                f"Blender rendered {done} of {len(jobs)} panoramas: {message}; check it with `lightprobe blender check`"
            )
