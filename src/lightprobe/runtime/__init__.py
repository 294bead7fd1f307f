"""From pictures to light, frame after frame. numpy and onnxruntime, never torch."""

from lightprobe.runtime.estimate import Estimate
from lightprobe.runtime.estimator import Estimator, estimate, load
from lightprobe.runtime.smoother import Smoother

__all__ = ["Estimate", "Estimator", "Smoother", "estimate", "load"]
