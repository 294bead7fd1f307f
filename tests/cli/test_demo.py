"""`lightprobe demo`: the page is served until it is interrupted."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
import webbrowser
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lightprobe import serving

CODE = """
import sys, webbrowser
from pathlib import Path
from lightprobe import serving
from lightprobe.cli import main
serving.PAGE = Path(sys.argv.pop(1))
webbrowser.open = lambda url: print("opened", url, flush=True)
main()
"""


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "page"
    folder.mkdir()
    (folder / "index.html").write_text("toy")
    monkeypatch.setattr(serving, "PAGE", folder)
    return folder


@contextmanager
def start(page: Path, *arguments: str) -> Generator[subprocess.Popen[str]]:
    """The command in a process of its own, which does not outlive the test."""
    command = [sys.executable, "-c", CODE, str(page), "demo", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C cannot be sent to one process there")
def test_from_the_first_line_to_ctrl_c(page: Path) -> None:
    with start(page, "--no-open") as process:
        assert process.stdout
        line = process.stdout.readline()
        url = re.fullmatch(r"lightprobe demo at (http://127\.0\.0\.1:\d+/) until Ctrl-C\n", line)
        assert url
        with urllib.request.urlopen(url[1], timeout=10) as answer:
            assert answer.read() == b"toy"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        assert process.returncode == 130
        assert (out, err.count("Traceback")) == ("", 0)


def test_it_opens_the_browser(page: Path) -> None:
    with start(page) as process:
        assert process.stdout
        url = process.stdout.readline().split()[3]
        assert process.stdout.readline() == f"opened {url}\n"


def test_without_a_page(run, page: Path) -> None:
    (page / "index.html").unlink()
    ran = run("demo", "--no-open")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert ran.err.endswith("page; run `make page` (needs Node) or install the wheel\n")


def test_without_a_model(run, page: Path, tmp_path: Path) -> None:
    ran = run("demo", "--no-open", "--model", tmp_path / "none")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "expected a model folder with manifest.json, got no such folder" in ran.err


def test_a_taken_port(run, page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda url: pytest.fail("there is nothing to open"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = run("demo", "--port", port)
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert f"cannot listen at 127.0.0.1:{port}: Address already in use" in ran.err
    assert run("demo", "--port", 70000).code == 2
