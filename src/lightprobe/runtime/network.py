"""Network: the graph of a model folder, ready to run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as failures  # pyright: ignore[reportAttributeAccessIssue]

from lightprobe._shapes import Float, UInt8
from lightprobe.errors import ModelError
from lightprobe.imaging.cells import CELLS
from lightprobe.imaging.tone.curves import KNOTS, RESPONSE_CODES
from lightprobe.runtime import manifest

_CANNOT_LOAD = (
    failures.Fail,
    failures.InvalidArgument,
    failures.InvalidGraph,
    failures.InvalidProtobuf,
    failures.NotImplemented,
    failures.RuntimeException,
)
_CANNOT_RUN = (failures.Fail, failures.InvalidArgument, failures.NotImplemented, failures.RuntimeException)


class Network:
    """A model folder's graph and manifest. May be run by several threads at once."""

    def __init__(self, folder: str | Path, threads: int = 1) -> None:
        """Load and check a model folder.

        Raises: ModelError if it is missing, damaged or of an unknown kind; ValueError for less than one thread.
        """
        if threads < 1:
            raise ValueError(f"expected 1 thread or more, got {threads}; 1 is best for small pictures")
        self.manifest = manifest.read(folder)
        graph = self.manifest.check_file("model")
        self._check_graph(graph)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        try:
            self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        except _CANNOT_LOAD as error:
            raise self._failure("onnxruntime cannot load the graph", error) from None
        self.outputs = [
            name
            for name, is_output in (
                ("coeffs", True),
                ("panorama", self.manifest.has_panorama),
                ("curve", self.manifest.has_curve),
            )
            if is_output
        ]
        self._check_names()

    def __call__(
        self, picture: Float[np.ndarray, "6 32 64"] | UInt8[np.ndarray, "h w 3"], response: str
    ) -> dict[str, Float[np.ndarray, ...]]:
        """The graph's outputs for one picture: coeffs, and panorama and curve where the manifest names them.

        `picture` is of the kind of the manifest's input: cells (`imaging.cells.picture_cells`), or an image.

        Raises: ValueError for a response that the model does not take; ModelError if the graph fails, or if an output
        is not finite or of another shape than promised.
        """
        index = RESPONSE_CODES.index(self.check_response(response))
        feeds = {self.manifest.input: picture[None], "response": np.array([index])}
        try:
            values = self._session.run(self.outputs, feeds)
        except _CANNOT_RUN as error:
            raise self._failure(f"the graph failed on {self.manifest.input} of shape {picture.shape}", error) from None
        found = {name: np.asarray(value) for name, value in zip(self.outputs, values, strict=True)}
        for name, value in found.items():
            kind = _fault(name, value)
            if kind:
                raise ModelError(
                    f"{self.manifest.folder}: expected finite {name} of shape {_SHAPES[name]}, got {kind}; "
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

    def _check_graph(self, graph: bytes) -> None:
        """Raises: ModelError for a graph that might never end, or that reads files whose hash the manifest lacks."""
        for mark, meaning in _REFUSED.items():
            if mark in graph:
                raise ModelError(
                    f"{self.manifest.folder}: expected a graph of one file without loops, got {meaning}; "
                    "export the model again"
                )

    def _check_names(self) -> None:
        wanted = [self.manifest.input, "response"]
        taken = sorted(value.name for value in self._session.get_inputs())
        given = {value.name for value in self._session.get_outputs()}
        if taken != wanted or not given >= set(self.outputs):
            raise ModelError(
                f"{self.manifest.folder}: expected a graph from {', '.join(wanted)} to {', '.join(self.outputs)}, got "
                f"{', '.join(taken)} to {', '.join(sorted(given))}; export the model again"
            )

    def _failure(self, failure: str, error: Exception) -> ModelError:
        reason = " ".join(str(error).split())[:160]
        return ModelError(f"{self.manifest.folder}: {failure}: {reason}; use another model")


def _fault(name: str, value: np.ndarray) -> str:
    """What is wrong with an output; empty if nothing is."""
    if value.dtype.kind != "f":
        return f"values of type {value.dtype}"
    if value.shape != _SHAPES[name]:
        return f"shape {value.shape}"
    return "" if np.isfinite(value).all() else "NaN or infinity"


_REFUSED = {
    b"\x22\x04Loop": "one with a Loop",
    b"\x22\x04Scan": "one with a Scan",
    b"\x0a\x08location": "external data",
}
"""Bytes of a graph that runs no risk but these: the type of a node (field 4 of NodeProto), and the key under which a
tensor names the file of its data (field 1 of StringStringEntryProto). Source: ONNX, onnx.proto3."""

_SHAPES = {"coeffs": (1, 9, 3), "panorama": (1, *CELLS, 3), "curve": (1, KNOTS)}
