"""Blender's own Python environment: finding, making and checking it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from lightprobe.errors import LightprobeError

VARIABLE = "LIGHTPROBE_BLENDER_PYTHON"
"""Environment variable with the path of a Python that has bpy; if it is set, no other Python is used."""
PACKAGES = ("bpy==4.5.15", "numpy<2")
PYTHON_VERSION = (3, 11)
"""The only Python version that bpy 4.5 supports."""
_PROBE = "import bpy; print('bpy', bpy.app.version_string)"


def default_folder() -> Path:
    """Folder of the environment in the user's cache."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "lightprobe" / "blender"


def python_in(folder: Path) -> Path:
    """Path of the Python of an environment."""
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def find_python() -> Path:
    """The Python that runs Blender's jobs: from LIGHTPROBE_BLENDER_PYTHON, or as made by `make_environment`.

    Raises: LightprobeError if there is none.
    """
    named = os.environ.get(VARIABLE)
    python = Path(named) if named else python_in(default_folder())
    if not python.exists():
        where = f"{VARIABLE}={named}" if named else str(python)
        raise LightprobeError(f"no Python with Blender at {where}; run `lightprobe blender setup`, or set {VARIABLE}")
    return python


def blender_version(python: Path) -> str:
    """The version of Blender in this Python. Raises: LightprobeError if Blender does not start."""
    try:
        result = subprocess.run([python, "-c", _PROBE], capture_output=True, text=True, timeout=120, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LightprobeError(f"{python}: this Python does not start: {error}; set {VARIABLE} to another") from None
    found = re.search(r"^bpy (.+)$", result.stdout, re.MULTILINE)
    if not found:
        raise LightprobeError(
            f"{python}: cannot import bpy: {last_line(result.stderr)}; run `lightprobe blender setup`"
        )
    return found.group(1)


def make_environment(
    folder: Path | None = None, python: str = "", say: Callable[[str], None] = lambda line: None
) -> tuple[Path, str]:
    """Make the environment (or complete it) and check it; returns its Python and Blender's version. Takes 800 MB.

    `python` is the command of a Python 3.11. `say` is called with a line for each step.

    Raises: LightprobeError if there is no such Python, or if the installation fails.
    """
    folder = folder or default_folder()
    target = python_in(folder)
    if not target.exists():
        base = _find_base(python)
        say(f"making an environment in {folder}")
        _run([base, "-m", "venv", str(folder)], "cannot make the environment")
    say(f"installing {' '.join(PACKAGES)}")
    _run([str(target), "-m", "pip", "install", "--quiet", *PACKAGES], "cannot install Blender")
    return target, blender_version(target)


def _find_base(python: str) -> str:
    wanted = ".".join(map(str, PYTHON_VERSION))
    candidates = [python] if python else [sys.executable, f"python{wanted}"]
    for candidate in candidates:
        command = shutil.which(candidate)
        if command and _version(command) == PYTHON_VERSION:
            return command
    raise LightprobeError(
        f"no Python {wanted} found as {' or '.join(candidates)}; bpy 4.5 needs this version: install it and name it "
        "with --python"
    )


def _version(command: str) -> tuple[int, int] | None:
    probe = "import sys; print(*sys.version_info[:2])"
    result = subprocess.run([command, "-c", probe], capture_output=True, text=True, check=False)
    numbers = result.stdout.split()
    return (int(numbers[0]), int(numbers[1])) if result.returncode == 0 and len(numbers) == 2 else None


def _run(command: list[str], failure: str) -> None:
    try:
        result = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    except OSError as error:
        raise LightprobeError(f"{failure}: {error}; check {command[0]}") from None
    if result.returncode:
        raise LightprobeError(f"{failure}: {last_line(result.stderr)}; run it again, or by hand: {' '.join(command)}")


def last_line(text: str) -> str:
    """The last line that is not empty."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "no message"
