"""Make the media of the demo page: panoramas, their true light, a 360° clip, a small 3D model.

    python tools/web/make_media.py FOLDER_OF_HDRIS [--target web/demo/public/media]

The folder is one that `lightprobe fetch` makes: HDRIs and catalog.csv. Only scenes that the catalog says are CC0-1.0
are used. Where samples/ has a sharper picture of a scene than its HDRI could give, that picture is taken, only
compressed more. The same HDRIs give the same files, but for what the encoders of Pillow and FFmpeg do.
"""

import argparse
import csv
import json
import struct
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image

from lightprobe.imaging import decode, encode, read_picture
from lightprobe.sphere import LUMINANCE, project
from lightprobe.sphere.panorama.equirect import resize, turn

ROOT = Path(__file__).parents[2]
MANIFEST = ROOT / "src" / "lightprobe" / "pretrained" / "manifest.json"
LICENCE = "CC0-1.0"
GRAY = 0.18 * 2**-0.5
"""Median luminance of a picture by automatic exposure, as in samples/."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One panorama of the page."""

    slug: str
    name: str
    exposure: float = 0.0
    """Beside automatic exposure [EV]."""
    response: str = "srgb"


SCENES = (
    Scene(slug="venice_sunset", name="Venice sunset"),
    Scene(slug="rooitou_park", name="Rooitou park"),
    Scene(slug="san_giuseppe_bridge", name="San Giuseppe bridge"),
    Scene(slug="st_fagans_interior", name="St Fagans interior"),
    Scene(slug="forest_slope", name="Forest slope"),
    Scene(slug="dikhololo_night", name="Dikhololo night"),
    Scene(slug="studio_small_08", name="Small studio", exposure=-0.5),
    Scene(slug="potsdamer_platz", name="Potsdamer Platz"),
    Scene(slug="spruit_sunrise", name="Spruit sunrise", response="agx", exposure=0.3),
    Scene(slug="royal_esplanade", name="Royal Esplanade", response="agx", exposure=0.3),
)
HDR_FILE = "rooitou_park"
"""The scene of the bundled HDR file. It was not trained on."""

DARK = (21, 22, 26)
BALL = ((255, 243, 214), (255, 180, 84), (91, 67, 38))
"""Colors of the icons: around the ball; of the ball at the light, between, and in the shade."""

CLIP = (("rooitou_park", 0.0), ("kiara_1_dawn", -0.9), ("royal_esplanade", -1.6))
"""Scenes of the clip, with exposures beside the automatic one [EV]. None was trained on."""
RATE, FRAMES, FADE = 24, 240, 36
"""Frames per second, in the clip, and of each cross-fade."""


