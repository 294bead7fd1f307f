"""A small HTTP server of the page's files: for this machine alone, with ranges and security headers.

Source: RFC 9110 (methods, conditions and ranges of HTTP); W3C, Content Security Policy Level 3.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from lightprobe.errors import LightprobeError
from lightprobe.serving.files import content_type, find

ADDRESS = "127.0.0.1"
LOOPBACK = {ADDRESS, "localhost", "::1"}
"""Names by which a browser on this machine may call it."""

POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'wasm-unsafe-eval'",
    "worker-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob: https://cdn.polyhaven.com https://dl.polyhaven.org",
    "media-src": "'self' blob:",
    "connect-src": "'self' blob: data: https://api.polyhaven.com https://cdn.polyhaven.com https://dl.polyhaven.org",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
"""What the page may load: its own files, those the user drops, and panoramas of Poly Haven where the user asks."""
HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in POLICY.items()),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self)",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Sent with every answer."""
BLOCK = 1 << 18
"""Bytes of a file that are read at a time."""


class PageServer(ThreadingHTTPServer):
    """Listens from the start; `serve_forever` answers, `server_close` ends it."""

    daemon_threads = True

    def __init__(self, page: Path, port: int = 0, instead: Mapping[str, Path | None] | None = None) -> None:
        """Serve the folder `page` at a port, 0 for a free one; `instead` as in `files.find`.

        Raises: LightprobeError if the port cannot be had.
        """
        self.page = page
        self.instead = dict(instead or {})
        try:
            super().__init__((ADDRESS, port), _Handler)
        except OSError as error:
            raise LightprobeError(
                f"expected to listen at {ADDRESS}:{port}, got: {error.strerror}; choose another --port, or 0"
            ) from None

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://{ADDRESS}:{self.server_port}/"

    def server_bind(self) -> None:
        """As the base class, without asking the network for this machine's name, which can take seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = ADDRESS, self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hangs up is nothing to talk about."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "lightprobe", ""
    error_content_type = "text/plain; charset=utf-8"
    error_message_format = "%(code)d %(message)s\n"
    timeout = 60
    """Of silence [s], after which the connection is closed."""

    def do_GET(self) -> None:
        if not is_loopback(self.headers.get("Host", "")):
            self.send_error(HTTPStatus.FORBIDDEN, "expected a request for this machine")
            return
        assert isinstance(self.server, PageServer)
        path = find(self.server.page, self.server.instead, self.path)
        try:
            file = path.open("rb") if path is not None else None
        except OSError:
            file = None
        if path is None or file is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        with file:
            self._send(file, content_type(path))

    do_HEAD = do_GET  # the body is left out where it would be written

    def refuse(self) -> None:
        self.send_error(HTTPStatus.METHOD_NOT_ALLOWED)

    do_CONNECT = do_DELETE = do_OPTIONS = do_PATCH = do_POST = do_PUT = do_TRACE = refuse

    def _send(self, file: BinaryIO, kind: str) -> None:
        held = os.fstat(file.fileno())
        size, tag = held.st_size, f'"{held.st_mtime_ns:x}-{held.st_size:x}"'
        if self.headers.get("If-None-Match") == tag:
            self._head(HTTPStatus.NOT_MODIFIED, {"ETag": tag})
            return
        wanted = self.headers.get("Range") if self.headers.get("If-Range", tag) == tag else None
        part = byte_range(wanted, size) if wanted is not None else None
        told = {"Content-Type": kind, "Accept-Ranges": "bytes", "ETag": tag}
        if part is None:
            self._head(HTTPStatus.OK, told | {"Content-Length": str(size)})
            part = range(size)
        elif part:
            told |= {"Content-Length": str(len(part)), "Content-Range": f"bytes {part[0]}-{part[-1]}/{size}"}
            self._head(HTTPStatus.PARTIAL_CONTENT, told)
        else:
            told = {"Content-Length": "0", "Content-Range": f"bytes */{size}"}
            self._head(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, told)
        if self.command != "HEAD":
            self._copy(file, part)

    def _head(self, status: HTTPStatus, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _copy(self, file: BinaryIO, part: range) -> None:
        file.seek(part.start)
        left = len(part)
        while left:
            block = file.read(min(BLOCK, left))
            if not block:  # the file has become shorter: what was promised cannot be kept
                self.close_connection = True
                return
            self.wfile.write(block)
            left -= len(block)

    def send_response(self, code: int, message: str | None = None) -> None:
        """As the base class, with the headers that every answer has."""
        super().send_response(code, message)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        if code == HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "GET, HEAD")

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: one line with the URL is enough."""


def is_loopback(host: str) -> bool:
    """Whether a Host header names this machine.

    Another name means that a page from elsewhere has had its own name point here, to read what is served.
    """
    try:
        return urlsplit(f"//{host}").hostname in LOOPBACK
    except ValueError:
        return False


def byte_range(header: str, size: int) -> range | None:
    """Bytes that a Range header asks for; empty where there are none, None where all are to be sent.

    Several ranges at once, other units and nonsense are passed over, as the standard allows.
    """
    match = re.fullmatch(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", header, re.ASCII)
    if match is None or match[0].endswith("=-"):
        return None
    first, last = match[1], match[2]
    if not first:
        return range(max(size - int(last), 0), size) if last else None
    if last and int(last) < int(first):
        return None
    start, stop = int(first), min(int(last) + 1, size) if last else size
    return range(start, stop) if start < stop else range(0)
