"""`lightprobe project`, `convert` and `conventions`."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from lightprobe.imaging.formats.exr import write_exr
from lightprobe.sphere import CONVENTIONS, SH, project
from lightprobe.sphere.interop.cmgen import parse_text, squeeze


@pytest.fixture
def env(tmp_path: Path) -> Path:
    """A small HDR environment with a sun above cmgen's 4096."""
    rng = np.random.default_rng(5)
    radiance = rng.random((16, 32, 3)).astype(np.float32)
    radiance[4, 20] = 60000
    path = tmp_path / "env.exr"
    write_exr(path, radiance)
    return path


def radiance_of(path: Path) -> np.ndarray:
    from lightprobe.imaging import read_picture

    return read_picture(path).pixels


def test_plain_output_is_the_exact_projection(run, env: Path) -> None:
    ran = run("project", env)
    np.testing.assert_allclose(parse_text(ran.out), project(radiance_of(env)), atol=1e-12)
    assert ran.out.splitlines()[1].endswith("// L1-1")


def test_cmgen_windows_mirrors_and_prints_its_text(run, env: Path) -> None:
    ran = run("project", env, "--format", "cmgen")
    expected = SH(project(radiance_of(env))).to("cmgen")
    np.testing.assert_allclose(parse_text(ran.out), expected, rtol=1e-6, atol=1e-9)
    assert [line.split("// ")[1] for line in ran.out.splitlines()][:2] == [
        "L00, irradiance, pre-scaled base",
        "L1-1, irradiance, pre-scaled base",
    ]
    assert run("project", env, "--format", "cmgen", "--no-clamp").out == ran.out
    squeezed = parse_text(run("project", env, "--format", "cmgen", "--clamp").out)
    np.testing.assert_allclose(squeezed, SH(project(squeeze(radiance_of(env)))).to("cmgen"), rtol=1e-6, atol=1e-9)
    assert 2 * squeezed[0, 0] < expected[0, 0]


def test_cmgen_flags(run, env: Path) -> None:
    sh = SH(project(radiance_of(env)))
    base = ("project", env, "--format", "cmgen")
    cases = {
        ("--window", "none"): sh.to("cmgen", "none"),
        ("--window", "5"): sh.to("cmgen", 5.0),
        ("--no-mirror",): sh.mirrored().to("cmgen"),
        ("--no-shader",): sh.to("cmgen-radiance"),
        ("--irradiance",): sh.to("cmgen-irradiance"),
        ("--no-shader", "--irradiance", "--window", "none"): sh.to("cmgen-irradiance", "none"),
    }
    for flags, expected in cases.items():
        np.testing.assert_allclose(
            parse_text(run(*base, *flags).out), expected, rtol=1e-6, atol=1e-9, err_msg=str(flags)
        )
    assert "// L00, irradiance\n" in run(*base, "--irradiance").out
    assert "// L00\n" in run(*base, "--no-shader").out


def test_more_bands(run, env: Path) -> None:
    ran = run("project", env, "--format", "cmgen", "--bands", "4", "--no-shader")
    assert len(parse_text(ran.out)) == 16
    assert "no automatic window for more than 3 bands" in ran.err
    ran = run("project", env, "--format", "cmgen", "--bands", "4")
    assert ran.code == 2
    assert ran.err == (
        "lightprobe: expected 3 bands for pre-scaled coefficients, got 4; add --no-shader or --irradiance\n"
    )


def test_cmgen_flags_belong_to_cmgen(run, env: Path) -> None:
    ran = run("project", env, "--no-mirror")
    assert ran.code == 2
    assert "need --format cmgen, got 'radiance'" in ran.err


def test_into_a_file_atomically(run, env: Path) -> None:
    ran = run("project", env, "--format", "cmgen", "-o", "sh.txt")
    assert (ran.code, ran.out) == (0, "")
    assert len(parse_text(Path("sh.txt").read_text())) == 9
    ran = run("project", env, "-o", "no/such/sh.txt")
    assert ran.code == 1
    assert "cannot write: " in ran.err


@pytest.mark.parametrize("target", CONVENTIONS)
def test_convert_there_and_back(run, env: Path, target: str) -> None:
    Path("a.txt").write_text(run("project", env, "--format", "cmgen").out)
    Path("b.txt").write_text(run("convert", "a.txt", "--from", "cmgen", "--to", target).out)
    back = run("convert", "b.txt", "--from", target, "--to", "cmgen", "--window", "none")
    np.testing.assert_allclose(parse_text(back.out), parse_text(Path("a.txt").read_text()), atol=1e-12)
    Path("b.json").write_text(run("convert", "a.txt", "--from", "cmgen", "--to", target, "--json").out)
    Path("flat.json").write_text(json.dumps(json.loads(Path("b.json").read_text())["flat"]))
    for file in ("b.json", "flat.json"):
        back = run("convert", file, "--from", target, "--to", "cmgen", "--window", "none")
        np.testing.assert_allclose(parse_text(back.out), parse_text(Path("a.txt").read_text()), atol=1e-12)


def test_convert_reads_what_estimate_prints(run, pano: Path) -> None:
    Path("light.json").write_text(run("estimate", pano, "--json").out)
    ran = run("convert", "light.json", "--from", "radiance", "--to", "radiance", "--json")
    expected = json.loads(Path("light.json").read_text())["sh"]["coeffs"]
    np.testing.assert_allclose(json.loads(ran.out)["coeffs"], expected, atol=1e-14)


