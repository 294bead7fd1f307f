"""What is installed and run from elsewhere is pinned: packages by hash, actions by commit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def versions(path: Path) -> dict[str, str]:
    """Version of each package of a requirements file, names normalized."""
    found = re.findall(r"^([\w.-]+)==([^\s;\\]+)", path.read_text(), re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}


@pytest.mark.parametrize("name", ["base", "dev"])
def test_locks_hold_the_versions_of_the_constraints(name: str) -> None:
    pinned, locked = versions(ROOT / "constraints.txt"), versions(ROOT / "locks" / f"{name}.txt")
    assert locked
    assert {key: pinned.get(key) for key in locked} == locked
    if name == "dev":
        assert set(pinned) - set(locked) == {"torch"}  # see tools/release/make_locks.py


@pytest.mark.parametrize("name", ["base", "dev"])
def test_each_locked_package_has_hashes(name: str) -> None:
    packages = re.split(r"^(?=\w)", (ROOT / "locks" / f"{name}.txt").read_text(), flags=re.MULTILINE)[1:]
    bare = [package.split("==")[0] for package in packages if not re.search(r"--hash=sha256:[0-9a-f]{64}", package)]
    assert packages
    assert not bare


@pytest.mark.parametrize("path", WORKFLOWS, ids=[path.name for path in WORKFLOWS])
def test_actions_are_pinned_by_commit(path: Path) -> None:
    used = re.findall(r"uses: (\S+)(.*)", path.read_text())
    assert used
    loose = [f"{action}{note}" for action, note in used if not re.fullmatch(r"[\w-]+/[\w./-]+@[0-9a-f]{40}", action)]
    assert not loose
    assert all(re.fullmatch(r" # v\d+\.\d+\.\d+", note) for _, note in used)


@pytest.mark.parametrize("path", WORKFLOWS, ids=[path.name for path in WORKFLOWS])
def test_workflows_have_no_rights_that_they_do_not_name(path: Path) -> None:
    top = re.search(r"^permissions:(.*(?:\n  .*)*)", path.read_text(), re.MULTILINE)
    assert top
    assert top[1].strip() in ("{}", "contents: read")
