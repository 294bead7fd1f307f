"""PFM (portable float map): linear radiance, as Debevec's light probes are stored.

Sources: Debevec, "PFM Portable FloatMap Image Format" (bottom row first); Netpbm, pfm(5): the sign of the third number
is the byte order, its size tells the unit of the samples, which no reader needs.
"""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np

from lightprobe.errors import ImageError
from lightprobe.imaging.codecs.damage import damaged, image_errors
from lightprobe.imaging.picture import Picture, check_picture_size

KIND = "PFM file"
_HEADER = re.compile(
    rb"(P[Ff])\s+(?:#[^\n]*\n\s*)*(\d{1,9})(\s+)(?:#[^\n]*\n\s*)*(\d{1,9})\s+(?:#[^\n]*\n\s*)*([-+.\deE]{1,40})(\r\n|\s)"
)


def read_pfm(path: Path) -> Picture:
    """Linear radiance; gray becomes RGB.

    Rows run from the bottom, except in files by Photoshop, which are known by width and height on lines of their own.

    Raises: ImageError if the file is damaged or too large.
    """
    name = str(path)
    with image_errors(name, KIND), path.open("rb") as file:
        header = _HEADER.match(file.read(1024))
        scale = _number(header[5]) if header else 0.0
        if header is None or not scale:
            raise ImageError(
                f"{name}: expected a PFM header such as 'PF 1024 512 -1.0', got another; export the file again"
            )
        width, height, samples = int(header[2]), int(header[4]), 3 if header[1] == b"PF" else 1
        check_picture_size(width, height, name)
        size = 4 * width * height * samples
        file.seek(0, 2)
        start, length = header.end(), file.tell()
        if header[6] == b"\r\n" and length - start < size:  # the second byte is the first of the pixels
            start -= 1
        if length - start < size:
            raise damaged(name, KIND, f"{size} bytes of pixels are expected, {length - start} are there")
        file.seek(start)
        stored = np.fromfile(file, "<f4" if scale < 0 else ">f4", width * height * samples)
    pixels = _floats(stored).reshape(height, width, samples)
    is_photoshop = b"\n" in header[3]
    notes: list[str] = []
    if is_photoshop:
        notes.append("The top row is the first one of the file, as Photoshop writes PFM")
    if abs(scale) != 1:
        notes.append(f"The scale factor {abs(scale):g} of the file was not applied; it tells the unit of the samples")
    if not is_photoshop:
        for top in range(height // 2):  # exchanged in place: there is no second copy
            pixels[[top, height - 1 - top]] = pixels[[height - 1 - top, top]]
    pixels = pixels if samples == 3 else np.repeat(pixels, 3, axis=2)
    return Picture(pixels=pixels, is_linear=True, name=name, notes=tuple(notes))


def _floats(stored: np.ndarray) -> np.ndarray:
    """The same numbers in this machine's order of bytes, converted in place."""
    native = np.dtype(np.float32)
    return stored if stored.dtype == native else stored.byteswap(inplace=True).view(native)


def _number(text: bytes) -> float:
    """A number; 0 where it is none."""
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if math.isfinite(value) else 0.0
