"""GraphEngine: model.onnx in onnxruntime."""

from __future__ import annotations

import numpy as np
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as failures  # pyright: ignore[reportAttributeAccessIssue]

from lightprobe._shapes import Float, UInt8
from lightprobe.errors import ModelError
from lightprobe.runtime.manifest import Manifest

_CANNOT_LOAD = (
    failures.Fail,
    failures.InvalidArgument,
    failures.InvalidGraph,
    failures.InvalidProtobuf,
    failures.NotImplemented,
    failures.RuntimeException,
)
_CANNOT_RUN = (failures.Fail, failures.InvalidArgument, failures.NotImplemented, failures.RuntimeException)


class GraphEngine:
    """A model folder's graph. May be run by several threads at once."""

    def __init__(self, manifest: Manifest, threads: int = 1) -> None:
        """Raises: ModelError in one line if the graph is missing, damaged, or of other inputs and outputs."""
        self._manifest = manifest
        graph = manifest.check_file("model")
        self._check_graph(graph)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        try:
            self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        except _CANNOT_LOAD as error:
            raise self._failure("onnxruntime cannot load the graph", error) from None
        self._check_names()

    def __call__(
        self, picture: Float[np.ndarray, "p 32 64"] | UInt8[np.ndarray, "h w 3"], response: int
    ) -> dict[str, np.ndarray]:
        """The outputs for one picture. Raises: ModelError if the graph fails."""
        feeds = {self._manifest.input: picture[None], "response": np.array([response])}
        names = self._manifest.outputs
        try:
            values = self._session.run(names, feeds)
        except _CANNOT_RUN as error:
            raise self._failure(f"the graph failed on {self._manifest.input} of shape {picture.shape}", error) from None
        return {name: np.asarray(value) for name, value in zip(names, values, strict=True)}

    def _check_graph(self, graph: bytes) -> None:
        """Raises: ModelError for a graph that might never end, or that reads files whose hash the manifest lacks."""
        for mark, meaning in _REFUSED.items():
            if mark in graph:
                raise ModelError(
                    f"{self._manifest.folder}: expected a graph of one file without loops, got {meaning}; "
                    "export the model again"
                )

    def _check_names(self) -> None:
        wanted, outputs = [self._manifest.input, "response"], self._manifest.outputs
        taken = sorted(value.name for value in self._session.get_inputs())
        given = {value.name for value in self._session.get_outputs()}
        if taken != wanted or not given >= set(outputs):
            raise ModelError(
                f"{self._manifest.folder}: expected a graph from {', '.join(wanted)} to {', '.join(outputs)}, got "
                f"{', '.join(taken)} to {', '.join(sorted(given))}; export the model again"
            )

    def _failure(self, failure: str, error: Exception) -> ModelError:
        reason = " ".join(str(error).split())[:160]
        return ModelError(f"{self._manifest.folder}: {failure}: {reason}; use another model")


_REFUSED = {
    b"\x22\x04Loop": "one with a Loop",
    b"\x22\x04Scan": "one with a Scan",
    b"\x0a\x08location": "external data",
}
"""Bytes of a graph that runs no risk but these: the type of a node (field 4 of NodeProto), and the key under which a
tensor names the file of its data (field 1 of StringStringEntryProto). Source: ONNX, onnx.proto3."""
