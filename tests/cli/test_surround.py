"""`lightprobe estimate --surround`: videos of a turning camera."""

from __future__ import annotations

import json
from pathlib import Path

import av
import numpy as np
import pytest

from lightprobe.imaging import read_picture
from lightprobe.surround import Orientation

FRAMES = 12


@pytest.fixture
def walk(tmp_path: Path) -> Path:
    """A video of a camera that turns by 36° to the right, and a table of its orientations."""
    half = np.tan(np.radians(32.5))
    u, v = (2 * (np.arange(160) + 0.5) / 160 - 1) * half, (1 - 2 * (np.arange(120) + 0.5) / 120) * half * 0.75
    rays = np.stack(np.broadcast_arrays(1.0, v[:, None], u[None]), axis=-1)
    with av.open(str(tmp_path / "walk.mp4"), "w") as container:
        stream = container.add_stream("mpeg4", rate=30)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = 160, 120, "yuv420p", 4_000_000
        for number in range(FRAMES):
            x, y, z = np.moveaxis(rays @ Orientation(3 * number).axes, -1, 0) / np.linalg.norm(rays, axis=-1)
            gray = 90 + 60 * np.sin(6 * x + 2 * y) * np.cos(5 * z - 3 * y)
            pixels = np.repeat(np.rint(gray)[..., None].astype(np.uint8), 3, axis=2)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())
    rows = "\n".join(f"{number / 30},{3 * number},0,0" for number in range(FRAMES))
    (tmp_path / "walk.csv").write_text(f"time,yaw,pitch,roll\n{rows}\n")
    return tmp_path / "walk.mp4"


@pytest.mark.parametrize("orientation", [["--orientation", "walk.csv"], []])
def test_frames_are_gathered_into_an_environment(run, walk: Path, orientation: list[str]) -> None:
    ran = run("estimate", walk, "--fov", 65, *orientation, "--surround", "env.exr", "--json")
    assert ran.code == 0, ran.err
    seen = [json.loads(line)["seen"] for line in ran.out.splitlines()]
    assert len(seen) == FRAMES
    assert seen == sorted(seen)
    assert seen[-1] > 1.4 * seen[0]
    assert read_picture("env.exr").pixels.shape == (64, 128, 3)


def test_frames_that_the_table_leaves_out_are_passed_over(run, walk: Path) -> None:
    Path("half.csv").write_text("time,yaw,pitch\n0,0,0\n0.1,9,0\n")
    ran = run("estimate", walk, "--fov", 65, "--orientation", "half.csv", "--json")
    assert len(ran.out.splitlines()) == 7  # a tenth of a second beyond its end, too


def test_a_surround_needs_a_video_and_its_field_of_view(run, walk: Path) -> None:
    ran = run("estimate", walk, "--surround", "env.exr")
    assert ran.code == 2
    assert "expected one video and --fov with --surround or --orientation; give both" in ran.err


def test_a_damaged_table(run, walk: Path) -> None:
    Path("bad.csv").write_text("time,yaw\n0,0\n")
    ran = run("estimate", walk, "--fov", 65, "--orientation", "bad.csv")
    assert ran.code == 1
    assert "expected the columns time, yaw and pitch, got a table without pitch" in ran.err
