"""How commands end: signals, folders that another process writes to, and names that steer terminals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lightprobe.folder_lock import folder_lock
from lightprobe.untrusted.terminal import printable

from ..data.pairs_toys import toy_folder

SLEEPER = """
import sys, time
from pathlib import Path
import lightprobe.cli as cli
from lightprobe.folder_lock import folder_lock
from lightprobe.imaging.output import atomic

def app(**options):
    with folder_lock(Path(sys.argv[1])), atomic(Path(sys.argv[1]) / "a.png"):
        print("begun", flush=True)
        time.sleep(30)

cli.app = app
cli.main()
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)])
def test_signals_leave_no_temporary_files(tmp_path: Path, number: signal.Signals, code: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SLEEPER, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        assert len(os.listdir(tmp_path)) == 2
        process.send_signal(number)
        _, err = process.communicate(timeout=10)
    assert process.returncode == code
    assert "Traceback" not in err
    assert os.listdir(tmp_path) == []


def test_nohup_stays_in_force(tmp_path: Path) -> None:
    probe = "import lightprobe.cli as c; c.app = lambda **options: print(signal.getsignal(1) == signal.SIG_IGN)"
    code = f"import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n{probe}\nc.main()"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "True\n"


def test_folders_in_use_are_refused_in_one_line(run, tmp_path: Path) -> None:
    hdris, out = toy_folder(tmp_path / "hdris"), tmp_path / "out"
    out.mkdir()
    commands = (
        ("pairs", hdris, "--variants", "1", "--size", "32x16"),
        ("suite", "build", hdris, "--split", "all", "--size", "64x32"),
        ("fetch", "--from", hdris),
        ("evaluate", "--model", "plain", "--suite", "analytic", "--no-page", "--no-baselines", "--size", "64x32"),
    )
    for command in commands:
        with folder_lock(out):
            ran = run(*command, "--out", out)
            assert os.listdir(out) == [".lock"]
        assert ran.code == 1
        assert ran.err.splitlines()[-1].startswith(f"lightprobe: {out}: another lightprobe is writing to this folder")
        assert "Traceback" not in ran.err


HOSTILE = "x\x1b[2J\x1b]0;title\x07\u202ey"


def test_names_that_steer_terminals_are_written_out(run, tmp_path: Path) -> None:
    """In errors, tables and notes, from arguments, catalogs and manifests."""
    folder = toy_folder(tmp_path / "hdris", count=2)
    (folder / "catalog.csv").write_text(
        f"slug,file,group,licence,stratum,md5\naaa,aaa.exr,{HOSTILE},{HOSTILE},{HOSTILE},\n"
        f"bbb,{HOSTILE.replace(chr(27), '').replace(chr(7), '')}.exr,{HOSTILE},,,\n"
    )
    model = tmp_path / f"model{HOSTILE}"
    model.mkdir()
    (model / "manifest.json").write_text("[")
    prints = [
        run("catalog", folder, "--no-sheet"),
        run("estimate", tmp_path / f"{HOSTILE}.png"),
        run("inspect", model),
        run("pairs", tmp_path / HOSTILE),
        run("suite", "show", HOSTILE),
        run("fetch", "--from", folder / HOSTILE, "--out", tmp_path / "out", "--dry-run"),
        run("evaluate", "--predictions", f"{HOSTILE}.npz", "--no-page"),
    ]
    for ran in prints:
        text = ran.out + ran.err
        assert printable(text, keep="\n") == text
        assert "\\x1b[2J" in text or "\\u202e" in text
    assert [ran.err.count("\n") for ran in prints[2:]] == [1] * 5


def test_json_stays_json(run, tmp_path: Path) -> None:
    folder = toy_folder(tmp_path / "hdris", count=1)
    (folder / "catalog.csv").write_text(f"slug,file,group\naaa,aaa.exr,{HOSTILE}\n")
    ran = run("catalog", folder, "--no-sheet", "--json")
    assert json.loads(ran.out)["scenes"] == {HOSTILE: 1}
    assert ran.out.isascii()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [("conventions",), ("conventions", "--json"), ("estimate", "pano.png", "--json")])
def test_a_full_disk_behind_standard_output_is_one_line(arguments: tuple[str, ...], pano: Path) -> None:
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "lightprobe", *arguments]
        done = subprocess.run(command, cwd=pano.parent, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    message = "lightprobe: the result cannot be printed: No space left on device; choose another place\n"
    assert (done.returncode, done.stderr) == (1, message)
