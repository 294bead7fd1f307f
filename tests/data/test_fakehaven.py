"""The fake behaves as Poly Haven does, and misbehaves as asked."""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from lightprobe.data.fakehaven import running
from lightprobe.data.fakehaven.faults import EVERYWHERE, FILES, RESUMED, Faults
from lightprobe.data.fakehaven.pictures import panorama, radiance_hdr
from lightprobe.imaging.exr import write_exr
from lightprobe.imaging.files import read_picture


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


def test_radiance_files_round_trip(tmp_path: Path) -> None:
    radiance = panorama("indoor", 3, 100)
    (tmp_path / "a.hdr").write_bytes(radiance_hdr(radiance))
    read = read_picture(tmp_path / "a.hdr").pixels
    assert (np.abs(read - radiance) <= radiance.max(axis=2, keepdims=True) / 127).all()


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


def test_misfortunes_depend_on_seed_path_and_turn_alone() -> None:
    def fates(seed: int) -> list[str]:
        faults = Faults(rate=0.2, seed=seed)
        return [faults.next(f"/file/{number % 400}", is_resumed=True) for number in range(4000)]

    assert fates(1) == fates(1) != fates(2)
    met = Counter(fates(1))
    assert met.keys() == {"", *EVERYWHERE, *FILES, *RESUMED}
    assert abs(met[""] / 4000 - 0.8) < 0.03


@pytest.mark.parametrize("kind", sorted({*EVERYWHERE, *FILES}))
def test_each_misfortune_reaches_the_client(kind: str) -> None:
    path = "/file/ph-assets/HDRIs/hdr/1k/meadow_a_01_1k.hdr"
    seed = next(seed for seed in range(10_000) if Faults(rate=0.9, seed=seed).next(path, is_resumed=False) == kind)
    with running("--count", "1", "--faults", "0.9", "--seed", str(seed)) as url:
        if kind in ("reset", "cut"):
            with pytest.raises(httpx.TransportError):
                httpx.get(url + path)
            return
        answer = httpx.get(url + path)
    assert answer.status_code == (int(kind[:3]) if kind[:3].isdigit() else 200)
    assert ("Retry-After" in answer.headers) == (answer.status_code in (429, 503))
    whole = radiance_hdr(panorama("sun", 0, 64))
    assert (answer.content == whole) == (kind == "slow")
    if kind == "corrupt":
        assert len(answer.content) == len(whole)
