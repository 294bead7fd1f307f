"""Make JPEGs with a gain map for the browser's tests, and the light that Python finds in them.

    python tools/web/make_gain_maps.py [--target web/e2e/data]

gain_maps.json: for each file its bytes, the options of the estimate, and what Python answers, plain and by the shipped
model. They vary in size, primaries, channels and size of the map, metadata (XMP, ISO 21496-1), orientation, and in
whether light is lost. Run it again when the model changes.
"""

import argparse
import base64
import io
import json
import struct
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import lightprobe
from lightprobe.imaging.tone.curves import srgb_decode
from lightprobe.sphere.panorama.equirect import directions

ROOT = Path(__file__).parents[2]
ADOBE = "http://ns.adobe.com/hdr-gain-map/1.0/"
GPANO = "http://ns.google.com/photos/1.0/panorama/"
ISO = b"urn:iso:std:iso:ts:21496:-1\0"
P3_COLUMNS = ((0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407))
"""XYZ of Display P3's primaries, adapted to D50."""


def scene(height: int, width: int, power: float) -> np.ndarray:
    """A sky with a sun over colored ground, as radiance; display white is 1."""
    toward = directions(height, 2 * height)[:, :width]
    sun = np.array([0.6, 0.5, 0.62]) / np.linalg.norm([0.6, 0.5, 0.62])
    glow = np.exp((toward @ sun - 1) / 0.004)[..., None] * np.array([1.0, 0.85, 0.6]) * power
    sky = np.array([0.25, 0.4, 0.8]) * (0.6 + 0.4 * toward[..., 1:2])
    ground = np.array([0.3, 0.2, 0.1]) * (1 + 0.5 * np.sin(9 * toward[..., :1]) * np.sin(7 * toward[..., 2:]))
    return np.where(toward[..., 1:2] > 0, sky, ground) + glow


def encoded(linear: np.ndarray) -> np.ndarray:
    """8-bit sRGB values."""
    curve = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055)
    return np.rint(255 * np.clip(curve, 0, 1)).astype(np.uint8)


