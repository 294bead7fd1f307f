"""Files that the tests read, written here byte by byte where that is what is tested."""

from __future__ import annotations

import itertools
import struct
import zlib
from pathlib import Path

import av
import numpy as np

D65, D50 = (0.3127, 0.3290), np.array([0.9642, 1.0, 0.8249])
SRGB = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
DISPLAY_P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
ADOBE_RGB = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06))
BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


def noise(height: int, width: int, channels: int, dtype: type = np.uint8, seed: int = 0) -> np.ndarray:
    """All values alike, so that any exchanged, cut or shifted channel shows."""
    top = int(np.iinfo(dtype).max)
    values = np.random.default_rng(seed).integers(0, top + 1, (height, width, channels), dtype)
    return values[..., 0] if channels == 1 else values


def smooth(height: int, width: int) -> np.ndarray:
    """Soft colors (uint8) that survive lossy compression."""
    y, x = np.mgrid[:height, :width] / np.array([height, width])[:, None, None]
    waves = [np.sin(2 * np.pi * (x + 0.3 * k)) * np.cos(np.pi * (y - 0.2 * k)) for k in range(3)]
    return np.round(127.5 + 90 * np.stack(waves, axis=-1)).astype(np.uint8)


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(pixels: np.ndarray, extra: bytes = b"") -> bytes:
    """An 8- or 16-bit PNG without filters; its color type follows from the number of channels."""
    height, width = pixels.shape[:2]
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    color = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    stored = pixels.astype(pixels.dtype.newbyteorder(">"))
    rows = b"".join(b"\0" + row.tobytes() for row in stored)
    header = struct.pack(">IIBBBBB", width, height, 8 * pixels.dtype.itemsize, color, 0, 0, 0)
    body = chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def xmp_chunk(xmp: bytes) -> bytes:
    return chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp)


def gpano(style: str = "attributes", **properties: object) -> bytes:
    """An XMP packet with these GPano properties, as attributes or as elements."""
    pairs = [(f"GPano:{key}", value) for key, value in properties.items()]
    attributes = " ".join(f'{key}="{value}"' for key, value in pairs) if style == "attributes" else ""
    elements = "".join(f"<{key}>{value}</{key}>" for key, value in pairs) if style == "elements" else ""
    return (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        f'xmlns:GPano="http://ns.google.com/photos/1.0/panorama/" {attributes}>{elements}</rdf:Description>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    ).encode()


def crop_properties(full: tuple[int, int], size: tuple[int, int], corner: tuple[int, int]) -> dict[str, object]:
    """GPano properties of a crop: all in width and height, left and top."""
    return {
        "ProjectionType": "equirectangular",
        "FullPanoWidthPixels": full[0],
        "FullPanoHeightPixels": full[1],
        "CroppedAreaImageWidthPixels": size[0],
        "CroppedAreaImageHeightPixels": size[1],
        "CroppedAreaLeftPixels": corner[0],
        "CroppedAreaTopPixels": corner[1],
    }


# ICC profiles, version 2: ICC.1:2001-04


def white_xyz(chromaticity: tuple[float, float]) -> np.ndarray:
    x, y = chromaticity
    return np.array([x / y, 1, (1 - x - y) / y])


def colorants(primaries: tuple[tuple[float, float], ...], white: tuple[float, float] = D65) -> np.ndarray:
    """Columns: XYZ of red, green and blue, adapted to D50 by Bradford's transform."""
    shape = np.array([white_xyz(primary) for primary in primaries]).T
    matrix = shape * np.linalg.solve(shape, white_xyz(white))
    scale = (BRADFORD @ D50) / (BRADFORD @ white_xyz(white))
    return np.linalg.inv(BRADFORD) @ np.diag(scale) @ BRADFORD @ matrix


def _fixed(values: np.ndarray) -> bytes:
    return b"".join(struct.pack(">i", round(float(value) * 65536)) for value in values)


def _profile(space: bytes, pcs: bytes, tags: dict[bytes, bytes], kind: bytes = b"mntr") -> bytes:
    name = b"made by a test\0"
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + bytes(78),
        b"cprt": b"text\0\0\0\0none\0",
        b"wtpt": b"XYZ \0\0\0\0" + _fixed(D50),
        **tags,
    }
    table, body, offset = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for tag, data in tags.items():
        padded = data + bytes(-len(data) % 4)
        table += tag + struct.pack(">II", offset + len(body), len(data))
        body += padded
    header = struct.pack(">I4sI4s4s4s", offset + len(body), b"none", 0x02400000, kind, space, pcs)
    header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + _fixed(D50)
    return header + bytes(128 - len(header)) + table + body


