"""docs/model-folder.md: its lines run as they stand, and find the light that lightprobe finds."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import lightprobe
from lightprobe.imaging.cells import picture_cells
from lightprobe.imaging.files import read_picture

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "model-folder.md").read_text(encoding="utf-8")
SAMPLE = ROOT / "samples" / "venice_sunset.jpg"
MODEL = ROOT / "src" / "lightprobe" / "pretrained"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def near(found: object, expected: np.ndarray) -> None:
    np.testing.assert_allclose(np.reshape(found, expected.shape), expected, atol=1e-4 * np.abs(expected).max())


def test_the_python_lines(tmp_path: Path) -> None:
    (lines,) = blocks("python")
    shutil.copy(SAMPLE, tmp_path / "pano.jpg")
    (tmp_path / "model").symlink_to(MODEL)
    lines += 'np.savez("found.npz", cells=cells, coeffs=coeffs[0], panorama=panorama[0])\n'
    done = subprocess.run([sys.executable, "-c", lines], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found, expected = np.load(tmp_path / "found.npz"), lightprobe.estimate(SAMPLE)
    near(found["coeffs"], expected.sh.coeffs)
    near(found["panorama"], expected.panorama)
    near(found["cells"], whole(picture_cells(read_picture(SAMPLE).pixels, "auto")))


def whole(cells: np.ndarray) -> np.ndarray:
    """Cells of a whole picture, with their seen share."""
    return np.concatenate([cells, np.ones((1, *cells.shape[1:]), np.float32)])


def run_node(folder: Path, lines: str, pixels: np.ndarray) -> dict[str, list[float]]:
    """What the lines log as JSON, of a picture that they find as `image`."""
    if shutil.which("node") is None:
        pytest.skip("no node here")
    rgba = np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
    (folder / "image.bin").write_bytes(rgba.tobytes())
    head = (
        'import { readFileSync } from "node:fs";\n'
        f'const image = {{ data: readFileSync("image.bin"), width: {pixels.shape[1]}, height: {pixels.shape[0]} }};\n'
    )
    (folder / "lines.mjs").write_text(head + lines, encoding="utf-8")
    done = subprocess.run(["node", "lines.mjs"], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("size", [(64, 128), (50, 100), (20, 40)])
def test_the_javascript_lines_that_form_cells(tmp_path: Path, size: tuple[int, int]) -> None:
    form, _ = blocks("js")
    pixels = np.random.default_rng(0).integers(0, 300, (*size, 3)).clip(0, 255).astype(np.uint8)
    found = run_node(tmp_path, form + "console.log(JSON.stringify({ cells: [...cellsOf(image)] }));\n", pixels)
    near(found["cells"], whole(picture_cells(pixels, "auto")))


def test_the_javascript_lines_that_run_the_model(tmp_path: Path) -> None:
    modules = ROOT / "web" / "node_modules"
    if not (modules / "onnxruntime-web").is_dir():
        pytest.skip("no onnxruntime-web in web/node_modules; `make page` installs it")
    (tmp_path / "node_modules").symlink_to(modules)
    (tmp_path / "model").symlink_to(MODEL)
    pixels = read_picture(SAMPLE).pixels[::8, ::8]
    log = "console.log(JSON.stringify({ coeffs: [...coeffs.data], panorama: [...panorama.data] }));\n"
    found = run_node(tmp_path, "".join(blocks("js")) + log, pixels)
    expected = lightprobe.estimate(pixels)
    near(found["coeffs"], expected.sh.coeffs)
    near(found["panorama"], expected.panorama)
