"""Finding, making and checking Blender's environment; none of this needs Blender."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from lightprobe.blender import engine, environment
from lightprobe.cli.blender import blender
from lightprobe.errors import LightprobeError

IDENTITY = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


def job(view: str = "AgX") -> engine.BlenderJob:
    return engine.BlenderJob(
        hdri="a.exr", width=8, height=4, lookup=IDENTITY, gains=(1, 1, 1), view=view, exr="b.exr", png="b.png"
    )


def test_the_variable_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(environment.VARIABLE, sys.executable)
    assert environment.find_python() == Path(sys.executable)
    monkeypatch.setenv(environment.VARIABLE, str(tmp_path / "python"))
    with pytest.raises(LightprobeError, match=r"no Python with Blender at LIGHTPROBE_BLENDER_PYTHON=.*/python"):
        environment.find_python()


def test_without_it_the_cache_folder_is_looked_at(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(environment.VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(
        LightprobeError,
        match=r"no Python with Blender at .*/python; run `lightprobe blender setup`, or set LIGHTPROBE_BLENDER",
    ):
        environment.find_python()
    python = environment.python_in(environment.default_folder())
    assert tmp_path in python.parents
    python.parent.mkdir(parents=True)
    python.touch()
    assert environment.find_python() == python


def test_a_python_without_blender_is_named() -> None:
    with pytest.raises(LightprobeError, match=r"cannot import bpy: ModuleNotFoundError: .*bpy.*; run"):
        environment.blender_version(Path(sys.executable))


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for Python is a shell script")
def test_setup_refuses_another_python(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.write_text("#!/bin/sh\necho 3 9\n")
    old.chmod(0o755)
    with pytest.raises(
        LightprobeError, match=r"no Python 3\.11 found as .*old; bpy 4\.5 needs this version: install it and name it"
    ):
        environment.make_environment(tmp_path / "environment", str(old))
    assert not (tmp_path / "environment").exists()


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for Python is a shell script")
def test_setup_makes_installs_and_checks(tmp_path: Path) -> None:
    """With a stand-in for Python that writes down what it is asked to do."""
    log, base, folder = tmp_path / "log", tmp_path / "base", tmp_path / "environment"
    base.write_text(
        f'#!/bin/sh\necho "$@" >> {log}\n'
        'case "$1 $2" in\n'
        f'  "-m venv") mkdir -p "$3/bin" && cp "{base}" "$3/bin/python";;\n'
        '  "-c import sys"*) echo 3 11;;\n'
        '  "-c import bpy"*) echo "bpy 4.5.15 LTS";;\n'
        "esac\n"
    )
    base.chmod(0o755)
    said: list[str] = []
    assert environment.make_environment(folder, str(base), said.append) == (folder / "bin" / "python", "4.5.15 LTS")
    asked = [line for line in log.read_text().splitlines() if line.startswith("-m")]
    assert asked == [f"-m venv {folder}", "-m pip install --quiet bpy==4.5.15 numpy<2"]
    assert said == [f"making an environment in {folder}", "installing bpy==4.5.15 numpy<2"]


def test_a_failing_blender_is_named(tmp_path: Path) -> None:
    with pytest.raises(LightprobeError, match=r"Blender rendered 0 of 2 panoramas: .*bpy.*; check it"):
        list(engine.render_jobs([job(), job()], Path(sys.executable)))
    with pytest.raises(ValueError, match="expected a view of Standard, Filmic, AgX, got 'Raw'; choose one"):
        list(engine.render_jobs([job("Raw")], Path(sys.executable)))


def test_the_command_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environment.VARIABLE, sys.executable)
    result = CliRunner().invoke(blender, ["check"])
    assert isinstance(result.exception, LightprobeError)
    assert "setup" in CliRunner().invoke(blender, ["--help"]).output
