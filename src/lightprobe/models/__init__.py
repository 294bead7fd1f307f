"""Networks, in plain torch: pictures in, light out.

model                the interface of all of them
output               ModelOutput, their answer
registry             models by name
surroundings         the estimator that this package ships: what the picture lost, and what it never showed
surroundings_layers  the same as data
ambient              the estimator of 0.1.0: light beyond white alone
ambient_layers       the same as data
curve_mixture        tone curves as the estimators mix them
mobilenet_v2         the predecessor's architecture
"""

from lightprobe.models.model import Model
from lightprobe.models.output import ModelOutput
from lightprobe.models.registry import MODELS, build

__all__ = ["MODELS", "Model", "ModelOutput", "build"]
