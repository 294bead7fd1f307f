"""A toy page on a real socket."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lightprobe.serving import PageServer

CLIP = bytes(range(256)) * 4


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@pytest.fixture
def page(tmp_path: Path) -> Path:
    folder = tmp_path / "page"
    (folder / "model").mkdir(parents=True)
    (folder / "media").mkdir()
    (folder / "index.html").write_text("<!doctype html><title>toy</title>")
    (folder / "model" / "manifest.json").write_text('{"name": "own"}')
    (folder / "model" / "model.onnx").write_bytes(b"own")
    (folder / "media" / "clip.mp4").write_bytes(CLIP)
    (folder / "media" / "grün 1.txt").write_text("green")
    (folder / ".hidden").write_text("hidden")
    (tmp_path / "secret.txt").write_text("secret")
    return folder


@pytest.fixture
def serve(page: Path) -> Generator[Callable[..., PageServer]]:
    """serve(instead): a running server of the toy page."""
    running: list[tuple[PageServer, threading.Thread]] = []

    def start(instead: dict[str, Path | None] | None = None) -> PageServer:
        server = PageServer(page, 0, instead)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        running.append((server, thread))
        return server

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def ask(serve: Callable[..., PageServer]) -> Callable[..., Answer]:
    """ask(path, method, **headers) of the toy page; names of headers are written with _ for -."""
    server = serve()

    def request(path: str, method: str = "GET", *, of: PageServer = server, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", of.server_port, timeout=10)
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        answer = Answer(response.status, dict(response.getheaders()), response.read())
        connection.close()
        return answer

    return request
