"""manifest.json: the description of a model in its folder. Read with care, refused where it is not understood.

The same rules stand, for other readers, in spec/manifest.schema.json; a test holds the two together.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lightprobe.errors import ModelError
from lightprobe.imaging.cells import CELLS, PLANES, SEEN_PLANES
from lightprobe.imaging.tone.curves import KNOTS, RESPONSE_CODES
from lightprobe.untrusted.file_names import name_problem
from lightprobe.untrusted.json_text import read_json

NAME = "manifest.json"
FORMAT = 2

LARGEST_FILE = 2_000_000_000
"""Largest file of a model that is read [bytes]; a graph cannot be larger, because protobuf cannot."""
LARGEST_IMAGE = 4096
"""Most rows of the image that a graph may ask for."""
LARGEST_COUNT = 2**53
"""Largest number of parameters or multiply-adds."""

FRAMES = {"radiance": "three", "cmgen": "filament"}
"""Frame of the coefficients in each convention that a model may answer in."""

PRECISIONS = ("fp32", "fp16", "int8")

FIELDS: dict[str, type] = {
    "format": int,
    "name": str,
    "version": str,
    "lightprobe": str,
    "files": dict,
    "sha256": dict,
    "input": dict,
    "responses": list,
    "default_response": str,
    "output": dict,
    "opset": int,
    "precision": str,
    "parameters": int,
    "macs": int,
    "trained_on": dict,
    "metrics": dict,
    "licence": str,
    "created": str,
}
"""Fields of every manifest; more are allowed."""

INPUTS: dict[str, dict[str, Any]] = {
    "cells": {
        "name": "cells", "layout": "NCHW", "dtype": "float32", "height": CELLS[0], "width": CELLS[1],
    },
    "image": {"name": "image", "layout": "NHWC", "dtype": "uint8", "color": "srgb"},
}  # fmt: skip
"""The inputs that a graph may take, by name: cells (spec/CONVENTIONS.md#cells), which add the number of their
planes, or an image, which adds its size."""

PANORAMA = {"height": CELLS[0], "width": CELLS[1]}
CURVE = {"knots": KNOTS}
DEFAULT_ANSWER = "balanced"
LEVELS = ("best", "median", "low", "high")
"""Entries of the output `levels`: two other answers, and the ends of the interval (spec/CONVENTIONS.md#answers)."""
ANSWER_NAMES = ("best", DEFAULT_ANSWER, "median")
ANSWERS = {"default": DEFAULT_ANSWER, "others": [*LEVELS[:2]], "interval": 0.8}

OUTPUT_SHAPES = {
    "coeffs": (1, 9, 3),
    "panorama": (1, *CELLS, 3),
    "curve": (1, KNOTS),
    "lost": (1, *CELLS, 3),
    "levels": (1, len(LEVELS)),
}
"""Shapes of a network's outputs for one picture."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The facts that running a model needs; all others are in `document`."""

    folder: Path
    name: str
    responses: tuple[str, ...]
    default_response: str
    convention: str
    """Of the coefficients: radiance or cmgen."""
    input: str
    """The graph's input: `cells`, or an `image`."""
    size: tuple[int, int] | None
    """Rows and columns of the image; None where the graph takes any, or takes cells."""
    planes: int
    """Planes of the cells: 7 where the network also takes the seen share."""
    has_panorama: bool
    has_curve: bool
    has_answers: bool
    """There are several answers and an interval: outputs `lost` and `levels`."""
    document: dict[str, Any]

    @property
    def has_layers(self) -> bool:
        """The folder has a model.bin (spec/MODEL_BIN.md)."""
        return "compact" in self.document["files"]

    @property
    def outputs(self) -> list[str]:
        """Names of the network's outputs."""
        each = {"panorama": self.has_panorama, "curve": self.has_curve, "lost": self.has_answers}
        return ["coeffs", *(name for name, is_there in each.items() if is_there), *["levels"] * self.has_answers]

    def path(self, kind: str) -> Path:
        """Path of a file of the model: 'model', 'compact', 'weights' …"""
        return self.folder / self.document["files"][kind]

    def check_file(self, kind: str, limit: int = LARGEST_FILE) -> bytes:
        """The bytes of a file of the model.

        Raises: ModelError if it is missing, larger than `limit` bytes, or if its hash is not the manifest's.
        """
        path = self.path(kind)
        try:
            data = read_limited(path, limit)
        except OSError as error:
            raise ModelError(f"{path}: expected the model's {kind}, got: {error.strerror}; copy it again") from None
        expected, found = str(self.document["sha256"][kind]), hashlib.sha256(data).hexdigest()
        if found != expected:
            raise ModelError(
                f"{path}: expected sha256 {expected[:12]}… as in {NAME}, got {found[:12]}…; copy the folder again"
            )
        return data


def read_limited(path: Path, limit: int) -> bytes:
    """The bytes of a regular file, not of a pipe or a device, which may never end.

    Raises: OSError if it cannot be read, is not a regular file, or is larger than `limit` bytes.
    """
    if not path.is_file():
        path.stat()  # raises where there is nothing
        raise OSError(21, "not a regular file", str(path))
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise OSError(0, f"it has more than {limit:,} bytes")
    return data


def read(folder: str | Path) -> Manifest:
    """The manifest of a model folder. Raises: ModelError in one line if there is none, or of an unknown format."""
    folder = Path(folder)
    path = folder / NAME
    try:
        document: Any = read_json(path)
    except FileNotFoundError:
        found = "a folder without one" if folder.is_dir() else "no such folder"
        raise ModelError(f"{folder}: expected a model folder with {NAME}, got {found}; check the path") from None
    except (OSError, ValueError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ModelError(f"{path}: expected JSON, got: {reason}; copy the folder again") from None
    try:
        check_manifest(document)
    except ValueError as error:
        raise ModelError(f"{path}: {error}") from None
    output, taken = document["output"], document["input"]
    return Manifest(
        folder=folder,
        name=document["name"],
        responses=tuple(document["responses"]),
        default_response=document["default_response"],
        convention=output["coeffs"]["convention"],
        input=taken["name"],
        size=None if taken["name"] == "cells" or taken["height"] is None else (taken["height"], taken["width"]),
        planes=taken.get("planes", PLANES),
        has_panorama=output["panorama"] is not None,
        has_curve=output["curve"] is not None,
        has_answers=output.get("answers") is not None,
        document=document,
    )


def check_manifest(document: Any) -> None:
    """Raises: ValueError, in one line, if this is not a manifest that this version understands."""
    _require(isinstance(document, dict), "an object", document)
    found = document.get("format")
    remedy = "export it again with lightprobe export" if found == 1 else "update lightprobe"
    _require(found == FORMAT, f"a model folder of format {FORMAT}", f"format {json.dumps(found)}", remedy)
    for name, kind in FIELDS.items():
        _require(name in document, f"a field {name!r}", "none")
        value = document[name]
        is_kind = isinstance(value, kind) and not isinstance(value, bool)
        _require(is_kind, f"{name} of type {WORDS[kind]}", value)
    for name in ("opset", "parameters", "macs"):
        _require(document[name] >= (1 if name == "opset" else 0), f"{name} ≥ 0", document[name])
        _require(document[name] <= LARGEST_COUNT, f"{name} of at most 2^53", "more")
    _require(document["precision"] in PRECISIONS, f"precision {_list(PRECISIONS)}", document["precision"])
    _check_files(document["files"], document["sha256"])
    _check_input(document["input"])
    _check_responses(document["responses"], document["default_response"])
    _check_output(document["output"])


def _check_files(files: dict[str, Any], digests: dict[str, Any]) -> None:
    _require("model" in files, "files.model", "none")
    for kind, name in files.items():
        _require(not name_problem(name), f"files.{kind} to be a name in the folder", name)
        digest = digests.get(kind)
        is_digest = isinstance(digest, str) and len(digest) == 64 and set(digest) <= set("0123456789abcdef")
        _require(is_digest, f"sha256.{kind} of 64 hexadecimal digits", digest)


def _check_input(taken: dict[str, Any]) -> None:
    kind = taken.get("name")
    _require(isinstance(kind, str) and kind in INPUTS, f"input.name {' or '.join(INPUTS)}", kind, "update lightprobe")
    for name, value in INPUTS[str(kind)].items():
        _require(taken.get(name) == value, f"input.{name} {json.dumps(value)}", taken.get(name), "update lightprobe")
    if kind == "cells":
        planes, known = taken.get("planes"), (PLANES, SEEN_PLANES)
        _require(planes in known, f"input.planes {PLANES} or {SEEN_PLANES}", planes, "update lightprobe")
        return
    for name in ("height", "width"):
        size = taken.get(name, 0)
        is_size = size is None or (isinstance(size, int) and not isinstance(size, bool) and size >= 1)
        _require(is_size, f"input.{name} a number of pixels or null", size)
        largest = LARGEST_IMAGE if name == "height" else 2 * LARGEST_IMAGE
        _require(size is None or size <= largest, f"input.{name} of at most {largest}", size)
    height, width = taken["height"], taken["width"]
    is_panorama = (height is None) == (width is None) and (height is None or width == 2 * height)
    _require(is_panorama, "input.width = 2 × input.height, or both null", f"{width}×{height}")


def _check_responses(responses: list[Any], default: str) -> None:
    are_names = bool(responses) and all(isinstance(name, str) for name in responses)
    are_known = are_names and {*responses} <= {*RESPONSE_CODES} and len({*responses}) == len(responses)
    _require(are_known, f"responses from {_list(RESPONSE_CODES)}, each once", responses, "update lightprobe")
    _require(default in responses, f"default_response to be one of {_list(responses)}", default)


def _check_output(output: dict[str, Any]) -> None:
    coeffs = output.get("coeffs")
    _require(isinstance(coeffs, dict), "output.coeffs of type object", coeffs)
    assert isinstance(coeffs, dict)
    name = coeffs.get("convention")
    is_known = isinstance(name, str) and name in FRAMES
    _require(is_known, f"output.coeffs.convention {_list(FRAMES)}", name, "update lightprobe")
    _require(coeffs.get("frame") == FRAMES[str(name)], f"output.coeffs.frame {FRAMES[str(name)]}", coeffs.get("frame"))
    for key, wanted in (("panorama", PANORAMA), ("curve", CURVE)):
        _require(key in output, f"output.{key}, null where there is none", "none")
        _require(
            output[key] is None or output[key] == wanted, f"output.{key} {json.dumps(wanted)} or null", output[key]
        )
    answers = output.get("answers")
    is_known = answers is None or (answers == ANSWERS and output["panorama"] is not None)
    _require(is_known, f"output.answers {json.dumps(ANSWERS)} with a panorama, or null", answers, "update lightprobe")


def _require(is_met: bool, expected: str, got: Any, remedy: str = "copy or export the model again") -> None:
    if not is_met:
        found = got if isinstance(got, str) else json.dumps(got, ensure_ascii=False)
        raise ValueError(f"expected {expected}, got {found[:60]}; {remedy}")


WORDS: dict[type, str] = {int: "integer", str: "string", dict: "object", list: "array"}


def _list(names: Any) -> str:
    return ", ".join(names)
