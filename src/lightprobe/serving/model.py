"""The page's model exchanged for another one."""

from __future__ import annotations

from pathlib import Path

PLACE = "/model"
"""URL path of the page's model folder."""
GRAPH = "model.onnx"
"""Name under which the page asks for the network, whatever the folder calls it."""


def model_files(folder: Path) -> dict[str, Path | None]:
    """What lies at which URL path where this model folder takes the place of the page's own.

    Only the manifest and the network are there; the rest of the folder is nobody's business.

    Raises: ModelError, in one line, if the folder holds no model, or if its hash is not the manifest's.
    """
    from lightprobe.runtime import manifest  # NumPy comes with it: only where a model is given

    read = manifest.read(folder)
    read.check_file("model")
    network = read.path("model")
    names = {network.name, GRAPH}
    files: dict[str, Path | None] = {f"{PLACE}/{name}": network for name in names}
    return {PLACE: None, f"{PLACE}/{manifest.NAME}": folder / manifest.NAME} | files
