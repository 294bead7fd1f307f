"""manifest.json: what is understood, what is refused and in which words, and the schema that says the same."""

from __future__ import annotations

import copy
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from model_folders import INPUTS, document, write_model

from lightprobe.errors import ModelError
from lightprobe.imaging.tone.curves import RESPONSE_CODES
from lightprobe.runtime import manifest
from lightprobe.untrusted.json_text import MOST_JSON

SCHEMA: dict[str, Any] = json.loads((Path(__file__).parents[2] / "spec" / "manifest.schema.json").read_text())
Change = Callable[[dict[str, Any]], Any]

GOOD: dict[str, Change] = {
    "as it is": lambda d: None,
    "more than is asked for": lambda d: d.update(settings={"width": 0.5}, parity={"largest": {}}),
    "an image": lambda d: d.update(input=dict(INPUTS["image"])),
    "a fixed size": lambda d: d.update(input=INPUTS["image"] | {"height": 128, "width": 256}),
    "cmgen, coefficients only": lambda d: d.update(
        output={"coeffs": {"convention": "cmgen", "frame": "filament"}, "panorama": None, "curve": None}
    ),
    "cells with their seen share": lambda d: d["input"].update(planes=7),
    "answers": lambda d: d["output"].update(answers=copy.deepcopy(manifest.ANSWERS)),
    "no answers": lambda d: d["output"].update(answers=None),
    "no curve but auto": lambda d: d.update(responses=["auto"]),
    "half precision": lambda d: d.update(precision="fp16"),
    "layers beside": lambda d: (d["files"].update(compact="model.bin"), d["sha256"].update(compact="0" * 64)),
    "weights beside": lambda d: (d["files"].update(weights="w.pth"), d["sha256"].update(weights="0" * 64)),
}

BAD: dict[str, tuple[Change, str]] = {
    "old format": (
        lambda d: d.update(format=1),
        "expected a model folder of format 2, got format 1; export it again with lightprobe export",
    ),
    "new format": (lambda d: d.update(format=3), "expected a model folder of format 2, got format 3; update"),
    "no format": (lambda d: d.pop("format"), "expected a model folder of format 2, got format null; update"),
    "name": (lambda d: d.update(name=3), "expected name of type string, got 3"),
    "macs": (lambda d: d.update(macs="many"), "expected macs of type integer, got many"),
    "truth": (lambda d: d.update(parameters=True), "expected parameters of type integer, got true"),
    "negative": (lambda d: d.update(parameters=-1), "expected parameters ≥ 0, got -1"),
    "huge": (lambda d: d.update(macs=10**400), "expected macs of at most 2^53, got more"),
    "opset": (lambda d: d.update(opset=0), "expected opset ≥ 0, got 0"),
    "precision": (lambda d: d.update(precision="fp8"), "expected precision fp32, fp16, int8, got fp8"),
    "no model": (lambda d: d.update(files={}), "expected files.model, got none"),
    "a path": (lambda d: d["files"].update(model="../model.onnx"), "expected files.model to be a name in the folder"),
    "the folder": (lambda d: d["files"].update(model=".."), "expected files.model to be a name in the folder"),
    "a hidden file": (lambda d: d["files"].update(model=".onnx"), "expected files.model to be a name in the folder"),
    "a control character": (lambda d: d["files"].update(model="m\x1b.onnx"), "expected files.model to be a name in"),
    "no digest": (lambda d: d.update(sha256={}), "expected sha256.model of 64 hexadecimal digits, got null"),
    "digest": (lambda d: d["sha256"].update(model="abc"), "expected sha256.model of 64 hexadecimal digits, got abc"),
    "input": (lambda d: d["input"].update(name="mask"), "expected input.name cells or image, got mask; update"),
    "no input": (lambda d: d["input"].update(name=["cells"]), 'expected input.name cells or image, got ["cells"]; upd'),
    "planes": (lambda d: d["input"].update(planes=3), "expected input.planes 6 or 7, got 3; update lightprobe"),
    "answers": (
        lambda d: d["output"].update(answers={"default": "best"}),
        'expected output.answers {"default": "balanced", ',
    ),
    "cells": (lambda d: d["input"].update(width=128), "expected input.width 64, got 128; update lightprobe"),
    "layout": (
        lambda d: d.update(input=INPUTS["image"] | {"layout": "NCHW"}),
        'expected input.layout "NHWC", got NCHW; update',
    ),
    "color": (
        lambda d: d.update(input={k: v for k, v in INPUTS["image"].items() if k != "color"}),
        'expected input.color "srgb", got null; update',
    ),
    "height": (
        lambda d: d.update(input=INPUTS["image"] | {"height": "big"}),
        "expected input.height a number of pixels or null, got big",
    ),
    "huge image": (
        lambda d: d.update(input=INPUTS["image"] | {"height": 2**30, "width": 2**31}),
        "expected input.height of at most 4096, got 1073741824",
    ),
    "no height": (
        lambda d: d.update(input={k: v for k, v in INPUTS["image"].items() if k != "height"}),
        "expected input.height a number of pixels or null, got 0",
    ),
    "response": (lambda d: d.update(responses=["auto", "log"]), 'got ["auto", "log"]; update lightprobe'),
    "no response": (lambda d: d.update(responses=[]), "expected responses from auto, srgb"),
    "twice": (lambda d: d.update(responses=["auto", "auto"]), "expected responses from auto, srgb"),
    "convention": (
        lambda d: d["output"]["coeffs"].update(convention="arkit"),
        "expected output.coeffs.convention radiance, cmgen, got arkit; update lightprobe",
    ),
    "frame": (
        lambda d: d["output"]["coeffs"].update(frame="unity"),
        "expected output.coeffs.frame three, got unity",
    ),
    "no panorama": (lambda d: d["output"].pop("panorama"), "expected output.panorama, null where there is none"),
    "panorama": (lambda d: d["output"].update(panorama={"height": 8, "width": 16}), "expected output.panorama {"),
    "curve": (lambda d: d["output"].update(curve={"knots": 4}), 'expected output.curve {"knots": 16} or null, got'),
}  # fmt: skip

