"""Release: a checkpoint becomes a model folder, if its graph agrees with the model that was trained."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch

from lightprobe import __version__
from lightprobe.export import cost, parity, pictures, precision
from lightprobe.export.checkpoint import TrainedModel, read_trained_model
from lightprobe.export.folder import atomic_folder, check_target
from lightprobe.export.graph import OPSET, output_names, program, quiet, to_onnx
from lightprobe.export.parity import Parity
from lightprobe.export.precision import HALF_BITS
from lightprobe.imaging.cells import CELLS
from lightprobe.imaging.tone.curves import AUTO, KNOTS
from lightprobe.layers import Layers, to_model_bin
from lightprobe.models import Model
from lightprobe.runtime import manifest

FILES = {"model": "model.onnx", "compact": "model.bin", "weights": "weights.pth", "program": "model.pt2"}

LICENCE = "MIT"


@dataclass(frozen=True, kw_only=True)
class ReleaseResult:
    """The folder that was written."""

    folder: Path
    manifest: dict[str, Any]
    parity: Parity


def release(
    run: str | Path,
    out: str | Path,
    *,
    precision: str = "fp32",
    torch_export: bool = False,
    overwrite: bool = False,
    samples: Path = pictures.SAMPLES,
) -> ReleaseResult:
    """Write the model of a run (folder or checkpoint file) as a model folder.

    A model that can be written as layers is rounded to float16 first, and gets a model.bin beside the graph, which
    computes with the same weights (spec/MODEL_BIN.md). `precision` is that of the weights in the graph: fp32, fp16
    (stored as float16, computed in float32), int8 (reported, not limited, and without model.bin). `torch_export` adds
    model.pt2, a program of torch.export with the graph's inputs and outputs, which torch runs without this package.

    Raises: ModelError if the checkpoint is damaged, or if torch, onnxruntime and the layers differ by more than they
    may (then nothing is written); OutputError if `out` cannot be written, or holds something already; ValueError for
    an unknown precision.
    """
    check_precision(precision)
    check_target(Path(out), overwrite=overwrite)
    trained = read_trained_model(run)
    return release_model(
        trained, out, precision=precision, torch_export=torch_export, overwrite=overwrite, samples=samples
    )


def release_model(
    trained: TrainedModel,
    out: str | Path,
    *,
    precision: str = "fp32",
    mantissa: int = HALF_BITS,
    torch_export: bool = False,
    overwrite: bool = False,
    samples: Path = pictures.SAMPLES,
) -> ReleaseResult:
    """The same for a model that is at hand. Weights that are rounded to float16 keep `mantissa` bits."""
    check_precision(precision)
    out = Path(out)
    check_target(out, overwrite=overwrite)
    model = trained.model
    layers = compact_form(model, precision, mantissa)
    responses = list(model.responses)
    seen = [*pictures.real(samples), *pictures.made()]
    graph = lower(to_onnx(model), model, precision, seen, responses)
    serialized = graph.SerializeToString()
    found = parity.compare(model, serialized, seen, responses, layers)
    parity.check_parity(found, precision)
    files = {"model": serialized, "weights": _weights(model)}
    if layers is not None:
        files["compact"] = to_model_bin(layers)
    if torch_export:
        files["program"] = _program(model)
    document = _manifest(trained, files, precision, responses, found)
    manifest.check_manifest(document)
    with atomic_folder(out, overwrite=overwrite) as folder:
        for kind, data in files.items():
            (folder / FILES[kind]).write_bytes(data)
        (folder / manifest.NAME).write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return ReleaseResult(folder=out, manifest=document, parity=found)


def check_precision(name: str) -> None:
    """Raises: ValueError for an unknown precision."""
    if name not in precision.PRECISIONS:
        raise ValueError(f"expected a precision of {', '.join(precision.PRECISIONS)}, got {name!r}; choose one")


def compact_form(model: Model, to: str, mantissa: int = HALF_BITS) -> Layers | None:
    """The layers of a model at a precision, its weights rounded to float16 in place; None if it has none, or at int8.

    Raises: ModelError for weights that float16 cannot hold.
    """
    if model.layers() is None:
        return None
    precision.round_to_half(model, mantissa)
    return None if to == "int8" else model.layers()


def lower(
    graph: onnx.ModelProto, model: Model, to: str, seen: list[tuple[str, np.ndarray]], responses: list[str]
) -> onnx.ModelProto:
    """The graph at a precision."""
    if to == "fp16":
        return precision.to_half(graph, model)
    return precision.to_int8(graph, model, seen, responses) if to == "int8" else graph


def _weights(model: Model) -> bytes:
    data = io.BytesIO()
    torch.save(model.state_dict(), data)
    return data.getvalue()


def _program(model: Model) -> bytes:
    """A torch.export program that takes any number and size of pictures."""
    data = io.BytesIO()
    with quiet():
        torch.export.save(program(model), data)
    return data.getvalue()


def _manifest(
    trained: TrainedModel, files: dict[str, bytes], precision: str, responses: list[str], found: Parity
) -> dict[str, Any]:
    model, data = trained.model, trained.data
    default = AUTO if AUTO in responses else responses[0]
    names = output_names(model)
    rows, columns = CELLS
    digests = {kind: hashlib.sha256(content).hexdigest() for kind, content in files.items()}
    licences = sorted({str(name) for name in data.get("licences", []) if name})
    return {
        "format": manifest.FORMAT,
        "name": model.name,
        "version": digests["weights"][:12],
        "lightprobe": __version__,
        "files": {kind: name for kind, name in FILES.items() if kind in files},
        "sha256": {kind: digests[kind] for kind in FILES if kind in files},
        "input": manifest.INPUTS[model.input]
        | ({"planes": model.planes} if model.input == "cells" else {"height": None, "width": None}),
        "responses": responses,
        "default_response": default,
        "output": {
            "coeffs": {"convention": model.convention, "frame": manifest.FRAMES[model.convention]},
            "panorama": {"height": rows, "width": columns} if "panorama" in names else None,
            "curve": {"knots": KNOTS} if "curve" in names else None,
            "answers": manifest.ANSWERS if "levels" in names else None,
        },
        "opset": OPSET,
        "precision": precision,
        "parameters": sum(weight.numel() for weight in model.parameters()),
        "macs": cost.multiply_adds(files["model"], [default]),
        "settings": model.settings,
        "trained_on": {
            "scenes": [str(name) for name in data.get("scenes", [])],
            "groups": [str(name) for name in data.get("groups", [])],
            "source": str(data.get("source", "")),
            "licence": ", ".join(licences),
        },
        "metrics": trained.metrics,
        "parity": {
            "largest": found.largest,
            **({"compact": found.compact} if found.compact else {}),
            "compared": found.compared,
        },
        "licence": LICENCE,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
