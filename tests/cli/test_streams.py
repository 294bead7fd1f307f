"""Standard output and error hold what the command line says, and nothing that a decoder says."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from lightprobe.cli.streams import without_native_output

PROGRAM = """
import os, sys
from lightprobe.cli.streams import without_native_output
print("before")
with without_native_output():
    os.write(1, b"native 1\\n")
    os.write(2, b"native 2\\n")
    print("inside")
    print("inside, too", file=sys.stderr)
os.write(1, b"after\\n")
os.write(2, b"after, too\\n")
"""


def test_native_output_is_dropped_and_ours_is_kept() -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert sorted(ran.stdout.splitlines()) == ["after", "before", "inside"]
    assert ran.stderr.splitlines() == ["inside, too", "after, too"]


@pytest.mark.parametrize("closed", ["1", "2"])
def test_a_process_without_these_descriptors_runs_on(closed: str) -> None:
    program = "from lightprobe.cli.streams import without_native_output as quiet\nwith quiet(): pass"
    command = f"{sys.executable} -c '{program}' {closed}>&-"
    assert subprocess.run(["sh", "-c", command], check=False).returncode == 0


def test_buffers_of_others_are_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with without_native_output():
        print("kept")
    assert capsys.readouterr().out == "kept\n"


def test_descriptors_are_not_lost() -> None:
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        with without_native_output():
            pass
    assert len(os.listdir("/proc/self/fd")) == before
