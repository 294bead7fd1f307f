"""The documentation is true: generated pages are up to date, snippets run, commands and links exist."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*", "docs/**/*", "samples/*", "spec/*", "src/**/*", "tools/**/*", "web/*", "web/packages/*/*")
    for path in ROOT.glob(f"{pattern}.md")
    if not {"node_modules", "page"} & set(path.parts) and path.name != "CHANGELOG.md"
)
TOOLS = sorted(
    path.relative_to(ROOT / "tools").as_posix()
    for path in ROOT.glob("tools/**/*.py")
    if '__name__ == "__main__"' in path.read_text() and "compass" not in path.parts  # has a page of its own
)


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def snippets(page: str, language: str = "python") -> list[str]:
    """The fenced blocks of a language."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```", read(page), re.DOTALL | re.MULTILINE)
    return [code for found, code in blocks if found == language]


def commands(page: str) -> list[str]:
    """The lines that call lightprobe, in fenced and indented blocks."""
    fenced = "".join(snippets(page, ""))
    indented = "".join(re.findall(r"^    (lightprobe .*\n)", read(page), re.MULTILINE))
    return [line for line in (fenced + indented).splitlines() if line.startswith("lightprobe ")]


def headings(page: str) -> set[str]:
    """The anchors of a page, as GitHub makes them."""
    text = re.sub(r"^```.*?^```", "", read(page), flags=re.DOTALL | re.MULTILINE)
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize(
    "tool", ["cli_help.py", "inputs.py", "tables.py", "architecture.py", "plot.py", "surround_plot.py"]
)
def test_generated_pages_are_up_to_date(tool: str) -> None:
    command = [sys.executable, str(ROOT / "tools" / "docs" / tool), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_readme_runs(tmp_path: Path) -> None:
    blocks = snippets("README.md")
    assert blocks
    code = "\n".join(blocks).replace('"pano.jpg"', repr(str(ROOT / "samples" / "venice_sunset.jpg")))
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_readme_shows_both_commands() -> None:
    text = read("README.md")
    assert "make run" in text
    assert "make test" in text


@pytest.mark.parametrize("page", [page for page in PAGES if snippets(page)])
def test_snippets_are_python_and_their_imports_exist(page: str) -> None:
    for code in snippets(page):
        imports = [node for node in ast.parse(code).body if isinstance(node, ast.Import | ast.ImportFrom)]
        exec(compile(ast.Module(imports, []), page, "exec"), {})


def run(page: str, word: str, **given: Any) -> dict[str, Any]:
    """The names that the one snippet with a word defines, `given` names being there and `...` being no light."""
    (code,) = [code for code in snippets(page) if word in code]
    names = {**given, "__name__": "snippet"}
    exec(compile(code.replace("coeffs=...", "coeffs=__import__('numpy').zeros((9, 3))"), page, "exec"), names)
    return names


def test_the_recipe_of_the_training_page_is_one() -> None:
    recipe = run("docs/training.md", "def recipe")["recipe"]()
    assert (recipe.steps, recipe.optimizer.lr) == (20_000, 1e-3)


def test_predictions_as_the_evaluation_page_writes_them_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lightprobe.evaluation import open_suite
    from lightprobe.evaluation.entrants.predictions import read_predictions

    monkeypatch.chdir(tmp_path)
    ids = [shot.id for shot in open_suite("analytic").shots]
    run(
        "docs/evaluation.md",
        "np.savez",
        ids=ids,
        coeffs=np.zeros((len(ids), 9, 3)),
        panoramas=np.zeros((len(ids), 32, 64, 3)),
    )
    assert read_predictions(tmp_path / "mine.npz").name == "mine"


def test_a_callable_is_judged_as_the_evaluation_page_does(monkeypatch: pytest.MonkeyPatch) -> None:
    import lightprobe.evaluation as evaluation

    suite = evaluation.open_suite("analytic")
    monkeypatch.setattr(evaluation, "open_suite", lambda name: suite)  # as quick as can be
    result = run("docs/evaluation.md", "judge_suite")["result"]
    assert np.allclose(result.scores["mine"]["e_rel"], 1)


@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)])
def test_commands_are_understood(page: str) -> None:
    import click

    from lightprobe.cli import app

    for line in commands(page):
        words = shlex.split(re.split(r" [>|] ", line)[0], comments=True)[1:]
        command: Any = app
        while isinstance(command, click.Group):
            if command.invoke_without_command and words[:1] and words[0].startswith("-"):
                break  # a group that does something itself
            assert words, line
            command = command.get_command(click.Context(command), words.pop(0))
            assert command, line
        values, left, _ = command.make_parser(command.context_class(command)).parse_args(list(words))
        assert not left, line
        assert all(values.get(param.name) is not None for param in command.params if param.required), line


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", read(page)):
        if re.match(r"https?:|mailto:", target):
            continue
        path, _, anchor = target.partition("#")
        found = (ROOT / page).parent / path if path else ROOT / page
        assert found.exists(), target
        if anchor and found.suffix == ".md":
            assert anchor in headings(found.resolve().relative_to(ROOT).as_posix()), target


def test_options_of_the_inputs_page_are_those_of_a_layout() -> None:
    from dataclasses import fields

    from lightprobe.imaging.geometry.layout import Layout

    named = set(re.findall(r"`--([a-z-]+)`", read("docs/inputs.md")))
    assert {name.replace("-", "_") for name in named} == {field.name for field in fields(Layout)}


def test_what_make_is_asked_for_exists() -> None:
    targets = set(re.findall(r"^([\w./-]+):", read("Makefile"), re.MULTILINE))
    for page in PAGES:
        asked = re.findall(r"(?:^|`)make ([a-z0-9]+)\b", read(page), re.MULTILINE)
        assert set(asked) <= targets, page


@pytest.mark.parametrize("tool", TOOLS)
def test_each_tool_is_listed(tool: str) -> None:
    assert f"`{tool}`" in read("tools/README.md")


def test_conventions_are_where_docstrings_say() -> None:
    anchors = headings("spec/CONVENTIONS.md")
    for path in (ROOT / "src").rglob("*.py"):
        for anchor in re.findall(r"spec/CONVENTIONS\.md#([\w-]+)", path.read_text()):
            assert anchor in anchors, (path.name, anchor)


def test_samples_have_a_license() -> None:
    page = read("samples/README.md")
    for path in (ROOT / "samples").iterdir():
        assert path.name == "README.md" or path.stem in page
