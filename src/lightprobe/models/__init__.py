"""Networks, in plain torch: picture in, light out."""

from lightprobe.models.lighting import KNOTS, Lighting
from lightprobe.models.model import RESPONSES, Model
from lightprobe.models.registry import MODELS, build

__all__ = ["KNOTS", "MODELS", "RESPONSES", "Lighting", "Model", "build"]
