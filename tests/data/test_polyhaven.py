"""The client, spoken to over real HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest

from lightprobe import __version__
from lightprobe.data.acquire import polyhaven
from lightprobe.data.acquire.download import Patience, RemoteFile, Session, check_url, wait_asked
from lightprobe.data.acquire.polyhaven import Asset, Wish
from lightprobe.data.fakehaven import running
from lightprobe.errors import DownloadError, OutputError

HASTE = Patience(attempts=3, first_wait=0.01, longest_wait=0.02, longest_asked=2, timeout=5)
FILE = "/file/ph-assets/HDRIs/hdr/1k/meadow_a_01_1k.hdr"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running("--count", "12", "--odd") as address:
        yield address


def log(url: str) -> list[dict[str, object]]:
    return httpx.get(f"{url}/_log").json()


def listing(url: str, cache: Path) -> dict[str, Asset]:
    async def ask() -> dict[str, Asset]:
        async with Session(url, patience=HASTE) as session:
            return await polyhaven.assets(session, cache)

    return asyncio.run(ask())


def download(url: str, file: RemoteFile, target: Path, patience: Patience = HASTE) -> list[int]:
    told: list[int] = []

    async def ask() -> None:
        async with Session(url, patience=patience, seed=1) as session:
            await session.download(file, target, told.append)

    asyncio.run(ask())
    return told


def promised(url: str, slug: str = "meadow_a_01", resolution: str = "1k") -> RemoteFile:
    return RemoteFile(**httpx.get(f"{url}/files/{slug}").json()["hdri"][resolution]["hdr"])


def test_assets_are_understood(url: str, tmp_path: Path) -> None:
    asset = listing(url, tmp_path)["meadow_a_01"]
    assert asset.name == "Meadow A 01"
    assert "outdoor" in asset.categories
    assert asset.coordinates == (-30.0, 25.5)
    assert asset.authors == ("Nobody",)
    assert (asset.evs_cap, asset.whitebalance, asset.date_published) == (12, 5500, "2017-07-14")


def test_impossible_ids_are_passed_over_and_odd_types_count_as_absent(url: str, tmp_path: Path) -> None:
    found = listing(url, tmp_path)
    assert all(slug.replace("_", "").isalnum() for slug in found)
    odd = found["odd_types"]
    assert (odd.coordinates, odd.authors, odd.evs_cap) == (None, (), None)
    assert odd.categories == ("outdoor",)  # from the attributes


def test_the_listing_is_kept_and_asked_for_again_by_its_etag(url: str, tmp_path: Path) -> None:
    httpx.delete(f"{url}/_log")
    first = listing(url, tmp_path)
    assert listing(url, tmp_path) == first
    assert [request["status"] for request in log(url)] == [200]
    kept = json.loads((tmp_path / "assets.json").read_text())
    (tmp_path / "assets.json").write_text(json.dumps(kept | {"fetched": 0}))
    assert listing(url, tmp_path) == first
    assert [request["status"] for request in log(url)] == [200, 304]
    (tmp_path / "assets.json").write_text("{damaged")
    assert listing(url, tmp_path) == first


def test_every_request_names_the_software(url: str, tmp_path: Path) -> None:
    httpx.delete(f"{url}/_log")
    listing(url, tmp_path)
    file = promised(url)
    download(url, file, tmp_path / "a.hdr")
    agents = {request["agent"] for request in log(url)} - {f"python-httpx/{httpx.__version__}"}
    assert agents == {f"lightprobe/{__version__} (open-source HDRI client)"}


def test_what_is_no_api_is_refused(tmp_path: Path) -> None:
    with running("--count", "0") as url, pytest.raises(DownloadError, match="expected a listing of HDRIs, got none"):
        listing(url, tmp_path)


def test_nobody_there(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=r"expected an answer, got: .*; check the connection"):
        listing("http://127.0.0.1:9", tmp_path)


def test_choose_file_says_what_there_is() -> None:
    promise = {"url": "https://x.org/a", "md5": "0" * 32, "size": 3}
    tree = {"16k": {"hdr": promise}, "2k": {"hdr": promise, "exr": promise | {"md5": "?"}}, "huge\x1b": {}}
    assert polyhaven.choose_file(tree, "2k", "hdr").size == 3
    with pytest.raises(DownloadError, match="expected resolution 1k, got 2k, 16k; use --resolution"):
        polyhaven.choose_file(tree, "1k", "hdr")
    with pytest.raises(DownloadError, match="expected format exr, got hdr; use --format"):
        polyhaven.choose_file(tree, "16k", "exr")
    with pytest.raises(DownloadError, match="expected address, MD5 and size"):
        polyhaven.choose_file(tree, "2k", "exr")


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({"resolution": "huge"}, "expected a resolution such as"),
        ({"format": "png"}, "expected format hdr or exr"),
        ({"limit": 0}, "expected a limit of at least 1"),
        ({"jobs": 99}, "expected 1 to 32 jobs"),
        ({"ids": ("../x",)}, "expected ids of up to 50 letters"),
    ],
)
def test_impossible_wishes_are_refused(wish: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Wish(**wish)


def test_a_larger_limit_adds_to_a_smaller_one(url: str, tmp_path: Path) -> None:
    known = listing(url, tmp_path)
    few, more = (polyhaven.choose_assets(known, Wish(limit=limit)) for limit in (4, 9))
    assert more[:4] == few
    assert polyhaven.choose_assets(known, Wish(limit=9, seed=1)) != more
    with pytest.raises(ValueError, match=r"expected a category of .*outdoor.*, got underwater"):
        polyhaven.choose_assets(known, Wish(categories=("underwater",)))


def test_the_address_comes_from_option_environment_or_house(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LIGHTPROBE_POLYHAVEN_URL", raising=False)
    assert Wish().url == "https://api.polyhaven.com"
    monkeypatch.setenv("LIGHTPROBE_POLYHAVEN_URL", "http://127.0.0.1:1")
    assert Wish().url == "http://127.0.0.1:1"
    assert Wish(api_url="http://127.0.0.1:2").url == "http://127.0.0.1:2"


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
    with pytest.raises(DownloadError, match="expected an https address"):
        check_url(bad, "http://127.0.0.1:5")


def test_https_anywhere_and_http_at_home_are_opened() -> None:
    check_url("https://dl.polyhaven.org/file/a.hdr", "https://api.polyhaven.com")
    check_url("http://127.0.0.1:77/file/a.hdr", "http://127.0.0.1:5")
    with pytest.raises(DownloadError):
        check_url("http://api.polyhaven.com/a", "https://api.polyhaven.com")


def test_retry_after_in_seconds_and_as_date() -> None:
    assert wait_asked("7") == 7
    soon = wait_asked(format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True))
    assert soon is not None
    assert 28 < soon <= 30
    assert wait_asked(format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True)) == 0
    assert wait_asked("soon") is wait_asked("") is None


def test_a_stopped_download_goes_on_where_it_was(url: str, tmp_path: Path) -> None:
    file, target = promised(url), tmp_path / "a.hdr"
    whole = httpx.get(file.url).content
    part = tmp_path / f".a.hdr.{file.md5[:8]}.part"
    part.write_bytes(whole[:5000])
    httpx.delete(f"{url}/_log")
    told = download(url, file, target)
    assert [(request["range"], request["status"]) for request in log(url)] == [("bytes=5000-", 206)]
    assert target.read_bytes() == whole
    assert sum(told) == file.size
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
        requests = log(url)
    assert requests[1]["fault"] == kind
    if kind == "cut":
        assert str(requests[2]["range"]).startswith("bytes=")
    assert [path.name for path in tmp_path.iterdir()] == ["a.hdr"]


def test_patience_is_renewed_by_progress(tmp_path: Path) -> None:
    from lightprobe.data.fakehaven.faults import Faults

    def meets(seed: int) -> bool:
        faults = Faults(rate=0.5, seed=seed)
        fates = [faults.next(FILE, is_resumed=turn > 0) for turn in range(3)]
        return fates == ["cut", "cut", ""] and not Faults(rate=0.5, seed=seed).next("/files/meadow_a_01", False)

    with running("--count", "1", "--faults", "0.5", "--seed", str(next(filter(meets, range(10**5))))) as url:
        file = promised(url)
        assert sum(download(url, file, tmp_path / "a.hdr", Patience(attempts=1))) == file.size


def test_patience_ends(tmp_path: Path) -> None:
    with running("--count", "1", "--odd") as url:
        file = promised(url, "odd_md5")
        with pytest.raises(DownloadError, match=r"expected MD5 0{32}, got another, 3 times; run again later"):
            download(url, file, tmp_path / "a.hdr")
        assert sum("odd_md5_1k.hdr" in str(request["path"]) for request in log(url)) == 3
    assert list(tmp_path.iterdir()) == []


def test_too_long_a_wait_is_not_waited_for(tmp_path: Path) -> None:
    from lightprobe.data.fakehaven.faults import Faults

    path = "/assets"
    seed = next(seed for seed in range(1000) if Faults(rate=0.5, seed=seed).next(path, is_resumed=False) == "429")
    with running("--count", "1", "--faults", "0.5", "--seed", str(seed)) as url:

        async def ask() -> None:
            hurry = Patience(attempts=3, longest_asked=0.5)
            async with Session(url, patience=hurry) as session:
                await polyhaven.assets(session, tmp_path)

        with pytest.raises(DownloadError, match=r"429 .* and the wish to wait 1 s; run again later"):
            asyncio.run(ask())


def test_redirects_out_of_the_web_are_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="'file:///etc/hostname': expected an https address"):
        download(url, promised(url, "odd_redirect"), tmp_path / "a.hdr")
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(url: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"nowhere/a.hdr: expected to write it, got: No such file"):
        download(url, promised(url), tmp_path / "nowhere" / "a.hdr")
