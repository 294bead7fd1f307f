"""OpenEXR: linear radiance in and out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR

from lightprobe._shapes import Float
from lightprobe.errors import ImageError
from lightprobe.imaging.color import to_rec709
from lightprobe.imaging.picture import check_size


def read_exr(path: Path) -> Float[np.ndarray, "h w 3"]:
    """Linear Rec.709 radiance of the first part; files with other primaries are converted, grey becomes RGB.

    Raises: ImageError if the file is damaged, too large, cropped, or has neither R, G, B nor Y.
    """
    name = str(path)
    try:
        with OpenEXR.File(name, header_only=True) as file:
            header: dict[str, Any] = dict(file.header())
        window, shown = np.array(header["dataWindow"]), np.array(header["displayWindow"])
        width, height = (int(size) for size in window[1] - window[0] + 1)
        check_size(width, height, name)
        if (window != shown).any():
            raise ImageError(
                f"{name}: expected data and display window to be the same, got {window.tolist()} and "
                f"{shown.tolist()}; write the full frame"
            )
        with OpenEXR.File(name) as file:
            channels = {key: np.asarray(channel.pixels) for key, channel in file.channels().items()}
    except (RuntimeError, ValueError, TypeError, KeyError, OSError) as error:
        message = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ImageError(f"{name}: expected a whole OpenEXR file, got a damaged one ({message})") from error
    radiance = next((channels[key][..., :3] for key in ("RGB", "RGBA") if key in channels), None)
    if radiance is None and {"R", "G", "B"} <= channels.keys():
        radiance = np.stack([channels[key] for key in "RGB"], axis=-1)
    if radiance is None and "Y" in channels:
        radiance = np.repeat(channels["Y"][..., None], 3, axis=2)
    if radiance is None:
        raise ImageError(f"{name}: expected channels R, G, B (or Y), got {', '.join(sorted(channels))}; export those")
    radiance = np.ascontiguousarray(radiance, np.float32)
    if "chromaticities" in header:
        primaries = np.array(header["chromaticities"], np.float64).reshape(4, 2)
        radiance = to_rec709(radiance, tuple((float(x), float(y)) for x, y in primaries))
    return radiance


def write_exr(path: Path, radiance: Float[np.ndarray, "h w 3"], half: bool = False) -> None:
    """Linear radiance as a ZIP-compressed OpenEXR file, float32 or half. Not atomic: use `output.atomic`.

    Raises: ValueError if a half cannot hold the brightest value (65504).
    """
    if half and radiance.max() > 65504:
        raise ValueError(f"expected at most 65504 for half floats, got {radiance.max():g}; write float32")
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    pixels = np.ascontiguousarray(radiance, np.float16 if half else np.float32)
    OpenEXR.File(header, {"RGB": pixels}).write(str(path))