def test_convert_reads_what_estimate_prints_in_a_format(run, pano: Path) -> None:
    Path("light.json").write_text(run("estimate", pano, "--json", "--format", "unity").out)
    ran = run("convert", "light.json", "--from", "unity", "--to", "radiance", "--json")
    expected = json.loads(run("estimate", pano, "--json").out)["sh"]["coeffs"]
    np.testing.assert_allclose(json.loads(ran.out)["coeffs"], expected, atol=1e-12)
    ran = run("convert", "light.json", "--from", "radiance", "--to", "unity")
    assert ran.code == 2
    assert ran.err == "lightprobe: expected coefficients in 'radiance', got a file in 'unity'; give --from unity\n"


def test_json_names_the_frame(run, env: Path) -> None:
    ran = run("project", env, "--format", "unreal", "--json")
    assert json.loads(ran.out)["frame"] == "unreal"
    ran = run("project", env, "--format", "cmgen", "--json")
    assert json.loads(ran.out)["frame"] == "filament"
    ran = run("project", env, "--format", "cmgen", "--json", "--no-mirror")
    assert json.loads(ran.out)["frame"] == "filament-unmirrored"
    Path("sh.json").write_text(run("project", env, "--json").out)
    ran = run("convert", "sh.json", "--from", "radiance", "--to", "godot", "--json")
    assert json.loads(ran.out)["frame"] == "godot"


def test_cesium_is_cmgen_without_mirroring(run, env: Path) -> None:
    expected = run("project", env, "--format", "cmgen", "--no-mirror").out
    found = run("project", env, "--format", "cesium").out
    np.testing.assert_allclose(parse_text(found), parse_text(expected), rtol=1e-12, atol=1e-12)


def test_convert_from_standard_input(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(["1 2 3"] * 9)))
    ran = run("convert", "-", "--from", "irradiance", "--to", "radiance")
    assert parse_text(ran.out)[0] == pytest.approx(np.array([1, 2, 3]) / np.pi)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 2 3\n4 5 6\n", "expected 1, 4, 9, 16 … coefficients, got 2; give whole bands"),
        ("1 2 3\nhello\n", "expected '(r, g, b); // L00' on line 2, got 'hello'"),
        ("", "expected lines of three numbers, got no line"),
        ("[1, 2, ", "invalid JSON: "),
        ('{"light": 1}', "expected a list or an object with 'coeffs' or 'sh', got keys light"),
        ('["a"]', "expected a JSON list of numbers or of RGB rows, got other values"),
        ('{"sh": null}', "expected a JSON list of numbers or of RGB rows, got other values"),
        ('{"sh": 3}', "expected a JSON list of numbers or of RGB rows, got other values"),
        ("[[[1, 2, 3]]]", "expected a JSON list of numbers or of RGB rows, got other values"),
        ("[" * 100_000, "invalid JSON: it is nested too deeply; give JSON, or lines of three numbers"),
        ('{"sh":' * 100_000, "invalid JSON: it is nested too deeply"),
        (str([0] * 10**5), "expected at most 32 bands, got 100000 numbers"),
        ("1 2 3\n" * 10**4, "expected at most 32 bands, got 30000 numbers"),
        ("1 2 3\n" * 10**6, "expected coefficients, got more than 1 MiB of text"),
        ("[1, 2]", "expected 3 numbers per coefficient, got 2 in total; three bands need 27"),
    ],
)
def test_convert_says_what_is_wrong(run, text: str, message: str) -> None:
    Path("in.txt").write_text(text)
    ran = run("convert", "in.txt", "--from", "radiance", "--to", "unity")
    assert ran.code == 2
    assert message in ran.err
    assert ran.err.count("\n") == 1


def test_convert_complains_about_names_and_files(run, env: Path) -> None:
    assert "expected a convention (radiance," in run("convert", "x", "--from", "maya", "--to", "unity").err
    ran = run("convert", "missing.txt", "--from", "cmgen", "--to", "unity")
    assert ran.code == 1
    assert ran.err == "lightprobe: missing.txt: cannot read coefficients: No such file or directory; check the path\n"
    ran = run("convert", env, "--from", "cmgen", "--to", "unity")
    assert ran.code == 1
    assert "got a binary file" in ran.err


def test_conventions_lists_all(run) -> None:
    assert [line.split()[0] for line in run("conventions").out.splitlines()] == list(CONVENTIONS)
    assert list(json.loads(run("conventions", "--json").out)) == list(CONVENTIONS)


def test_version_and_help(run) -> None:
    import lightprobe

    assert run("--version").out == f"lightprobe {lightprobe.__version__}\n"
    for command in ("estimate", "project", "convert", "conventions"):
        assert "Examples:" in run(command, "--help").out


def test_cubemaps_and_notes(run, tmp_path: Path) -> None:
    faces = np.random.default_rng(1).random((6, 16, 16, 3)).astype(np.float32)
    path = tmp_path / "cube.exr"
    write_exr(path, faces.reshape(96, 16, 3))
    ran = run("project", path)
    expected = SH.from_cubemap(faces).coeffs
    np.testing.assert_allclose(parse_text(ran.out), expected, atol=5e-3 * expected[0].max())
    assert ran.err.startswith("lightprobe: note: Read as a cubemap, a column of six faces")
    halves = np.concatenate([np.full((32, 64, 3), 0.5), np.full((32, 64, 3), 0.1)]).astype(np.float32)
    write_exr(tmp_path / "eyes.exr", halves)
    ran = run("project", tmp_path / "eyes.exr", "--stereo", "top-bottom")
    np.testing.assert_allclose(parse_text(ran.out)[0], 0.5 * np.sqrt(4 * np.pi), rtol=1e-6)
