"""Downloads: whole or not at all, whatever the network does."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest

from lightprobe import __version__
from lightprobe.data.acquire import polyhaven
from lightprobe.data.acquire.download import RemoteFile, RetryPolicy, Session, check_url, read_retry_after
from lightprobe.data.fakehaven import running
from lightprobe.errors import DownloadError, OutputError

from .client import download, listing, promised
from .served import logged

FILE = "/file/ph-assets/HDRIs/hdr/1k/meadow_a_01_1k.hdr"


def test_every_request_names_the_software(url: str, tmp_path: Path) -> None:
    httpx.delete(f"{url}/_log")
    listing(url, tmp_path)
    file = promised(url)
    download(url, file, tmp_path / "a.hdr")
    agents = {request["agent"] for request in logged(url)} - {f"python-httpx/{httpx.__version__}"}
    assert agents == {f"lightprobe/{__version__} (open-source HDRI client)"}


def test_nobody_there(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=r"cannot connect: .*; check the connection"):
        listing("http://127.0.0.1:9", tmp_path)


@pytest.mark.parametrize(
    "bad",
    [
        "file:///etc/passwd",
        "ftp://dl.polyhaven.org/a",
        "http://dl.polyhaven.org/a",
        "http://localhost:1@evil.org/a",
        "https://user@polyhaven.org/a",
        "https:///a",
        "//dl.polyhaven.org/a",
        "https://[bad/a",
        "",
    ],
)
def test_other_addresses_are_not_opened(bad: str) -> None:
    with pytest.raises(DownloadError, match="not an https address"):
        check_url(bad, "http://127.0.0.1:5")


def test_https_anywhere_and_http_at_home_are_opened() -> None:
    check_url("https://dl.polyhaven.org/file/a.hdr", "https://api.polyhaven.com")
    check_url("http://127.0.0.1:77/file/a.hdr", "http://127.0.0.1:5")
    with pytest.raises(DownloadError):
        check_url("http://api.polyhaven.com/a", "https://api.polyhaven.com")


def test_retry_after_in_seconds_and_as_date() -> None:
    assert read_retry_after("7") == 7
    soon = read_retry_after(format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True))
    assert soon is not None
    assert 28 < soon <= 30
    assert read_retry_after(format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True)) == 0
    assert read_retry_after("soon") is read_retry_after("") is None


@pytest.mark.parametrize("skew", [timedelta(hours=-30), timedelta(hours=5), timedelta()])
def test_a_retry_after_date_is_read_by_the_servers_clock(skew: timedelta) -> None:
    now = datetime.now(UTC) + skew
    until, date = (format_datetime(moment, usegmt=True) for moment in (now + timedelta(seconds=40), now))
    assert read_retry_after(until, date) == 40
    assert read_retry_after(date, until) == 0
    assert read_retry_after("7", date) == 7
    for without in (read_retry_after(date, "yesterday"), read_retry_after(date)):  # by our clock
        assert without == pytest.approx(max(0, skew.total_seconds()), abs=2)


def test_silence_ends_after_fifteen_seconds() -> None:
    assert RetryPolicy().timeout == 15
    session = Session("http://127.0.0.1:9")
    assert session._client.timeout == httpx.Timeout(15, pool=None)
    asyncio.run(session._client.aclose())


CONDITIONS = {
    "cdn": ("--cdn",),
    "gzip": ("--gzip",),
    "stall": ("--stalls", "1"),
    "stall twice, on a CDN that compresses": ("--stalls", "2", "--cdn", "--gzip"),
    "silent": ("--silent",),
    "skew": ("--skew", "-90000"),
}


@pytest.mark.parametrize("kind", CONDITIONS)
def test_a_file_arrives_whatever_the_network_is_like(kind: str, tmp_path: Path) -> None:
    with running("--count", "1", *CONDITIONS[kind]) as url:
        file = promised(url)
        patient = RetryPolicy(attempts=3, first_wait=0.01, timeout=0.3)
        assert sum(download(url, file, tmp_path / "a.hdr", patient)) == file.size
        ranges = [str(request["range"]) for request in logged(url) if "/file/" in str(request["path"])]
    assert hashlib.md5((tmp_path / "a.hdr").read_bytes()).hexdigest() == file.md5
    assert [path.name for path in tmp_path.iterdir()] == ["a.hdr"]
    if kind == "stall":
        assert ranges == ["", f"bytes={file.size // 2}-"]


def test_the_rest_of_a_file_is_not_taken_compressed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A range of compressed bytes does not continue the file's own bytes."""
    content = bytes(range(256)) * 40
    answers: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked = request.headers.get("Range", "")
        answers.append(asked)
        body = gzip.compress(content[5000:] if asked else content)
        more = {"Content-Range": f"bytes 5000-{len(content) - 1}/{len(content)}"} if asked else {}
        return httpx.Response(206 if asked else 200, content=body, headers={"Content-Encoding": "gzip"} | more)

    client = httpx.AsyncClient
    monkeypatch.setattr(httpx, "AsyncClient", lambda **_: client(transport=httpx.MockTransport(answer)))
    file = RemoteFile(url="https://x.org/a", md5=hashlib.md5(content).hexdigest(), size=len(content))
    (tmp_path / f".a.hdr.{file.md5[:8]}.part").write_bytes(content[:5000])
    download("https://x.org", file, tmp_path / "a.hdr")
    assert answers == ["bytes=5000-", ""]
    assert (tmp_path / "a.hdr").read_bytes() == content


