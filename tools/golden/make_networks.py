"""Golden networks: layers.json, planned_layers.json and surroundings.json; nothing here imports lightprobe.

    python tools/golden/make_networks.py [folder]

Deterministic. layers.json: small networks, one for each way that a layer can be used, and their answers, cell by cell
in float64; planned_layers.json: likewise for what readers may plan in a way of their own. surroundings.json: what
onnxruntime answers with the model that this package ships, and what a reader makes of that. Needs NumPy, SciPy and
onnxruntime. To be run again when that model changes.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterable
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

import layer_cases
from document import SH
from harmonics import cell_rule, real_basis

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "spec" / "golden"
PROGRAM = "tools/golden/make_networks.py"
CELL_COUNT = 2048
PANORAMA_STEP = 61
"""Every 61st number of a panorama is recorded."""
RESPONSES = 6
SCENES = {"noise": (1, 0.0), "clipped": (2, 0.05), "much clipped": (3, 0.4), "dark": (4, 0.0)}
"""Seed of the cells, and how often a cell is clipped."""

FORMULA = (
    "number i of radiance, or of white, as [32, 64, 3] row by row: u(i, s) = ((i·7919 + s·104729) mod 65521) / 65521; "
    "radiance u(i, seed)³ (dark: that times 1/64), white max(0, u(i, seed + 10) + clipped − 1) / clipped, or 0 where "
    "clipped is 0; float64, then rounded to float32"
)
PART = (
    "seen [32, 64]: 1, or of partial pictures 1 in rows 10 to 21 of columns 25 to 38, 0.5 elsewhere in rows 9 to 22 of "
    "columns 24 to 39, otherwise 0; radiance and white are multiplied by it in float32"
)
RING = np.array([np.pi] + 3 * [2 * np.pi / 3] + 5 * [np.pi / 4])[:, None]
"""Factors from radiance to irradiance."""


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
        "little-endian, in base64; inputs as in surroundings.json, seed 2, clipped 0.05",
        "cell by cell in float64",
        cases,
    )


def seen(is_partial: bool) -> np.ndarray:
    """The seen share [32, 64, 1], float32."""
    share = np.ones((32, 64), np.float32)
    if is_partial:
        share[:] = 0
        share[9:23, 24:40] = 0.5
        share[10:22, 25:39] = 1
    return share[..., None]


@cache
def cell_weights() -> np.ndarray:
    """Integrals of the nine basis functions over each cell, [9, 2048]."""
    each = [cell_rule(32, 64, row, column) for row, column in product(range(32), range(64))]
    return np.stack([weights @ real_basis(points, 3) for points, weights in each], axis=1)


def project(panorama: np.ndarray) -> np.ndarray:
    """Coefficients [9, 3] of a panorama [32, 64, 3]."""
    return cell_weights() @ panorama.reshape(-1, 3).astype(np.float64)


def reader_answers(coeffs: np.ndarray, lost: np.ndarray, levels: np.ndarray) -> dict[str, Any]:
    """The other answers and the uncertainty, in float64."""
    guessed = project(lost)
    best, median, low, high = (coeffs + (2.0**stops - 1) * guessed for stops in levels.astype(np.float64))
    sizes = [float(np.linalg.norm(RING * ends)) for ends in (low, high)]
    uncertainty = 0.5 * np.log2(sizes[1] / sizes[0]) if min(sizes) > 0 else 0.0
    return {"best": numbers(best), "median": numbers(median), "uncertainty": float(uncertainty)}


def surroundings_file(folder: Path) -> None:
    pretrained = ROOT / "src" / "lightprobe" / "pretrained"
    manifest = json.loads((pretrained / "manifest.json").read_text(encoding="utf-8"))
    session = onnxruntime.InferenceSession(pretrained / "model.onnx", providers=["CPUExecutionProvider"])
    outputs = ["coeffs", "panorama", "curve", "lost", "levels"]
    cases: list[dict[str, Any]] = []
    for name, (seed, clipped) in SCENES.items():
        for is_partial in (False, True):
            share = seen(is_partial)
            planes = np.concatenate([*(plane * share for plane in cells(name)), share], axis=2).transpose(2, 0, 1)
            for response in range(RESPONSES):
                given = {"cells": np.ascontiguousarray(planes)[None], "response": np.array([response])}
                found = (np.asarray(value)[0] for value in session.run(outputs, given))
                coeffs, panorama, curve, lost, levels = found
                cases.append(
                    {
                        "name": f"{name}{', partial' * is_partial}, response {response}",
                        "seed": seed,
                        "clipped": clipped,
                        "dark": name == "dark",
                        "partial": is_partial,
                        "response": response,
                        "coeffs": numbers(coeffs),
                        "panorama": numbers(panorama.reshape(-1)[::PANORAMA_STEP]),
                        "largest": float(panorama.max()),
                        "curve": numbers(curve),
                        "lost": numbers(lost.reshape(-1)[::PANORAMA_STEP]),
                        "largest lost": float(lost.max()),
                        "levels": numbers(levels),
                        **reader_answers(coeffs, lost, levels),
                    }
                )
    write(
        folder,
        "surroundings.json",
        f"{SH}; coeffs [9, 3], every {PANORAMA_STEP}st number of panorama and lost [32, 64, 3] from the first on, "
        "curve [16], levels [4], as float32, little-endian, in base64; largest are those of the whole panoramas; best "
        "and median: coeffs of these answers, CONVENTIONS.md#answers",
        "onnxruntime with src/lightprobe/pretrained/model.onnx; best, median and uncertainty from that in float64",
        cases,
        model=manifest["sha256"]["model"],
        inputs=f"{FORMULA}; {PART}",
    )


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    layers_file(folder)
    surroundings_file(folder)


if __name__ == "__main__":
    main()
