"""What is written about the package is true of it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("tool", ["cli_help.py", "tables.py"])
def test_generated_pages_are_up_to_date(tool: str) -> None:
    command = [sys.executable, str(ROOT / "tools" / "docs" / tool), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_readme_runs(tmp_path: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert blocks
    code = "\n".join(blocks).replace('"pano.jpg"', repr(str(ROOT / "samples" / "venice_sunset.jpg")))
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_readme_shows_both_commands() -> None:
    text = (ROOT / "README.md").read_text()
    assert "make run" in text
    assert "make test" in text


def test_conventions_are_where_docstrings_say() -> None:
    page = (ROOT / "spec" / "CONVENTIONS.md").read_text()
    titles = re.findall(r"^#+ (.*)$", page, re.MULTILINE)
    anchors = {re.sub(r"[^a-z0-9 -]", "", title.lower()).strip().replace(" ", "-") for title in titles}
    for path in (ROOT / "src").rglob("*.py"):
        for anchor in re.findall(r"spec/CONVENTIONS\.md#([\w-]+)", path.read_text()):
            assert anchor in anchors, (path.name, anchor)


def test_samples_have_a_licence() -> None:
    page = (ROOT / "samples" / "README.md").read_text()
    for path in (ROOT / "samples").iterdir():
        assert path.name == "README.md" or path.stem in page
