"""Make the numbers that the web library's tests compare with: curves, cells and whole estimates, by Python.

    python tools/web/make_fixtures.py

Pictures are made by a formula that the tests know too, but for one small view of a panorama in samples/. Writes
web/packages/core/tests/picture/data/*.json; tests/runtime/test_views.py holds views.json to Python's answers.
"""

import base64
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import lightprobe
from lightprobe.imaging import read_picture
from lightprobe.imaging.cells import picture_cells
from lightprobe.imaging.tone import curves
from lightprobe.runtime import Estimate
from lightprobe.sphere.panorama.equirect import sample
from lightprobe.surround import Orientation, Surround

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "web" / "packages" / "core" / "tests" / "picture" / "data"
CODES = (0, 10, 90, 180, 240, 254, 255)
FOV = 65.0
ANSWERS = ("best", "median")
VIEWS: tuple[tuple[int, int, float, int, str], ...] = (
    # height, width, horizontal field of view [°], brightest code, response
    (480, 640, 65, 255, "auto"),
    (480, 640, 65, 255, "agx"),
    (480, 640, 65, 200, "srgb"),
    (640, 480, 50, 255, "auto"),
    (720, 1280, 78, 255, "auto"),
    (1280, 720, 45, 255, "filmic"),
    (90, 160, 90, 255, "aces"),
    (90, 160, 120, 230, "auto"),
    (160, 90, 120, 255, "reinhard"),
    (120, 160, 150, 255, "auto"),
    (60, 80, 170, 255, "auto"),
    (60, 80, 170, 255, "aces"),
    (300, 400, 20, 255, "auto"),
    (300, 400, 5, 255, "filmic"),
    (240, 320, 1, 240, "srgb"),
    (301, 203, 33.3, 255, "agx"),
    (77, 333, 66.6, 255, "auto"),
    (333, 77, 40, 255, "srgb"),
    (30, 40, 60, 255, "reinhard"),
    (7, 9, 75, 255, "auto"),
)
SURROUND = (
    # yaw, pitch, roll [°], brightest code, time [s]
    (0, 0, 0, 255, 0),
    (20, 10, 0, 200, 5),
    (-60, -20, 5, 255, 10),
)


def pattern(height: int, width: int, brightest: int = 255) -> np.ndarray:
    """A picture by whole-number arithmetic: tests/picture/pattern.ts makes the same, and scales it as is done here."""
    row, column, channel = np.ogrid[:height, :width, :3]
    mixed = (row * 7 + column * 3 + channel * 29 + (row * column) // 5 + (row // 9) * (column // 13) * 17) % 331
    return (np.minimum(mixed, 255) * brightest // 255).astype(np.uint8)


def perspective(height: int, width: int, fov: float) -> np.ndarray:
    """A camera's view of a panorama in samples/, as 8-bit pixels."""
    panorama = curves.decode(read_picture(ROOT / "samples" / "venice_sunset.jpg").pixels, "srgb")
    half = math.tan(math.radians(fov) / 2)
    across = half * (2 * (np.arange(width) + 0.5) / width - 1)
    down = half * height / width * (2 * (np.arange(height) + 0.5) / height - 1)
    toward = np.stack(np.broadcast_arrays(1.0, -down[:, None], across), axis=-1)
    seen = sample(panorama, toward / np.linalg.norm(toward, axis=-1, keepdims=True))
    return np.rint(255 * curves.encode(seen, "srgb")).astype(np.uint8)


def estimate(found: Estimate) -> dict[str, Any]:
    """The parts of an estimate that are compared, the panorama as every 97th of its numbers."""
    return {
        "coeffs": found.sh.coeffs.ravel().tolist(),
        "panorama": found.panorama.ravel()[::97].tolist(),
        "direction": found.light.direction.tolist(),
        "intensity": found.light.intensity,
        "share": found.light.share,
        "clipped": found.clipped,
        "seen": found.seen,
        "response": found.response,
        "answer": found.answer,
        "uncertainty": found.uncertainty,
        "curve": None if found.curve is None else found.curve.tolist(),
    }


def decoded() -> dict[str, Any]:
    """Radiance of some colors under each curve, and its white."""
    colors = np.stack(np.meshgrid(CODES, CODES, CODES, indexing="ij"), axis=-1).reshape(-1, 3).astype(np.uint8)
    return {
        name: {"white": curves.white(name), "radiance": curves.decode(colors, name).ravel().tolist()}
        for name in curves.RESPONSES
    }


def estimates() -> dict[str, Any]:
    """Estimates of the pattern plain and learned."""
    pixels, plain, learned = pattern(128, 256), lightprobe.load("plain"), lightprobe.load()
    asked: tuple[tuple[str, Callable[..., Estimate]], ...] = (("plain", plain), ("learned", learned))
    return {
        f"{kind} {response}": estimate(run(pixels, response=response))
        for kind, run in asked
        for response in learned.responses
    } | {f"learned srgb {answer}": estimate(learned(pixels, response="srgb", answer=answer)) for answer in ANSWERS}


def views() -> list[dict[str, Any]]:
    """Estimates of perspective pictures of many kinds, by the plain and the shipped estimator."""
    plain, learned = lightprobe.load("plain"), lightprobe.load()
    return [
        {"height": height, "width": width, "fov": fov, "brightest": brightest, "response": response}
        | {
            kind: estimate(run(pattern(height, width, brightest), response=response, fov=fov))
            for kind, run in (("plain", plain), ("learned", learned))
        }
        for height, width, fov, brightest, response in VIEWS
    ]


def surrounds() -> dict[str, Any]:
    """Estimates after some frames of a surround whose orientations are exact."""
    found = {}
    estimators = {"plain": lightprobe.load("plain"), "learned": lightprobe.load()}
    estimators["learned best"] = lightprobe.load(answer="best")
    for key, estimator in estimators.items():
        surround = Surround(estimator, fov=FOV, tremble=0)
        for yaw, pitch, roll, brightest, time in SURROUND:
            surround.add(pattern(90, 120, brightest), Orientation(yaw, pitch, roll), time)
            found[key] = estimate(surround.estimate())
    return {"fov": FOV, "frames": SURROUND, "estimates": found}


def main() -> None:
    """Write the files."""
    cells = {name: picture_cells(pattern(96, 192), name).ravel()[::61].tolist() for name in curves.RESPONSES}
    view = perspective(72, 96, FOV)
    partial = {
        f"{name} {response}": estimate(lightprobe.load(model)(view, response=response, fov=FOV))
        for name, model in (("plain", "plain"), ("learned", None))
        for response in ("auto", "srgb", "agx")
    } | {
        f"learned srgb {answer}": estimate(lightprobe.load(answer=answer)(view, response="srgb", fov=FOV))
        for answer in ANSWERS
    }
    larger = estimate(lightprobe.load("plain")(pattern(480, 640), response="srgb", fov=FOV))
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, content in (
        ("curves", {"codes": CODES, "curves": decoded()}),
        ("cells", cells),
        ("estimates", estimates()),
        ("views", views()),
        ("surround", surrounds()),
        (
            "partial",
            {"fov": FOV, "rgb": base64.b64encode(view.tobytes()).decode(), "estimates": partial, "larger": larger},
        ),
    ):
        rounded = json.loads(json.dumps(content), parse_float=lambda text: float(f"{float(text):.8g}"))
        (TARGET / f"{name}.json").write_text(json.dumps(rounded) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