BEYOND_SCHEMA: dict[str, tuple[Change, str]] = {
    "not 2:1": (
        lambda d: d.update(input=INPUTS["image"] | {"height": 128, "width": 128}),
        "expected input.width = 2 × input.height",
    ),
    "one size": (
        lambda d: d.update(input=INPUTS["image"] | {"height": 128}),
        "expected input.width = 2 × input.height, or both null",
    ),
    "default": (
        lambda d: d.update(responses=["srgb"]),
        "expected default_response to be one of srgb, got auto",
    ),
    "no such digest": (lambda d: d["files"].update(weights="w.pth"), "expected sha256.weights of 64"),
}
"""Relations between fields, which the schema does not say."""


def changed(change: Change) -> dict[str, Any]:
    told = copy.deepcopy(document(b""))
    change(told)
    return told


def fits(value: Any, schema: Any) -> bool:
    """Whether a value is valid under the part of JSON Schema 2020-12 that the schema uses; other words are an error."""
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "number": float, "null": type(None)}

    def same(one: Any, other: Any) -> bool:
        return type(one) is type(other) and one == other

    def is_kind(name: str) -> bool:
        return isinstance(value, kinds[name]) and not (name == "integer" and isinstance(value, bool))

    for word, rule in schema.items():
        match word:
            case "type":
                met = any(is_kind(name) for name in ([rule] if isinstance(rule, str) else rule))
            case "const":
                met = same(value, rule)
            case "enum":
                met = any(same(value, one) for one in rule)
            case "required":
                met = not isinstance(value, dict) or all(name in value for name in rule)
            case "properties":
                met = not isinstance(value, dict) or all(
                    fits(value[name], part) for name, part in rule.items() if name in value
                )
            case "additionalProperties":
                met = not isinstance(value, dict) or all(
                    fits(part, rule) for name, part in value.items() if name not in schema.get("properties", {})
                )
            case "items":
                met = not isinstance(value, list) or all(fits(part, rule) for part in value)
            case "minItems":
                met = not isinstance(value, list) or len(value) >= rule
            case "maxItems":
                met = not isinstance(value, list) or len(value) <= rule
            case "uniqueItems":
                met = not isinstance(value, list) or len({*map(str, value)}) == len(value)
            case "minimum":
                met = not isinstance(value, int) or value >= rule
            case "maximum":
                met = not isinstance(value, int) or value <= rule
            case "pattern":
                met = not isinstance(value, str) or re.search(rule, value) is not None
            case "oneOf":
                met = sum(fits(value, part) for part in rule) == 1
            case "not":
                met = not fits(value, rule)
            case "$schema" | "title" | "description":
                met = True
            case _:
                raise AssertionError(f"a word that this test does not know: {word}")
        if not met:
            return False
    return True


@pytest.mark.parametrize("name", GOOD)
def test_what_is_understood(name: str) -> None:
    manifest.check_manifest(changed(GOOD[name]))
    assert fits(changed(GOOD[name]), SCHEMA)