class Hdris:
    """The folder of HDRIs, as radiance in units of automatic exposure."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with (folder / "catalog.csv").open(encoding="utf-8") as file:
            self.rows = {row["slug"]: row for row in csv.DictReader(file)}

    def read(self, slug: str) -> np.ndarray:
        row = self.rows[slug]
        if row["licence"] != LICENCE or row["origin"] != "Poly Haven":
            raise SystemExit(f"{slug}: expected {LICENCE} of Poly Haven, got {row['licence']} of {row['origin']}")
        radiance = np.maximum(read_picture(self.folder / row["file"]).pixels, 0)
        return radiance * np.float32(GRAY / median(radiance))


def median(radiance: np.ndarray) -> float:
    """Median luminance of a panorama at 512×256, each row weighted by its pixels."""
    return float(np.median(resize(radiance, 256, 512) @ LUMINANCE))


def show(radiance: np.ndarray, response: str) -> np.ndarray:
    """8-bit picture of linear radiance."""
    return np.round(255 * encode(radiance.astype(np.float32), response)).astype(np.uint8)


def make_panoramas(hdris: Hdris, target: Path) -> None:
    """Pictures, thumbnails, index.json with their true light, and the HDR files."""
    for folder in ("panoramas/thumbs", "truth"):
        (target / folder).mkdir(parents=True, exist_ok=True)
    trained_on = set(json.loads(MANIFEST.read_text())["trained_on"]["groups"])
    index = []
    for scene in SCENES:
        radiance = hdris.read(scene.slug) * np.float32(2**scene.exposure)
        sample = ROOT / "samples" / f"{scene.slug}.jpg"
        if sample.exists():
            picture = np.asarray(Image.open(sample).convert("RGB"))
            radiance *= np.float32(median(decode(picture, "srgb")) / median(radiance))
        else:
            picture = show(radiance, scene.response)
        file = f"{scene.slug}.jpg"
        save(picture, target / "panoramas" / file)
        thumb = Image.fromarray(picture).resize((192, 96), Image.Resampling.LANCZOS)
        thumb.save(target / "panoramas" / "thumbs" / file, quality=78, optimize=True)
        entry = {
            "file": file,
            "thumb": f"thumbs/{file}",
            "name": scene.name,
            "author": "Poly Haven",
            "source": f"https://polyhaven.com/a/{scene.slug}",
            "licence": LICENCE,
            "response": scene.response,
            "trainedOn": hdris.rows[scene.slug]["group"] in trained_on,
            "truth": [float(f"{value:.6g}") for value in project(radiance).ravel()],
            "hdr": f"../truth/{scene.slug}.hdr",
        }
        if scene.slug == HDR_FILE:
            write_hdr(target / f"{scene.slug}.hdr", resize(radiance, 128, 256).astype(np.float32))
        write_hdr(target / "truth" / f"{scene.slug}.hdr", resize(radiance, 32, 64).astype(np.float32))
        index.append(entry)
    lines = ",\n".join("  " + json.dumps(entry, ensure_ascii=False) for entry in index)
    (target / "panoramas" / "index.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def save(picture: np.ndarray, path: Path) -> None:
    """Large pictures at quality 82; small ones, which have no pixel to lose, at 92 with all their color."""
    quality, subsampling = (82, 2) if len(picture) > 256 else (92, 0)
    Image.fromarray(picture).save(path, quality=quality, subsampling=subsampling, optimize=True, progressive=True)


def make_icons(target: Path) -> None:
    """The ball of icon.svg on a dark square, for systems that install the page."""
    for size in (192, 512):
        y, x = (np.mgrid[:size, :size] + 0.5) / size - 0.5
        inside = np.clip((0.3 - np.hypot(x, y)) * size, 0, 1)[..., None]
        place = np.hypot(x + 0.108, y + 0.132) / 0.42  # from the light on the ball
        ball = np.stack([np.interp(place, (0, 0.45, 1), stops) for stops in zip(*BALL, strict=True)], axis=-1)
        picture = np.round(ball * inside + np.array(DARK) * (1 - inside)).astype(np.uint8)
        Image.fromarray(picture).save(target / f"icon-{size}.png", optimize=True)


def write_hdr(path: Path, radiance: np.ndarray) -> None:
    """Radiance HDR through FFmpeg's encoder."""
    frame = av.VideoFrame.from_ndarray(radiance, format="gbrpf32le")
    with av.open(str(path), "w", format="image2") as container:
        stream = container.add_stream("hdr", rate=1)
        stream.height, stream.width = radiance.shape[:2]
        stream.pix_fmt = "gbrpf32le"
        container.mux(stream.encode(frame))
        container.mux(stream.encode())