def test_a_stopped_download_goes_on_where_it_was(url: str, tmp_path: Path) -> None:
    file, target = promised(url), tmp_path / "a.hdr"
    whole = httpx.get(file.url).content
    part = tmp_path / f".a.hdr.{file.md5[:8]}.part"
    part.write_bytes(whole[:5000])
    httpx.delete(f"{url}/_log")
    reported = download(url, file, target)
    assert [(request["range"], request["status"]) for request in logged(url)] == [("bytes=5000-", 206)]
    assert target.read_bytes() == whole
    assert sum(reported) == file.size
    assert not part.exists()


def test_a_server_that_does_not_resume_sends_all(tmp_path: Path) -> None:
    with running("--count", "1", "--no-range") as url:
        file = promised(url)
        (tmp_path / f".a.hdr.{file.md5[:8]}.part").write_bytes(b"x" * 5000)
        assert sum(download(url, file, tmp_path / "a.hdr")) == file.size
    assert len((tmp_path / "a.hdr").read_bytes()) == file.size


@pytest.mark.parametrize("rest", [b"x" * 5000, b"x" * 10**6], ids=["wrong", "too long"])
def test_a_part_of_something_else_is_thrown_away(url: str, tmp_path: Path, rest: bytes) -> None:
    file = promised(url)
    (tmp_path / f".a.hdr.{file.md5[:8]}.part").write_bytes(rest)
    assert sum(download(url, file, tmp_path / "a.hdr")) == file.size
    assert (tmp_path / "a.hdr").read_bytes() == httpx.get(file.url).content


@pytest.mark.parametrize("kind", ["416", "wrong-range", "no-range", "reset", "cut", "corrupt", "short", "503-date"])
def test_each_misfortune_is_survived(kind: str, tmp_path: Path) -> None:
    from lightprobe.data.fakehaven.faults import RESUMED, Faults

    def meets(seed: int) -> bool:
        faults = Faults(rate=0.3, seed=seed)
        fates = [faults.next(FILE, is_resumed=turn == 0 and kind in RESUMED) for turn in range(3)]
        return fates == [kind, "", ""] and not Faults(rate=0.3, seed=seed).next("/files/meadow_a_01", is_resumed=False)

    with running("--count", "1", "--faults", "0.3", "--seed", str(next(filter(meets, range(10**5))))) as url:
        file = promised(url)
        if kind in RESUMED:
            (tmp_path / f".a.hdr.{file.md5[:8]}.part").write_bytes(b"x" * 5000)
        assert sum(download(url, file, tmp_path / "a.hdr")) == file.size
        requests = logged(url)
    assert requests[1]["fault"] == kind
    if kind == "cut":
        assert str(requests[2]["range"]).startswith("bytes=")
    assert [path.name for path in tmp_path.iterdir()] == ["a.hdr"]


def test_attempts_start_anew_after_progress(tmp_path: Path) -> None:
    from lightprobe.data.fakehaven.faults import Faults

    def meets(seed: int) -> bool:
        faults = Faults(rate=0.5, seed=seed)
        fates = [faults.next(FILE, is_resumed=turn > 0) for turn in range(3)]
        return fates == ["cut", "cut", ""] and not Faults(rate=0.5, seed=seed).next("/files/meadow_a_01", False)

    with running("--count", "1", "--faults", "0.5", "--seed", str(next(filter(meets, range(10**5))))) as url:
        file = promised(url)
        assert sum(download(url, file, tmp_path / "a.hdr", RetryPolicy(attempts=1))) == file.size


def test_attempts_end(tmp_path: Path) -> None:
    with running("--count", "1", "--odd") as url:
        file = promised(url, "odd_md5")
        with pytest.raises(DownloadError, match=r"download failed after 3 attempts: the file's MD5 is not 0{32}"):
            download(url, file, tmp_path / "a.hdr")
        assert sum("odd_md5_1k.hdr" in str(request["path"]) for request in logged(url)) == 3
    assert list(tmp_path.iterdir()) == []


def test_too_long_a_wait_is_not_waited_for(tmp_path: Path) -> None:
    from lightprobe.data.fakehaven.faults import Faults

    path = "/assets"
    seed = next(seed for seed in range(1000) if Faults(rate=0.5, seed=seed).next(path, is_resumed=False) == "429")
    with running("--count", "1", "--faults", "0.5", "--seed", str(seed)) as url:

        async def ask() -> None:
            hurry = RetryPolicy(attempts=3, max_retry_after=0.5)
            async with Session(url, retries=hurry) as session:
                await polyhaven.assets(session, tmp_path)

        with pytest.raises(DownloadError, match=r"HTTP 429 .*; the server asks to retry after 1 s \(limit"):
            asyncio.run(ask())


def test_redirects_out_of_the_web_are_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="'file:///etc/hostname': not an https address"):
        download(url, promised(url, "odd_redirect"), tmp_path / "a.hdr")
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(url: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"nowhere/a.hdr: cannot write the file: No such file"):
        download(url, promised(url), tmp_path / "nowhere" / "a.hdr")