@pytest.mark.parametrize("name", BAD)
def test_what_is_refused_by_reader_and_schema(name: str) -> None:
    change, message = BAD[name]
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        manifest.check_manifest(changed(change))
    assert "\n" not in str(caught.value)
    assert not fits(changed(change), SCHEMA)


@pytest.mark.parametrize("name", BEYOND_SCHEMA)
def test_what_is_refused_by_the_reader_alone(name: str) -> None:
    change, message = BEYOND_SCHEMA[name]
    with pytest.raises(ValueError, match=re.escape(message)):
        manifest.check_manifest(changed(change))


@pytest.mark.parametrize("field", manifest.FIELDS)
def test_every_field_is_asked_for(field: str) -> None:
    told = changed(lambda d: d.pop(field))
    with pytest.raises(ValueError, match="expected"):
        manifest.check_manifest(told)
    assert not fits(told, SCHEMA)


def test_the_schema_asks_for_the_same_fields() -> None:
    assert sorted(SCHEMA["required"]) == sorted(manifest.FIELDS)
    assert SCHEMA["properties"]["responses"]["items"]["enum"] == list(RESPONSE_CODES)
    assert SCHEMA["properties"]["precision"]["enum"] == list(manifest.PRECISIONS)


def test_read(tmp_path: Path) -> None:
    read = manifest.read(write_model(tmp_path / "m", convention="cmgen", panorama=False))
    assert (read.name, read.convention, read.has_panorama, read.has_curve) == ("made", "cmgen", False, True)
    assert (read.input, read.size, read.default_response) == ("cells", None, "auto")
    sized = write_model(tmp_path / "i", kind="image", input=INPUTS["image"] | {"height": 64, "width": 128})
    assert (manifest.read(sized).input, manifest.read(sized).size) == ("image", (64, 128))
    assert read.path("model") == tmp_path / "m" / "model.onnx"


def test_no_folder_no_manifest_no_json(tmp_path: Path) -> None:
    with pytest.raises(
        ModelError, match=r"none: expected a model folder with manifest.json, got no such folder; check"
    ):
        manifest.read(tmp_path / "none")
    with pytest.raises(ModelError, match="got a folder without one; check the path"):
        manifest.read(tmp_path)
    for text in (
        "{",
        "\udc00".encode("utf-16", "surrogatepass").decode("latin-1"),
        "",
        "[" * 100_000,
        '{"a":' * 100_000,
    ):
        (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
        with pytest.raises(ModelError, match=r"manifest.json: expected JSON, got: ") as caught:
            manifest.read(tmp_path)
        assert "\n" not in str(caught.value)
    for text in ("[]", "3", "null"):
        (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
        with pytest.raises(ModelError, match="expected an object"):
            manifest.read(tmp_path)


def test_a_changed_or_missing_file(tmp_path: Path) -> None:
    read = manifest.read(write_model(tmp_path))
    assert read.check_file("model")
    path = tmp_path / "model.onnx"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(
        ModelError, match=r"model.onnx: expected sha256 \w{12}… as in manifest.json, got \w{12}…; copy the"
    ):
        read.check_file("model")
    path.unlink()
    with pytest.raises(ModelError, match=r"expected the model's model, got: No such file or directory; copy it again"):
        read.check_file("model")


def test_a_manifest_without_end(tmp_path: Path) -> None:
    folder = write_model(tmp_path)
    (folder / "manifest.json").unlink()
    os.mkfifo(folder / "manifest.json")
    with pytest.raises(ModelError, match=r"manifest.json: expected JSON, got: not a regular file; copy"):
        manifest.read(folder)


def test_a_manifest_that_is_too_deep_or_too_large(tmp_path: Path) -> None:
    folder = write_model(tmp_path)
    (folder / "manifest.json").write_text(200_000 * "[")
    with pytest.raises(ModelError, match=r"manifest.json: expected JSON, got: .*; copy the folder again") as caught:
        manifest.read(folder)
    assert "\n" not in str(caught.value)
    with (folder / "manifest.json").open("r+b") as file:
        file.truncate(MOST_JSON + 1)
    with pytest.raises(ModelError, match="got: more than 32 MiB of JSON; copy the folder again"):
        manifest.read(folder)


def test_files_that_are_pipes_or_devices(tmp_path: Path) -> None:
    folder = write_model(tmp_path)
    (folder / "model.onnx").unlink()
    os.mkfifo(folder / "model.onnx")
    with pytest.raises(ModelError, match="expected the model's model, got: not a regular file; copy it again"):
        manifest.read(folder).check_file("model")
    (folder / "model.onnx").unlink()
    (folder / "model.onnx").symlink_to("/dev/zero")
    with pytest.raises(ModelError, match="not a regular file"):
        manifest.read(folder).check_file("model")
