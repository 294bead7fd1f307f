"""Estimating: a large JPEG against decoding it, small pictures, import and start of the command line."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from measure import in_turn, ratio, save, spread
from PIL import Image

import lightprobe
from lightprobe.imaging import RESPONSES, read_picture

SAMPLES = Path(__file__).parents[1] / "samples"


def large_jpeg(path: Path) -> None:
    """A 4096×2048 JPEG with the detail of a photograph: a sample enlarged, with grain, at quality 90."""
    with Image.open(SAMPLES / "forest_slope.jpg") as image:
        pixels = np.asarray(image.resize((4096, 2048), Image.Resampling.BICUBIC), np.int16)
    grain = np.random.default_rng(0).normal(0, 4, pixels.shape[:2])[..., None]
    Image.fromarray(np.clip(pixels + grain, 0, 255).astype(np.uint8)).save(path, quality=90)


def main() -> None:
    results: dict[str, object] = {}
    surroundings, plain = lightprobe.load(), lightprobe.load("plain")
    assert surroundings.name == "surroundings"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.jpg"
        large_jpeg(path)

        def decode() -> np.ndarray:
            with Image.open(path) as image:
                return np.asarray(image)

        actions = {"decode": decode, "surroundings": lambda: surroundings(path), "plain": lambda: plain(path)}
        times = in_turn(actions, rounds=25)
        results["4096x2048 JPEG"] = {
            "megabytes": round(path.stat().st_size / 1e6, 2),
            **{name: spread(values) for name, values in times.items()},
            **{f"{name} to decode": ratio(times[name], times["decode"]) for name in ("surroundings", "plain")},
        }
    pixels = read_picture(SAMPLES / "venice_sunset.jpg").pixels
    small = np.asarray(Image.fromarray(pixels).resize((256, 128)))
    for label, picture in (("256x128", small), ("1024x512", pixels)):
        actions = {
            f"{kind}, {name}": lambda p=picture, name=name, run=run: run(p, response=name)
            for kind, run in (("surroundings", surroundings), ("plain", plain))
            for name in ("auto", *RESPONSES)
        }
        results[f"{label} pixels"] = {name: spread(times) for name, times in in_turn(actions, rounds=25).items()}
    actions = {
        "surroundings": lambda: surroundings(pixels[:480, :640], fov=65),
        "plain": lambda: plain(pixels[:480, :640], fov=65),
    }
    results["640x480 webcam"] = {name: spread(times) for name, times in in_turn(actions).items()}
    frame = np.asarray(Image.fromarray(pixels).resize((4096, 2048)))[400:1480, 1000:2920].copy()
    actions = {"surroundings": lambda: surroundings(frame, fov=65), "plain": lambda: plain(frame, fov=65)}
    results["1920x1080 camera"] = {name: spread(times) for name, times in in_turn(actions).items()}
    with tempfile.TemporaryDirectory() as folder:
        results["whole processes"] = processes(Path(folder))
    save("runtime", results)


def processes(folder: Path) -> dict[str, object]:
    """Whole processes, which find their bytecode as an installed package does, whatever the environment says."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    sample = str(SAMPLES / "venice_sunset.jpg")

    def run(*arguments: str) -> None:
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True, env=environment, cwd=folder)

    times = in_turn(
        {
            "python": lambda: run("-c", "pass"),
            "import lightprobe": lambda: run("-c", "import lightprobe"),
            "import numpy": lambda: run("-c", "import numpy"),
            "import everything public": lambda: run("-c", "from lightprobe import SH, estimate"),
            "lightprobe --help": lambda: run("-m", "lightprobe", "--help"),
            "lightprobe estimate": lambda: run("-m", "lightprobe", "estimate", sample, "--no-preview"),
            "lightprobe estimate with a preview": lambda: run("-m", "lightprobe", "estimate", sample),
        },
        rounds=9,
    )
    return {name: spread(values) for name, values in times.items()}


if __name__ == "__main__":
    main()