def make_clip(hdris: Hdris, path: Path) -> None:
    """H.264: a slow turn while one scene fades into the next, and the last into the first.

    Scenes fade in linear light, as if their lamps were dimmed; then a hard-clipped sRGB camera looks. The turn goes
    by whole pixels, so nothing is blurred, and each scene has its own, so the end fits the beginning.
    """
    scenes = [hdris.read(slug) * np.float32(2**exposure) for slug, exposure in CLIP]
    span = FRAMES // len(scenes)
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=RATE, options={"crf": "22", "preset": "veryslow"})
        stream.width, stream.height, stream.pix_fmt = 512, 256, "yuv420p"
        context = stream.codec_context
        context.gop_size = 2 * RATE
        context.colorspace = context.color_primaries = context.color_trc = 1  # BT.709
        context.color_range = 1  # 16 … 235
        context.time_base = Fraction(1, RATE)
        for number in range(FRAMES):
            radiance = np.zeros_like(scenes[0])
            for place, scene in enumerate(scenes):
                since = (number - place * span + FADE) % FRAMES  # since it began to fade in
                rising, falling = since / FADE, (span + FADE - since) / FADE
                weight = np.clip(min(rising, falling), 0, 1)
                if weight > 0:
                    radiance += np.float32(weight) * turn(scene, since - (span + FADE) // 2)
            frame = av.VideoFrame.from_ndarray(show(radiance, "srgb"), format="rgb24")
            frame = frame.reformat(format="yuv420p", src_colorspace="ITU709", dst_colorspace="ITU709")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def make_model(path: Path, around: int = 168, across: int = 20) -> None:
    """glTF binary: a trefoil knot, the longer way `around`, its band twisting, with smooth normals.

    Source: Khronos, glTF 2.0 specification, "GLB File Format"; the knot is the torus knot (2, 3).
    """
    t, s = np.meshgrid(np.arange(around) / around, np.arange(across) / across, indexing="ij")
    corner = knot(t, s)
    step = 1e-5
    normal = np.cross(knot(t + step, s) - knot(t - step, s), knot(t, s + step) - knot(t, s - step))
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    corner -= (corner.max((0, 1)) + corner.min((0, 1))) / 2
    corner /= np.linalg.norm(corner, axis=-1).max()
    i, j = np.meshgrid(np.arange(around), np.arange(across), indexing="ij")
    a, b = i * across + j, i * across + (j + 1) % across
    c, d = (i + 1) % around * across + j, (i + 1) % around * across + (j + 1) % across
    triangles = np.stack([a, c, b, b, c, d], axis=-1).astype("<u2")
    parts = [corner.astype("<f4"), normal.astype("<f4"), triangles]
    write_glb(path, parts)


def knot(t: np.ndarray, s: np.ndarray) -> np.ndarray:
    """Points of the knot's surface: t along it, s across it, both in turns."""

    def middle(t: np.ndarray) -> np.ndarray:
        phi = 2 * np.pi * t
        radius = 2 + np.cos(3 * phi)
        return np.stack([radius * np.cos(2 * phi), radius * np.sin(2 * phi), 1.25 * np.sin(3 * phi)], axis=-1)

    step = 1e-4
    along = middle(t + step) - middle(t - step)
    along /= np.linalg.norm(along, axis=-1, keepdims=True)
    outward = middle(t) * (1, 1, 0)
    side = np.cross(along, outward)
    side /= np.linalg.norm(side, axis=-1, keepdims=True)
    up = np.cross(side, along)
    phi, twist = 2 * np.pi * s, 2 * np.pi * t
    flat, thick = 0.62 * np.cos(phi), 0.36 * np.sin(phi)  # an oval band
    x = flat * np.cos(twist) - thick * np.sin(twist)
    y = flat * np.sin(twist) + thick * np.cos(twist)
    return middle(t) + x[..., None] * side + y[..., None] * up


def write_glb(path: Path, parts: list[np.ndarray]) -> None:
    """One mesh of positions, normals and triangles; a matte, light gray material."""
    starts = np.cumsum([0, *(part.nbytes for part in parts)]).tolist()
    views = [
        {"buffer": 0, "byteOffset": start, "byteLength": part.nbytes, "target": target}
        for start, part, target in zip(starts, parts, (34962, 34962, 34963), strict=False)
    ]
    points, triangles = parts[0].reshape(-1, 3), parts[2]
    count, low, high = len(points), points.min(0).tolist(), points.max(0).tolist()
    document = {
        "asset": {"version": "2.0", "generator": "tools/web/make_media.py", "copyright": LICENCE},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0, "name": "Knot"}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0, "NORMAL": 1}, "indices": 2, "material": 0}]}],
        "materials": [
            {
                "name": "Plaster",
                "pbrMetallicRoughness": {
                    "baseColorFactor": [0.8, 0.8, 0.8, 1],
                    "metallicFactor": 0,
                    "roughnessFactor": 0.6,
                },
            }
        ],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": count, "type": "VEC3", "min": low, "max": high},
            {"bufferView": 1, "componentType": 5126, "count": count, "type": "VEC3"},
            {"bufferView": 2, "componentType": 5123, "count": triangles.size, "type": "SCALAR"},
        ],
        "bufferViews": views,
        "buffers": [{"byteLength": starts[-1]}],
    }
    text = json.dumps(document, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    data = b"".join(part.tobytes() for part in parts)
    data += b"\0" * (-len(data) % 4)
    size = 12 + 8 + len(text) + 8 + len(data)
    with path.open("wb") as file:
        file.write(struct.pack("<4sII", b"glTF", 2, size))
        file.write(struct.pack("<I4s", len(text), b"JSON") + text)
        file.write(struct.pack("<I4s", len(data), b"BIN\0") + data)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("hdris", type=Path, help="folder of HDRIs with catalog.csv")
    parser.add_argument("--target", type=Path, default=ROOT / "web" / "demo" / "public" / "media")
    options = parser.parse_args()
    hdris = Hdris(options.hdris)
    make_panoramas(hdris, options.target)
    make_icons(options.target.parent)
    make_clip(hdris, options.target / "clip.mp4")
    make_model(options.target / "model.glb")


if __name__ == "__main__":
    main()
