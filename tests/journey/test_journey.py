"""The whole way, as a user goes it: HDRIs → catalog → pairs → training → model folder → estimate → judgement → page.

Every step is the command line in a process of its own, on what the step before has written.
"""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import numpy as np
import OpenEXR
import pytest

import lightprobe
from lightprobe.sphere.panorama import equirect

PAGE = Path(lightprobe.__file__).parent / "page"
SCENES = 8


def write_toys(folder: Path) -> None:
    """Skies with a sun and a ground, each of another color, as small OpenEXR panoramas."""
    rng = np.random.default_rng(5)
    folder.mkdir()
    directions = equirect.directions(64, 128)
    for k in range(SCENES):
        sky, ground, sun = rng.uniform(0.2, 1.0, (3, 3))
        toward = np.array([np.cos(k), 0.4 + 0.1 * k, np.sin(k)])
        near = directions @ (toward / np.linalg.norm(toward))
        light = np.where(directions[..., 1:2] > 0, sky, 0.4 * ground) * (1 + 0.2 * directions[..., :1])
        light = light + (40 + 20 * sun) * (near > 0.99)[..., None]
        header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
        OpenEXR.File(header, {"RGB": light.astype(np.float32)}).write(str(folder / f"toy{k}_valley.exr"))


def lightprobe_command(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """One command; it must succeed, and show no traceback."""
    command = [sys.executable, "-m", "lightprobe", *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr
    return done


@pytest.mark.slow
def test_from_hdris_to_the_page(tmp_path: Path) -> None:
    write_toys(tmp_path / "toys")

    lightprobe_command(tmp_path, "fetch", "--from", "toys", "--out", "hdris", "--quiet")
    with (tmp_path / "hdris" / "catalog.csv").open(newline="") as file:
        assert [row["slug"] for row in csv.DictReader(file)] == [f"toy{k}_valley" for k in range(SCENES)]

    lightprobe_command(
        tmp_path, "pairs", "hdris", "--out", "pairs", "--variants", 3, "--size", "64x32", "--seed", 4, "--quiet"
    )
    with (tmp_path / "pairs" / "manifest.csv").open(newline="") as file:
        pairs = list(csv.DictReader(file))
    assert len(pairs) == 3 * SCENES

    lightprobe_command(
        tmp_path,
        *("train", "ambient", "--data", "pairs", "--out", "run", "--threads", 1, "--workers", 0, "--quiet"),
        *("--set", "steps=2", "--set", "batch=8", "--set", "folds=2"),
    )
    assert {path.name for path in (tmp_path / "run").glob("*.pt")} == {"best.pt", "last.pt"}

    lightprobe_command(tmp_path, "export", "run", "--out", "model", "--quiet")
    manifest = json.loads((tmp_path / "model" / "manifest.json").read_text())
    assert manifest["name"] == "ambient"
    assert max(manifest["parity"]["largest"].values()) <= 1e-4

    pictures = [tmp_path / "pairs" / row["picture"] for row in pairs[:4]]
    printed = lightprobe_command(tmp_path, "estimate", *pictures, "--model", "model", "--json", "--quiet").stdout
    answers = json.loads(printed) if printed.lstrip().startswith("[") else [json.loads(x) for x in printed.splitlines()]
    assert len(answers) == 4
    estimator = lightprobe.load(tmp_path / "model")
    for answer, path in zip(answers, pictures, strict=True):
        np.testing.assert_allclose(answer["sh"]["coeffs"], estimator(path).sh.coeffs, rtol=1e-6, atol=1e-9)

    lightprobe_command(
        tmp_path, "suite", "build", "hdris", "--out", "suite", "--split", "all", "--size", "64x32", "--quiet"
    )
    lightprobe_command(
        tmp_path,
        *("evaluate", "--model", "model", "--suite", "suite", "--suite", "analytic", "--size", "64x32"),
        *("--out", "report", "--no-page", "--quiet"),
    )
    report = json.loads((tmp_path / "report" / "report.json").read_text())
    assert {suite["name"] for suite in report["suites"]} >= {"analytic"}

    if PAGE.is_dir():
        check_page(tmp_path, manifest)


def check_page(folder: Path, manifest: dict[str, object]) -> None:
    """The page is served with this model in place of its own."""
    command = [sys.executable, "-m", "lightprobe", "demo", "--model", "model", "--no-open"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            url = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
            assert url
            with urllib.request.urlopen(f"{url[0]}model/manifest.json", timeout=10) as served:
                assert json.load(served) == manifest
            with urllib.request.urlopen(url[0], timeout=10) as served:
                assert b"<html" in served.read()
        finally:
            process.kill()
