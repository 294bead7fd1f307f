"""The HTTP server: Poly Haven's routes, and every way in which an answer can fail."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import socket
import struct
import threading
import time
from collections import Counter
from dataclasses import replace
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from lightprobe.data.fakehaven.faults import Faults
from lightprobe.data.fakehaven.network import SILENT_AFTER, NetworkConditions
from lightprobe.data.fakehaven.shelf import ODD, Shelf

ID = re.compile(r"[a-zA-Z0-9_-]{1,50}")
PIECE = 4096
"""Bytes written at a time."""
CHUNK = 1 << 16
"""Bytes read at a time."""
SLOW = 0.01
"""Wait between pieces of a slow body [s]."""


class Server(ThreadingHTTPServer):
    """A server on loopback that logs its requests."""

    daemon_threads = True

    request_queue_size = 64

    def __init__(
        self, port: int, shelf: Shelf, faults: Faults, network: NetworkConditions, bytes_per_second: float, ranges: bool
    ) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.shelf, self.faults, self.network = shelf, faults, network
        self.ranges, self.bytes_per_second = ranges, bytes_per_second
        self.log: list[dict[str, Any]] = []
        self.lock = threading.Lock()
        self.address = f"http://127.0.0.1:{self.server_address[1]}"
        self.cdn: Server | None = None
        """The server that has the files, where it is another."""

    def start_cdn(self) -> None:
        """Serve files from another port, in another thread, with the same log."""
        nearer = replace(self.network, cdn=False)
        self.cdn = Server(0, self.shelf, self.faults, nearer, self.bytes_per_second, self.ranges)
        self.cdn.log, self.cdn.lock = self.log, self.lock
        threading.Thread(target=self.cdn.serve_forever, args=(0.1,), daemon=True).start()

    def server_close(self) -> None:
        """Stop the other server too."""
        if self.cdn is not None:
            self.cdn.shutdown()
            self.cdn.server_close()
        super().server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore disconnects."""


