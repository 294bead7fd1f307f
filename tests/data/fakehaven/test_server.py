"""The fake server answers as Poly Haven does."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from lightprobe.data.fakehaven import running
from lightprobe.data.fakehaven.pictures import panorama
from lightprobe.imaging.files import read_picture
from lightprobe.imaging.formats.exr import write_exr


@pytest.fixture(scope="module")
def fake() -> Iterator[httpx.Client]:
    with running("--count", "12", "--odd") as url, httpx.Client(base_url=url) as client:
        yield client


def test_types_and_assets(fake: httpx.Client) -> None:
    assert fake.get("/types").json() == ["hdris", "textures", "models"]
    assets = fake.get("/assets", params={"type": "hdris"}).json()
    asset = assets["meadow_a_01"]
    assert asset["type"] == 0
    assert asset["categories"][0] == "outdoor"
    assert len(asset["coords"]) == 2
    assert "a_new_key" in asset
    assert {"../../escape", "a" * 60} < assets.keys()


def test_assets_by_category(fake: httpx.Client) -> None:
    found = fake.get("/assets?type=hdris&categories=outdoor,night").json()
    assert found
    assert all({"outdoor", "night"} <= set(asset["categories"]) for asset in found.values())
    counts = fake.get("/categories/hdris").json()
    assert next(iter(counts)) == "all"
    assert counts["night"] == len(fake.get("/assets?type=hdris&categories=night").json())


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/assets?type=hats", 400, "Unsupported asset type: hats."),
        ("/assets?type=hdris&categories=nope", 400, "nope"),
        ("/files/not%20an%20id", 400, "No asset with that ID"),
        ("/info/" + "a" * 51, 400, "No asset with that ID"),
        ("/files/unknown", 404, "No asset with id unknown"),
        ("/file/ph-assets/HDRIs/hdr/1k/unknown_1k.hdr", 404, ""),
    ],
)
def test_refusals(fake: httpx.Client, path: str, status: int, text: str) -> None:
    answer = fake.get(path)
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html")
    assert text in answer.text


def test_software_without_a_name_is_refused(fake: httpx.Client) -> None:
    assert fake.get("/types", headers={"User-Agent": ""}).status_code == 403


def test_promises_are_kept(fake: httpx.Client) -> None:
    files = fake.get("/files/meadow_a_01")
    assert "max-age=43200" in files.headers["Cache-Control"]
    for resolution in files.json()["hdri"].values():
        for promise in resolution.values():
            content = fake.get(promise["url"]).content
            assert len(content) == promise["size"]
            assert hashlib.md5(content).hexdigest() == promise["md5"]


def test_both_formats_show_the_same_scene(fake: httpx.Client, tmp_path: Path) -> None:
    seen = {}
    for format in ("hdr", "exr"):
        path = tmp_path / f"a.{format}"
        path.write_bytes(fake.get(fake.get("/files/meadow_a_01").json()["hdri"]["1k"][format]["url"]).content)
        seen[format] = read_picture(path).pixels
    np.testing.assert_allclose(seen["hdr"], seen["exr"], atol=seen["exr"].max(axis=2).max() / 128, rtol=0.2)
    assert seen["hdr"].shape == (64, 128, 3)


def test_resumption(fake: httpx.Client) -> None:
    url = fake.get("/files/meadow_a_01").json()["hdri"]["1k"]["hdr"]["url"]
    whole = fake.get(url).content
    rest = fake.get(url, headers={"Range": "bytes=1000-"})
    assert (rest.status_code, rest.content) == (206, whole[1000:])
    assert rest.headers["Content-Range"] == f"bytes 1000-{len(whole) - 1}/{len(whole)}"
    assert fake.get(url, headers={"Range": f"bytes={len(whole)}-"}).status_code == 416


def test_unchanged_listings_are_not_sent_again(fake: httpx.Client) -> None:
    etag = fake.get("/assets?type=hdris").headers["ETag"]
    again = fake.get("/assets?type=hdris", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")


def test_thumbnails_are_pictures(fake: httpx.Client) -> None:
    url = fake.get("/info/meadow_a_01").json()["thumbnail_url"]
    assert Image.open(io.BytesIO(fake.get(url).content)).size == (128, 64)


def test_the_log_tells_what_was_asked(fake: httpx.Client) -> None:
    fake.delete("/_log")
    fake.get("/types")
    (request,) = fake.get("/_log").json()
    assert request["path"] == "/types"
    assert request["status"] == 200
    assert request["agent"].startswith("python-httpx")


def test_a_folder_is_served_as_it_is(tmp_path: Path) -> None:
    write_exr(tmp_path / "Back yard.exr", panorama("soft", 1, 32))
    with running("--hdris", str(tmp_path)) as url:
        files = httpx.get(f"{url}/files/Back_yard").json()["hdri"]["1k"]
        assert httpx.get(files["exr"]["url"]).content == (tmp_path / "Back yard.exr").read_bytes()
        assert httpx.get(files["hdr"]["url"]).content.startswith(b"#?RADIANCE")
