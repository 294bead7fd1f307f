"""Draw docs/architecture.svg from the imports of the package and the layers that import-linter holds.

python tools/docs/architecture.py [--check]

An arrow is an import between rooms; one that follows from others (a imports b, b imports c) is left out.
"""

from __future__ import annotations

import sys
import tomllib

import grimp

from diagram import Room, draw
from results import ROOT

TARGET = ROOT / "docs" / "architecture.svg"
PACKAGE = "lightprobe"
NAMES = {
    "Imath": "OpenEXR",
    "PIL": "Pillow",
    "av": "PyAV",
    "distributed": "dask",
    "lightning_fabric": "lightning-fabric",
    "mathutils": "bpy",
    "onnx_ir": "onnx",
    "pillow_heif": "pillow-heif",
    "pillow_jxl": "pillow-jxl-plugin",
}
"""Packages that are imported under another name than they are installed by, or that come with another."""


def layers() -> list[list[str]]:
    """Rooms from the top layer to the bottom one, by the first contract that orders them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    order = next(c["layers"] for c in contracts if c["type"] == "layers" and f"{PACKAGE}.cli" in c["layers"])
    return [[name.strip().removeprefix(f"{PACKAGE}.") for name in layer.split("|")] for layer in order]


def imports(rooms: set[str]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Rooms that each room imports, and packages that it needs, from the imports in its modules."""
    sys.path.insert(0, str(ROOT / "src"))
    graph = grimp.build_graph(
        PACKAGE, include_external_packages=True, exclude_type_checking_imports=True, cache_dir=None
    )
    inner: dict[str, set[str]] = {room: set() for room in rooms}
    outer: dict[str, set[str]] = {room: set() for room in rooms}
    for module in graph.modules:
        parts = module.split(".")
        if parts[0] != PACKAGE or len(parts) < 2 or parts[1] not in rooms:
            continue
        for found in graph.find_modules_directly_imported_by(module):
            top, *below = found.split(".")
            if top != PACKAGE and top not in sys.stdlib_module_names:
                outer[parts[1]].add(NAMES.get(top, top))
            elif top == PACKAGE and below and below[0] in rooms - {parts[1]}:
                inner[parts[1]].add(below[0])
    return inner, outer


def reach(room: str, edges: dict[str, set[str]]) -> set[str]:
    """All rooms below a room, in an acyclic graph."""
    return edges[room].union(*(reach(below, edges) for below in edges[room]))


def direct(room: str, edges: dict[str, set[str]]) -> set[str]:
    """The rooms that a room imports, without those that follow from others."""
    return edges[room] - set().union(*(reach(below, edges) for below in edges[room]))


def picture() -> str:
    """The text of docs/architecture.svg."""
    folders = {path.parent.name for path in (ROOT / "src" / PACKAGE).glob("*/__init__.py")} - {"pretrained"}
    order = [[room for room in layer if room in folders] for layer in layers()]
    placed = {room for layer in order for room in layer}
    if placed != folders:
        raise SystemExit(f"rooms without a layer in pyproject.toml: {', '.join(sorted(folders - placed))}")
    inner, outer = imports(placed)
    added = {room: outer[room] - set().union(*(outer[below] for below in reach(room, inner))) for room in placed}
    rooms = [
        Room(name=name, row=row, below=sorted(direct(name, inner)), adds=sorted(added[name], key=str.lower))
        for row, layer in enumerate(filter(None, order))
        for name in layer
    ]
    return draw(rooms)


if __name__ == "__main__":
    if "--check" not in sys.argv:
        TARGET.write_text(picture(), encoding="utf-8")
    elif not TARGET.exists() or TARGET.read_text(encoding="utf-8") != picture():
        sys.exit(f"{TARGET.name} differs from the imports of the package; run make docs")
