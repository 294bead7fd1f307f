"""Whatever the server does: every HDRI arrives verified or is named, and a second run completes the first."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from lightprobe.data.acquire.download import Patience
from lightprobe.data.acquire.fetch import fetch_polyhaven, fetch_polyhaven_async
from lightprobe.data.acquire.import_folder import fetch_local, slug_of
from lightprobe.data.acquire.polyhaven import Wish
from lightprobe.data.catalog.table import Entry, read_catalog, write_catalog
from lightprobe.data.fakehaven import running
from lightprobe.data.fakehaven.pictures import KINDS, panorama
from lightprobe.data.fakehaven.shelf import ODD, made_shelf
from lightprobe.errors import OutputError
from lightprobe.imaging.exr import write_exr

CLI = """
import typer
from lightprobe import cli
from lightprobe.cli.fetch import fetch
cli.app.command()(fetch)
cli.main()
"""
COMMAND = [sys.executable, "-c", CLI, "fetch"]


def truth(count: int, height: int) -> dict[str, str]:
    """MD5 of every file that the fake serves at 1k, by the name that it is to have."""
    shelf = made_shelf(count, height)
    names = {slug: f"{slug}_1k.hdr" for slug in shelf.assets}
    contents = {name: shelf.content(f"/file/ph-assets/HDRIs/hdr/1k/{name}") or b"" for name in names.values()}
    return {name: hashlib.md5(content).hexdigest() for name, content in contents.items()}


def hdris(folder: Path) -> list[Path]:
    """Every HDRI that is not hidden."""
    suffixes = (".hdr", ".exr", ".part")
    return [path for path in folder.glob("*") if path.suffix in suffixes and not path.name.startswith(".")]


def visible(folder: Path) -> dict[str, str]:
    """Their MD5 by name."""
    return {path.name: hashlib.md5(path.read_bytes()).hexdigest() for path in hdris(folder)}


def begun(folder: Path) -> bool:
    """Whether a download has brought something and is not over."""
    with contextlib.suppress(FileNotFoundError):  # it is over now
        return any(path.stat().st_size for path in folder.glob(".*.part"))
    return False


@contextlib.contextmanager
def watched(folder: Path, known: dict[str, str]) -> Iterator[list[str]]:
    """Looks at the folder all the time; yields the list of files seen that were not what they should be."""
    wrong: list[str] = []
    seen: set[tuple[str, int, int]] = set()
    looks = 0
    is_over = threading.Event()

    def look() -> None:
        nonlocal looks
        while not is_over.is_set():
            now = {(path.name, (stat := path.stat()).st_ino, stat.st_size) for path in hdris(folder)}
            if now - seen:
                wrong.extend(name for name, md5 in visible(folder).items() if known.get(name) != md5)
            seen.update(now)
            looks += 1
            time.sleep(0.002)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield wrong
    finally:
        is_over.set()
        watcher.join()
    assert looks > 20


def requests(url: str) -> list[dict[str, object]]:
    return httpx.get(f"{url}/_log").json()


@pytest.mark.slow
def test_fifty_through_a_server_that_fails_one_request_in_five(tmp_path: Path) -> None:
    out, known = tmp_path / "hdris", truth(50, 32)
    with running("--count", "50", "--height", "32", "--faults", "0.2", "--seed", "1") as url:
        wish = Wish(api_url=url, jobs=8)
        with watched(out, known) as wrong:
            report = fetch_polyhaven(out, wish)
        assert wrong == []
        log = requests(url)
        gone = {str(r["path"]).rsplit("/", 1)[1] for r in log if r["fault"] == "404"}
        assert len(log) > 150
        assert 0.1 < sum(bool(request["fault"]) for request in log) / len(log) < 0.35

        # every one has arrived, or is named with the reason
        assert len(report.wanted) == 50
        assert sorted([*report.fetched, *report.failed]) == sorted(report.wanted)
        assert {f"{slug}_1k.hdr" for slug in report.failed} == gone
        assert all("404" in reason for reason in report.failed.values())
        assert visible(out) == {name: md5 for name, md5 in known.items() if name not in gone}
        assert {entry.file for entry in read_catalog(out)} == known.keys() - gone

        # the next run brings what is missing, and only that
        httpx.delete(f"{url}/_log")
        second = fetch_polyhaven(out, wish)
        assert sorted(second.fetched) == sorted(report.failed)
        assert {str(r["path"]).rsplit("/", 1)[1] for r in requests(url) if "/file/" in str(r["path"])} == gone

        # and then there is nothing left to ask for
        httpx.delete(f"{url}/_log")
        third = fetch_polyhaven(out, wish)
        assert (third.fetched, third.failed, len(third.kept)) == ([], {}, 50)
        assert requests(url) == []
    assert visible(out) == known
    assert list(out.rglob("*.part")) == []
    assert len(list((out / "thumbnails").glob("*.png"))) == 50


@pytest.mark.slow
def test_what_is_interrupted_is_completed_by_the_next_run(tmp_path: Path) -> None:
    out, known = tmp_path / "hdris", truth(20, 64)
    with running("--count", "20", "--rate", "30000") as url, watched(out, known) as wrong:
        command = [*COMMAND, "--out", str(out), "--api-url", url, "--jobs", "4"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            deadline = time.monotonic() + 40
            while len(hdris(out)) < 6 or not begun(out):
                assert time.monotonic() < deadline
                assert process.poll() is None
                time.sleep(0.005)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=5)
            assert process.returncode != 0
        arrived = visible(out)
        parts = {path.name.split(".hdr")[0][1:] + ".hdr": path.read_bytes() for path in out.glob(".*.part")}
        whole = {name for name, part in parts.items() if hashlib.md5(part).hexdigest() == known[name]}
        assert 6 <= len(arrived) < 20
        assert any(parts.values())
        assert arrived.items() <= known.items()

        httpx.delete(f"{url}/_log")
        ran = subprocess.run([*command, "--json"], capture_output=True, text=True, check=True)
        report = json.loads(ran.stdout)
        files = {str(r["path"]).rsplit("/", 1)[1]: r for r in requests(url) if "/file/" in str(r["path"])}
        assert files.keys() == known.keys() - arrived.keys() - whole
        for name, part in parts.items():
            if part and name not in whole:
                assert files[name]["range"] == f"bytes={len(part)}-"
        assert (len(report["kept"]), report["failed"]) == (len(arrived), {})
    assert wrong == []
    assert visible(out) == known
    assert list(out.rglob("*.part")) == []


def test_odd_and_hostile_assets_are_named_and_touch_nothing(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "hdris"
    with running("--count", "3", "--odd") as url:
        report = fetch_polyhaven(out, Wish(api_url=url, jobs=8), patience=Patience(attempts=2, first_wait=0.01))
    reasons = {slug: reason for slug, reason in report.failed.items() if slug.startswith("odd_")}
    assert reasons.keys() == set(ODD) - {"odd_types", "odd_no_exr"}
    for slug, part in {
        "odd_md5": "expected MD5 00000000000000000000000000000000, got another",
        "odd_long": "got more",
        "odd_missing": "got 404 Not Found",
        "odd_resolution": "expected resolution 1k, got 20k",
        "odd_no_md5": "expected address, MD5 and size",
        "odd_local": "'file:///etc/hostname': expected an https address",
        "odd_redirect": "'file:///etc/hostname': expected an https address",
        "odd_host": "'http://127.0.0.2:9/x.hdr': expected an https address",
        "odd_list": "expected resolution 1k, got none",
    }.items():
        assert part in reasons[slug]
    assert [path.name for path in tmp_path.iterdir()] == ["deep"]
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["hdris"]
    assert len(visible(out)) == 3 + 2


def test_catalog_tells_what_the_server_knows(tmp_path: Path) -> None:
    with running("--count", "10") as url:
        fetch_polyhaven(tmp_path, Wish(api_url=url, format="exr", resolution="2k"))
    entry = next(entry for entry in read_catalog(tmp_path) if entry.slug == "meadow_a_02")
    assert entry.file == "meadow_a_02_2k.exr"
    assert (entry.width, entry.height, entry.resolution) == (256, 128, "2k")
    assert (entry.licence, entry.origin, entry.credit) == ("CC0-1.0", "Poly Haven", "Nobody")
    assert (entry.stratum, entry.group, entry.latitude, entry.evs_cap) == ("soft", "meadow_a", -30.0, 13)
    with Image.open(tmp_path / "thumbnails" / "meadow_a_02.png") as thumbnail:
        assert thumbnail.size == (128, 64)


def test_what_the_owner_writes_into_the_catalog_stays(tmp_path: Path) -> None:
    with running("--count", "4") as url:
        fetch_polyhaven(tmp_path, Wish(api_url=url))
        table = tmp_path / "catalog.csv"
        table.write_text(table.read_text().replace("meadow_a,CC0-1.0", "my_meadow,CC0-1.0").replace(",soft,", ",sun,"))
        fetch_polyhaven(tmp_path, Wish(api_url=url, resolution="2k"))
    entries = {entry.slug: entry for entry in read_catalog(tmp_path)}
    assert entries["meadow_a_01"].group == entries["meadow_a_02"].group == "my_meadow"
    assert entries["meadow_a_02"].stratum == "sun"
    assert entries["meadow_a_02"].file == "meadow_a_02_2k.hdr"


def test_a_file_that_was_damaged_is_fetched_again(tmp_path: Path) -> None:
    with running("--count", "3") as url:
        fetch_polyhaven(tmp_path, Wish(api_url=url))
        whole = (tmp_path / "meadow_a_02_1k.hdr").read_bytes()
        (tmp_path / "meadow_a_02_1k.hdr").write_bytes(whole[:-1] + b"?")
        (tmp_path / "catalog.csv").unlink()
        report = fetch_polyhaven(tmp_path, Wish(api_url=url))
    assert report.fetched == ["meadow_a_02"]
    assert (tmp_path / "meadow_a_02_1k.hdr").read_bytes() == whole
    assert len(read_catalog(tmp_path)) == 3


def test_limits_and_ids(tmp_path: Path) -> None:
    with running("--count", "8") as url:
        few = fetch_polyhaven(tmp_path, Wish(api_url=url, limit=2))
        more = fetch_polyhaven(tmp_path, Wish(api_url=url, limit=3))
        named = fetch_polyhaven(tmp_path, Wish(api_url=url, ids=("quay_a_01", "nothing_here")))
        night = fetch_polyhaven(tmp_path, Wish(api_url=url, categories=("night",)))
    assert more.wanted[:2] == few.wanted == few.fetched
    assert sorted(more.kept) == sorted(few.wanted)
    assert named.failed == {"nothing_here": "Poly Haven has no HDRI with this id"}
    assert night.wanted == ["quay_a_01"]
    assert len(read_catalog(tmp_path)) == len({*more.wanted, *named.wanted} - {"nothing_here"})


def test_a_dry_run_leaves_no_trace(tmp_path: Path) -> None:
    with running("--count", "5") as url:
        ran = subprocess.run(
            [*COMMAND, "--out", str(tmp_path / "hdris"), "--api-url", url, "--dry-run"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert not [r for r in requests(url) if "/file/" in str(r["path"])]
    assert "5 HDRIs, 0.2 MB; nothing was fetched" in ran.stdout
    assert "Powered by Poly Haven" in ran.stdout
    assert list(tmp_path.iterdir()) == []


def test_command_tells_size_before_and_failures_after(tmp_path: Path) -> None:
    with running("--count", "4") as url:
        environment = os.environ | {"LIGHTPROBE_POLYHAVEN_URL": url}
        ran = subprocess.run(
            [*COMMAND, "--out", str(tmp_path), "--ids", "meadow_a_01,gone"],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
    assert ran.returncode == 1
    assert "Downloading 1 HDRIs, 0.0 MB" in ran.stderr
    assert "lightprobe: gone: Poly Haven has no HDRI with this id" in ran.stderr
    assert f"{tmp_path}: 2 HDRIs wanted, 1 fetched, 0 there already, 1 failed" in ran.stdout


def test_a_full_disk_is_named_and_leaves_nothing_unverified(tmp_path: Path) -> None:
    with running("--count", "4") as url:
        ran = subprocess.run(
            [*COMMAND, "--out", str(tmp_path), "--api-url", url],
            capture_output=True,
            text=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
            check=False,
        )
    assert ran.returncode == 1
    assert "expected to write it, got: File too large; make room or choose another place" in ran.stderr
    assert visible(tmp_path) == {}


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="expected a folder to write to"):
        fetch_polyhaven(tmp_path / "file" / "hdris", Wish(api_url="http://127.0.0.1:9"))


def test_in_an_event_loop(tmp_path: Path) -> None:
    with running("--count", "2") as url:
        report = asyncio.run(fetch_polyhaven_async(tmp_path, Wish(api_url=url)))
    assert len(report.fetched) == 2


# ---- a folder of one's own


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """Five EXR files and some others."""
    folder = tmp_path / "mine"
    folder.mkdir()
    for number, kind in enumerate(KINDS):
        write_exr(folder / f"Place {number}_{kind}_1k.exr", panorama(kind, number, 64))
    (folder / "notes.txt").write_text("not an HDRI")
    (folder / ".hidden.exr").write_bytes(b"")
    return folder


def test_a_local_folder_becomes_a_catalog(mine: Path, tmp_path: Path) -> None:
    before = visible(mine)
    report = fetch_local(mine, tmp_path / "hdris")
    assert (len(report.fetched), report.failed, report.notes) == (5, {}, [])
    assert visible(tmp_path / "hdris") == before == visible(mine)
    entries = read_catalog(tmp_path / "hdris")
    assert [entry.slug for entry in entries] == [f"Place_{number}_{kind}" for number, kind in enumerate(KINDS)]
    assert {entry.stratum for entry in entries} == set(KINDS)
    again = fetch_local(mine, tmp_path / "hdris")
    assert (again.fetched, len(again.kept)) == ([], 5)
    assert read_catalog(tmp_path / "hdris") == entries


def test_a_table_beside_the_files_is_read(mine: Path, tmp_path: Path) -> None:
    known = Entry(
        slug="den", file="Place 2_indoor_1k.exr", licence="CC-BY-4.0", group="home", stratum="night", notes="x"
    )
    write_catalog(mine, [known])
    fetch_local(mine, tmp_path / "hdris")
    entry = next(entry for entry in read_catalog(tmp_path / "hdris") if entry.slug == "den")
    assert (entry.licence, entry.group, entry.stratum, entry.notes) == ("CC-BY-4.0", "home", "night", "x")


def test_unreadable_files_are_named_and_left_behind(mine: Path, tmp_path: Path) -> None:
    (mine / "broken.hdr").write_bytes(b"#?RADIANCE\n\n-Y 4 +X 8\n")
    report = fetch_local(mine, tmp_path / "hdris")
    assert list(report.failed) == ["broken"]
    assert "broken.hdr: expected a" in report.failed["broken"]
    assert len(visible(tmp_path / "hdris")) == 5
    assert len(read_catalog(tmp_path / "hdris")) == 5


def test_copies_of_one_scene_get_one_group(mine: Path, tmp_path: Path) -> None:
    turned = np.roll(panorama("soft", 1, 64), 40, axis=1) * 3
    write_exr(mine / "elsewhere.exr", turned.astype(np.float32))
    fetch_local(mine, tmp_path / "hdris")
    groups = {entry.slug: entry.group for entry in read_catalog(tmp_path / "hdris")}
    assert groups["elsewhere"] == groups["Place_1_soft"]
    assert len(set(groups.values())) == 5


def test_local_folders_that_will_not_do_are_refused(mine: Path, tmp_path: Path) -> None:
    for source, out, message in (
        (tmp_path / "none", tmp_path / "out", "expected a folder with .hdr or .exr files, got no folder"),
        (tmp_path, tmp_path / "out", "expected .hdr or .exr files, got none"),
        (mine, mine, "expected another folder than the source"),
    ):
        with pytest.raises(ValueError, match=message):
            fetch_local(source, out)
    shutil.copy(mine / "Place 0_sun_1k.exr", mine / "Place 0_sun_2k.exr")
    with pytest.raises(ValueError, match=r"expected one file per slug, got Place 0_sun_1k.exr too"):
        fetch_local(mine, tmp_path / "out")


def test_slugs_of_files() -> None:
    assert [slug_of(Path(name)) for name in ("a b_2k.exr", "ünï.hdr", "….exr", "x_10.exr")] == [
        "a_b",
        "n",
        "unnamed",
        "x_10",
    ]


def test_command_for_a_local_folder(mine: Path, tmp_path: Path) -> None:
    arguments = ["--from", str(mine), "--out", str(tmp_path / "hdris")]
    ran = subprocess.run([*COMMAND, *arguments, "--json"], capture_output=True, text=True, check=True)
    assert len(json.loads(ran.stdout)["fetched"]) == 5
    refused = subprocess.run([*COMMAND, *arguments, "--category", "night"], capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert "expected --from alone" in refused.stderr
