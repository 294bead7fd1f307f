"""Whatever the server does: every HDRI arrives verified or is named, and a second run completes the first."""

from __future__ import annotations

import asyncio
import io
import subprocess
import time
from pathlib import Path

import httpx
import pytest
from PIL import Image

from lightprobe.data.acquire.download import RetryPolicy, Session
from lightprobe.data.acquire.fetch import _download_thumbnail, fetch_polyhaven, fetch_polyhaven_async
from lightprobe.data.acquire.polyhaven import FetchOptions, _asset
from lightprobe.data.catalog.table import read_catalog
from lightprobe.data.fakehaven import running
from lightprobe.data.fakehaven.shelf import ODD
from lightprobe.errors import OutputError

from .served import logged, truth, visible, watched


@pytest.mark.slow
def test_fifty_through_a_server_that_fails_one_request_in_five(tmp_path: Path) -> None:
    out, known = tmp_path / "hdris", truth(50, 32)
    with running("--count", "50", "--height", "32", "--faults", "0.2", "--seed", "1") as url:
        options = FetchOptions(api_url=url, jobs=8)
        with watched(out, known) as wrong:
            result = fetch_polyhaven(out, options)
        assert wrong == []
        log = logged(url)
        gone = {str(r["path"]).rsplit("/", 1)[1] for r in log if r["fault"] == "404"}
        assert len(log) > 150
        assert 0.1 < sum(bool(request["fault"]) for request in log) / len(log) < 0.35

        # every one has arrived, or is named with the reason
        assert len(result.wanted) == 50
        assert sorted([*result.fetched, *result.failed]) == sorted(result.wanted)
        assert {f"{slug}_1k.hdr" for slug in result.failed} == gone
        assert all("404" in reason for reason in result.failed.values())
        assert visible(out) == {name: md5 for name, md5 in known.items() if name not in gone}
        assert {entry.file for entry in read_catalog(out)} == known.keys() - gone

        # the next run brings what is missing, and only that
        httpx.delete(f"{url}/_log")
        second = fetch_polyhaven(out, options)
        assert sorted(second.fetched) == sorted(result.failed)
        assert {str(r["path"]).rsplit("/", 1)[1] for r in logged(url) if "/file/" in str(r["path"])} == gone

        # and then there is nothing left to ask for
        httpx.delete(f"{url}/_log")
        third = fetch_polyhaven(out, options)
        assert (third.fetched, third.failed, len(third.kept)) == ([], {}, 50)
        assert logged(url) == []
    assert visible(out) == known
    assert list(out.rglob("*.part")) == []
    assert len(list((out / "thumbnails").glob("*.png"))) == 50


