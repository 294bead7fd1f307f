"""Runs: the same bytes whoever does the work, and whatever happens on the way."""

from __future__ import annotations

import csv
import itertools
import json
import re
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
from typer import Typer
from typer.testing import CliRunner

from lightprobe.camera.shot import Recipe
from lightprobe.cli.pairs import pairs
from lightprobe.data.catalog.hdri_files import read_sources
from lightprobe.data.catalog.split import split
from lightprobe.data.pairs import dask, journal
from lightprobe.data.pairs.generate import Outcome, make_pairs, stream
from lightprobe.data.pairs.run import Run, do, tasks
from lightprobe.errors import ImageError, LightprobeError, OutputError
from lightprobe.imaging.files import read_picture
from lightprobe.sphere import SH, project
from lightprobe.sphere.cmgen import parse_text

from .pairs_toys import toy_folder

RECIPE = Recipe(width=32, height=16, seed=2)


@pytest.fixture(scope="module")
def hdris(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_folder(tmp_path_factory.mktemp("light") / "hdris")


@pytest.fixture(scope="module")
def whole(hdris: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run in this process that nothing disturbed."""
    out = tmp_path_factory.mktemp("whole") / "pairs"
    assert make_pairs(Run(folder=hdris, out=out, variants=12, recipe=RECIPE)) == Outcome(pairs=48, made=48)
    return out


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_every_pair_is_there_and_tells_the_truth(hdris: Path, whole: Path) -> None:
    rows = journal.read_manifest(whole)
    assert [row["id"] for row in rows] == [
        f"{slug}/{v:04d}" for slug in ("aaa", "bbb", "ccc", "ddd") for v in range(12)
    ]
    assert len(contents(whole)) == 48 * 3 + 2
    for row in rows:
        picture, panorama = read_picture(whole / row["picture"]), read_picture(whole / row["panorama"])
        assert picture.pixels.shape == panorama.pixels.shape == (16, 32, 3)
        assert row["picture"].endswith("png" if row["jpeg"] == "0" else "jpg")
        coeffs = np.array(row["sh"].split(), float).reshape(9, 3)
        np.testing.assert_allclose(project(panorama.pixels)[0], coeffs[0], rtol=0.02)
        written = parse_text((whole / row["sh_text"]).read_text())
        np.testing.assert_allclose(written, SH(coeffs).to("cmgen"), atol=1e-6 * np.abs(written).max())
        assert row["split"] == split(row["group"])
        assert (row["partner_sha256"] != "") == (row["partner"] != "")
    assert len({row["scene_sha256"] for row in rows}) == 4


def test_panoramas_are_half_floats_unless_too_bright(whole: Path, tmp_path: Path) -> None:
    import OpenEXR

    from lightprobe.data.pairs.write import write_panorama

    with OpenEXR.File(str(whole / "aaa" / "0000.exr")) as file:
        assert file.channels()["RGB"].pixels.dtype == np.float16
    bright = np.full((4, 8, 3), 1e5, np.float32)
    write_panorama(tmp_path / "bright.exr", bright)
    np.testing.assert_array_equal(read_picture(tmp_path / "bright.exr").pixels, bright)


@pytest.mark.parametrize("workers", [1, 2])
def test_any_number_of_workers_gives_the_same_bytes(workers: int, hdris: Path, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "pairs"
    make_pairs(Run(folder=hdris, out=out, variants=12, recipe=RECIPE), workers=workers)
    assert contents(out) == contents(whole)


def test_an_existing_cluster_gives_the_same_bytes(hdris: Path, whole: Path, tmp_path: Path) -> None:
    from distributed import LocalCluster

    out = tmp_path / "pairs"
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster:
        make_pairs(Run(folder=hdris, out=out, variants=12, recipe=RECIPE), scheduler=cluster.scheduler_address)
    assert contents(out) == contents(whole)


def test_a_killed_worker_loses_nothing(hdris: Path, whole: Path, tmp_path: Path) -> None:
    out, killed = tmp_path / "pairs", []

    def kill_one(done: int, total: int) -> None:
        if done and not killed:
            workers = [
                child
                for child in psutil.Process().children(recursive=True)
                if any("spawn_main" in part for part in child.cmdline())
            ]
            assert len(workers) == 2
            workers[0].kill()
            killed.append(workers[0].pid)

    outcome = make_pairs(Run(folder=hdris, out=out, variants=12, recipe=RECIPE), workers=2, step=kill_one)
    assert killed
    assert outcome.pairs == 48
    assert contents(out) == contents(whole)


def test_a_killed_run_goes_on(hdris: Path, whole: Path, tmp_path: Path) -> None:
    """SIGKILL in the middle of a run, half a line in the journal, a picture lost: the result is the same."""
    out = tmp_path / "pairs"
    script = f"""
        import os, signal
        from pathlib import Path
        from lightprobe.camera.shot import Recipe
        from lightprobe.data.pairs.generate import make_pairs
        from lightprobe.data.pairs.run import Run
        folder, out = Path({str(hdris)!r}), Path({str(out)!r})
        run = Run(folder=folder, out=out, variants=12, recipe=Recipe(width=32, height=16, seed=2))
        make_pairs(run, step=lambda done, total: os.kill(os.getpid(), signal.SIGKILL) if done > 20 else None)
    """
    assert subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False).returncode == -9
    journal = out / journal.JOURNAL
    lines = journal.read_bytes().splitlines(keepends=True)
    assert 20 < len(lines) < 48
    journal.write_bytes(b"".join(lines) + lines[0][:40])
    (out / json.loads(lines[3])["picture"]).unlink()
    (out / "aaa" / ".0003.half.exr").write_bytes(b"half")
    seen: list[int] = []
    outcome = make_pairs(
        Run(folder=hdris, out=out, variants=12, recipe=RECIPE), step=lambda done, total: seen.append(done)
    )
    assert seen[0] == len(lines) - 1
    assert outcome == Outcome(pairs=48, made=49 - len(lines))
    assert contents(out) == contents(whole)


def test_a_finished_run_is_left_alone(hdris: Path, whole: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in whole.rglob("*")}
    assert make_pairs(Run(folder=hdris, out=whole, variants=12, recipe=RECIPE)) == Outcome(pairs=48, made=0)
    assert {path: path.stat().st_mtime_ns for path in whole.rglob("*")} == before


def test_other_settings_and_other_files_are_refused(hdris: Path, whole: Path, tmp_path: Path) -> None:
    other = Run(folder=hdris, out=whole, variants=12, recipe=replace(RECIPE, seed=9))
    with pytest.raises(
        OutputError, match=r"expected pairs of the same settings, got others \(recipe\); choose another"
    ):
        make_pairs(other)
    (tmp_path / "thesis.tex").write_text("…")
    with pytest.raises(OutputError, match="expected an empty folder or one with pairs, got other files; choose"):
        make_pairs(Run(folder=hdris, out=tmp_path, variants=1, recipe=RECIPE))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["thesis.tex"]


@pytest.mark.parametrize("workers", [0, 1])
def test_an_unusable_hdri_is_named(workers: int, tmp_path: Path) -> None:
    folder = toy_folder(tmp_path / "hdris", count=2)
    (folder / "bbb.exr").write_bytes(b"\x76\x2f\x31\x01 no more")
    with pytest.raises(ImageError, match=r"bbb\.exr: expected a whole OpenEXR file"):
        make_pairs(Run(folder=folder, out=tmp_path / "pairs", variants=1, recipe=RECIPE), workers=workers)


def test_wrong_requests_are_named(hdris: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected at least 1 variant of each scene, got 0; 10 is usual"):
        Run(folder=hdris, out=tmp_path, variants=0)
    with pytest.raises(ValueError, match="expected an engine of native, blender, got 'unreal'"):
        Run(folder=hdris, out=tmp_path, engine="unreal")
    with pytest.raises(ValueError, match="expected tone curves of srgb, filmic, agx for Blender, got camera; leave"):
        Run(folder=hdris, out=tmp_path, engine="blender", recipe=Recipe(curves=("agx", "camera")))
    with pytest.raises(ValueError, match="expected --workers or --scheduler, got both"):
        list(dask.spread([], workers=2, scheduler="tcp://127.0.0.1:1"))
    with pytest.raises(ValueError, match="expected at least 1 worker, got 0"):
        list(dask.spread([]))


def test_a_silent_scheduler_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scale, "PATIENCE", "1s")
    with pytest.raises(LightprobeError, match=r"expected a Dask scheduler at tcp://127\.0\.0\.1:9, got: .*start one"):
        list(dask.spread([], scheduler="tcp://127.0.0.1:9"))


def test_tasks_can_be_done_alone(hdris: Path, whole: Path, tmp_path: Path) -> None:
    run = Run(folder=hdris, out=tmp_path / "pairs", variants=12, recipe=RECIPE)
    task = next(itertools.islice(tasks(run, done=["aaa/0000"]), 3, None))
    rows = do(task)
    assert [row["id"] for row in rows] == [f"{task.slug}/{variant:04d}" for variant in task.variants]
    expected = {row["id"]: row for row in journal.read_manifest(whole)}
    for row in rows:
        assert {key: str(value) for key, value in row.items()} == expected[row["id"]]


def test_streams_give_the_pairs_of_a_run(hdris: Path, whole: Path) -> None:
    expected = {row["id"]: row for row in journal.read_manifest(whole)}
    streamed = list(itertools.islice(stream(read_sources(hdris), RECIPE, visit=2), 24))
    for pair in streamed:
        row = expected[pair.job.id]
        assert row["sh"] == " ".join(f"{value:.9g}" for value in pair.coeffs.ravel())
        np.testing.assert_array_equal(pair.picture_srgb, read_picture(whole / row["picture"]).pixels)
    rounds = [[pair.job.scene for pair in streamed[start : start + 8 : 2]] for start in (0, 8, 16)]
    assert all(sorted(scenes) == ["aaa", "bbb", "ccc", "ddd"] for scenes in rounds)
    assert len({tuple(scenes) for scenes in rounds}) > 1
    later = next(stream(read_sources(hdris), RECIPE, visit=2, first=1))
    np.testing.assert_array_equal(later.picture_srgb, streamed[8].picture_srgb)
    with pytest.raises(ValueError, match="expected at least one HDRI, got none"):
        next(stream([]))


def test_catalogs_and_plain_folders(hdris: Path, tmp_path: Path) -> None:
    plain = read_sources(hdris)
    assert [source.slug for source in plain] == ["aaa", "bbb", "ccc", "ddd"]
    assert {source.split for source in plain} <= {"train", "val", "test"}
    folder = toy_folder(tmp_path / "hdris", count=2)
    with (folder / "catalog.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([["slug", "file", "group", "licence"], ["x", "bbb.exr", "place", "CC0-1.0"]])
    (only,) = read_sources(folder)
    assert (only.slug, only.group, only.licence, only.split) == ("x", "place", "CC0-1.0", split("place"))
    (folder / "bbb.exr").unlink()
    with pytest.raises(ImageError, match=r"bbb\.exr: expected the file that catalog\.csv lists, got none \(1 of 1"):
        read_sources(folder)
    with pytest.raises(ImageError, match="expected a folder of HDRIs, got none there; make one with"):
        read_sources(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ImageError, match=r"expected \.exr or \.hdr files, got none"):
        read_sources(tmp_path / "empty")
    with pytest.raises(ValueError, match="expected a split of all, train, val, test, got 'dev'"):
        read_sources(hdris, "dev")


app = Typer(pretty_exceptions_enable=False)
app.command()(pairs)


def invoke(*arguments: str):
    return CliRunner().invoke(app, arguments, catch_exceptions=True)


def test_the_command(hdris: Path, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "pairs"
    options = (str(hdris), "--out", str(out), "--variants", "12", "--size", "32x16", "--seed", "2")
    result = invoke(*options)
    assert result.exit_code == 0, result.output
    assert result.output == f"48 pairs in {out}\n"
    assert contents(out) == contents(whole)
    assert invoke(*options).output == f"48 pairs in {out}, 48 of them from before\n"
    assert json.loads(invoke(*options, "--json").output) == {"out": str(out), "pairs": 48, "made": 0}
    assert invoke(*options, "--quiet").output == ""


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--size", "big"), "expected a size such as 256x128, got 'big'"),
        (("--size", "100x100"), "expected a 2:1 size of the pictures, got 100×100"),
        (("--curves", "srgb,log"), "expected tone curves of .*, got log"),
        (("--split", "dev"), "expected a split of all, train, val, test, got 'dev'"),
        (("--size", "512x256", "--variants", "1"), "aaa: expected an HDRI of at least 512×256, got 128×64; fetch"),
    ],
)
def test_the_command_names_what_is_wrong(options: tuple[str, ...], message: str, hdris: Path, tmp_path: Path) -> None:
    result = invoke(str(hdris), "--out", str(tmp_path / "pairs"), *options)
    assert isinstance(result.exception, ValueError | LightprobeError)
    assert re.search(message, str(result.exception))
    assert "\n" not in str(result.exception)
