"""HDR codes by the standards' own formulas, HEIC and AVIF files with any code points, and what pictures look like.

No code of the product.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np

BT2020_FROM_709 = np.array(
    [[0.627404, 0.329283, 0.043313], [0.069097, 0.919540, 0.011362], [0.016391, 0.088013, 0.895595]]
)
"""Source: ITU-R BT.2087-0, annex 2."""
WEIGHTS = {1: (0.2126, 0.0722), 6: (0.299, 0.114), 9: (0.2627, 0.0593)}
"""K_R and K_B by matrix coefficients. Source: ITU-T H.273, table 4."""


def pq_signal(luminance: np.ndarray) -> np.ndarray:
    """Source: SMPTE ST 2084:2014, equation 5.2."""
    y = np.clip(np.asarray(luminance, float) / 10000, 0, 1) ** 0.1593017578125
    return ((0.8359375 + 18.8515625 * y) / (1 + 18.6875 * y)) ** 78.84375


def hlg_signal(luminance: np.ndarray) -> np.ndarray:
    """Of display light (h, w, 3) in BT.2020 [cd/m²], on a display of 1000. Source: ITU-R BT.2100-2, table 5."""
    display = np.maximum(np.asarray(luminance, float), 1e-9) / 1000
    y = display @ np.array([0.2627, 0.6780, 0.0593])
    scene = display / (y ** (0.2 / 1.2))[..., None]
    high = 0.17883277 * np.log(np.maximum(12 * scene - 0.28466892, 1e-9)) + 0.55991073
    return np.clip(np.where(scene <= 1 / 12, np.sqrt(3 * scene), high), 0, 1)


def srgb_signal(light: np.ndarray) -> np.ndarray:
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def srgb_light(signal: np.ndarray) -> np.ndarray:
    return np.where(signal <= 0.04045, signal / 12.92, ((signal + 0.055) / 1.055) ** 2.4)


def light_of(picture: object) -> np.ndarray:
    """The light of a Picture in linear Rec.709: display values have the curve of sRGB, then the matrix."""
    pixels, matrix = picture.pixels, picture.matrix
    light = pixels if picture.is_linear else srgb_light(pixels / float(np.iinfo(pixels.dtype).max))
    return light if matrix is None else light @ matrix.T


def scene(height: int, width: int, peak: float = 4.0) -> np.ndarray:
    """A smooth sky in linear Rec.709, from dark to `peak`, in blocks of 8 × 8 pixels that survive coding."""
    rng = np.random.default_rng(height)
    low = np.exp(rng.uniform(np.log(0.05), np.log(peak), (-(-height // 8), -(-width // 8), 3)))
    return low.repeat(8, axis=0).repeat(8, axis=1)[:height, :width]


def codes_of(signal: np.ndarray, depth: int) -> np.ndarray:
    return np.rint(signal * ((1 << depth) - 1)).astype(np.uint8 if depth == 8 else np.uint16)


def yuv(signal: np.ndarray, coefficients: int, depth: int, is_full_range: bool) -> list[np.ndarray]:
    """Planes of luma, Cb and Cr, as codes. Source: ITU-T H.273, equations 20 to 40."""
    kr, kb = WEIGHTS[coefficients]
    y = signal @ np.array([kr, 1 - kr - kb, kb])
    blue, red = (signal[..., 2] - y) / (2 * (1 - kb)), (signal[..., 0] - y) / (2 * (1 - kr))
    top, step = (1 << depth) - 1, 1 << (depth - 8)
    if is_full_range:
        planes = [y * top, *(c * top + 128 * step for c in (blue, red))]
    else:
        planes = [(219 * y + 16) * step, *((224 * c + 128) * step for c in (blue, red))]
    return [np.rint(np.clip(plane, 0, top)).astype(np.uint8 if depth == 8 else np.uint16) for plane in planes]


def av1(signal: np.ndarray, *, depth: int = 10, nclx: tuple[int, int, int] = (9, 16, 9), full: bool = True) -> bytes:
    """A still of AV1, 4:2:0, with these code points in its sequence header."""
    fine = yuv(signal, 9 if nclx[2] == 2 else nclx[2], depth, full)
    planes = [fine[0], *(plane[::2, ::2] for plane in fine[1:])]
    height, width = signal.shape[:2]
    encoder = av.CodecContext.create("libsvtav1", "w")
    encoder.width, encoder.height = width, height
    encoder.pix_fmt = "yuv420p" if depth == 8 else "yuv420p10le"
    encoder.framerate, encoder.time_base = 1, 1
    encoder.color_primaries, encoder.color_trc, encoder.colorspace = nclx
    encoder.color_range = 2 if full else 1
    encoder.options = {"crf": "1", "preset": "6", "svtav1-params": "avif=1"}
    frame = av.VideoFrame(width, height, encoder.pix_fmt)
    frame.pts = 0
    for plane, values in zip(frame.planes, planes, strict=True):
        rows = np.zeros((plane.height, plane.line_size // values.itemsize), values.dtype)
        rows[:, : plane.width] = values
        plane.update(rows.tobytes())
    frame.color_range = 2 if full else 1
    return b"".join(bytes(packet) for packet in [*encoder.encode(frame), *encoder.encode(None)])


def box(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data) + 8) + kind + data


def full_box(kind: bytes, data: bytes, version: int = 0, flags: int = 0) -> bytes:
    return box(kind, struct.pack(">I", version << 24 | flags) + data)


def nclx_box(primaries: int, transfer: int, coefficients: int, full: bool = True) -> bytes:
    return box(b"colr", b"nclx" + struct.pack(">3HB", primaries, transfer, coefficients, 128 * full))


@dataclass
class Part:
    """An item of a file: its kind, its data, its properties as boxes, and the items that it is made of."""

    kind: bytes
    data: bytes
    properties: list[bytes] = field(default_factory=list)
    sources: list[int] = field(default_factory=list)


def picture_size(width: int, height: int) -> bytes:
    return full_box(b"ispe", struct.pack(">II", width, height))


def av1_properties(width: int, height: int, depth: int = 10) -> list[bytes]:
    high = 0x40 if depth == 10 else 0
    return [
        picture_size(width, height),
        full_box(b"pixi", bytes([3, depth, depth, depth])),
        box(b"av1C", bytes([0x81, 0x08, 0x0C | high, 0])),
    ]


def heif(parts: list[Part], brand: bytes = b"avif", *, in_idat: bool = False) -> bytes:
    """A file of these items, numbered from 1; the first is the primary one. Version 1 of `iloc`.

    `in_idat`: the data of grids lie in the `meta` box.
    """
    infos = b"".join(
        full_box(b"infe", struct.pack(">HH4s", number, 0, part.kind) + b"\0", 2, 0)
        for number, part in enumerate(parts, 1)
    )
    kinds: list[bytes] = []
    uses = b""
    for number, part in enumerate(parts, 1):
        places = []
        for entry in part.properties:
            if entry not in kinds:
                kinds.append(entry)
            places.append(kinds.index(entry) + 1)
        uses += struct.pack(">HB", number, len(places)) + bytes(place | 0x80 for place in places)
    links = b"".join(
        box(b"dimg", struct.pack(f">HH{len(part.sources)}H", number, len(part.sources), *part.sources))
        for number, part in enumerate(parts, 1)
        if part.sources
    )
    head = box(b"ftyp", brand + bytes(4) + brand + b"mif1miaf")
    inside = b"".join(part.data for part in parts if in_idat and part.sources)

    def meta(start: int) -> bytes:
        places, local = b"", 0
        for number, part in enumerate(parts, 1):
            is_local = in_idat and bool(part.sources)
            places += struct.pack(">HHHHII", number, int(is_local), 0, 1, local if is_local else start, len(part.data))
            local, start = (local + len(part.data), start) if is_local else (local, start + len(part.data))
        return full_box(
            b"meta",
            full_box(b"hdlr", bytes(4) + b"pict" + bytes(13))
            + full_box(b"pitm", struct.pack(">H", 1))
            + full_box(b"iloc", struct.pack(">HH", 0x4400, len(parts)) + places, 1)
            + full_box(b"iinf", struct.pack(">H", len(parts)) + infos)
            + (full_box(b"iref", links) if links else b"")
            + (box(b"idat", inside) if inside else b"")
            + box(b"iprp", box(b"ipco", b"".join(kinds)) + full_box(b"ipma", struct.pack(">I", len(parts)) + uses)),
        )

    start = len(head) + len(meta(0)) + 8
    outside = b"".join(part.data for part in parts if not (in_idat and part.sources))
    return head + meta(start) + box(b"mdat", outside)


def avif(signal: np.ndarray, *more: bytes, colr: bytes | None = None, **coding: object) -> bytes:
    """An AVIF file of one coded picture; `colr` is its color box, `more` are other properties of it."""
    height, width = signal.shape[:2]
    properties = av1_properties(width, height, int(coding.get("depth", 10)))
    return heif([Part(b"av01", av1(signal, **coding), [*properties, *([colr] if colr else []), *more])])


def avif_grid(
    signal: np.ndarray, rows: int, columns: int, *, colr: bytes, in_idat: bool = False, **coding: object
) -> bytes:
    """An AVIF file of tiles; the last of them reach beyond the picture, if they have to."""
    height, width = signal.shape[:2]
    down, across = -(-height // rows // 8) * 8, -(-width // columns // 8) * 8
    padded = np.pad(signal, ((0, rows * down - height), (0, columns * across - width), (0, 0)), "edge")
    data = bytes([0, 0, rows - 1, columns - 1]) + struct.pack(">HH", width, height)
    pixels = full_box(b"pixi", bytes([3, 10, 10, 10]))
    parts = [Part(b"grid", data, [picture_size(width, height), pixels, colr], list(range(2, 2 + rows * columns)))]
    for row in range(rows):
        for column in range(columns):
            tile = padded[row * down : (row + 1) * down, column * across : (column + 1) * across]
            parts.append(Part(b"av01", av1(tile, **coding), [*av1_properties(across, down), colr]))
    return heif(parts, in_idat=in_idat)


def heic(path: Path, signal: np.ndarray, *, depth: int = 10, nclx: tuple[int, int, int], **options: object) -> Path:
    """A HEIC file without loss and without subsampling; a fourth channel is opacity."""
    import pillow_heif

    pixels = np.rint(signal * (255 if depth == 8 else 65535)).astype(np.uint8 if depth == 8 else "<u2")
    mode = {3: "RGB", 4: "RGBA"}[signal.shape[2]] + ("" if depth == 8 else ";16")
    image = pillow_heif.from_bytes(mode, signal.shape[1::-1], pixels.tobytes())
    before = pillow_heif.options.SAVE_HDR_TO_12_BIT
    pillow_heif.options.SAVE_HDR_TO_12_BIT = depth == 12
    try:
        image.save(
            path,
            quality=-1,
            chroma=444,
            color_primaries=nclx[0],
            transfer_characteristics=nclx[1],
            matrix_coefficients=nclx[2],
            full_range_flag=1,
            **options,
        )
    finally:
        pillow_heif.options.SAVE_HDR_TO_12_BIT = before
    return path
