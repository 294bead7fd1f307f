"""lightprobe: estimate lighting from an ordinary picture of the surroundings.

import lightprobe

result = lightprobe.estimate("pano.jpg")
result.sh.coeffs          # (9, 3) radiance coefficients, as three.js LightProbe takes them
result.light.direction    # unit vector towards the dominant light
result.panorama           # (32, 64, 3) linear radiance around the camera
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.2.0"

if TYPE_CHECKING:
    from lightprobe.errors import LightprobeError
    from lightprobe.runtime.estimate import Estimate
    from lightprobe.runtime.estimator import Estimator, estimate, load
    from lightprobe.runtime.smoother import Smoother
    from lightprobe.sphere.sh import SH

_HOMES = {
    "SH": "lightprobe.sphere.sh",
    "Estimate": "lightprobe.runtime.estimate",
    "Estimator": "lightprobe.runtime.estimator",
    "LightprobeError": "lightprobe.errors",
    "Smoother": "lightprobe.runtime.smoother",
    "estimate": "lightprobe.runtime.estimator",
    "load": "lightprobe.runtime.estimator",
}

__all__ = ["SH", "Estimate", "Estimator", "LightprobeError", "Smoother", "__version__", "estimate", "load"]


def __getattr__(name: str) -> Any:
    """Import a public name on first use, so that `import lightprobe` itself is fast."""
    if name not in _HOMES:
        raise AttributeError(f"module 'lightprobe' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
