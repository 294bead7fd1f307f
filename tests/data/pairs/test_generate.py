"""Runs: all pairs, with their light; interrupted ones continue; the same bytes as ever."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lightprobe.data.catalog.split import split
from lightprobe.data.pairs import journal
from lightprobe.data.pairs.generate import PairsResult, make_pairs
from lightprobe.data.pairs.run import Run
from lightprobe.errors import ImageError, OutputError
from lightprobe.imaging.files import read_picture
from lightprobe.imaging.formats.exr import write_exr
from lightprobe.sphere import SH, project
from lightprobe.sphere.interop.cmgen import parse_text

from ..pairs_toys import toy_folder
from .small_runs import RECIPE, Recorded, contents

GOLDEN = "fc2e92fb85e7ce07bc978bdc1c4f94644857116d264b4630743a8f52ca5671c6"
"""SHA-256 of the toy run's manifest, which holds parameters, coefficients, and hashes of pictures and HDRIs."""


def test_every_pair_is_there_with_its_light(hdris: Path, whole: Path) -> None:
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


def test_a_killed_run_is_continued(hdris: Path, whole: Path, tmp_path: Path) -> None:
    """SIGKILL in the middle of a run, half a line in the journal, a picture lost: the result is the same."""
    out = tmp_path / "pairs"
    script = f"""
        import os, signal
        from pathlib import Path
        from lightprobe.camera.sampling.recipe import ShotRecipe
        from lightprobe.data.pairs.generate import make_pairs
        from lightprobe.data.pairs.run import Run
        from lightprobe.progress import Progress
        folder, out = Path({str(hdris)!r}), Path({str(out)!r})
        run = Run(folder=folder, out=out, variants=12, recipe=ShotRecipe(width=32, height=16, seed=2))
        class Kill(Progress):
            done = 0
            def advance(self, pieces=1, **more):
                self.done += pieces
                if self.done > 20:
                    os.kill(os.getpid(), signal.SIGKILL)
        make_pairs(run, progress=Kill())
    """
    assert subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False).returncode == -9
    book = out / journal.JOURNAL
    lines = book.read_bytes().splitlines(keepends=True)
    assert 20 < len(lines) < 48
    book.write_bytes(b"".join(lines) + lines[0][:40])
    (out / json.loads(lines[3])["picture"]).unlink()
    (out / "aaa" / ".0003.half.exr").write_bytes(b"half")
    progress = Recorded()
    result = make_pairs(Run(folder=hdris, out=out, variants=12, recipe=RECIPE), progress=progress)
    assert (progress.done[0], progress.done[-1]) == (len(lines) - 1, 48)
    assert result == PairsResult(pairs=48, made=49 - len(lines))
    assert contents(out) == contents(whole)


def test_a_finished_run_is_left_alone(hdris: Path, whole: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in whole.rglob("*")}
    assert make_pairs(Run(folder=hdris, out=whole, variants=12, recipe=RECIPE)) == PairsResult(pairs=48, made=0)
    assert {path: path.stat().st_mtime_ns for path in whole.rglob("*")} == before


def test_other_settings_and_other_files_are_refused(hdris: Path, whole: Path, tmp_path: Path) -> None:
    other = Run(folder=hdris, out=whole, variants=12, recipe=replace(RECIPE, seed=9))
    with pytest.raises(OutputError, match=r"holds pairs of other settings \(recipe differ\); choose another"):
        make_pairs(other)
    (tmp_path / "thesis.tex").write_text("…")
    with pytest.raises(OutputError, match="expected an empty folder or one with pairs, found other files; choose"):
        make_pairs(Run(folder=hdris, out=tmp_path, variants=1, recipe=RECIPE))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["thesis.tex"]


@pytest.mark.parametrize("workers", [0, 1])
def test_an_unusable_hdri_is_named(workers: int, tmp_path: Path) -> None:
    folder = toy_folder(tmp_path / "hdris", count=2)
    (folder / "bbb.exr").write_bytes(b"\x76\x2f\x31\x01 no more")
    with pytest.raises(ImageError, match=r"bbb\.exr: the OpenEXR file is damaged"):
        make_pairs(Run(folder=folder, out=tmp_path / "pairs", variants=1, recipe=RECIPE), workers=workers)


def test_pairs_keep_their_bytes(whole: Path) -> None:
    """A change here changes every data set: raise the version, and say so in the changelog."""
    assert hashlib.sha256((whole / journal.MANIFEST).read_bytes()).hexdigest() == GOLDEN


def test_an_implausible_sun_ends_the_run_with_one_line(tmp_path: Path) -> None:
    radiance = np.ones((64, 128, 3), np.float32)
    radiance[18:23, 60:65] = 200
    radiance[20, 62] = (0, 0, 74632)
    (tmp_path / "hdris").mkdir()
    write_exr(tmp_path / "hdris" / "park.exr", radiance)
    with pytest.raises(ImageError, match=r"park\.exr: the brightest pixel has lost red and green: .*; take an"):
        make_pairs(Run(folder=tmp_path / "hdris", out=tmp_path / "pairs", variants=1, recipe=RECIPE))