def _gamma(gamma: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256))


def rgb_profile(
    primaries: tuple[tuple[float, float], ...],
    gamma: float,
    *curves: bytes,
    extra: dict[bytes, bytes] | None = None,
) -> bytes:
    """A profile with a matrix; with `curves`, one tag for all channels or one for each, the gamma does not count."""
    matrix = colorants(primaries)
    tags = {letter + b"XYZ": b"XYZ \0\0\0\0" + _fixed(matrix[:, k]) for k, letter in enumerate((b"r", b"g", b"b"))}
    three = curves if len(curves) == 3 else 3 * (curves or (_gamma(gamma),))
    shaped = {letter + b"TRC": tag for letter, tag in zip((b"r", b"g", b"b"), three, strict=True)}
    return _profile(b"RGB ", b"XYZ ", tags | shaped | (extra or {}))


def gray_profile(gamma: float) -> bytes:
    return _profile(b"GRAY", b"XYZ ", {b"kTRC": _gamma(gamma)})


INKS = {"C": (0.10, 0.55, 0.80), "M": (0.80, 0.15, 0.50), "Y": (0.95, 0.85, 0.20), "K": (0.15, 0.15, 0.16)}
"""sRGB color of each full ink on white paper."""


def ink_color(amounts: tuple[int, ...]) -> np.ndarray:
    """sRGB color [0…1] of inks that are full (1) or not there (0)."""
    return np.prod([np.array(color) for amount, color in zip(amounts, INKS.values(), strict=True) if amount], axis=0)


def cmyk_profile() -> bytes:
    """A printer whose inks are `INKS`: an 8-bit table with two points per ink."""
    corners = b""
    for amounts in itertools.product((0, 1), repeat=4):
        color = ink_color(amounts) * np.ones(3)
        linear = np.where(color <= 0.04045, color / 12.92, ((color + 0.055) / 1.055) ** 2.4)
        x, y, z = (colorants(SRGB) @ linear) / D50
        f = [np.cbrt(v) if v > 216 / 24389 else (24389 / 27 * v + 16) / 116 for v in (x, y, z)]
        lab = np.array([(116 * f[1] - 16) * 2.55, 500 * (f[0] - f[1]) + 128, 200 * (f[1] - f[2]) + 128])
        corners += np.clip(np.round(lab), 0, 255).astype(np.uint8).tobytes()
    ramp = bytes(range(256))
    table = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + _fixed(np.eye(3).ravel()) + 4 * ramp + corners + 3 * ramp
    return _profile(b"CMYK", b"Lab ", {b"A2B0": table}, kind=b"prtr")


# Radiance HDR


def rgbe(radiance: np.ndarray) -> np.ndarray:
    """Ward's shared exponent."""
    exponent = np.frexp(radiance.max(axis=-1))[1]
    mantissa = np.floor(np.ldexp(radiance, (8 - exponent)[..., None])).astype(int)
    pixels = np.concatenate([mantissa, (exponent + 128)[..., None]], axis=-1)
    return np.where(radiance.max(axis=-1, keepdims=True) > 1e-38, pixels, 0).astype(np.uint8)


def radiance_of(pixels: np.ndarray) -> np.ndarray:
    exponent = pixels[..., 3:].astype(int)
    return np.where(exponent > 0, np.ldexp(pixels[..., :3].astype(float), exponent - 136), 0)


def run_lengths(row: np.ndarray) -> bytes:
    """One channel of one row: runs of 3 to 127, the rest as it is."""
    out, start, column = b"", 0, 0
    while column <= len(row):
        run = 1
        while column + run < len(row) and run < 127 and row[column + run] == row[column]:
            run += 1
        if run >= 3 or column == len(row):
            for first in range(start, column, 128):
                part = row[first : min(first + 128, column)]
                out += bytes([len(part)]) + part.tobytes()
            if column == len(row):
                break
            out += bytes([128 + run, int(row[column])])
            start = column + run
            column = start
        else:
            column += 1
    return out


