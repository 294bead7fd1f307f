"""Radiance HDR (.hdr, .pic): this module reads the header, FFmpeg the pixels.

Sources: Ward, "Real Pixels", Graphics Gems II, 1991; "Radiance File Formats" (filefmts.pdf), section on pictures.
"""

from __future__ import annotations

import math
import re
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import av
import numpy as np
from av.error import FFmpegError

from lightprobe._shapes import Float
from lightprobe.errors import ImageError
from lightprobe.imaging.codecs.damage import image_errors
from lightprobe.imaging.color.primaries import REC709, XYZ, to_rec709
from lightprobe.imaging.picture import Picture, check_picture_size

HEADER_LIMIT = 65536
"""Largest size of the header [bytes]."""

SHORTEST_ENCODED, LONGEST_ENCODED = 8, 32767
"""Lengths of lines that may be run-length encoded [pixels]."""

BAND = 100_000
"""About so many pixels are decoded at a time."""

LUMENS_PER_WATT = 179.0
"""Factor by which Radiance's own XYZ is larger than its RGB. Source: man page of ra_xyze (WHTEFFICACY)."""

KIND = "Radiance file"
_SIZE = re.compile(rb"([-+])([XY]) +(\d{1,9}) +([-+])([XY]) +(\d{1,9})[ \r]*\n")
_VARIABLE = re.compile(r"([A-Z]+) *= *(.*?)\s*")
_IMAGEMAGICK = re.compile(r"\nEXPOSURE=[^\n]*\nGAMMA=[^\n]*\nPRIMARIES=")
"""ImageMagick writes the exposure that it has read, in this place, without scaling the pixels by it."""


class _Scan(NamedTuple):
    """How the pixels are stored."""

    lines: int
    length: int
    is_by_column: bool
    """Whether a line is a column of the picture."""
    flips: tuple[bool, bool]
    """Whether rows run upwards, and columns to the left."""
    start: int
    """Where the pixels begin [bytes]."""


def read_radiance_hdr(path: Path) -> Picture:
    """Linear radiance as it was before EXPOSURE and COLORCORR: mantissa·2^(exponent − 136), divided by both.

    PRIMARIES give the matrix to Rec.709; without them the primaries are those of Rec.709. XYZE is read, and so are all
    orders of pixels.

    Raises: ImageError for other pixel formats, and for damaged files.
    """
    name = str(path)
    with image_errors(name, KIND):
        data = path.read_bytes()
    head = re.match(rb".*?\n(?=\r?\n)", data[:HEADER_LIMIT], re.DOTALL)
    text = head[0].decode("latin-1").replace("\r\n", "\n") if head else ""
    scan = _scan(data, head.end() if head else len(data), name)
    check_picture_size(scan.length, scan.lines, name)
    values: dict[str, list[str]] = {}
    for line in text.splitlines():
        if variable := _VARIABLE.fullmatch(line):
            values.setdefault(variable[1], []).append(variable[2])
    pixels = _pixels(data, scan, name)
    del data
    is_xyz = _is_xyz(values, name)
    divisor, notes = _divisor(values, is_imagemagick=bool(_IMAGEMAGICK.search(text)))
    if is_xyz and re.search(r"^\s*(\S*/)?ra_xyze\b", text, re.MULTILINE):
        divisor = divisor * LUMENS_PER_WATT
        notes.append(f"XYZ values were divided by {LUMENS_PER_WATT:g} lumens per watt, which Radiance multiplies by")
    if (divisor != 1).any():
        with np.errstate(all="ignore"):  # infinite radiance is reported later
            np.divide(pixels, divisor, out=pixels, casting="same_kind")
    matrix, more = (to_rec709((*XYZ, REC709[3])), []) if is_xyz else _primaries(values)
    return Picture(pixels=pixels, is_linear=True, name=name, matrix=matrix, notes=(*notes, *more))


def _scan(data: bytes, end: int, name: str) -> _Scan:
    """The line after the empty one that ends the header."""
    start = data.find(b"\n", end, end + 2) + 1
    line = data[start : start + 64] if start else b""
    size = _SIZE.match(line)
    if not size or size[2] == size[5]:
        found = line[:40].split(b"\n", 1)[0].rstrip(b"\r").decode("latin-1")
        raise ImageError(
            f"{name}: expected a size such as '-Y 512 +X 1024' after the header, got {found!r}; export the file again"
        )
    signs = {size[2]: size[1], size[5]: size[4]}
    return _Scan(
        lines=int(size[3]),
        length=int(size[6]),
        is_by_column=size[2] == b"X",
        flips=(signs[b"Y"] == b"+", signs[b"X"] == b"-"),
        start=start + size.end(),
    )


