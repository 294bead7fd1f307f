"""Write locks/: the packages that constraints.txt pins, with the hashes of their files.

`make` installs from these with pip's --require-hashes, so that nobody can slip in another file. Left out are torch,
whose wheels for CPU and for CUDA have one version, so that only the index tells them apart, and packages that
constraints.txt does not name: they are torch's CUDA libraries.

Needs uv (pip install uv).
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCKS = {"base": (), "dev": ("--extra", "dev")}
"""Extras of each lock."""
HEADER = "# Made by tools/release/make_locks.py from pyproject.toml and constraints.txt; change those.\n"
BUILD = ("hatchling", "editables")
"""What an editable installation is built with; pip does not check hashes of what it fetches for a build itself."""


def compiled(extras: tuple[str, ...], more: Path) -> str:
    """The locked packages of some extras, as uv resolves them, all platforms and versions of Python in one."""
    command = ["uv", "pip", "compile", "pyproject.toml", str(more), *extras, "-c", "constraints.txt", "--quiet"]
    command += ["--generate-hashes", "--universal", "--no-emit-index-url", "--no-header", "--no-annotate"]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def pinned() -> set[str]:
    """The names in constraints.txt, normalized."""
    names = re.findall(r"^([\w.-]+)==", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower() for name in names}


def main() -> None:
    """Write the locks."""
    wanted, folder = pinned(), ROOT / "locks"
    folder.mkdir(exist_ok=True)
    for name, extras in LOCKS.items():
        with tempfile.NamedTemporaryFile("w", suffix=".in") as more:
            more.write("\n".join(BUILD))
            more.flush()
            packages = re.split(r"^(?=\w)", compiled(extras, Path(more.name)), flags=re.MULTILINE)[1:]
        kept = [package for package in packages if package.split("==")[0] in wanted - {"torch"}]
        (folder / f"{name}.txt").write_text(HEADER + "".join(kept))


if __name__ == "__main__":
    main()
