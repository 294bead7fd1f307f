"""One door for each kind of foreign data: nobody else in the package opens pictures, parses JSON or CSV, loads arrays.

Each door bounds what it reads and turns every failure into one line.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "lightprobe"

DOORS = {
    "PIL.Image.open": {
        "imaging/formats/pillow.py": "a list of formats: of those that Pillow knows, some start programs",
        "imaging/formats/gain_map/jpeg.py": "JPEG only",
        "imaging/formats/gain_map/encoder.py": "a JPEG that was written a line before",
        "imaging/formats/png.py": "PNG only, without its pixels",
        "imaging/formats/tiff/strips.py": "TIFF only, of a directory that was written a line before",
    },
    "json.load": {},
    "json.loads": {
        "untrusted/json_text.py": "the door",
        "blender/engine.py": "lines of our own worker",
        "blender/worker.py": "runs in Blender's Python, which has no lightprobe; our own jobs",
        "synth/world/worker.py": "the same",
        "data/pairs/journal.py": "settings that were written a line before",
        "evaluation/benchmark.py": "the answer of our own process",
        "evaluation/entrants/baselines.py": "a fixture of the package",
        "evaluation/suites/registry.py": "a fixture of the package",
        "export/cost.py": "a profile that onnxruntime has just written",
        "training/data/record_store.py": "text that was written a line before",
    },
    "csv.reader": {"untrusted/csv_text.py": "the door"},
    "csv.DictReader": {},
    "numpy.load": {
        "evaluation/suites/folder.py": "mapped, not read; shape, type and SHA-256 are checked",
        "evaluation/suites/registry.py": "a fixture of the package",
        "imaging/tone/lut.py": "tables of the package",
        "synth/world/sky/bank.py": "runs in Blender's Python; skies that it has baked itself",
    },
    "numpy.lib.format.read_array": {"untrusted/npz_arrays.py": "the door"},
}
"""Functions that read foreign data, the modules that may call them, and why."""


def names_of(tree: ast.Module) -> dict[str, str]:
    """Full names of what a module imports, by the names that it uses."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.split(".")[0]
                found[alias.asname or first] = alias.name if alias.asname else first
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return found


def dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def uses(text: str) -> Iterator[str]:
    """Full names of the functions of `DOORS` that a module mentions."""
    tree = ast.parse(text)
    imported = names_of(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            first, _, rest = dotted(node).partition(".")
            full = f"{imported.get(first, '')}.{rest}".rstrip(".")
            if full in DOORS:
                yield full


def test_only_doors_read_what_comes_from_outside() -> None:
    wrong: list[str] = []
    used: set[tuple[str, str]] = set()
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        for function in uses(path.read_text(encoding="utf-8")):
            used.add((function, name))
            if name not in DOORS[function]:
                wrong.append(f"{name} uses {function}")
    assert not wrong, "\n".join(["", *wrong])
    assert {(function, name) for function, names in DOORS.items() for name in names} == used


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from PIL import Image\nImage.open(x)", ["PIL.Image.open"]),
        ("from PIL import Image as I\nread = I.open", ["PIL.Image.open"]),
        ("import PIL.Image\nPIL.Image.open(x)", ["PIL.Image.open"]),
        ("from PIL.Image import open\nopen(x)", ["PIL.Image.open"]),
        ("import json as j\nj.loads(x)", ["json.loads"]),
        ("def f():\n    from json import load\n    load(x)", ["json.load"]),
        ("import numpy as np\nnp.load(x)", ["numpy.load"]),
        ("import csv\ncsv.writer(x)\nopen(x)\nself.json.loads(x)", []),
    ],
)
def test_every_way_to_call_them_is_seen(text: str, found: list[str]) -> None:
    assert list(uses(text)) == found


PRINTED_RAW = {"json.dumps": "ASCII", "report_json": "escaped", "printable": "escaped", "text": "bench: JSON too"}
"""What commands may print without `say`, by the function or name that makes it, and why it is safe."""


def test_commands_print_through_one_function() -> None:
    """`say` writes control characters of foreign names out."""
    wrong: list[str] = []
    for path in sorted((SOURCE / "cli").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and dotted(node.func) == "click.echo"):
                continue
            (value,) = node.args
            made_by = dotted(value.func if isinstance(value, ast.Call) else value)
            if made_by not in PRINTED_RAW and path.name != "blender.py" and "__version__" not in ast.unparse(value):
                wrong.append(f"{path.name}:{node.lineno}: {ast.unparse(node)}")
    assert not wrong, "\n".join(["", *wrong])
