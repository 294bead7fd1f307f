"""Replaces the page's model with the one in another folder."""

from __future__ import annotations

from pathlib import Path

MODEL_PATH = "/model"
"""URL path of the page's model folder."""
PLAIN_NAMES = {"model": "model.onnx", "compact": "model.bin"}
"""Names that the page uses for the network in both of its forms, whatever their names in the folder."""


def model_files(folder: Path) -> dict[str, Path | None]:
    """The file at each URL path where this model folder takes the place of the page's own.

    Only the manifest and the network are there, as a graph and, if the folder has it, as data; the rest is not served.

    Raises: ModelError, in one line, if the folder holds no model, or if its hash is not the manifest's.
    """
    from lightprobe.runtime import manifest  # imports NumPy: only if a model is given

    read = manifest.read(folder)
    files: dict[str, Path | None] = {}
    for kind, plain in PLAIN_NAMES.items():
        if kind in read.document["files"]:
            read.check_file(kind)
            network = read.path(kind)
            files |= {f"{MODEL_PATH}/{name}": network for name in (network.name, plain)}
    return {MODEL_PATH: None, f"{MODEL_PATH}/{manifest.NAME}": folder / manifest.NAME} | files
