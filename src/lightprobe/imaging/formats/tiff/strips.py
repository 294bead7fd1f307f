"""The samples of a TIFF page: strips and tiles, decompressed by libtiff, put in their places here.

Pillow hands out 8 bits of most pixels, so the compressed strips are shown to it as gray pixels of 8 bits, one for each
byte; the predictor is undone here.

Sources: Adobe, "TIFF Revision 6.0", 1992, sections 14 and 15; "Adobe Photoshop TIFF Technical Note 3", 2005
(floating-point predictor).
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

from lightprobe._shapes import Num
from lightprobe.errors import ImageError
from lightprobe.imaging.codecs.damage import damaged
from lightprobe.imaging.formats.tiff.directory import KIND, Directory, Tag

COMPRESSIONS = {
    1: "no compression",
    2: "CCITT RLE",
    3: "CCITT fax 3",
    4: "CCITT fax 4",
    5: "LZW",
    6: "old JPEG",
    7: "JPEG",
    8: "deflate",
    32773: "PackBits",
    32946: "deflate",
    33003: "JPEG 2000",
    34676: "SGI LogLuv",
    34677: "SGI LogLuv of 24 bits",
    34712: "JPEG 2000",
    34887: "LERC",
    34892: "lossy JPEG",
    34925: "LZMA",
    50000: "Zstandard",
    50001: "WebP",
    52546: "JPEG XL",
}
"""Names of compressions, for messages."""
_BYTEWISE = (1, 5, 8, 32773, 32946, 34925, 50000)
"""Compressions of bytes, whatever they stand for."""
LIBTIFF = (*_BYTEWISE, 2, 3, 4, 6, 7, 50001)
"""Compressions that Pillow's libtiff knows."""
_DEFLATE = (8, 32946)
BLOCK_BYTES = 1 << 25
"""Bytes that are decompressed at a time, unless a strip has more."""
MOST_BYTES = 1 << 27
"""Largest strip that libtiff decompresses [bytes]; Pillow takes a larger one for a decompression bomb."""


@dataclass(frozen=True, kw_only=True)
class SampleForm:
    """How a page's samples are stored."""

    width: int
    height: int
    count: int
    """SampleForm of a pixel."""
    dtype: np.dtype
    is_planar: bool
    compression: int
    predictor: int

    @property
    def title(self) -> str:
        """What it is, for messages."""
        kind = {"f": "float", "u": "integer", "i": "signed integer"}[self.dtype.kind]
        return f"{8 * self.dtype.itemsize}-bit {kind} samples"


