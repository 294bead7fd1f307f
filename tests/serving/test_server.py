"""The server of the page: what it answers, and to whom."""

from __future__ import annotations

import http.client
import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from lightprobe.errors import LightprobeError
from lightprobe.serving import PageServer
from lightprobe.serving.server import HEADERS, POLICY, byte_range, is_loopback

CLIP = bytes(range(256)) * 4


def test_the_page(ask) -> None:
    for path in ("/", "/index.html", "/?source=video#x"):
        answer = ask(path)
        assert (answer.status, answer.body) == (200, b"<!doctype html><title>toy</title>")
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["Content-Length"] == str(len(answer.body))
    assert ask("/media/gr%C3%BCn%201.txt").body == b"green"


def test_it_listens_to_this_machine_alone(serve: Callable[..., PageServer]) -> None:
    server = serve()
    assert server.socket.getsockname()[0] == "127.0.0.1"
    assert server.url == f"http://127.0.0.1:{server.server_port}/"


@pytest.mark.parametrize("path", ["/", "/media/clip.mp4", "/none", "/media"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_every_answer_has_security_headers(ask, path: str, method: str) -> None:
    headers = ask(path, method).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy == {
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
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Permissions-Policy"] == "camera=(self)"
    assert headers["Cache-Control"] == "no-cache"
    assert headers["Server"].strip() == "lightprobe"


def test_the_page_repeats_its_policy_for_hosts_that_send_no_headers() -> None:
    html = (Path(__file__).parents[2] / "web" / "demo" / "index.html").read_text(encoding="utf-8")
    found = re.search(r'http-equiv="Content-Security-Policy"\s+content="([^"]+)"', html)
    assert found
    assert found.start() < html.index("<script")  # a policy counts from where it stands
    parts = (part.split(maxsplit=1) for part in found[1].split(";"))
    policy = {name: " ".join(sources.split()) for name, sources in parts}
    assert policy == {name: sources for name, sources in POLICY.items() if name != "frame-ancestors"}
    assert f'<meta name="referrer" content="{HEADERS["Referrer-Policy"]}" />' in html


def test_head_has_no_body(ask) -> None:
    answer = ask("/media/clip.mp4", "HEAD")
    assert (answer.status, answer.body, answer.headers["Content-Length"]) == (200, b"", "1024")
    assert ask("/none", "HEAD").status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_nothing_but_reading(ask, method: str) -> None:
    answer = ask("/", method)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "path",
    [
        "/none",
        "/media",
        "/media/",
        "/.hidden",
        "//index.html/",
        "/media//clip.mp4",
        "/../secret.txt",
        "/media/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/media/..%5c..%5csecret.txt",
        "/c:/secret.txt",
        "/index.html%00.txt",
        "/link.txt",
        "/links/secret.txt",
        "/" + 300 * "a",
        "http://127.0.0.1/index.html",
        "*",
    ],
)
def test_nothing_but_the_page(ask, page: Path, path: str) -> None:
    (page / "link.txt").symlink_to(page.parent / "secret.txt")
    (page / "links").symlink_to(page.parent)
    answer = ask(path)
    assert (answer.status, answer.body) == (404, b"404 Not Found\n")


def test_a_link_within_the_page_is_followed(ask, page: Path) -> None:
    (page / "start.html").symlink_to(page / "index.html")
    assert ask("/start.html").status == 200


@pytest.mark.parametrize(
    ("header", "status", "part"),
    [
        ("bytes=0-", 206, (0, 1023)),
        ("bytes=100-199", 206, (100, 199)),
        ("bytes=1000-5000", 206, (1000, 1023)),
        ("bytes=-24", 206, (1000, 1023)),
        ("bytes=-5000", 206, (0, 1023)),
        ("bytes=1024-", 416, None),
        ("bytes=-0", 416, None),
        ("bytes=0-1,5-6", 200, None),
        ("bytes=9-3", 200, None),
        ("bytes=-", 200, None),
        ("lines=1-2", 200, None),
    ],
)
def test_ranges(ask, header: str, status: int, part: tuple[int, int] | None) -> None:
    answer = ask("/media/clip.mp4", Range=header)
    assert answer.status == status
    if part:
        first, last = part
        assert answer.headers["Content-Range"] == f"bytes {first}-{last}/1024"
        assert answer.headers["Content-Length"] == str(last - first + 1)
        assert answer.headers["Content-Type"] == "video/mp4"
        assert answer.body == CLIP[first : last + 1]
    elif status == 416:
        assert (answer.headers["Content-Range"], answer.body) == ("bytes */1024", b"")
    else:
        assert (answer.headers["Accept-Ranges"], answer.body) == ("bytes", CLIP)


def test_ranges_of_nothing() -> None:
    assert byte_range("bytes=0-", 0) == range(0)
    assert byte_range("bytes=-5", 0) == range(0)


def test_what_the_browser_holds_is_not_sent_again(ask, page: Path) -> None:
    tag = ask("/media/clip.mp4").headers["ETag"]
    answer = ask("/media/clip.mp4", If_None_Match=tag)
    assert (answer.status, answer.body) == (304, b"")
    assert ask("/media/clip.mp4", Range="bytes=0-3", If_Range=tag).status == 206
    (page / "media" / "clip.mp4").write_bytes(CLIP[:-1])
    assert ask("/media/clip.mp4", If_None_Match=tag).status == 200
    assert ask("/media/clip.mp4", Range="bytes=0-3", If_Range=tag).body == CLIP[:-1]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "[", "10.0.0.1"])
def test_other_names_of_this_machine_are_refused(ask, host: str) -> None:
    answer = ask("/", Host=host)
    assert (answer.status, answer.body) == (403, b"403 only requests to this machine are answered\n")


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "LOCALHOST:1", "[::1]:8000"])
def test_names_of_this_machine(ask, host: str) -> None:
    assert is_loopback(host)
    assert ask("/", Host=host).status == 200


def test_a_request_without_host_is_refused(serve: Callable[..., PageServer]) -> None:
    with socket.create_connection(("127.0.0.1", serve().server_port), timeout=10) as connection:
        connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert connection.makefile("rb").readline().startswith(b"HTTP/1.1 403 ")


def test_a_connection_serves_more_than_one_request(serve: Callable[..., PageServer]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", serve().server_port, timeout=10)
    for _ in range(3):
        connection.request("GET", "/media/clip.mp4")
        assert connection.getresponse().read() == CLIP
        connection.request("HEAD", "/media/clip.mp4")
        connection.getresponse().read()
        connection.request("GET", "/media/clip.mp4", headers={"Range": "bytes=5000-"})
        assert connection.getresponse().read() == b""
    connection.close()


def test_it_is_quiet(ask, capfd: pytest.CaptureFixture[str]) -> None:
    ask("/")
    ask("/none")
    assert capfd.readouterr() == ("", "")


def test_a_taken_port(serve: Callable[..., PageServer], page: Path) -> None:
    port = serve().server_port
    with pytest.raises(LightprobeError, match=rf"cannot listen at 127\.0\.0\.1:{port}: .*; choose another"):
        PageServer(page, port)
