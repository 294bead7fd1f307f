"""Make the numbers that the browser's tests compare with, in Python.

    python tools/web/make_compass.py [--target web/e2e/data]

compass.json: a 64 × 32 panorama with a round patch of color per axis, the same as tools/compass shows to other tools;
its coefficients, and what a white Lambertian surface shows (irradiance / π) that faces each axis. sample.json: the
coefficients of a sample picture as the shipped model sees it. Run it again when the model changes.
"""

import argparse
import json
from pathlib import Path

import numpy as np

import lightprobe
from lightprobe.sphere import basis, dominant_light, irradiance, project
from lightprobe.sphere.panorama.equirect import directions, resize

ROOT = Path(__file__).parents[2]
SAMPLE = "venice_sunset.jpg"
AXES = {
    "+x": ((1, 0, 0), (1.0, 0.0, 0.0)),
    "-x": ((-1, 0, 0), (1.0, 1.0, 0.0)),
    "+y": ((0, 1, 0), (1.0, 1.0, 1.0)),
    "-y": ((0, -1, 0), (1.0, 0.0, 1.0)),
    "+z": ((0, 0, 1), (0.0, 1.0, 0.0)),
    "-z": ((0, 0, -1), (0.0, 0.0, 1.0)),
}
"""Direction and color of each patch: center red, back yellow, up white, down magenta, right green, left blue."""
RADIUS = 30.0
"""Half the angle that a patch fills [°]."""
AMBIENT = 0.25
"""Radiance between the patches: enough that no channel is negative anywhere, which a screen could not show."""


def panorama() -> np.ndarray:
    """The patches at 512 × 256, averaged to the small panorama's size."""
    toward = directions(256, 512)
    radiance = np.full((256, 512, 3), AMBIENT)
    for axis, color in AXES.values():
        radiance[toward @ np.array(axis) > np.cos(np.radians(RADIUS))] = color
    return resize(radiance, 32, 64)


def compass() -> dict[str, object]:
    """Panorama, coefficients, and white surfaces towards each axis."""
    radiance = np.round(panorama(), 6)
    coeffs = project(radiance)
    axes = np.array([axis for axis, _ in AXES.values()], dtype=float)
    light = dominant_light(coeffs, radiance)
    return {
        "axes": list(AXES),
        "directions": axes.tolist(),
        "colors": [color for _, color in AXES.values()],
        "radius": RADIUS,
        "ambient": AMBIENT,
        "panorama": radiance.reshape(-1).tolist(),
        "coeffs": coeffs.reshape(-1).tolist(),
        "lambert": (irradiance(coeffs, axes) / np.pi).tolist(),
        "without_sun": (coeffs - np.outer(basis(light.direction, 3), light.intensity * light.color))
        .reshape(-1)
        .tolist(),
        "light": {
            "direction": list(light.direction),
            "color": list(light.color),
            "intensity": light.intensity,
            "share": light.share,
        },
    }


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", type=Path, default=ROOT / "web" / "e2e" / "data")
    target: Path = parser.parse_args().target
    target.mkdir(parents=True, exist_ok=True)
    (target / "compass.json").write_text(json.dumps(compass()) + "\n")
    sample = lightprobe.estimate(ROOT / "samples" / SAMPLE)
    numbers = [round(float(v), 6) for v in np.asarray(sample.sh.coeffs).reshape(-1)]
    (target / "sample.json").write_text(json.dumps({"picture": SAMPLE, "coeffs": numbers}) + "\n")


if __name__ == "__main__":
    main()