def read_samples(page: Directory, form: SampleForm, name: str) -> Num[np.ndarray, "h w c"]:
    """All samples of a page.

    Raises: ImageError if the compression or the predictor is not supported, or if the strips are damaged.
    """
    if form.compression not in _BYTEWISE or form.predictor not in (1, 2, 3):
        what = f"compression {COMPRESSIONS.get(form.compression, form.compression)}"
        if form.compression in _BYTEWISE:
            what = f"predictor {form.predictor}"
        raise ImageError(f"{name}: TIFF with {form.title} and {what} is not supported; export it as OpenEXR or PNG")
    out = np.empty((form.height, form.width, form.count), form.dtype.newbyteorder("="))
    planes = form.count if form.is_planar else 1
    each = 1 if form.is_planar else form.count
    is_tiled = Tag.TILE_OFFSETS in page.entries or Tag.TILE_WIDTH in page.entries
    offsets = page.numbers(Tag.TILE_OFFSETS if is_tiled else Tag.OFFSETS)
    counts = page.numbers(Tag.TILE_COUNTS if is_tiled else Tag.COUNTS)
    if is_tiled:
        width, height = page.number(Tag.TILE_WIDTH), page.number(Tag.TILE_HEIGHT)
    else:
        width, height = form.width, min(page.number(Tag.ROWS, form.height), form.height)
    if not 0 < width <= 2 * max(form.width, 4096) or not 0 < height <= 2 * max(form.height, 4096):
        raise damaged(name, KIND, f"its tiles have {width}×{height} pixels")
    across, down = -(-form.width // width), -(-form.height // height)
    if not counts and form.compression == 1 and not is_tiled and len(offsets) == 1:
        counts = (out.nbytes,)
    if min(len(offsets), len(counts)) < across * down * planes:
        raise damaged(name, KIND, f"it has {min(len(offsets), len(counts))} of {across * down * planes} strips")
    for plane in range(planes):
        first = plane * across * down
        chunks = list(zip(offsets, counts, strict=False))[first : first + across * down]
        for index, block in _blocks(page, form, chunks, (height, width, each), is_tiled, name):
            top, left = index // across * height, index % across * width
            target = out[top : top + height, left : left + width, plane : plane + each]
            target[...] = _unpredicted(block, form)[: target.shape[0], : target.shape[1]]
    return out


def _blocks(
    page: Directory,
    form: SampleForm,
    chunks: list[tuple[int, int]],
    shape: tuple[int, int, int],
    is_tiled: bool,
    name: str,
) -> Iterator[tuple[int, np.ndarray]]:
    """The strips or tiles of a plane as bytes (rows, columns·samples·bytes), decompressed several at a time."""
    rows, row_bytes = shape[0], shape[1] * shape[2] * form.dtype.itemsize
    step = max(1, BLOCK_BYTES // (rows * row_bytes))
    for start in range(0, len(chunks), step):
        part = chunks[start : start + step]
        if any(place + size > len(page.data) for place, size in part):
            raise damaged(name, KIND, "a strip of it is cut short")
        total = rows * len(part)
        if not is_tiled and start + len(part) == len(chunks):
            total = form.height - rows * start
        stored = [page.data[place : place + size] for place, size in part]
        if form.compression == 1 or form.compression in _DEFLATE:
            sizes = [row_bytes * min(rows, total - rows * index) for index in range(len(part))]
            if form.compression in _DEFLATE:
                stored = [zlib.decompressobj().decompress(strip, n) for strip, n in zip(stored, sizes, strict=True)]
            if any(len(strip) < n for strip, n in zip(stored, sizes, strict=True)):
                raise damaged(name, KIND, "a strip of it is too short")
            whole = b"".join(strip[:n] for strip, n in zip(stored, sizes, strict=True))
            lines = np.frombuffer(whole, np.uint8).reshape(total, row_bytes)
        elif total * row_bytes > MOST_BYTES:
            raise ImageError(
                f"{name}: expected strips of at most {MOST_BYTES >> 20} MiB, got {total * row_bytes >> 20} MiB; export "
                "the TIFF with smaller strips, or as OpenEXR"
            )
        else:
            lines = _decompressed(stored, form.compression, (row_bytes, total, rows))
        for index in range(len(part)):
            yield start + index, lines[index * rows : (index + 1) * rows]


def _decompressed(strips: list[bytes], compression: int, sizes: tuple[int, int, int]) -> np.ndarray:
    """Bytes of strips of rows, by libtiff. `sizes`: bytes in a row, rows, rows in a strip."""
    width, height, rows = sizes
    places = np.cumsum([8, *map(len, strips)])
    tags = [
        (Tag.WIDTH, [width]),
        (Tag.HEIGHT, [height]),
        (Tag.BITS, [8]),
        (Tag.COMPRESSION, [compression]),
        (Tag.PHOTOMETRIC, [1]),
        (Tag.OFFSETS, [int(place) for place in places[:-1]]),
        (Tag.SAMPLES, [1]),
        (Tag.ROWS, [rows]),
        (Tag.COUNTS, [len(strip) for strip in strips]),
    ]
    end = int(places[-1])
    more = end + 2 + 12 * len(tags) + 4
    entries, values = b"", b""
    for tag, numbers in tags:
        stored = struct.pack(f"<{len(numbers)}I", *numbers)
        if len(numbers) > 1:
            values += stored
            stored = struct.pack("<I", more + len(values) - len(stored))
        entries += struct.pack("<HHI", tag, 4, len(numbers)) + stored
    file = b"".join(
        (b"II*\0", struct.pack("<I", end), *strips, struct.pack("<H", len(tags)), entries, bytes(4), values)
    )
    with Image.open(io.BytesIO(file), formats=("TIFF",)) as image:
        return np.asarray(image)


def _unpredicted(lines: np.ndarray, form: SampleForm) -> np.ndarray:
    """The samples (rows, columns, samples of a pixel) of decompressed bytes."""
    samples = 1 if form.is_planar else form.count
    if form.predictor == 3:
        # bytes are differences to that of the pixel before; the most significant bytes of all samples come first
        sums = lines.reshape(len(lines), -1, samples).cumsum(axis=1, dtype=np.uint8)
        planes = sums.reshape(len(lines), form.dtype.itemsize, -1)
        values = np.ascontiguousarray(planes.swapaxes(1, 2)).view(form.dtype.newbyteorder(">"))[..., 0]
        return values.reshape(len(lines), -1, samples)
    values = np.ascontiguousarray(lines).view(form.dtype).reshape(len(lines), -1, samples)
    if form.predictor == 2:
        unsigned = values.view(f"{form.dtype.byteorder}u{form.dtype.itemsize}")
        native = unsigned.astype(f"=u{form.dtype.itemsize}")
        return native.cumsum(axis=1, dtype=native.dtype).view(form.dtype.newbyteorder("="))
    return values
