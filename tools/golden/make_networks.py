"""Golden networks for spec/golden: layers.json, planned_layers.json and ambient.json; nothing here imports lightprobe.

    python tools/golden/make_networks.py [folder]

Deterministic. layers.json: small networks, one for each way that a layer can be used, and their answers, cell by cell
in float64; planned_layers.json: likewise for what readers may plan in a way of their own. ambient.json: what
onnxruntime answers with the model that this package ships. Needs NumPy, SciPy and onnxruntime. To be run again when
that model changes.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

import layer_cases
from document import SH

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "spec" / "golden"
PROGRAM = "tools/golden/make_networks.py"
CELL_COUNT = 2048
PANORAMA_STEP = 37
"""Every 37th number of a panorama is recorded."""
RESPONSES = 6
SCENES = {"noise": (1, 0.0), "clipped": (2, 0.05), "much clipped": (3, 0.4), "dark": (4, 0.0)}
"""Seed of the cells, and how often a cell is clipped."""

FORMULA = (
    "number i of radiance, or of white, as [32, 64, 3] row by row: u(i, s) = ((i·7919 + s·104729) mod 65521) / 65521; "
    "radiance u(i, seed)³ (dark: that times 1/64), white max(0, u(i, seed + 10) + clipped − 1) / clipped, or 0 where "
    "clipped is 0; float64, then rounded to float32"
)


def noise(seed: int) -> np.ndarray:
    return ((np.arange(3 * CELL_COUNT, dtype=np.int64) * 7919 + seed * 104729) % 65521) / 65521


def cells(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Radiance and white [32, 64, 3], float32."""
    seed, clipped = SCENES[name]
    radiance = noise(seed) ** 3 / (64 if name == "dark" else 1)
    white = np.maximum(0, noise(seed + 10) + clipped - 1) / clipped if clipped else np.zeros(3 * CELL_COUNT)
    return radiance.reshape(32, 64, 3).astype(np.float32), white.reshape(32, 64, 3).astype(np.float32)


def numbers(values: np.ndarray) -> str:
    """float32, little-endian, in base64."""
    return base64.b64encode(np.asarray(values, "<f4").tobytes()).decode()


def write(folder: Path, name: str, convention: str, how: str, cases: list[dict[str, Any]], **more: Any) -> None:
    lines = [f' "convention": {json.dumps(convention)}', f' "how": {json.dumps(f"{PROGRAM}: {how}")}']
    lines += [f' "{key}": {json.dumps(value, ensure_ascii=False)}' for key, value in more.items()]
    inner = ",\n".join("  " + json.dumps(case, ensure_ascii=False) for case in cases)
    text = "{\n" + ",\n".join([*lines, f' "cases": [\n{inner}\n ]']) + "\n}\n"
    assert len(text.encode()) < 110_000, (name, len(text))
    (folder / name).write_text(text, encoding="utf-8")


def packed(network: dict[str, Any], arrays: list[np.ndarray]) -> bytes:
    """A model.bin."""
    entries = [{"type": array.dtype.name, "shape": list(array.shape)} for array in arrays]
    header = json.dumps(network | {"arrays": entries}, separators=(",", ":")).encode()
    data = b"LPMODEL2" + len(header).to_bytes(4, "little") + header
    for array in arrays:
        data += bytes(-len(data) % 4)
        if array.dtype == np.float16:
            bits = array.reshape(-1).view(np.uint16)
            data += (bits >> 8).astype(np.uint8).tobytes() + (bits & 255).astype(np.uint8).tobytes()
        else:
            data += array.astype("<f4").tobytes()
    return data


def layers_file(folder: Path) -> None:
    radiance, white = cells("clipped")
    files = {"layers.json": layer_cases.all_cases(radiance, white), "planned_layers.json": layer_cases.planned_cases()}
    for name, networks in files.items():
        write_networks(folder, name, networks)


def write_networks(folder: Path, name: str, networks: Iterable[layer_cases.Case]) -> None:
    cases: list[dict[str, Any]] = []
    for case in networks:
        data = packed(case.network, case.arrays)
        shape = list(case.expected.shape)
        answer = {"shape": shape, "values": numbers(case.expected)}
        model = base64.b64encode(data).decode()
        cases.append({"name": case.name, "response": case.response, "model": model, "result": answer})
    write(
        folder,
        name,
        "spec/MODEL_BIN.md; each model.bin in base64, and its output `result`, [h, w, c] row by row, as float32, "
        "little-endian, in base64; inputs as in ambient.json, seed 2, clipped 0.05",
        "cell by cell in float64",
        cases,
    )


def ambient_file(folder: Path) -> None:
    pretrained = ROOT / "src" / "lightprobe" / "pretrained"
    manifest = json.loads((pretrained / "manifest.json").read_text(encoding="utf-8"))
    session = onnxruntime.InferenceSession(pretrained / "model.onnx", providers=["CPUExecutionProvider"])
    cases: list[dict[str, Any]] = []
    for name, (seed, clipped) in SCENES.items():
        planes = np.concatenate(cells(name), axis=2).transpose(2, 0, 1)
        for response in range(RESPONSES):
            given = {"cells": np.ascontiguousarray(planes)[None], "response": np.array([response])}
            coeffs, panorama, curve = (np.asarray(x) for x in session.run(["coeffs", "panorama", "curve"], given))
            cases.append(
                {
                    "name": f"{name}, response {response}",
                    "seed": seed,
                    "clipped": clipped,
                    "dark": name == "dark",
                    "response": response,
                    "coeffs": numbers(coeffs),
                    "panorama": numbers(panorama.reshape(-1)[::PANORAMA_STEP]),
                    "largest": float(panorama.max()),
                    "curve": numbers(curve),
                }
            )
    write(
        folder,
        "ambient.json",
        f"{SH}; coeffs [9, 3], every {PANORAMA_STEP}th number of the panorama [32, 64, 3] from the first on, curve "
        "[16], as float32, little-endian, in base64; largest is that of the whole panorama",
        "onnxruntime with src/lightprobe/pretrained/model.onnx",
        cases,
        model=manifest["sha256"]["model"],
        inputs=FORMULA,
    )


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    layers_file(folder)
    ambient_file(folder)


if __name__ == "__main__":
    main()
