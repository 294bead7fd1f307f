"""The rules of the house: small folders and modules, one meaning per public name, a front door that lists its children,
and a test file for each module."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "lightprobe"
ROOMS = sorted(path.parent.name for path in SOURCE.glob("*/__init__.py"))
MOST_MODULES, MOST_LINES = 9, 300

FULL_FOLDERS = {
    "cli": "a module for each verb of the command line",
}
"""Folders that may hold more modules, and why."""

SHARED_NAMES = {
    "encode": "to display values (curves, responses) or to the numbers of a convention",
    "decode": "from display values (curves, responses) or from the numbers of a convention",
}
"""Public names that several modules may define, and what they mean in each."""

LISTED_ELSEWHERE = {"cli": "`lightprobe --help` lists the verbs"}
"""Rooms whose docstring does not list their children."""

TESTED_ELSEWHERE = {
    "blender/engine.py": "test_agreement, with Blender",
    "blender/worker.py": "test_agreement, with Blender",
    "cli": "tests/cli and the tests of the room that a verb calls",
    "imaging/arrays.py": "tests/runtime: every picture in memory",
    "imaging/codecs/damage.py": "test_hostile",
    "imaging/color/lcms.py": "test_icc",
    "imaging/formats/png.py": "test_files",
    "imaging/tone/lut.py": "test_curves",
    "imaging/picture.py": "test_files",
    "imaging/formats/pillow.py": "test_files",
    "imaging/formats/jxl.py": "test_kinds",
    "imaging/formats/video/container.py": "test_video",
    "imaging/formats/video/frames.py": "test_video",
    "imaging/codecs/quiet.py": "test_hostile",
    "synth/world": "test_skies, and test_worlds with Blender",
    "runtime/environment/balance.py": "test_composition",
    "runtime/environment/decoding.py": "test_composition",
    "runtime/environment/dome.py": "test_composition",
    "runtime/environment/disc.py": "test_sun",
    "runtime/environment/lost_light.py": "test_composition",
    "runtime/environment/spot.py": "test_sun",
    "runtime/environment/spread.py": "test_composition",
    "layers/layers.py": "test_builder",
    "layers/limits.py": "test_shapes, test_network_file",
}
"""Modules without a test file of their name, and where they are tested; some folders as a whole."""


def modules_of(room: str) -> list[Path]:
    """The modules of a room, without __init__ and __main__."""
    return sorted(path for path in (SOURCE / room).rglob("*.py") if not path.name.startswith("__"))


def folders_of(room: str) -> list[Path]:
    """The packages of a room, and the room itself."""
    return sorted(path.parent for path in (SOURCE / room).rglob("__init__.py"))


def name_of(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def public_names(path: Path) -> set[str]:
    """Functions and classes without an underscore at the top of a module."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {node.name for node in body if isinstance(node, kinds) and not node.name.startswith("_")}


def owners() -> dict[str, list[str]]:
    """The modules that define each public name. Commands are left out: nobody imports them, and each has the name of
    its verb."""
    found: dict[str, list[str]] = defaultdict(list)
    paths = [path for room in ROOMS if room != "cli" for path in modules_of(room)]
    for path in [*paths, *sorted(SOURCE.glob("[!_]*.py"))]:
        for name in public_names(path):
            found[name].append(name_of(path))
    return found


def listed_children(docstring: str) -> list[str]:
    """The names in a docstring's list of children: lines such as `name   meaning` or `one, two   meaning`."""
    lines = re.findall(r"^((?:\w+/?)(?:, \w+/?)*)(?: {2,}\S|$)", docstring, re.MULTILINE)
    return [name.strip(" /") for line in lines for name in line.split(",")]


def children_of(folder: Path) -> set[str]:
    """Public modules and packages of a folder."""
    modules = {path.stem for path in folder.glob("*.py") if not path.name.startswith("_")}
    return modules | {path.parent.name for path in folder.glob("*/__init__.py")}


def report(problems: list[str]) -> str:
    """One problem per line, for pytest."""
    return "\n".join(["", *problems])


@pytest.mark.parametrize("room", ROOMS)
def test_a_folder_holds_at_most_nine_modules(room: str) -> None:
    counts = {name_of(folder): len(list(folder.glob("[!_]*.py"))) for folder in folders_of(room)}
    full = [f"{name}: {n} modules" for name, n in counts.items() if n > MOST_MODULES and name not in FULL_FOLDERS]
    assert not full, report(full)