def hdr(pixels: np.ndarray, style: str = "rle", head: bytes = b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n") -> bytes:
    """A Radiance file: `rle`, `flat`, or `old` (repeat counts in pixels of 1, 1, 1)."""
    height, width = pixels.shape[:2]
    body = b""
    for row in pixels:
        if style == "rle":
            body += bytes([2, 2, width >> 8, width & 255]) + b"".join(run_lengths(row[:, k]) for k in range(4))
        elif style == "flat":
            body += row.tobytes()
        else:
            column = 0
            while column < width:
                run = 1
                while column + run < width and (row[column + run] == row[column]).all():
                    run += 1
                body += row[column].tobytes()
                shift, rest = 0, run - 1
                while rest:
                    body += bytes([1, 1, 1, rest & 255])
                    rest, shift = rest >> 8, shift + 8
                column += run
    return head + b"\n" + b"-Y %d +X %d\n" % (height, width) + body


# Video


def video(
    path: Path,
    frames: list[np.ndarray],
    codec: str = "ffv1",
    pix_fmt: str = "yuv444p",
    *,
    matrix: str = "ITU601",
    tag: int | None = None,
    full_range: bool = False,
    rate: int = 10,
    container: dict[str, str] | None = None,
    **options: str,
) -> Path:
    """Encode RGB frames; `matrix` is how they are coded, `tag` what the file says about it (H.273)."""
    with av.open(str(path), "w", options=container or {}) as file:
        stream = file.add_stream(codec, rate=rate, options=options)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = pix_fmt
        if tag is not None:
            stream.codec_context.colorspace = tag
        if full_range:
            stream.codec_context.color_range = 2
        for pixels in frames:
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            limits = {"dst_color_range": 2} if full_range else {}
            frame = frame.reformat(format=pix_fmt, dst_colorspace=matrix, **limits)
            for packet in stream.encode(frame):
                file.mux(packet)
        for packet in stream.encode():
            file.mux(packet)
    return path


# OpenEXR: uncompressed scan lines of 32-bit floats


def exr_attribute(name: str, kind: str, data: bytes) -> bytes:
    return name.encode() + b"\0" + kind.encode() + b"\0" + struct.pack("<I", len(data)) + data


def exr_header(
    channels: dict[str, np.ndarray],
    size: tuple[int, int],
    sampling: dict[str, int] | None = None,
    extra: bytes = b"",
) -> bytes:
    """The attributes of a part: channels by name, width and height of its windows."""
    listed = b"".join(
        name.encode() + b"\0" + struct.pack("<IIii", 2, 0, *2 * [(sampling or {}).get(name, 1)])
        for name in sorted(channels)
    )
    window = struct.pack("<4i", 0, 0, size[0] - 1, size[1] - 1)
    return (
        exr_attribute("channels", "chlist", listed + b"\0")
        + exr_attribute("compression", "compression", b"\0")
        + exr_attribute("dataWindow", "box2i", window)
        + exr_attribute("displayWindow", "box2i", window)
        + exr_attribute("lineOrder", "lineOrder", b"\0")
        + exr_attribute("pixelAspectRatio", "float", struct.pack("<f", 1))
        + exr_attribute("screenWindowCenter", "v2f", bytes(8))
        + exr_attribute("screenWindowWidth", "float", struct.pack("<f", 1))
        + extra
        + b"\0"
    )


def exr(
    channels: dict[str, np.ndarray], sampling: dict[str, int] | None = None, extra: bytes = b"", flags: int = 0
) -> bytes:
    """A file with one part; a channel of which every n-th pixel is stored, across and down, has `sampling` n."""
    height, width = next(plane.shape for name, plane in channels.items() if (sampling or {}).get(name, 1) == 1)
    head = struct.pack("<II", 20000630, 2 | flags) + exr_header(channels, (width, height), sampling, extra)
    chunks: list[bytes] = []
    for y in range(height):
        line = b""
        for name in sorted(channels):
            step = (sampling or {}).get(name, 1)
            if y % step == 0:
                line += channels[name][y // step].astype("<f4").tobytes()
        chunks.append(struct.pack("<iI", y, len(line)) + line)
    starts = len(head) + 8 * height + np.cumsum([0, *map(len, chunks[:-1])])
    return head + b"".join(struct.pack("<Q", int(start)) for start in starts) + b"".join(chunks)


# TIFF


def lzw(data: bytes) -> bytes:
    """LZW without compression: codes of 9 bits, cleared before they would grow."""
    codes: list[int] = []
    for start in range(0, len(data), 250):
        codes += [256, *data[start : start + 250]]
    bits = "".join(f"{code:09b}" for code in [*codes, 257])
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[k : k + 8], 2) for k in range(0, len(bits), 8))


def pack_bits(data: bytes) -> bytes:
    """PackBits: literal runs only."""
    return b"".join(bytes([len(data[k : k + 128]) - 1]) + data[k : k + 128] for k in range(0, len(data), 128))


