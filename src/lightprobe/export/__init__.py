"""From a training run to a model folder that Python and the browser load; refused where they would not agree.

checkpoint  the model in a checkpoint
graph       torch model → ONNX graph
precision   smaller weights: fp16, int8
pictures    pictures to compare on
parity      whether torch, onnxruntime and layers agree
cost        multiply-adds of a graph
folder      a folder written whole or not at all
release     all of these: checkpoint → model folder
"""

from lightprobe.export.graph import OPSET, operators, to_onnx
from lightprobe.export.precision import PRECISIONS
from lightprobe.export.release import ReleaseResult, release, release_model

__all__ = ["OPSET", "PRECISIONS", "ReleaseResult", "operators", "release", "release_model", "to_onnx"]