@pytest.mark.parametrize("room", [*ROOMS, "tools"])
def test_a_module_has_at_most_300_lines(room: str) -> None:
    paths = sorted((ROOT / "tools" if room == "tools" else SOURCE / room).rglob("*.py"))
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    long = [f"{name}: {length} lines" for name, length in lengths.items() if length > MOST_LINES]
    assert not long, report(long)


@pytest.mark.parametrize("room", [room for room in ROOMS if room != "cli"])
def test_a_public_name_means_one_thing(room: str) -> None:
    shared = [
        f"{name}: {', '.join(modules)}"
        for name, modules in sorted(owners().items())
        if len(modules) > 1 and name not in SHARED_NAMES and any(module.startswith(f"{room}/") for module in modules)
    ]
    assert not shared, report(shared)


@pytest.mark.parametrize("room", [room for room in ROOMS if room not in LISTED_ELSEWHERE])
def test_a_docstring_names_exactly_its_children(room: str) -> None:
    wrong: list[str] = []
    for folder in folders_of(room):
        children = children_of(folder)
        listed = listed_children(ast.get_docstring(ast.parse((folder / "__init__.py").read_text())) or "")
        wrong += [f"{name_of(folder)}: {name} is not listed" for name in sorted(children - set(listed))]
        wrong += [f"{name_of(folder)}: {name} is listed, but not there" for name in sorted(set(listed) - children)]
        wrong += [f"{name_of(folder)}: {name} is listed twice" for name in set(listed) if listed.count(name) > 1]
    assert not wrong, report(wrong)


@pytest.mark.parametrize("room", [room for room in ROOMS if room not in TESTED_ELSEWHERE])
def test_a_module_has_a_test_file(room: str) -> None:
    names = {path.stem.removeprefix("test_") for path in (ROOT / "tests" / room).rglob("test_*.py")}
    missing = [name_of(path) for path in modules_of(room) if path.stem not in names]
    untested = [name for name in missing if not {name, *map(str, Path(name).parents)} & set(TESTED_ELSEWHERE)]
    assert not untested, report(untested)


def test_no_exception_outlives_its_reason() -> None:
    found = owners()
    assert [name for name in SHARED_NAMES if len(found[name]) < 2] == []
    assert [name for name in FULL_FOLDERS if len(list((SOURCE / name).glob("[!_]*.py"))) <= MOST_MODULES] == []
    for name in TESTED_ELSEWHERE:
        room, stem = name.split("/")[0], Path(name).stem
        assert (SOURCE / name).exists(), name
        assert name == room or not list((ROOT / "tests" / room).rglob(f"test_{stem}.py")), name


def test_docstrings_are_read_as_lists() -> None:
    text = "A room.\n\nshot, view   a picture\ngeometry/    panoramas\n             turned\nhdri = load(\nWords here."
    assert listed_children(text) == ["shot", "view", "geometry"]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({f"m{k}.py": "" for k in range(9)}, "room: 10 modules"),
        ({"long.py": "x = 1\n" * 301}, "src/lightprobe/room/long.py: 301 lines"),
        ({"two.py": "def one(): ...\n"}, "one: room/one.py, room/two.py"),
        ({"__init__.py": '"""A room.\n\ntwo   nothing\n"""'}, "room: two is listed, but not there"),
        ({"untested.py": ""}, "room/untested.py"),
    ],
)
def test_each_rule_bites(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], problem: str
) -> None:
    files = {"__init__.py": '"""A room.\n\none   a thing\n"""', "one.py": "def one(): ...\n", **changes}
    room = tmp_path / "src" / "lightprobe" / "room"
    for name, text in files.items():
        (room / name).parent.mkdir(parents=True, exist_ok=True)
        (room / name).write_text(text)
    (tmp_path / "tests" / "room").mkdir(parents=True)
    (tmp_path / "tests" / "room" / "test_one.py").write_text("")
    for name, value in (("ROOT", tmp_path), ("SOURCE", room.parent), ("ROOMS", ["room"])):
        monkeypatch.setitem(globals(), name, value)
    rules = (
        test_a_folder_holds_at_most_nine_modules,
        test_a_module_has_at_most_300_lines,
        test_a_public_name_means_one_thing,
        test_a_docstring_names_exactly_its_children,
        test_a_module_has_a_test_file,
    )
    problems: list[str] = []
    for rule in rules:
        try:
            rule("room")
        except AssertionError as error:
            problems += [line.strip() for line in str(error).splitlines()]
    assert problem in problems
