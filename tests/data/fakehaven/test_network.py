"""Conditions of the network, as a plain client meets them."""

from __future__ import annotations

import gzip
import hashlib
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx
import pytest

from lightprobe.data.fakehaven import running
from lightprobe.data.fakehaven.network import SILENT_AFTER, NetworkConditions


def file_of(url: str) -> dict[str, str]:
    return httpx.get(f"{url}/files/meadow_a_01").json()["hdri"]["1k"]["hdr"]


def test_stalls_are_counted_by_path() -> None:
    network = NetworkConditions(stalls=2)
    assert [network.stalls_now(path) for path in "aabab"] == [True, True, True, False, True]
    assert not NetworkConditions().stalls_now("a")


def test_a_cdn_is_two_redirects_away() -> None:
    with running("--count", "1", "--cdn") as url:
        file = file_of(url)
        first = httpx.get(file["url"])
        assert first.status_code == 302
        assert first.headers["Location"].split("/edge/")[0] != url
        second = httpx.get(first.headers["Location"])
        assert (second.status_code, second.headers["Location"][0]) == (307, "/")
        answer = httpx.get(file["url"], follow_redirects=True, headers={"Range": "bytes=100-"})
        assert (answer.status_code, len(answer.content)) == (206, int(file["size"]) - 100)
        paths = [request["path"] for request in httpx.get(f"{url}/_log").json()]
    assert sum("/edge/" in path for path in paths) == 2


def test_json_and_whole_files_are_compressed() -> None:
    with running("--count", "1", "--gzip") as url, httpx.Client(headers={"Accept-Encoding": "gzip"}) as client:
        with client.stream("GET", f"{url}/assets?type=hdris") as answer:
            assert answer.headers["Content-Encoding"] == "gzip"
            assert b"meadow_a_01" in gzip.decompress(b"".join(answer.iter_raw()))
        plain = client.get(f"{url}/assets?type=hdris", headers={"Accept-Encoding": "identity"})
        assert "Content-Encoding" not in plain.headers
        file = file_of(url)
        with client.stream("GET", file["url"], headers={"Accept-Encoding": "identity"}) as answer:
            body = gzip.decompress(b"".join(answer.iter_raw()))
        assert hashlib.md5(body).hexdigest() == file["md5"]


def test_a_connection_falls_silent() -> None:
    with running("--count", "1", "--silent") as url, httpx.Client(timeout=0.3) as client:
        for _ in range(SILENT_AFTER):
            assert client.get(f"{url}/types").status_code == 200
        with pytest.raises(httpx.ReadTimeout):
            client.get(f"{url}/types")
        assert client.get(f"{url}/types").status_code == 200  # on another connection


def test_a_transfer_stalls_once_and_can_be_resumed() -> None:
    with running("--count", "1", "--stalls", "1") as url, httpx.Client(timeout=0.3) as client:
        file = file_of(url)
        arrived = b""
        with client.stream("GET", file["url"]) as answer:
            pieces = answer.iter_raw()
            while len(arrived) < int(file["size"]) // 2:
                arrived += next(pieces)
            with pytest.raises(httpx.ReadTimeout):
                next(pieces)
        assert len(arrived) == int(file["size"]) // 2
        arrived += client.get(file["url"], headers={"Range": f"bytes={len(arrived)}-"}).content
    assert hashlib.md5(arrived).hexdigest() == file["md5"]


def test_dates_are_those_of_the_servers_clock() -> None:
    with running("--count", "1", "--skew", "7200") as url:
        ahead = parsedate_to_datetime(httpx.get(f"{url}/types").headers["Date"]) - datetime.now(UTC)
    assert timedelta(seconds=7100) < ahead < timedelta(seconds=7300)
