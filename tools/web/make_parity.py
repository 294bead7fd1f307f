"""Pictures, and the light that Python finds in them, which the browser has to find, too.

python tools/web/make_parity.py --out FOLDER

Writes parity.json (pixels in base64, answers as lists), views.json, files.json, radiance.json, and camera.mjpeg, a
film for Chromium's fake camera.
"""

from __future__ import annotations

import argparse
import base64
import json
from pathlib import Path

import av
import numpy as np
from PIL import Image

import lightprobe
from lightprobe.imaging.files import read_picture

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"


def sample(name: str, width: int) -> np.ndarray:
    with Image.open(SAMPLES / f"{name}.jpg") as image:
        return np.asarray(image.convert("RGB").resize((width, width // 2), Image.Resampling.BOX))


def pictures(rng: np.random.Generator) -> dict[str, tuple[np.ndarray, str]]:
    """Name → pixels and response: real and made, of several sizes, clipped or not."""
    noise = rng.integers(0, 256, (128, 256, 3), np.uint8)
    ramp = np.linspace(0, 255, 256).astype(np.uint8)
    across = np.stack([np.tile(ramp, (128, 1)), np.tile(ramp[::-1], (128, 1)), np.tile(ramp[::2, None], (1, 256))], -1)
    sun = np.full((128, 256, 3), (60, 90, 160), np.uint8)
    sun[20:26, 200:206] = 255
    lamp = np.full((150, 300, 3), 8, np.uint8)
    lamp[40:60, :20] = (255, 250, 180)
    return {
        "sunset": (sample("venice_sunset", 256), "auto"),
        "sunset, sRGB": (sample("venice_sunset", 256), "srgb"),
        "sunset, Filmic": (sample("venice_sunset", 256), "filmic"),
        "sunset, large": (sample("venice_sunset", 512), "auto"),
        "forest": (sample("forest_slope", 256), "auto"),
        "forest, AgX": (sample("forest_slope", 256), "agx"),
        "night": (sample("dikhololo_night", 256), "auto"),
        "night, odd size": (sample("dikhololo_night", 300), "auto"),
        "square": (sample("potsdamer_platz", 256), "reinhard"),
        "square, ACES": (sample("potsdamer_platz", 256), "aces"),
        "park": (sample("rooitou_park", 256), "auto"),
        "interior": (sample("st_fagans_interior", 256), "srgb"),
        "interior, small": (sample("st_fagans_interior", 64), "auto"),
        "noise": (noise, "auto"),
        "noise, AgX": (noise, "agx"),
        "ramps": (np.ascontiguousarray(across), "srgb"),
        "sun": (sun, "auto"),
        "lamp at the seam": (lamp, "auto"),
        "black": (np.zeros((128, 256, 3), np.uint8), "auto"),
        "white": (np.full((128, 256, 3), 255, np.uint8), "srgb"),
    }


def compared(found: lightprobe.Estimate) -> dict[str, object]:
    """The parts of an estimate that are compared."""
    return {
        "coeffs": found.sh.coeffs.ravel().tolist(),
        "panorama": found.panorama.astype(np.float64).ravel().tolist(),
        "direction": found.light.direction.tolist(),
        "intensity": found.light.intensity,
        "clipped": found.clipped,
        "seen": found.seen,
    }


def encoded(values: np.ndarray) -> dict[str, object]:
    height, width = values.shape[:2]
    return {"height": height, "width": width, "bytes": base64.b64encode(values.tobytes()).decode()}


def film(path: Path, image: np.ndarray, frames: int = 45) -> None:
    """A panorama that turns, as motion JPEG."""
    with av.open(str(path), "w", format="mjpeg") as file:
        stream = file.add_stream("mjpeg", rate=15)
        stream.height, stream.width = image.shape[:2]
        stream.pix_fmt = "yuvj420p"
        stream.codec_context.qscale = True
        stream.codec_context.global_quality = 4 * 118
        for k in range(frames):
            turned = np.ascontiguousarray(np.roll(image, 4 * k, axis=1))
            file.mux(stream.encode(av.VideoFrame.from_ndarray(turned, "rgb24").reformat(format="yuvj420p")))
        file.mux(stream.encode(None))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    learned, plain = lightprobe.load(), lightprobe.load("plain")

    def write(name: str, value: object) -> None:
        (out / name).write_text(json.dumps(value), encoding="utf-8")

    write(
        "parity.json",
        {
            name: encoded(pixels)
            | {
                "response": response,
                "learned": compared(learned(pixels, response=response)),
                "plain": compared(plain(pixels, response=response)),
            }
            for name, (pixels, response) in pictures(rng).items()
        },
    )
    view = sample("rooitou_park", 512)[60:180, 150:310]
    write(
        "views.json",
        encoded(view)
        | {
            "learned": compared(learned(view, fov=65.0, response="srgb")),
            "plain": compared(plain(view, fov=65.0, response="srgb")),
        },
    )
    write("files.json", {path.stem: compared(learned(path)) for path in sorted(SAMPLES.glob("*.jpg"))})
    radiance = read_picture(SAMPLES / "rooitou_park.hdr").pixels.astype(np.float32)[::4, ::4]
    write("radiance.json", encoded(np.ascontiguousarray(radiance)) | {"plain": compared(plain(radiance))})
    film(out / "camera.mjpeg", sample("venice_sunset", 512))


if __name__ == "__main__":
    main()
