"""Poly Haven's API: what is understood of it, and what is chosen."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from lightprobe.data.acquire import polyhaven
from lightprobe.data.acquire.polyhaven import FetchOptions
from lightprobe.data.fakehaven import running
from lightprobe.errors import DownloadError

from .client import listing
from .served import logged


def test_assets_are_understood(url: str, tmp_path: Path) -> None:
    asset = listing(url, tmp_path)["meadow_a_01"]
    assert asset.name == "Meadow A 01"
    assert "outdoor" in asset.categories
    assert asset.coordinates == (-30.0, 25.5)
    assert asset.authors == ("Nobody",)
    assert (asset.evs_cap, asset.whitebalance, asset.date_published) == (12, 5500, "2017-07-14")


def test_impossible_ids_are_ignored_and_odd_types_count_as_absent(url: str, tmp_path: Path) -> None:
    found = listing(url, tmp_path)
    assert all(slug.replace("_", "").isalnum() for slug in found)
    odd = found["odd_types"]
    assert (odd.coordinates, odd.authors, odd.evs_cap) == (None, (), None)
    assert odd.categories == ("outdoor",)  # from the attributes


def test_the_listing_is_kept_and_asked_for_again_by_its_etag(url: str, tmp_path: Path) -> None:
    httpx.delete(f"{url}/_log")
    first = listing(url, tmp_path)
    assert listing(url, tmp_path) == first
    assert [request["status"] for request in logged(url)] == [200]
    kept = json.loads((tmp_path / "assets.json").read_text())
    (tmp_path / "assets.json").write_text(json.dumps(kept | {"fetched": 0}))
    assert listing(url, tmp_path) == first
    assert [request["status"] for request in logged(url)] == [200, 304]
    (tmp_path / "assets.json").write_text("{damaged")
    assert listing(url, tmp_path) == first


def test_what_is_no_api_is_refused(tmp_path: Path) -> None:
    with (
        running("--count", "0") as url,
        pytest.raises(DownloadError, match="expected a list of HDRIs, got an empty"),
    ):
        listing(url, tmp_path)


def test_choose_file_says_what_there_is() -> None:
    promise = {"url": "https://x.org/a", "md5": "0" * 32, "size": 3}
    tree = {"16k": {"hdr": promise}, "2k": {"hdr": promise, "exr": promise | {"md5": "?"}}, "huge\x1b": {}}
    assert polyhaven.choose_file(tree, "2k", "hdr").size == 3
    with pytest.raises(DownloadError, match=r"the server has no resolution 1k \(it has 2k, 16k\); use --resolution"):
        polyhaven.choose_file(tree, "1k", "hdr")
    with pytest.raises(DownloadError, match=r"the server has no exr file \(it has hdr\); use --format"):
        polyhaven.choose_file(tree, "16k", "exr")
    with pytest.raises(DownloadError, match="expected address, MD5 and size"):
        polyhaven.choose_file(tree, "2k", "exr")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"resolution": "huge"}, "expected a resolution such as"),
        ({"format": "png"}, "expected the format hdr or exr"),
        ({"limit": 0}, "expected a limit of at least 1"),
        ({"jobs": 99}, "expected 1 to 32 jobs"),
        ({"ids": ("../x",)}, "expected ids of up to 50 letters"),
        ({"ids": ("NUL",)}, "expected ids of up to 50 letters"),
    ],
)
def test_impossible_options_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        FetchOptions(**options)


def test_a_larger_limit_adds_to_a_smaller_one(url: str, tmp_path: Path) -> None:
    known = listing(url, tmp_path)
    few, more = (polyhaven.choose_assets(known, FetchOptions(limit=limit)) for limit in (4, 9))
    assert more[:4] == few
    assert polyhaven.choose_assets(known, FetchOptions(limit=9, seed=1)) != more
    with pytest.raises(ValueError, match=r"expected categories of .*outdoor.*, got underwater"):
        polyhaven.choose_assets(known, FetchOptions(categories=("underwater",)))


def test_the_address_comes_from_option_environment_or_house(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LIGHTPROBE_POLYHAVEN_URL", raising=False)
    assert FetchOptions().url == "https://api.polyhaven.com"
    monkeypatch.setenv("LIGHTPROBE_POLYHAVEN_URL", "http://127.0.0.1:1")
    assert FetchOptions().url == "http://127.0.0.1:1"
    assert FetchOptions(api_url="http://127.0.0.1:2").url == "http://127.0.0.1:2"


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 100_000, b"1" * 9999, b"\xff", b"[]"])
def test_answers_that_are_no_json_object_are_refused_in_one_line(body: bytes) -> None:
    with pytest.raises(DownloadError, match="expected a JSON object, got") as caught:
        polyhaven._object(body, "https://x.org")
    assert str(caught.value).isprintable()