def _pixels(data: bytes, scan: _Scan, name: str) -> Float[np.ndarray, "h w 3"]:
    """The pixels from the top and the left, by FFmpeg, band by band: it keeps what it decodes as floats."""
    pixels = np.empty((scan.lines, scan.length, 3), np.float32)
    starts = _band_starts(data, scan)
    with image_errors(name, KIND, also=(FFmpegError,)):
        for (first, start), (last, end) in pairwise([*starts, (scan.lines, len(data))]):
            band = _with_one_more(memoryview(data)[start:end], last - first, scan.length)
            (frame,) = av.CodecContext.create("hdr", "r").decode(av.Packet(band))  # pyright: ignore[reportAttributeAccessIssue]
            for channel, plane in zip((1, 2, 0), frame.planes, strict=True):  # stored as green, blue, red
                values: Any = memoryview(plane)
                stored = np.frombuffer(values, np.float32).reshape(last - first + 1, -1)
                pixels[first:last, :, channel] = stored[:-1, : scan.length]
    if scan.is_by_column:
        pixels = pixels.swapaxes(0, 1)
    rows, columns = (slice(None, None, -1 if flip else 1) for flip in scan.flips)
    return np.ascontiguousarray(pixels[rows, columns], np.float32)


def _band_starts(data: bytes, scan: _Scan) -> list[tuple[int, int]]:
    """The first line of each band of lines that can be decoded alone, and where it begins [bytes].

    Run-length encoded lines begin with 2, 2 and their length. Where these bytes are found more or less often than there
    are lines, some lines are stored otherwise, or the bytes are those of pixels: then all is one band.
    """
    if not SHORTEST_ENCODED <= scan.length <= LONGEST_ENCODED:
        return [(0, scan.start)]
    mark = re.compile(re.escape(b"\x02\x02" + scan.length.to_bytes(2, "big")))
    found = [match.start() for match in mark.finditer(data, scan.start)]
    if len(found) != scan.lines or found[0] != scan.start:
        return [(0, scan.start)]
    return list(enumerate(found))[:: max(1, BAND // scan.length)]


def _with_one_more(lines: memoryview, count: int, length: int) -> bytes:
    """A file of these lines and one more, of plain pixels, with no more header than FFmpeg needs.

    FFmpeg ignores that a file is cut short among run lengths, but not among plain pixels: so the added line can be read
    only if all lines before it are complete.
    """
    return b"".join((b"#?RADIANCE\n\n-Y %d +X %d\n" % (count + 1, length), lines, b"\x80" * (4 * length)))


def _is_xyz(values: dict[str, list[str]], name: str) -> bool:
    found = values.get("FORMAT", ["32-bit_rle_rgbe"])[-1]
    if found not in ("32-bit_rle_rgbe", "32-bit_rle_xyze"):
        raise ImageError(
            f"{name}: expected the format 32-bit_rle_rgbe or 32-bit_rle_xyze, got {found[:40]!r}; convert it to EXR"
        )
    return found == "32-bit_rle_xyze"


def _numbers(text: str) -> list[float]:
    """The numbers of a line; none if one of them is something else."""
    try:
        found = [float(word) for word in text.split()]
    except ValueError:
        return []
    return found if all(map(math.isfinite, found)) else []


def _divisor(values: dict[str, list[str]], is_imagemagick: bool) -> tuple[Float[np.ndarray, " 3"], list[str]]:
    """What pixels have been multiplied by, by channel, and notes. EXPOSURE=0, which FreeImage writes, means none."""
    notes: list[str] = []
    divisor = np.ones(3)
    for key, count in (("EXPOSURE", 1), ("COLORCORR", 3)):
        for text in values.get(key, []):
            found = _numbers(text)
            if len(found) != count or min(found) <= 0 or not _is_finite(product := _times(divisor, found)):
                notes.append(f"The header's {key}={text[:40]} was ignored")
            elif found == [1.0] * count:
                continue
            elif key == "EXPOSURE" and is_imagemagick:
                notes.append(f"The header's EXPOSURE={text[:40]} was not undone, for ImageMagick copies it unapplied")
            else:
                divisor = product
                notes.append(f"The header's {key}={text[:40]} was undone")
    for key in ("GAMMA", "PIXASPECT"):
        notes += [f"The header's {key}={text[:40]} was not applied" for text in values.get(key, []) if _is_said(text)]
    return divisor, notes


def _times(divisor: Float[np.ndarray, " 3"], factors: list[float]) -> Float[np.ndarray, " 3"]:
    with np.errstate(over="ignore"):
        return divisor * factors


def _is_finite(values: Float[np.ndarray, " 3"]) -> bool:
    return bool(np.isfinite(values).all())


def _is_said(text: str) -> bool:
    """Whether it is a number other than 1."""
    return _numbers(text)[:1] not in ([], [1.0])


def _primaries(values: dict[str, list[str]]) -> tuple[Float[np.ndarray, "3 3"] | None, list[str]]:
    """The matrix to Rec.709, and notes. Photoshop writes eight zeros where it says nothing."""
    for text in values.get("PRIMARIES", [])[-1:]:
        found = _numbers(text)
        if len(found) == 8 and not any(found):
            continue
        try:
            matrix = to_rec709(tuple(zip(found[::2], found[1::2], strict=True))) if len(found) == 8 else None
        except ValueError:
            found = []
            matrix = None
        if len(found) != 8:
            return None, [f"The header's PRIMARIES={text[:80]} were ignored"]
        return matrix, [] if matrix is None else ["Colors were converted from the header's PRIMARIES to Rec.709"]
    return None, []
