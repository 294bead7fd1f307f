"""Blender as a process that makes one world after another. A crash loses the world that was being made, no other."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from lightprobe._shapes import Float
from lightprobe.blender.environment import find_python, last_line
from lightprobe.errors import LightprobeError
from lightprobe.synth.manifest import sky_folder
from lightprobe.synth.run import WorldTask
from lightprobe.untrusted.json_text import parse_json
from lightprobe.untrusted.npz_arrays import read_arrays

PACKAGE = Path(__file__).parent
MARK = "lightprobe "
PATIENCE = 900.0
"""Time that a world may take before its Blender is stopped [s]."""


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """A world as Blender made it, or the reason why there is none."""

    index: int
    radiance: Float[np.ndarray, "h w 3"] | None
    """[kcd/m²]; None if the world failed."""
    parameters: dict[str, Any] = field(default_factory=dict)
    blender: str = ""
    failure: str = ""


def render_worlds(
    task: WorldTask, *, noise: int = 0, denoise: bool = True, python: Path | None = None
) -> Iterator[Rendered]:
    """The worlds of a task, in order. `noise` is the seed of the rendering's noise, which is denoised if asked for.

    Raises: LightprobeError if Blender is missing or does not start.
    """
    python = python or find_python()
    left = list(task.indices)
    with tempfile.TemporaryDirectory(prefix="lightprobe-worlds-") as name:
        while left:
            yield from _one_process(task, left, Path(name), python, {"noise": noise, "denoise": denoise})


def _one_process(
    task: WorldTask, left: list[int], folder: Path, python: Path, options: dict[str, Any]
) -> Iterator[Rendered]:
    """Worlds until the process ends; takes from `left` what it made, and the world that it died of."""
    run = task.run
    job = {
        "seed": run.seed,
        "worlds": [[index, run.kind_of(index)] for index in left],
        "width": run.width,
        "height": run.height,
        "samples": run.samples,
        "skies": str(sky_folder(run.out)),
        "out": str(folder),
        **options,
    }
    listing = folder / "job.json"
    listing.write_text(json.dumps(job), encoding="utf-8")
    # a fixed hash seed and one thread: nothing but the job decides the pictures
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE), "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1"}
    command, tail, started = [str(python), "-m", "world.worker", str(listing)], deque[str](maxlen=20), False
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment, cwd=folder
        ) as process,
    ):
        assert process.stdout is not None
        watch = _watched(process)
        try:
            for line in process.stdout:
                tail.append(line)
                if not line.startswith(MARK):
                    continue
                watch.cancel()
                watch = _watched(process)
                said, started = parse_json(line.removeprefix(MARK)), True
                if "index" in said:
                    left.remove(said["index"])
                    yield _result(said, folder)
        finally:
            watch.cancel()
            if process.poll() is None and left:
                process.kill()
        process.wait()
        if left:
            errors.seek(0)
            reason = last_line(errors.read() or "".join(tail))
            if not started:
                raise LightprobeError(f"Blender does not start: {reason}; check it with `lightprobe blender check`")
            yield Rendered(index=left.pop(0), radiance=None, failure=f"Blender ended ({process.returncode}): {reason}")


def _watched(process: subprocess.Popen[str]) -> threading.Timer:
    timer = threading.Timer(PATIENCE, process.kill)
    timer.daemon = True
    timer.start()
    return timer


def _result(said: dict[str, Any], folder: Path) -> Rendered:
    index, blender = int(said["index"]), str(said["blender"])
    if "failed" in said:
        return Rendered(index=index, radiance=None, blender=blender, failure=str(said["failed"]))
    path = folder / f"{index}.npz"
    radiance = read_arrays(path)["radiance"]
    path.unlink()
    return Rendered(index=index, radiance=radiance, parameters=said["parameters"], blender=blender)
