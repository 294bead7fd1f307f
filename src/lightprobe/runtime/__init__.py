"""From pictures to light, frame after frame. numpy, onnxruntime where a model needs it, never torch.

estimator         Estimator: pictures in, light out; load, estimate
estimate          Estimate: the light of a picture
plain_estimate    by decoding and exact projection
environment       environment maps at the resolution of the picture, the sun apart
network_estimate  by a network
network_input     a picture as cells, or as a small image, for a network
network           a model folder, ready to run
engines           what runs it: numpy, onnxruntime
manifest          manifest.json of a model folder
smoother          steadier light from frame to frame
preview           a drawing of picture, estimate and lit sphere
"""

from lightprobe.runtime.estimate import Estimate
from lightprobe.runtime.estimator import Estimator, estimate, load
from lightprobe.runtime.smoother import Smoother

__all__ = ["Estimate", "Estimator", "Smoother", "estimate", "load"]