def test_odd_and_hostile_assets_are_named_and_touch_nothing(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "hdris"
    with running("--count", "3", "--odd") as url:
        result = fetch_polyhaven(
            out, FetchOptions(api_url=url, jobs=8), retries=RetryPolicy(attempts=2, first_wait=0.01)
        )
    reasons = {slug: reason for slug, reason in result.failed.items() if slug.startswith("odd_")}
    assert reasons.keys() == set(ODD) - {"odd_types", "odd_no_exr"}
    for slug, part in {
        "odd_md5": "the file's MD5 is not 00000000000000000000000000000000, which the server states",
        "odd_long": "got more",
        "odd_missing": "download failed: HTTP 404 Not Found",
        "odd_resolution": "the server has no resolution 1k (it has 20k)",
        "odd_no_md5": "expected address, MD5 and size",
        "odd_local": "'file:///etc/hostname': not an https address",
        "odd_redirect": "'file:///etc/hostname': not an https address",
        "odd_host": "'http://127.0.0.2:9/x.hdr': not an https address",
        "odd_list": "the server has no resolution 1k (it has none)",
    }.items():
        assert part in reasons[slug]
    assert [path.name for path in tmp_path.iterdir()] == ["deep"]
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["hdris"]
    assert len(visible(out)) == 3 + 2


def test_catalog_tells_what_the_server_knows(tmp_path: Path) -> None:
    with running("--count", "10") as url:
        fetch_polyhaven(tmp_path, FetchOptions(api_url=url, format="exr", resolution="2k"))
    entry = next(entry for entry in read_catalog(tmp_path) if entry.slug == "meadow_a_02")
    assert entry.file == "meadow_a_02_2k.exr"
    assert (entry.width, entry.height, entry.resolution) == (256, 128, "2k")
    assert (entry.licence, entry.origin, entry.credit) == ("CC0-1.0", "Poly Haven", "Nobody")
    assert (entry.stratum, entry.group, entry.latitude, entry.evs_cap) == ("soft", "meadow_a", -30.0, 13)
    with Image.open(tmp_path / "thumbnails" / "meadow_a_02.png") as thumbnail:
        assert thumbnail.size == (128, 64)


def test_what_the_owner_writes_into_the_catalog_stays(tmp_path: Path) -> None:
    with running("--count", "4") as url:
        fetch_polyhaven(tmp_path, FetchOptions(api_url=url))
        table = tmp_path / "catalog.csv"
        table.write_text(table.read_text().replace("meadow_a,CC0-1.0", "my_meadow,CC0-1.0").replace(",soft,", ",sun,"))
        fetch_polyhaven(tmp_path, FetchOptions(api_url=url, resolution="2k"))
    entries = {entry.slug: entry for entry in read_catalog(tmp_path)}
    assert entries["meadow_a_01"].group == entries["meadow_a_02"].group == "my_meadow"
    assert entries["meadow_a_02"].stratum == "sun"
    assert entries["meadow_a_02"].file == "meadow_a_02_2k.hdr"


def test_a_file_that_was_damaged_is_fetched_again(tmp_path: Path) -> None:
    with running("--count", "3") as url:
        fetch_polyhaven(tmp_path, FetchOptions(api_url=url))
        whole = (tmp_path / "meadow_a_02_1k.hdr").read_bytes()
        (tmp_path / "meadow_a_02_1k.hdr").write_bytes(whole[:-1] + b"?")
        (tmp_path / "catalog.csv").unlink()
        result = fetch_polyhaven(tmp_path, FetchOptions(api_url=url))
    assert result.fetched == ["meadow_a_02"]
    assert (tmp_path / "meadow_a_02_1k.hdr").read_bytes() == whole
    assert len(read_catalog(tmp_path)) == 3


def test_limits_and_ids(tmp_path: Path) -> None:
    with running("--count", "8") as url:
        few = fetch_polyhaven(tmp_path, FetchOptions(api_url=url, limit=2))
        more = fetch_polyhaven(tmp_path, FetchOptions(api_url=url, limit=3))
        named = fetch_polyhaven(tmp_path, FetchOptions(api_url=url, ids=("quay_a_01", "nothing_here")))
        night = fetch_polyhaven(tmp_path, FetchOptions(api_url=url, categories=("night",)))
    assert more.wanted[:2] == few.wanted == few.fetched
    assert sorted(more.kept) == sorted(few.wanted)
    assert named.failed == {"nothing_here": "Poly Haven has no HDRI with this id"}
    assert night.wanted == ["quay_a_01"]
    assert len(read_catalog(tmp_path)) == len({*more.wanted, *named.wanted} - {"nothing_here"})


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot make the folder"):
        fetch_polyhaven(tmp_path / "file" / "hdris", FetchOptions(api_url="http://127.0.0.1:9"))


def test_in_an_event_loop(tmp_path: Path) -> None:
    with running("--count", "2") as url:
        result = asyncio.run(fetch_polyhaven_async(tmp_path, FetchOptions(api_url=url)))
    assert len(result.fetched) == 2


class Answers(Session):
    """A session that gets one answer to everything."""

    def __init__(self, body: bytes) -> None:
        super().__init__("http://127.0.0.1:9")
        self.body = body

    async def get(self, url: str, *, etag: str = "") -> tuple[bytes, str] | None:
        return self.body, ""


def encoded(size: tuple[int, int], format: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size).save(buffer, format)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (encoded((40, 20), "PNG"), ""),
        (encoded((40, 20), "JPEG"), ""),
        (encoded((40, 20), "WEBP"), ""),
        (encoded((40, 20), "EPS"), "expected a whole PNG or JPEG or WEBP file, got other bytes"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 4 2\nshowpage\n", "expected a whole PNG or JPEG or WEBP file"),
        (encoded((40, 20), "TGA"), "expected a whole PNG or JPEG or WEBP file"),
        (encoded((40, 20), "PNG")[:60], "the picture is damaged"),
        (encoded((4096, 2048), "PNG"), "expected at most 4194304 pixels, got 4096×2048"),
        (b"", "expected a whole PNG or JPEG or WEBP file"),
    ],
    ids=["png", "jpeg", "webp", "eps", "eps2", "tga", "cut", "huge", "empty"],
)
def test_thumbnails_are_pictures_of_few_formats(
    tmp_path: Path, body: bytes, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Above all, no EPS reaches Ghostscript."""
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: pytest.fail("a program was started"))
    asset = _asset("a", {"thumbnail_url": "http://127.0.0.1:9/x.png"})
    notes: list[str] = []
    asyncio.run(_download_thumbnail(Answers(body), asset, tmp_path / "a.png", notes))
    assert [path.name for path in tmp_path.iterdir()] == ([] if problem else ["a.png"])
    assert bool(notes) == bool(problem)
    assert problem in "".join(notes)
    assert "".join(notes).isprintable()


def test_a_bad_network_gives_the_same_catalog(tmp_path: Path) -> None:
    """Redirects to a CDN, compression, transfers that stall, a clock that is hours ahead."""
    hurry = RetryPolicy(first_wait=0.01, timeout=0.5)
    found: list[dict[str, str]] = []
    for name, conditions in (("plain", ()), ("bad", ("--cdn", "--gzip", "--stalls", "1", "--skew", "9000"))):
        with running("--count", "5", *conditions) as url:
            result = fetch_polyhaven(tmp_path / name, FetchOptions(api_url=url), retries=hurry)
        assert (len(result.fetched), result.failed, result.notes) == (5, {}, [])
        found.append(visible(tmp_path / name))
        assert len(list((tmp_path / name / "thumbnails").iterdir())) == 5
    assert found[0] == found[1]


def test_servers_with_another_clock_are_waited_for_as_they_ask(tmp_path: Path) -> None:
    from lightprobe.data.fakehaven.faults import Faults

    seed = next(
        seed
        for seed in range(10**5)
        if [Faults(rate=0.5, seed=seed).next("/assets", False)] == ["503-date"]
        and not any(Faults(rate=0.5, seed=seed).next(path, False) for path in ("/files/meadow_a_01",))
    )
    for skew in ("36000", "-36000"):
        with running("--count", "1", "--faults", "0.5", "--seed", str(seed), "--skew", skew) as url:
            started = time.monotonic()
            result = fetch_polyhaven(
                tmp_path / skew, FetchOptions(api_url=url), dry_run=True, retries=RetryPolicy(first_wait=0.001)
            )
            waited = time.monotonic() - started
        assert len(result.wanted) == 1
        assert waited > 0.9  # the server asks for one second


def test_a_listing_of_900_asks_for_many_at_a_time(tmp_path: Path) -> None:
    """Each small answer takes the way to the server and back; one after the other would take a minute."""
    with running("--count", "900", "--latency", "0.02") as url:
        result = fetch_polyhaven(tmp_path / "out", FetchOptions(api_url=url), dry_run=True)
        assert (len(result.wanted), result.failed) == (900, {})
        assert len(logged(url)) == 901
    assert list(tmp_path.iterdir()) == []
