"""A small HTTP server for the page's files: reachable from this machine only, with byte ranges and security headers.

Source: RFC 9110 (methods, conditions and ranges of HTTP); W3C, Content Security Policy Level 3, Trusted Types; WHATWG,
Fetch (Cross-Origin-Resource-Policy).
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
from lightprobe.serving.files import content_type, find_file

ADDRESS = "127.0.0.1"
LOOPBACK = {ADDRESS, "localhost", "::1"}
"""Host names that a browser on this machine may use."""

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
    "form-action": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "default",
    "frame-ancestors": "'none'",
}
"""Sources that the page may load: its own files, the user's files, and panoramas of Poly Haven on request.

A text never becomes HTML or a script (Trusted Types); the policy `default`, in web/demo/src/trust.ts, lets the page
start workers from its own folder. The page's index.html repeats all but `frame-ancestors`, which needs a header.
"""
HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in POLICY.items()),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self)",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Headers of every response. No other site may read or embed the files, not even one at another port."""
BLOCK_BYTES = 1 << 18
"""Number of bytes read from a file at a time."""


class PageServer(ThreadingHTTPServer):
    """Listens as soon as it is made; `serve_forever` answers requests, `server_close` stops listening."""

    daemon_threads = True

    def __init__(self, page: Path, port: int = 0, instead: Mapping[str, Path | None] | None = None) -> None:
        """Serve the folder `page` at a port, 0 for a free one; `instead` as in `files.find_file`.

        Raises: LightprobeError if the port is not available.
        """
        self.page = page
        self.instead = dict(instead or {})
        try:
            super().__init__((ADDRESS, port), _Handler)
        except OSError as error:
            raise LightprobeError(
                f"cannot listen at {ADDRESS}:{port}: {error.strerror}; choose another --port, or 0 for a free one"
            ) from None

    @property
    def url(self) -> str:
        """URL of the page."""
        return f"http://{ADDRESS}:{self.server_port}/"

    def server_bind(self) -> None:
        """As in the base class, but without looking up this machine's name, which can take seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = ADDRESS, self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore browsers that disconnect."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "lightprobe", ""
    error_content_type = "text/plain; charset=utf-8"
    error_message_format = "%(code)d %(message)s\n"
    timeout = 60
    """Idle time [s] after which a connection is closed."""

    def do_GET(self) -> None:
        if not is_loopback(self.headers.get("Host", "")):
            self.send_error(HTTPStatus.FORBIDDEN, "only requests to this machine are answered")
            return
        assert isinstance(self.server, PageServer)
        path = find_file(self.server.page, self.server.instead, self.path)
        try:
            file = path.open("rb") if path is not None else None
        except OSError:
            file = None
        if path is None or file is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        with file:
            self._send(file, content_type(path))

    do_HEAD = do_GET  # _send leaves the body out

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
        headers = {"Content-Type": kind, "Accept-Ranges": "bytes", "ETag": tag}
        if part is None:
            self._head(HTTPStatus.OK, headers | {"Content-Length": str(size)})
            part = range(size)
        elif part:
            headers |= {"Content-Length": str(len(part)), "Content-Range": f"bytes {part[0]}-{part[-1]}/{size}"}
            self._head(HTTPStatus.PARTIAL_CONTENT, headers)
        else:
            headers = {"Content-Length": "0", "Content-Range": f"bytes */{size}"}
            self._head(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers)
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
            block = file.read(min(BLOCK_BYTES, left))
            if not block:  # the file has become shorter than the announced length
                self.close_connection = True
                return
            self.wfile.write(block)
            left -= len(block)

    def send_response(self, code: int, message: str | None = None) -> None:
        """As in the base class, with the headers of every response."""
        super().send_response(code, message)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        if code == HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "GET, HEAD")

    def log_message(self, format: str, *args: Any) -> None:
        """Print no line per request."""


def is_loopback(host: str) -> bool:
    """Whether a Host header names this machine.

    Another name means that a foreign page lets its own host name point here, to read the served files (DNS rebinding).
    """
    try:
        return urlsplit(f"//{host}").hostname in LOOPBACK
    except ValueError:
        return False


def byte_range(header: str, size: int) -> range | None:
    """The bytes that a Range header selects; empty if there are none, None if the whole file is to be sent.

    Several ranges, other units and malformed headers are ignored, as the standard allows.
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
