"""The wheel, with the sources out of sight: complete, and enough to estimate."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = "lightprobe/page/"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("*.whl"))


def test_it_carries_what_is_needed(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in (
        "lightprobe/py.typed",
        "lightprobe/imaging/tone/tables/agx.npz",
        "lightprobe/imaging/tone/tables/filmic.npz",
        "lightprobe/spec/CONVENTIONS.md",
        "lightprobe/spec/golden/frames.json",
    ):
        assert name in names
    licences = {Path(name).name for name in names if ".dist-info/licenses/" in name}
    assert {"LICENSE", "LICENSE-OpenColorIO.txt"} <= licences


def test_it_is_small(wheel: Path) -> None:
    """What everybody downloads [bytes]; most of the page is the runtime of its networks."""
    files = zipfile.ZipFile(wheel).infolist()
    assert sum(file.compress_size for file in files if not file.filename.startswith(PAGE)) < 2_400_000
    assert wheel.stat().st_size < 10_000_000


@pytest.mark.skipif(not (ROOT / "src" / PAGE).exists(), reason="the page is not built: `make page` needs Node")
def test_it_carries_the_page(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith(PAGE)}
    assert {f"{PAGE}index.html", f"{PAGE}model/model.bin", f"{PAGE}model/manifest.json"} <= names
    assert any(name.endswith(".wasm") for name in names)
    built = {path.relative_to(ROOT / "src").as_posix() for path in (ROOT / "src" / PAGE).rglob("*") if path.is_file()}
    assert names == built


def test_it_estimates_without_the_sources(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(target)
    code = (
        "import json, sys, lightprobe\n"
        "result = lightprobe.estimate(sys.argv[1], response='agx')\n"
        "print(json.dumps([lightprobe.__file__, result.sh.coeffs.tolist()]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT / "samples" / "venice_sunset.jpg")],
        env={"PYTHONPATH": str(target), "PATH": ""},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    file, coeffs = json.loads(done.stdout)
    assert Path(file).is_relative_to(target)
    assert len(coeffs) == 9
