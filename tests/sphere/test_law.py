"""spec/CONVENTIONS.md keeps the anchors that docstrings point at, and says what the code does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from lightprobe.sphere import CONVENTIONS, FRAMES, LUMINANCE
from lightprobe.sphere.harmonics.basis import POLYNOMIAL_CONSTANTS

ROOT = Path(__file__).parents[2]
LAW = (ROOT / "spec" / "CONVENTIONS.md").read_text(encoding="utf-8")
ANCHORS = {heading.lower().replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", LAW, re.MULTILINE)}


def section(title: str) -> str:
    """The text below a heading, up to the next of its rank."""
    match = re.search(rf"^(#+) {title}$(.*?)(?=^#{{1,2}} |\Z)", LAW, re.MULTILINE | re.DOTALL)
    assert match, title
    return match[2]


def rows(text: str, header: str) -> list[list[str]]:
    """Cells of the table whose header line starts so."""
    lines = text[text.index(f"| {header} |") :].splitlines()[2:]
    table = lines[: next((i for i, line in enumerate(lines) if not line.startswith("|")), len(lines))]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def test_every_anchor_in_use_exists() -> None:
    used = {}
    for folder in ("src", "tools", "tests", "docs", "web"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in (".py", ".md", ".ts") and not {"node_modules", "dist"} & set(path.parts):
                for anchor in re.findall(r"CONVENTIONS\.md#([a-z-]+)", path.read_text(encoding="utf-8")):
                    used[anchor] = path.name
    assert {"panorama", "frames", "spherical-harmonics", "stored", "color"} <= set(used)
    assert {anchor: name for anchor, name in used.items() if anchor not in ANCHORS} == {}
    assert {"windowing", "exposure", "dominant-light", "partial-pictures", "rotation", "cmgen"} <= ANCHORS


def test_links_inside_lead_somewhere() -> None:
    assert set(re.findall(r"\]\(#([a-z-]+)\)", LAW)) <= ANCHORS


def test_golden_files_are_all_listed() -> None:
    listed = set(re.findall(r"^\| `([a-z_]+\.json)` \|", LAW, re.MULTILINE))
    assert listed == {path.name for path in (ROOT / "spec" / "golden").glob("*.json")}


def test_frames_table() -> None:
    axis = {
        f"{sign}{letter}": (1 if sign == "+" else -1) * unit
        for sign in "+−"
        for letter, unit in zip("XYZ", np.eye(3), strict=True)
    }
    evidence = json.loads((ROOT / "spec" / "golden" / "frames.json").read_text(encoding="utf-8"))["frames"]
    table = {row[0].split("`")[1]: row[1:] for row in rows(section("Frames"), "frame")}
    assert list(table) == list(FRAMES)
    for name, (center, right, up, handed, how) in table.items():
        matrix = np.stack([axis[center], axis[up], axis[right]], axis=1)
        np.testing.assert_array_equal(matrix, FRAMES[name])
        assert evidence[name]["handedness"] == handed
        assert how.startswith(evidence[name]["evidence"])


def test_stored_table() -> None:
    table = {row[0].strip("`"): row[1:] for row in rows(section("Stored"), "name")}
    assert list(table) == list(CONVENTIONS)
    for name, (frame, _, layout, window) in table.items():
        assert frame == CONVENTIONS[name].frame
        assert ("planar" in layout) == CONVENTIONS[name].planar
        assert window.replace("–", "none") == CONVENTIONS[name].window


@pytest.mark.parametrize("name", ["cmgen", "unity", "unity-packed", "unreal-packed", "playcanvas", "babylon"])
def test_polynomials_are_made_of_what_the_table_says(name: str) -> None:
    layout = {row[0].strip("`"): row[3] for row in rows(section("Stored"), "name")}
    text = layout["unity-packed"] if name == "unreal-packed" else layout[name]
    text = text.replace("p0 … p8", ", ".join(f"p{i}" for i in range(9))).split(": ")[-1].replace(";", ",")
    terms = [term.strip() for term in text.split(",") if "interleaved" not in term and "planar" not in term]
    lobe = np.array([1, *3 * [2 / 3], *5 * [1 / 4]])
    p = np.diag(lobe * POLYNOMIAL_CONSTANTS)
    scope = {f"p{i}": p[i] for i in range(9)} | {f"q{i}": p[i] * lobe[i] for i in range(9)}
    expected = [eval(term.replace("−", "-").replace("·", "*"), {}, scope) for term in terms]
    np.testing.assert_allclose(CONVENTIONS[name].matrix(3), expected, atol=1e-14)


def test_numbers() -> None:
    basis = rows(section("Spherical harmonics"), "l m")
    np.testing.assert_allclose([float(value) for value in basis[2][1:]], POLYNOMIAL_CONSTANTS, atol=5e-7)
    fractions = [eval(value) for value in basis[1][1:]]
    np.testing.assert_allclose(np.sqrt(np.array(fractions) / np.pi), POLYNOMIAL_CONSTANTS, rtol=1e-14)
    assert " + ".join(f"{weight} {name}" for weight, name in zip(LUMINANCE, "RGB", strict=True)) in LAW


def test_responses_table() -> None:
    from lightprobe.imaging.tone import curves

    table = {row[0].strip("`"): row[1:] for row in rows(section("Color"), "response")}
    assert tuple(table) == curves.RESPONSES
    for name, (_, white, shown) in table.items():
        assert float(white) == pytest.approx(curves.white(name), abs=6e-4)
        values = curves.encode(np.array([[0.18] * 3, [1.0] * 3]), name)[:, 0]
        np.testing.assert_allclose(values, [float(value) for value in shown.split(",")], atol=6e-4)


def test_cost_of_short_cuts() -> None:
    from lightprobe.sphere import basis, project
    from lightprobe.sphere.panorama import equirect

    for row in rows(section("Panorama"), "rows")[:4]:
        height, area, constant, half, sun = int(row[0]), *map(float, row[1:])
        directions = basis(equirect.directions(height, 2 * height), 3)
        angle = equirect.solid_angles(height, 2 * height)
        common = np.sin(np.pi * (np.arange(height) + 0.5) / height).sum() * np.pi / height * 2 * np.pi
        assert common / (4 * np.pi) - 1 == pytest.approx(area, rel=0.05)
        upper, pixels = np.zeros((2, height, 2 * height, 1))
        upper[: height // 2] = 1
        pixels = np.zeros((height, 2 * height, height))  # a sun in each row
        pixels[np.arange(height), height // 3, np.arange(height)] = 1
        for panorama, expected in ((np.ones_like(upper), constant), (upper, half)):
            exact = project(panorama)
            error = np.linalg.norm(np.einsum("hw,hwn,hwc->nc", angle, directions, panorama) - exact)
            assert error / np.linalg.norm(exact) == pytest.approx(expected, rel=0.05)
        exact = project(pixels)
        error = np.einsum("hw,hwn,hwc->nc", angle, directions, pixels) - exact
        assert (np.linalg.norm(error, axis=0) / np.linalg.norm(exact, axis=0)).max() == pytest.approx(sun, rel=0.1)
