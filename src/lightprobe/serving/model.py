"""Replaces the page's model with the one in another folder."""

from __future__ import annotations

from pathlib import Path

MODEL_PATH = "/model"
"""URL path of the page's model folder."""
GRAPH = "model.onnx"
"""Name that the page uses for the network, whatever its name in the folder."""


def model_files(folder: Path) -> dict[str, Path | None]:
    """The file at each URL path where this model folder takes the place of the page's own.

    Only the manifest and the network are there; the rest of the folder is not served.

    Raises: ModelError, in one line, if the folder holds no model, or if its hash is not the manifest's.
    """
    from lightprobe.runtime import manifest  # imports NumPy: only if a model is given

    read = manifest.read(folder)
    read.check_file("model")
    network = read.path("model")
    names = {network.name, GRAPH}
    files: dict[str, Path | None] = {f"{MODEL_PATH}/{name}": network for name in names}
    return {MODEL_PATH: None, f"{MODEL_PATH}/{manifest.NAME}": folder / manifest.NAME} | files