def p3_profile() -> bytes:
    """An ICC profile of Display P3 with the curve of sRGB."""

    def fixed(*values: float) -> bytes:
        return struct.pack(f">{len(values)}i", *(round(65536 * value) for value in values))

    curve = b"para\0\0\0\0\0\3\0\0" + fixed(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    tags = [(f"{c}XYZ", b"XYZ \0\0\0\0" + fixed(*column)) for c, column in zip("rgb", P3_COLUMNS, strict=True)]
    tags += [(f"{c}TRC", curve) for c in "rgb"]
    tags += [("wtpt", b"XYZ \0\0\0\0" + fixed(0.9642, 1.0, 0.8249))]
    tags += [("desc", b"desc\0\0\0\0" + struct.pack(">I", 3) + b"P3\0" + bytes(78))]
    start, table, data = 132 + 12 * len(tags), b"", b""
    for name, tag in tags:
        table += name.encode() + struct.pack(">II", start + len(data), len(tag))
        data += tag + bytes(-len(tag) % 4)
    body = struct.pack(">I", len(tags)) + table + data
    header = struct.pack(">I4sI4s4s4s", 128 + len(body), b"\0" * 4, 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H", 2024, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + fixed(0.9642, 1.0, 0.8249) + bytes(48)
    return header[:128].ljust(128, b"\0") + body


def packet(**attributes: Any) -> str:
    """An XMP packet with attributes of the gain map's namespace, and of GPano's where their names say so."""
    items = " ".join(f'{name.replace("_", ":", 1)}="{value}"' for name, value in attributes.items())
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description xmlns:hdrgm="{ADOBE}" xmlns:GPano="{GPANO}" {items}/></rdf:RDF></x:xmpmeta>'
    )


def jpeg(pixels: np.ndarray, xmp: str = "", iso: bytes | None = None, **options: Any) -> bytes:
    """One JPEG stream with these metadata."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=96, subsampling=0, **options)
    parts = []
    if xmp:
        parts.append((0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp.encode()))
    if iso is not None:
        parts.append((0xE2, ISO + iso))
    added = b"".join(struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data for marker, data in parts)
    return file.getvalue()[:2] + added + file.getvalue()[2:]


def iso_numbers(stops: float, offset: float) -> bytes:
    """The binary form, the same for all channels."""
    fractions = [(0, 1), (round(stops * 1000), 1000), (0, 1), (round(stops * 1000), 1000), (1, 1)]
    fractions += 2 * [(round(offset * 4096), 4096)]
    return struct.pack(">HHB", 0, 0, 0x40) + b"".join(struct.pack(">II", *fraction) for fraction in fractions)


def gain_map_file(
    radiance: np.ndarray,
    stops: float,
    *,
    factor: int = 1,
    is_gray: bool = False,
    is_iso: bool = False,
    profile: bytes = b"",
    orientation: int = 1,
    **gpano: Any,
) -> bytes:
    """A base picture, clipped at display white, and a map that leads from it to the radiance, up to 2^stops."""
    offset = 1 / 64
    base = encoded(radiance)
    stored = np.asarray(Image.open(io.BytesIO(jpeg(base))))
    gain = np.log2((radiance + offset) / (srgb_decode(stored / 255) + offset))
    if is_gray:
        gain = gain.max(axis=2, keepdims=True).repeat(3, axis=2)
    height, width = gain.shape[0] // factor, gain.shape[1] // factor
    gain = gain.reshape(height, factor, width, factor, 3).mean(axis=(1, 3))
    codes = np.rint(255 * np.clip(gain / stops, 0, 1)).astype(np.uint8)
    exif = Image.Exif()
    exif[0x0112] = orientation
    numbers = packet(hdrgm_Version="1.0", hdrgm_GainMapMax=stops, hdrgm_HDRCapacityMax=stops)
    gain_map = jpeg(
        codes[..., 0] if is_gray else codes, "" if is_iso else numbers, iso_numbers(stops, offset) if is_iso else None
    )
    own = packet(hdrgm_Version="1.0", **{f"GPano_{key}": value for key, value in gpano.items()})
    first = jpeg(base, own, bytes(4) if is_iso else None, exif=exif.tobytes(), icc_profile=profile)
    return first + gain_map


def files() -> dict[str, tuple[bytes, dict[str, Any]]]:
    """The files by name, each with the options of its estimate."""
    whole = scene(64, 128, 60)
    crop = {
        "ProjectionType": "equirectangular",
        "FullPanoWidthPixels": 128,
        "FullPanoHeightPixels": 64,
        "CroppedAreaImageWidthPixels": 128,
        "CroppedAreaImageHeightPixels": 40,
        "CroppedAreaLeftPixels": 0,
        "CroppedAreaTopPixels": 8,
    }
    return {
        "xmp": (gain_map_file(whole, 6), {}),
        "iso, gray, quarter size": (gain_map_file(whole, 7, factor=4, is_gray=True, is_iso=True), {}),
        "display p3": (gain_map_file(whole, 6, factor=2, profile=p3_profile()), {}),
        "light is lost": (gain_map_file(scene(96, 192, 3000), 2.5, factor=2), {}),
        "a part of a panorama": (gain_map_file(whole[8:48], 6, **crop), {}),
        "a view, turned": (gain_map_file(scene(60, 80, 40), 5, factor=2, orientation=6), {"fov": 65}),
    }


def answer(data: bytes, options: dict[str, Any]) -> dict[str, Any]:
    """What Python finds in a file."""
    found: dict[str, Any] = {"options": options, "bytes": base64.b64encode(data).decode()}
    with tempfile.NamedTemporaryFile(suffix=".jpg") as file:
        Path(file.name).write_bytes(data)
        for name, estimator in (("plain", lightprobe.load("plain")), ("learned", lightprobe.load())):
            estimate = estimator(file.name, **options)
            found[name] = {
                "coeffs": [round(value, 6) for value in estimate.sh.coeffs.ravel().tolist()],
                "direction": estimate.light.direction.tolist(),
                "intensity": estimate.light.intensity,
                "clipped": estimate.clipped,
                "seen": estimate.seen,
                "response": estimate.response,
                "answer": estimate.answer,
                "uncertainty": estimate.uncertainty,
                "notes": list(estimate.notes),
            }
    return found


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", type=Path, default=ROOT / "web" / "e2e" / "data", help="folder to write to")
    target = parser.parse_args().target
    found = {name: answer(data, options) for name, (data, options) in files().items()}
    (target / "gain_maps.json").write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
