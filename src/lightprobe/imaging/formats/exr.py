"""OpenEXR: reading and writing linear radiance."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import Imath
import numpy as np
import OpenEXR

from lightprobe._shapes import Float
from lightprobe.errors import ImageError
from lightprobe.imaging.codecs.damage import damaged, image_errors
from lightprobe.imaging.codecs.quiet import stderr_of_codecs
from lightprobe.imaging.color.primaries import to_rec709
from lightprobe.imaging.picture import Picture, check_picture_size, rec709, seen_where

MAX_TILE = 4096
"""Longest side of a tile that may be larger than its picture [pixels]."""


def read_exr(path: Path) -> Float[np.ndarray, "h w 3"]:
    """Linear Rec.709 radiance of the first part; files with other primaries are converted, gray becomes RGB.

    Raises: ImageError if the file is damaged, too large, cropped, or has neither R, G, B nor Y.
    """
    return rec709(read_exr_picture(path))


def read_exr_picture(path: Path) -> Picture:
    """The same as a Picture; the alpha channel becomes its mask of seen pixels.

    OpenEXR's newer interface reads the header, because the older one crashes on names that are not UTF-8. The older
    one reads the pixels, because the newer one reads all channels of all parts, and prints errors instead of raising.

    Raises: ImageError as `read_exr`.
    """
    name = str(path)
    with stderr_of_codecs, image_errors(name, "OpenEXR file"):
        with OpenEXR.File(name, header_only=True) as file:
            header: dict[str, Any] = dict(file.header())
        width, height = _frame(header, name)
        check_picture_size(width, height, name)
        if "tiles" in header and max(header["tiles"].xSize, header["tiles"].ySize) > max(width, height, MAX_TILE):
            raise damaged(name, "OpenEXR file", "tiles much larger than the picture")
        wanted = _channels({channel.name: channel for channel in header["channels"]}, name)
        with closing(OpenEXR.InputFile(name)) as file:
            stored = file.channels(list(wanted), Imath.PixelType(Imath.PixelType.FLOAT))
        planes = np.stack([np.frombuffer(plane, np.float32).reshape(height, width) for plane in stored], axis=-1)
        is_gray, has_alpha = wanted[0] == "Y", wanted[-1] == "A"
        radiance = np.repeat(planes[..., :1], 3, axis=2) if is_gray else np.ascontiguousarray(planes[..., :3])
        matrix = None
        if "chromaticities" in header and not is_gray:
            corners = np.array(header["chromaticities"], np.float64).reshape(4, 2)
            matrix = to_rec709(tuple((float(x), float(y)) for x, y in corners))
    seen = seen_where(planes[..., -1] >= 0.5, name) if has_alpha else None
    return Picture(pixels=radiance, is_linear=True, name=name, matrix=matrix, seen=seen)


def _frame(header: dict[str, Any], name: str) -> tuple[int, int]:
    """Width and height, if the file holds the whole display window."""
    data, display = (
        tuple(int(edge) for corner in header[window] for edge in corner) for window in ("dataWindow", "displayWindow")
    )
    if data != display:
        raise ImageError(
            f"{name}: expected equal data and display windows, got {data} and {display}; write the full frame"
        )
    return data[2] - data[0] + 1, data[3] - data[1] + 1


def _channels(found: dict[str, Any], name: str) -> tuple[str, ...]:
    """Names of the channels to read: color or gray first, opacity last if there is any."""
    for color in (("R", "G", "B"), ("Y",)):
        if found.keys() >= set(color) and not ("Y" in color and {"RY", "BY"} & found.keys()):
            wanted = (*color, *({"A"} & found.keys()))
            if all((found[key].xSampling, found[key].ySampling) == (1, 1) for key in wanted):
                return wanted
    raise ImageError(
        f"{name}: expected full-size channels R, G, B (or Y), got {', '.join(sorted(found))[:80]!r}; export these"
    )


def write_exr(path: Path, radiance: Float[np.ndarray, "h w 3"]) -> None:
    """Write linear radiance as a float32, ZIP-compressed OpenEXR file. Not atomic: use `output.atomic`."""
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    OpenEXR.File(header, {"RGB": np.ascontiguousarray(radiance, np.float32)}).write(str(path))
