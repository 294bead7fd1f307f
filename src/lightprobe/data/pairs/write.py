"""A pair as files, and as a row of the manifest.

Each scene has a folder with three files per pair: the picture (PNG, or JPEG where the shot asks for it), the panorama
(OpenEXR without compression, half floats unless it has values beyond their range), and the coefficients as Filament's
cmgen prints them.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from lightprobe._shapes import Float
from lightprobe.camera.capture import Capture
from lightprobe.camera.response import white_radiance
from lightprobe.camera.shot import Shot
from lightprobe.data.catalog.hdri_files import Source, digest
from lightprobe.errors import OutputError
from lightprobe.imaging.formats.exr.scanlines import encode_exr
from lightprobe.imaging.formats.png import encode_png
from lightprobe.imaging.output import atomic
from lightprobe.sphere.interop.cmgen import SUFFIX, format_text
from lightprobe.sphere.interop.conventions import find_convention
from lightprobe.sphere.panorama.equirect import solid_angles
from lightprobe.sphere.sh import SH
from lightprobe.untrusted.file_names import check_path

HALF_MAX = 65504.0


def write_pair(pair: Capture, out: Path) -> dict[str, str]:
    """Write the files of a pair, each whole or not at all; returns their paths relative to `out`.

    Raises: OutputError; ValueError for a shot whose id does not stay in `out`.
    """
    stem = check_path(pair.shot.id, "pair", "an id that is the path of a file in a folder")
    files = {
        "picture": f"{stem}.{'jpg' if pair.jpeg else 'png'}",
        "panorama": f"{stem}.exr",
        "sh_text": f"{stem}.sh.txt",
    }
    try:
        (out / stem).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{out}: cannot make the folder: {error.strerror}; choose another --out") from None
    with atomic(out / files["picture"]) as path:
        path.write_bytes(pair.jpeg or encode_png(pair.picture_srgb))
    with atomic(out / files["panorama"]) as path:
        path.write_bytes(panorama_exr(pair.panorama))
    with atomic(out / files["sh_text"]) as path:
        path.write_text(sh_text(pair.coeffs), encoding="utf-8")
    return files


def panorama_exr(radiance: Float[np.ndarray, "h w 3"]) -> bytes:
    """Linear radiance as OpenEXR: half floats, or float32 where a value is above 65504."""
    return encode_exr(radiance.astype(np.float16 if radiance.max() <= HALF_MAX else np.float32))


def sh_text(coeffs: Float[np.ndarray, "9 3"]) -> str:
    """The coefficients as `cmgen --sh-shader` prints them: pre-scaled irradiance, windowed, in cmgen's axes."""
    labels = [f"{label}{SUFFIX['cmgen']}" for label in find_convention("cmgen").labels()]
    return format_text(SH(coeffs).to("cmgen"), labels)


def manifest_row(pair: Capture, files: dict[str, str], source: Source, partner: Source | None = None) -> dict[str, Any]:
    """The pair's row of the manifest: id, files, every parameter, results, and hashes of its HDRIs."""
    angle = solid_angles(*pair.clipped.shape)
    picture = pair.jpeg if pair.jpeg else pair.picture_srgb.tobytes()
    return {
        "id": pair.shot.id,
        "split": source.split,
        "group": source.group,
        "licence": source.licence,
        "partner_licence": partner.licence if partner else "",
        **files,
        **shot_columns(pair.shot),
        **{f"gain_{name}": _short(gain) for name, gain in zip("rgb", pair.gains, strict=True)},
        "white": _short(white_radiance(pair.shot.response)),
        "clipped": f"{float((pair.clipped * angle).sum() / angle.sum()):.6f}",
        "sh": " ".join(_short(value) for value in pair.coeffs.ravel()),
        "picture_sha256": hashlib.sha256(picture).hexdigest(),
        "scene_sha256": digest(source.path),
        "partner_sha256": digest(partner.path) if partner else "",
    }


_COLUMNS = {"pre_yaw": "toward", "shot_noise": "shot", "read_noise": "read"}
"""Fields of a shot whose column of the manifest has another name."""


def shot_columns(shot: Shot) -> dict[str, Any]:
    """The parameters of a shot by their columns of the manifest, which has none for views."""
    return {_COLUMNS.get(name, name): value for name, value in asdict(shot).items() if name != "view"}


def _short(value: float) -> str:
    return f"{value:.9g}"