def _predicted(block: np.ndarray, predictor: int) -> bytes:
    """The bytes of rows (rows, columns, samples) after a TIFF predictor."""
    if predictor == 2:
        codes = block.view(f"{block.dtype.byteorder}u{block.dtype.itemsize}")
        codes = codes.astype(f"=u{block.dtype.itemsize}")
        differences = np.concatenate([codes[:, :1], codes[:, 1:] - codes[:, :-1]], axis=1)
        return differences.astype(f"{block.dtype.byteorder}u{block.dtype.itemsize}").tobytes()
    if predictor == 3:
        rows, _, samples = block.shape
        big = block.astype(block.dtype.newbyteorder(">")).reshape(rows, -1)
        planes = big.view(np.uint8).reshape(rows, -1, block.dtype.itemsize).swapaxes(1, 2).reshape(rows, -1)
        shifted = np.concatenate([np.zeros((rows, samples), np.uint8), planes[:, :-samples]], axis=1)
        return (planes - shifted).tobytes()
    return block.tobytes()


def tiff_directory(tags: dict[int, tuple[int, list[int] | bytes]], place: int, order: str, big: bool) -> bytes:
    """A directory at a place in the file, without the place of the next one; tags are (type, values)."""
    sizes = {1: 1, 2: 1, 3: 2, 4: 4, 7: 1, 16: 8}
    codes = {1: "B", 2: "B", 3: "H", 4: "I", 7: "B", 16: "Q"}
    wide, inline = ("Q", 8) if big else ("I", 4)
    entries, values = b"", b""
    start = place + (8 + 20 * len(tags) + 8 if big else 2 + 12 * len(tags) + 4)
    for tag, (kind, numbers) in sorted(tags.items()):
        data = struct.pack(f"{order}{len(numbers)}{codes[kind]}", *numbers)
        assert len(data) == len(numbers) * sizes[kind]
        if len(data) > inline:
            data, values = struct.pack(f"{order}{wide}", start + len(values)), values + data
        entries += struct.pack(f"{order}HH{wide}", tag, kind, len(numbers)) + data.ljust(inline, b"\0")
    return struct.pack(f"{order}{'Q' if big else 'H'}", len(tags)) + entries + bytes(inline) + values


def tiff(
    pixels: np.ndarray,
    *,
    order: str = "<",
    big: bool = False,
    planar: bool = False,
    tile: tuple[int, int] | None = None,
    rows: int = 5,
    compression: int = 1,
    predictor: int = 1,
    tags: dict[int, tuple[int, list[int] | bytes]] | None = None,
) -> bytes:
    """A TIFF of one page: RGB where there are three samples or more; `tile` is (height, width), `rows` of a strip."""
    height, width, samples = pixels.shape
    stored = pixels.astype(pixels.dtype.newbyteorder(order))
    pack = {1: bytes, 5: lzw, 8: zlib.compress, 32773: pack_bits}[compression]
    planes = [stored[..., k : k + 1] for k in range(samples)] if planar else [stored]
    blocks: list[bytes] = []
    for plane in planes:
        if tile is None:
            parts = [plane[top : top + rows] for top in range(0, height, rows)]
        else:
            padded = np.pad(plane, ((0, -height % tile[0]), (0, -width % tile[1]), (0, 0)))
            parts = [
                padded[top : top + tile[0], left : left + tile[1]]
                for top in range(0, height, tile[0])
                for left in range(0, width, tile[1])
            ]
        blocks += [pack(_predicted(np.ascontiguousarray(part), predictor)) for part in parts]
    head = 16 if big else 8
    places = [head + sum(map(len, blocks[:k])) for k in range(len(blocks))]
    place = head + sum(map(len, blocks))
    kind = {"u": 1, "i": 2, "f": 3}[pixels.dtype.kind]
    counts = [len(block) for block in blocks]
    wide = 16 if big else 4
    found: dict[int, tuple[int, list[int] | bytes]] = {
        256: (4, [width]),
        257: (4, [height]),
        258: (3, samples * [8 * pixels.dtype.itemsize]),
        259: (3, [compression]),
        262: (3, [2 if samples >= 3 else 1]),
        277: (3, [samples]),
        284: (3, [2 if planar else 1]),
        317: (3, [predictor]),
        339: (3, samples * [kind]),
    }
    if tile is None:
        found |= {273: (wide, places), 278: (4, [rows]), 279: (wide, counts)}
    else:
        found |= {322: (4, [tile[1]]), 323: (4, [tile[0]]), 324: (wide, places), 325: (wide, counts)}
    start = b"II" if order == "<" else b"MM"
    if big:
        start += struct.pack(f"{order}HHHQ", 43, 8, 0, place)
    else:
        start += struct.pack(f"{order}HI", 42, place)
    return start + b"".join(blocks) + tiff_directory(found | (tags or {}), place, order, big)
