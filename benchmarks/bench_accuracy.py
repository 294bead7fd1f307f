"""What the plain estimator loses, on the two samples that have their truth beside them."""

from pathlib import Path

import numpy as np
from measure import save

import lightprobe
from lightprobe.imaging import encode, read_picture
from lightprobe.sphere import SH, fibonacci

SAMPLES = Path(__file__).parents[1] / "samples"
NORMALS = fibonacci(1024)
plain = lightprobe.load("plain")


def irradiance_error(estimate: SH, truth: SH) -> float:
    """Relative irradiance error ‖Ê − E‖ / ‖E‖ over the sphere."""
    expected = truth.irradiance(NORMALS)
    return float(np.linalg.norm(estimate.irradiance(NORMALS) - expected) / np.linalg.norm(expected))


def main() -> None:
    results: dict[str, object] = {}
    for picture, truth in (("venice_sunset.jpg", "venice_sunset.exr"), ("rooitou_park.jpg", "rooitou_park.hdr")):
        expected, result = plain(SAMPLES / truth), plain(SAMPLES / picture)
        toward = float(np.clip(result.light.direction @ expected.light.direction, -1, 1))
        radiance = read_picture(SAMPLES / truth).pixels
        told = {}
        for response in ("filmic", "agx"):
            pixels = np.round(255 * encode(radiance, response)).astype(np.uint8)
            told[response] = round(irradiance_error(plain(pixels, response=response).sh, expected.sh), 4)
        results[picture.removesuffix(".jpg")] = {
            "clipped": round(result.clipped, 4),
            "srgb, clipped: irradiance error": round(irradiance_error(result.sh, expected.sh), 4),
            "srgb, clipped: light direction error_deg": round(float(np.degrees(np.arccos(toward))), 1),
            "told curve, irradiance error": told,
        }
    save("accuracy", results)


if __name__ == "__main__":
    main()
