"""Outputs never replace inputs by accident."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

FORMS = ("same", "dotted", "symbolic link", "hard link", "linked folder")


def alias(path: Path, form: str) -> Path:
    """The same file by another name."""
    folder = path.parent
    if form == "dotted":
        (folder / "sub").mkdir()
        return folder / "sub" / ".." / path.name
    if form == "symbolic link":
        (folder / "link.png").symlink_to(path)
        return folder / "link.png"
    if form == "hard link":
        os.link(path, folder / "hard.png")
        return folder / "hard.png"
    if form == "linked folder":
        (folder / "other").symlink_to(folder)
        return folder / "other" / path.name
    return path


@pytest.mark.parametrize("form", FORMS)
def test_a_preview_does_not_replace_its_picture(run, pano: Path, form: str) -> None:
    before = hashlib.sha256(pano.read_bytes()).hexdigest()
    ran = run("estimate", pano, "--preview", alias(pano, form))
    assert ran.code == 1
    assert "this would replace the input" in ran.err
    assert ran.err.rstrip().endswith("choose another path, or give --force")
    assert hashlib.sha256(pano.read_bytes()).hexdigest() == before
    assert run("estimate", pano, "--preview", pano, "--force").code == 0
    assert hashlib.sha256(pano.read_bytes()).hexdigest() != before


def test_a_folder_of_previews_may_be_the_folder_of_pictures_if_names_differ(run, pano: Path) -> None:
    ran = run("estimate", pano, "--preview", pano.parent)
    assert "this would replace the input" in ran.err
    pano.rename(pano.with_suffix(".bmp.png").with_name("pano.webp"))
    ran = run("estimate", pano.with_name("pano.webp"), "--preview", pano.parent)
    assert ran.code == 0


@pytest.mark.parametrize("form", FORMS)
def test_coefficients_do_not_replace_the_environment(run, pano: Path, form: str) -> None:
    before = pano.read_bytes()
    ran = run("project", pano, "-o", alias(pano, form))
    assert (ran.code, pano.read_bytes() == before) == (1, True)
    assert run("project", pano, "-o", pano, "--force").code == 0


def test_conversion_in_place_has_to_be_wanted(run, tmp_path: Path) -> None:
    text = "\n".join("0.1 0.2 0.3" for _ in range(9))
    path = tmp_path / "sh.txt"
    path.write_text(text)
    arguments = ("convert", path, "--from", "radiance", "--to", "irradiance", "-o", path)
    assert run(*arguments).code == 1
    assert path.read_text() == text
    assert run(*arguments, "--force").code == 0
    assert path.read_text() != text
