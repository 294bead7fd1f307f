"""From a training run to a model folder that Python and the browser load; refused where they would not agree."""

from lightprobe.export.graph import OPSET, operators, to_onnx
from lightprobe.export.precision import PRECISIONS
from lightprobe.export.releasing import Released, release

__all__ = ["OPSET", "PRECISIONS", "Released", "operators", "release", "to_onnx"]
