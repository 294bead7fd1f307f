"""Networks, in plain torch: pictures in, light out.

model                the interface of all of them, and ModelOutput, their answer
registry             models by name
surroundings         the estimator that this package ships: what the picture lost, and what it never showed
surroundings_layers  the same as data
answers              how bright lost light is taken to be, from the distribution of its level
ambient              the estimator of 0.1.0: light beyond white alone
ambient_layers       the same as data
curve_mixture        tone curves as the estimators mix them
mobilenet_v2         the predecessor's architecture
"""

from lightprobe.models.model import Model, ModelOutput
from lightprobe.models.registry import MODELS, build

__all__ = ["MODELS", "Model", "ModelOutput", "build"]
