"""`lightprobe fetch`, as a process of its own."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from lightprobe.data.fakehaven import running
from lightprobe.data.fakehaven.pictures import KINDS, panorama
from lightprobe.imaging.formats.exr import write_exr

from ..data.acquire.served import hdri_files, logged, truth, visible, watched

COMMAND = [sys.executable, "-m", "lightprobe", "fetch"]


def begun(folder: Path) -> bool:
    """Whether a download has brought something and is not over."""
    with contextlib.suppress(FileNotFoundError):  # it is over now
        return any(path.stat().st_size for path in folder.glob(".*.part"))
    return False


@pytest.mark.slow
def test_what_is_interrupted_is_completed_by_the_next_run(tmp_path: Path) -> None:
    out, known = tmp_path / "hdris", truth(20, 64)
    with running("--count", "20", "--rate", "30000") as url, watched(out, known) as wrong:
        command = [*COMMAND, "--out", str(out), "--api-url", url, "--jobs", "4"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            deadline = time.monotonic() + 40
            while len(hdri_files(out)) < 6 or not begun(out):
                assert time.monotonic() < deadline
                assert process.poll() is None
                time.sleep(0.005)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=5)
            assert process.returncode != 0
        arrived = visible(out)
        parts = {path.name.split(".hdr")[0][1:] + ".hdr": path.read_bytes() for path in out.glob(".*.part")}
        whole = {name for name, part in parts.items() if hashlib.md5(part).hexdigest() == known[name]}
        assert 6 <= len(arrived) < 20
        assert any(parts.values())
        assert arrived.items() <= known.items()

        httpx.delete(f"{url}/_log")
        ran = subprocess.run([*command, "--json"], capture_output=True, text=True, check=True)
        result = json.loads(ran.stdout)
        files = {str(r["path"]).rsplit("/", 1)[1]: r for r in logged(url) if "/file/" in str(r["path"])}
        assert files.keys() == known.keys() - arrived.keys() - whole
        for name, part in parts.items():
            if part and name not in whole:
                assert files[name]["range"] == f"bytes={len(part)}-"
        assert (len(result["kept"]), result["failed"]) == (len(arrived), {})
    assert wrong == []
    assert visible(out) == known
    assert list(out.rglob("*.part")) == []


def test_a_dry_run_leaves_no_trace(tmp_path: Path) -> None:
    with running("--count", "5") as url:
        ran = subprocess.run(
            [*COMMAND, "--out", str(tmp_path / "hdris"), "--api-url", url, "--dry-run"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert not [r for r in logged(url) if "/file/" in str(r["path"])]
    assert "5 HDRIs, 0.2 MB; nothing downloaded" in ran.stdout
    assert "Powered by Poly Haven" in ran.stdout
    assert list(tmp_path.iterdir()) == []


def test_command_prints_size_before_and_failures_after(tmp_path: Path) -> None:
    with running("--count", "4") as url:
        environment = os.environ | {"LIGHTPROBE_POLYHAVEN_URL": url}
        ran = subprocess.run(
            [*COMMAND, "--out", str(tmp_path), "--ids", "meadow_a_01,gone"],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
    assert ran.returncode == 1
    assert "Downloading: 1 files, 0.0 MB" in ran.stderr
    assert "lightprobe: gone: Poly Haven has no HDRI with this id" in ran.stderr
    assert f"{tmp_path}: 2 HDRIs wanted, 1 added, 0 already there, 1 failed" in ran.stdout


def test_a_full_disk_is_named_and_leaves_nothing_unverified(tmp_path: Path) -> None:
    with running("--count", "4") as url:
        ran = subprocess.run(
            [*COMMAND, "--out", str(tmp_path), "--api-url", url],
            capture_output=True,
            text=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
            check=False,
        )
    assert ran.returncode == 1
    assert "cannot write the file: File too large; make room or choose another folder" in ran.stderr
    assert visible(tmp_path) == {}


def test_command_for_a_local_folder(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    for number, kind in enumerate(KINDS):
        write_exr(mine / f"{kind}.exr", panorama(kind, number, 64))
    arguments = ["--from", str(mine), "--out", str(tmp_path / "hdris")]
    ran = subprocess.run([*COMMAND, *arguments, "--json"], capture_output=True, text=True, check=True)
    assert len(json.loads(ran.stdout)["fetched"]) == 5
    refused = subprocess.run([*COMMAND, *arguments, "--category", "night"], capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert "--from takes none of --category, --api-url" in refused.stderr
