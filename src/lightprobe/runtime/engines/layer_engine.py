"""LayerEngine: model.bin in numpy."""

from __future__ import annotations

import numpy as np

from lightprobe._shapes import Float, UInt8
from lightprobe.errors import ModelError
from lightprobe.imaging.cells import SEEN_PLANES
from lightprobe.layers import LayerRunner, cell_inputs, from_model_bin
from lightprobe.layers.limits import MOST_FILE
from lightprobe.runtime.manifest import OUTPUT_SHAPES, Manifest


class LayerEngine:
    """A model folder's layers. May be run by several threads at once, and starts none."""

    def __init__(self, manifest: Manifest) -> None:
        """Raises: ModelError in one line if model.bin is missing, damaged, or of other inputs and outputs."""
        path = manifest.path("compact")
        if manifest.input != "cells":
            raise ModelError(f"{path}: expected a model that takes cells, got {manifest.input}; export it again")
        try:
            layers = from_model_bin(manifest.check_file("compact", MOST_FILE))
        except ValueError as error:
            raise ModelError(f"{path}: {error}; copy or export the model again") from None
        missing = [name for name in manifest.outputs if name not in layers.outputs]
        if missing:
            raise ModelError(f"{path}: expected an output {missing[0]}, got none; export the model again")
        if "seen" in layers.inputs and manifest.planes < SEEN_PLANES:
            raise ModelError(f"{path}: expected layers from radiance and white, got seen; export the model again")
        self._outputs, self._runner = manifest.outputs, LayerRunner(layers)

    def __call__(
        self, picture: Float[np.ndarray, "p 32 64"] | UInt8[np.ndarray, "h w 3"], response: int
    ) -> dict[str, np.ndarray]:
        """The outputs for the cells of one picture."""
        found = self._runner(cell_inputs(picture), response)
        return {name: found[name].reshape(OUTPUT_SHAPES[name]) for name in self._outputs}
