"""Network: a model folder, ready to run."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lightprobe._shapes import Float, UInt8
from lightprobe.errors import ModelError
from lightprobe.imaging.tone.curves import RESPONSE_CODES
from lightprobe.runtime import manifest
from lightprobe.runtime.manifest import ANSWER_NAMES, DEFAULT_ANSWER, OUTPUT_SHAPES

AUTO_ENGINE = "auto"
ENGINES = (AUTO_ENGINE, "numpy", "onnxruntime")
"""What may run a network; auto: whichever suits the folder."""


class Network:
    """A model folder's network and manifest. May be run by several threads at once."""

    def __init__(self, folder: str | Path, threads: int = 1, engine: str = AUTO_ENGINE) -> None:
        """Load and check a model folder.

        `engine` says what runs it: `numpy` needs a model.bin in the folder; `onnxruntime` runs every model, may use
        several `threads`, and takes longer to start; `auto` is numpy where there is a model.bin, and onnxruntime where
        there is none or more than one thread is asked for.

        Raises: ModelError if it is missing, damaged or of an unknown kind, or has no model.bin for numpy; ValueError
        for less than one thread, or an unknown engine.
        """
        if threads < 1:
            raise ValueError(f"expected 1 thread or more, got {threads}; 1 is best for small pictures")
        if engine not in ENGINES:
            raise ValueError(f"expected an engine of {', '.join(ENGINES)}, got {engine!r}; choose one")
        self.manifest = manifest.read(folder)
        self.engine = self._choose(engine, threads)
        """The engine that runs it: numpy or onnxruntime."""
        if self.engine == "numpy":
            from lightprobe.runtime.engines.layer_engine import LayerEngine

            self._run = LayerEngine(self.manifest)
        else:
            from lightprobe.runtime.engines.graph_engine import GraphEngine

            self._run = GraphEngine(self.manifest, threads)

    def __call__(
        self, picture: Float[np.ndarray, "p 32 64"] | UInt8[np.ndarray, "h w 3"], response: str
    ) -> dict[str, Float[np.ndarray, ...]]:
        """The network's outputs for one picture: coeffs, and those others that the manifest names.

        `picture` is of the kind of the manifest's input: cells (`imaging.cells.picture_cells`), or an image.

        Raises: ValueError for a response that the model does not take; ModelError if the network fails, or if an output
        is not finite or of another shape than promised.
        """
        found = self._run(picture, RESPONSE_CODES.index(self.check_response(response)))
        for name, value in found.items():
            kind = _fault(name, value)
            if kind:
                raise ModelError(
                    f"{self.manifest.folder}: expected finite {name} of shape {OUTPUT_SHAPES[name]}, got {kind}; "
                    "use another model"
                )
        return {name: value[0] for name, value in found.items()}

    def check_response(self, response: str) -> str:
        """Raises: ValueError if the model does not take this tone curve."""
        known = self.manifest.responses
        if response not in known:
            raise ValueError(
                f"expected a response of {', '.join(known)} for {self.manifest.name}, got {response!r}; choose one"
            )
        return response

    def check_answer(self, answer: str | None) -> str | None:
        """The answer that is given if this one is asked for; None: the network's own.

        Raises: ValueError if the model does not have it.
        """
        if self.manifest.has_answers:
            return check_answer(DEFAULT_ANSWER if answer is None else answer)
        if answer is not None:
            raise ValueError(
                f"expected no answer by name, for {self.manifest.name} has one, got {answer!r}; leave it out"
            )
        return None

    def _choose(self, engine: str, threads: int) -> str:
        """The engine for this folder. Raises: ModelError if it has no model.bin for numpy."""
        if engine == AUTO_ENGINE:
            return "numpy" if self.manifest.has_layers and threads == 1 else "onnxruntime"
        if engine == "numpy" and not self.manifest.has_layers:
            raise ModelError(
                f"{self.manifest.folder}: expected a model.bin for numpy, got a folder without one; use onnxruntime"
            )
        return engine


def check_answer(answer: str) -> str:
    """Raises: ValueError if this is not the name of an answer."""
    if answer not in ANSWER_NAMES:
        raise ValueError(f"expected an answer of {', '.join(ANSWER_NAMES)}, got {answer!r}; choose one")
    return answer


def _fault(name: str, value: np.ndarray) -> str:
    """What is wrong with an output; empty if nothing is."""
    if value.dtype.kind != "f":
        return f"values of type {value.dtype}"
    if value.shape != OUTPUT_SHAPES[name]:
        return f"shape {value.shape}"
    return "" if np.isfinite(value).all() else "NaN or infinity"