def make_server(
    port: int,
    shelf: Shelf,
    faults: Faults,
    network: NetworkConditions | None = None,
    *,
    bytes_per_second: float = 0.0,
    ranges: bool = True,
) -> Server:
    """A server that listens; `serve_forever` makes it answer."""
    server = Server(port, shelf, faults, network or NetworkConditions(), bytes_per_second, ranges)
    if server.network.cdn:
        server.start_cdn()
    return server


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: Server  # pyright: ignore[reportIncompatibleVariableOverride]

    def setup(self) -> None:
        """Prepare for the requests of one connection."""
        super().setup()
        self.fault, self.record, self.answers = "", dict[str, Any](), 0

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing: GET /_log returns the log."""

    def do_DELETE(self) -> None:
        """Clear the log."""
        with self.server.lock:
            self.server.log.clear()
        self._json({})

    def do_GET(self) -> None:
        """Answer, or fail as `faults` says."""
        path, network = unquote(urlsplit(self.path).path), self.server.network
        if path == "/_log":
            with self.server.lock:
                log = list(self.server.log)
            self._json(log)
            return
        self.answers += 1
        time.sleep(network.latency)
        byte_range = self.headers.get("Range", "")
        self.fault = self.server.faults.next(path, bool(byte_range))
        agent = self.headers.get("User-Agent", "")
        self.record = {"path": self.path, "range": byte_range, "agent": agent, "fault": self.fault, "status": 0}
        with self.server.lock:
            self.server.log.append(self.record)
        if network.silent and self.answers > SILENT_AFTER:
            self.record["fault"] = "silent"
            self._wait_for_the_end()
        elif not self.headers.get("User-Agent") and not self.headers.get("Referer"):
            self._text(403, "Please name your software in the User-Agent header.")
        elif self.fault in ("429", "503", "503-date", "404"):
            wait = self.date_time_string(self._now() + 1) if self.fault.endswith("date") else "1"
            self._text(int(self.fault[:3]), "Not now.", {} if self.fault == "404" else {"Retry-After": wait})
        else:
            self._route(path, parse_qs(urlsplit(self.path).query))

    def _route(self, path: str, query: dict[str, list[str]]) -> None:
        shelf = self.server.shelf
        verb, _, rest = path.strip("/").partition("/")
        is_stored = verb in ("file", "asset_img")
        if self.server.cdn is not None and is_stored:
            self._text(302, "", {"Location": f"{self.server.cdn.address}/edge{path}?verify=1"})
        elif verb == "edge":
            self._text(307, "", {"Location": f"/{rest}"})
        elif path in shelf.redirects:
            self._text(302, "", {"Location": shelf.redirects[path]})
        elif verb == "types":
            self._json(["hdris", "textures", "models"])
        elif verb == "assets":
            self._assets(query)
        elif verb == "categories" and rest == "hdris":
            count = Counter(name for asset in shelf.assets.values() for name in asset["categories"])
            self._json({"all": len(shelf.assets)} | dict(count.most_common()))
        elif verb in ("info", "files"):
            self._one(verb, rest)
        elif (content := shelf.content(path)) is not None:
            if self.server.network.stalls_now(path) and is_stored:
                self.fault = self.record["fault"] = "stall"
            self._file(content)
        else:
            self._text(404, f"Cannot GET {path}")

    def _assets(self, query: dict[str, list[str]]) -> None:
        kind = query.get("type", ["all"])[0]
        if kind not in ("hdris", "all"):
            self._text(400, f"Unsupported asset type: {kind}.")
            return
        wanted = {name for names in query.get("categories", []) for name in names.split(",")}
        shelf = self.server.shelf
        if unknown := wanted - {name for asset in shelf.assets.values() for name in asset["categories"]}:
            self._text(400, f"Unknown category: {sorted(unknown)[0]}")
            return
        self._json({slug: self._described(slug) for slug, a in shelf.assets.items() if wanted <= set(a["categories"])})

    def _described(self, slug: str) -> dict[str, Any]:
        asset = self.server.shelf.assets[slug]
        return asset | {"thumbnail_url": f"{self.server.address}{asset['thumbnail_url']}?width=256&height=256"}

    def _one(self, verb: str, slug: str) -> None:
        shelf = self.server.shelf
        if not ID.fullmatch(slug):
            self._text(400, "No asset with that ID")
        elif slug not in shelf.assets:
            self._text(404, f"No asset with id {slug}")
        elif verb == "info":
            self._json(self._described(slug))
        else:
            tree = shelf.odd_tree if slug in ODD else shelf.tree
            self._json(tree(slug, self.server.address), {"Cache-Control": "public, max-age=43200"})

    def _file(self, content: bytes) -> None:
        if self.fault == "corrupt":
            middle = len(content) // 2
            content = (
                content[:middle] + bytes(255 - byte for byte in content[middle : middle + 16]) + content[middle + 16 :]
            )
        if self.fault == "short":
            content = content[: len(content) * 3 // 4]
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if not asked or not self.server.ranges or self.fault == "no-range":
            if self.server.network.gzip:
                self._send(200, gzip.compress(content), "application/octet-stream", {"Content-Encoding": "gzip"})
                return
            self._send(200, content, "application/octet-stream", {"Accept-Ranges": "bytes"})
            return
        start = int(asked.group(1)) // (2 if self.fault == "wrong-range" else 1)
        if start >= len(content) or self.fault == "416":
            self._send(416, b"", "text/plain", {"Content-Range": f"bytes */{len(content)}"})
            return
        content_range = {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"}
        self._send(206, content[start:], "application/octet-stream", content_range)

    def _json(self, value: object, headers: dict[str, str] | None = None) -> None:
        body = json.dumps(value).encode()
        etag = f'W/"{hashlib.sha1(body, usedforsecurity=False).hexdigest()}"'
        if self.headers.get("If-None-Match") == etag:
            self._send(304, b"", "application/json", {"ETag": etag})
        elif self.server.network.gzip and "gzip" in self.headers.get("Accept-Encoding", ""):
            more = {"ETag": etag, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
            self._send(200, gzip.compress(body), "application/json", more | (headers or {}))
        else:
            self._send(200, body, "application/json", {"ETag": etag} | (headers or {}))

    def _text(self, status: int, text: str, headers: dict[str, str] | None = None) -> None:
        self._send(status, text.encode(), "text/html; charset=utf-8", headers or {})

    def date_time_string(self, timestamp: float | None = None) -> str:
        """A date of this server's clock, as headers have it."""
        return formatdate(self._now() if timestamp is None else timestamp, usegmt=True)

    def _now(self) -> float:
        return time.time() + self.server.network.skew

    def _wait_for_the_end(self) -> None:
        """Say nothing until the client closes the connection."""
        while self.connection.recv(CHUNK):
            pass
        self.close_connection = True

    def _send(self, status: int, body: bytes, kind: str, headers: dict[str, str]) -> None:
        fault, self.record["status"] = self.fault, status
        self.send_response(status)
        for name, value in (headers | {"Content-Type": kind, "Content-Length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        end = len(body) // 2 if fault in ("cut", "reset", "stall") else len(body)
        rate = self.server.bytes_per_second
        for start in range(0, end, PIECE):
            self.wfile.write(body[start : min(start + PIECE, end)])
            self.wfile.flush()
            wait = SLOW if fault == "slow" else 0
            time.sleep(max(wait, PIECE / rate if rate else 0))
        if fault == "stall":
            self._wait_for_the_end()
        if fault == "reset":  # no lingering: the kernel sends RST
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if fault in ("cut", "reset"):
            self.close_connection = True
            self.connection.close()
        self.fault, self.record = "", {}
