"""JPEG and HEIC files with a gain map, and what their pixels mean, written here byte by byte."""

from __future__ import annotations

import io
import struct

import numpy as np
from PIL import Image

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
ADOBE = "http://ns.adobe.com/hdr-gain-map/1.0/"
APPLE_KIND = "urn:com:apple:photo:2020:aux:hdrgainmap"
XMP = b"http://ns.adobe.com/xap/1.0/\0"
ISO = b"urn:iso:std:iso:ts:21496:-1\0"
CONTAINER = (
    'xmlns:Container="http://ns.google.com/photos/1.0/container/" '
    'xmlns:Item="http://ns.google.com/photos/1.0/container/item/"'
)


def scene(height: int, width: int, peak: float, seed: int = 0) -> np.ndarray:
    """Smooth HDR radiance with a bright spot, so that JPEG keeps it."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width] / np.array([height, width])[:, None, None]
    spot = np.exp(-((x - 0.6) ** 2 * 4 + (y - 0.4) ** 2) / 0.02)[..., None]
    sky = 0.15 + 0.3 * np.stack([0.5 + 0.5 * np.sin(6 * x + k) * np.cos(3 * y) for k in rng.uniform(0, 3, 3)], axis=-1)
    return sky + peak * spot * np.array([1, 0.8, 0.6])


def srgb_decoded(codes: np.ndarray) -> np.ndarray:
    """IEC 61966-2-1."""
    v = codes / 255.0
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def srgb_codes(light: np.ndarray) -> np.ndarray:
    light = np.clip(light, 0, 1)
    encoded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.round(255 * encoded).astype(np.uint8)


def bilinear(codes: np.ndarray, height: int, width: int) -> np.ndarray:
    """Samples of a map [0…1], pixel by pixel: centers at half-integers, the edge repeated."""
    stored = codes.reshape(*codes.shape[:2], -1) / 255.0
    out = np.empty((height, width, stored.shape[2]))
    for i in range(height):
        for j in range(width):
            y = min(max((i + 0.5) * stored.shape[0] / height - 0.5, 0), stored.shape[0] - 1)
            x = min(max((j + 0.5) * stored.shape[1] / width - 0.5, 0), stored.shape[1] - 1)
            a, b = int(y), int(x)
            c, d = min(a + 1, stored.shape[0] - 1), min(b + 1, stored.shape[1] - 1)
            top = stored[a, b] * (1 - x + b) + stored[a, d] * (x - b)
            out[i, j] = top * (1 - y + a) + (stored[c, b] * (1 - x + b) + stored[c, d] * (x - b)) * (y - a)
    return out


def segment(marker: int, payload: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(payload) + 2) + payload


def jpeg(pixels: np.ndarray, *parts: bytes, quality: int = 98, **options: object) -> bytes:
    """A JPEG with more segments behind its SOI."""
    file = io.BytesIO()
    options = {"subsampling": 0, **options} if pixels.ndim == 3 else options
    Image.fromarray(pixels).save(file, "JPEG", quality=quality, **options)
    data = file.getvalue()
    return data[:2] + b"".join(parts) + data[2:]


def decoded(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)))


def packet(inner: str, names: str = "", attributes: str = "") -> str:
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}"><rdf:Description rdf:about="" {names} '
        f"{attributes}>{inner}</rdf:Description></rdf:RDF></x:xmpmeta>"
    )


def hdrgm(style: str = "attributes", prefix: str = "hdrgm", **values: object) -> str:
    """Adobe's XMP; `style` is attributes, elements, or lists (where a value is one)."""
    names = f'xmlns:{prefix}="{ADOBE}"'
    values = {"Version": "1.0", **values}
    simple = {key: value for key, value in values.items() if style == "attributes" and not isinstance(value, list)}
    attributes = " ".join(f'{prefix}:{key}="{value}"' for key, value in simple.items())
    inner = ""
    for key, value in values.items():
        if key in simple:
            continue
        items = value if isinstance(value, list) else [value]
        text = "".join(f"<rdf:li>{item}</rdf:li>" for item in items)
        body = f"<rdf:Seq>{text}</rdf:Seq>" if isinstance(value, list) else str(value)
        inner += f"<{prefix}:{key}>{body}</{prefix}:{key}>\n"
    return packet(inner, names, attributes)


def xmp(text: str) -> bytes:
    return segment(0xE1, XMP + text.encode())


def iso(
    headrooms: tuple[float, float],
    channels: list[tuple[float, float, float, float, float]],
    *,
    in_base_space: bool = True,
    common: bool = False,
    version: int = 0,
) -> bytes:
    """The binary form: for each channel (least, most, gamma, base offset, alternate offset)."""
    numbers = [*headrooms, *(number for channel in channels for number in channel)]
    unit = 1 << 16
    flags = (0x80 if len(channels) == 3 else 0) | (0x40 if in_base_space else 0) | (8 if common else 0)
    head = struct.pack(">HHB", version, 0, flags)
    tops = [round(number * unit) for number in numbers]
    if common:
        return head + struct.pack(">I", unit) + b"".join(struct.pack(">i", top) for top in tops)
    return head + b"".join(struct.pack(">iI", top, unit) for top in tops)


def directory(length: int | None, *, more: int = 0, attributes: str = "", names: str = "") -> str:
    """The XMP of a base picture, with the directory of Google's container; `more` is a file between the two."""
    size = "" if length is None else f'Item:Length="{length}"'
    between = f'<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="Depth" Item:Length="{more}"/></rdf:li>'
    items = (
        '<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="Primary" Item:Mime="image/jpeg"/></rdf:li>'
        f"{between if more else ''}"
        f'<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="GainMap" Item:Mime="image/jpeg" {size}/>'
        "</rdf:li>"
    )
    names = f'{CONTAINER} xmlns:hdrgm="{ADOBE}" {names}'
    inner = f"<Container:Directory><rdf:Seq>{items}</rdf:Seq></Container:Directory>"
    return packet(inner, names, f'hdrgm:Version="1.0" {attributes}')


def with_mpf(first: bytes, *others: bytes, order: str = ">", kinds: tuple[int, ...] = ()) -> bytes:
    """Several JPEGs in one file, with an MPF index behind the segments APP0 and APP1 of the first one."""
    place = 2
    while first[place + 1] in (0xE0, 0xE1):
        place += 2 + struct.unpack(">H", first[place + 2 : place + 4])[0]
    count = 1 + len(others)
    size = 4 + 8 + 2 + 36 + 4 + 16 * count
    total, origin = len(first) + 4 + size, place + 4 + 4
    entries = struct.pack(f"{order}IIIHH", 0x030000, total, 0, 0, 0)
    offset = total
    for k, other in enumerate(others):
        kind = kinds[k] if kinds else 0
        entries += struct.pack(f"{order}IIIHH", kind, len(other), offset - origin, 0, 0)
        offset += len(other)
    head = (b"MM\0*" if order == ">" else b"II*\0") + struct.pack(f"{order}IH", 8, 3)
    head += struct.pack(f"{order}HHI4s", 0xB000, 7, 4, b"0100") + struct.pack(f"{order}HHII", 0xB001, 4, 1, count)
    head += struct.pack(f"{order}HHII", 0xB002, 7, 16 * count, 50) + struct.pack(f"{order}I", 0)
    index = segment(0xE2, b"MPF\0" + head + entries)
    assert len(index) == 4 + size
    return first[:place] + index + first[place:] + b"".join(others)


def apple_xmp(headroom: float | None) -> str:
    """What Apple writes into the picture of a gain map."""
    names = 'xmlns:apdi="http://ns.apple.com/pixeldatainfo/1.0/" xmlns:HDRGainMap="http://ns.apple.com/HDRGainMap/1.0/"'
    version = 65536 if headroom is None else 131072
    inner = f"<apdi:AuxiliaryImageType>{APPLE_KIND}</apdi:AuxiliaryImageType>"
    inner += f"<HDRGainMap:HDRGainMapVersion>{version}</HDRGainMap:HDRGainMapVersion>"
    if headroom is not None:
        inner += f"<HDRGainMap:HDRGainMapHeadroom>{headroom}</HDRGainMap:HDRGainMapHeadroom>"
    return packet(inner, names)


def maker_exif(first: float, second: float) -> bytes:
    """EXIF data with Apple's maker note: numbers 33 and 48 as signed fractions."""
    note = b"Apple iOS\0\0\1MM" + struct.pack(">H", 2)
    note += struct.pack(">HHII", 33, 10, 1, 44) + struct.pack(">HHII", 48, 10, 1, 52) + bytes(4)
    note += struct.pack(">ii", round(first * 10000), 10000) + struct.pack(">ii", round(second * 10000), 10000)
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x927C] = note
    return exif.tobytes()


def box(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I4s", len(data) + 8, kind) + data


def boxes(data: bytes, start: int = 0) -> list[tuple[bytes, bytes]]:
    """Kind and content of each box."""
    found = []
    while start < len(data):
        size, kind = struct.unpack_from(">I4s", data, start)
        found.append((kind, data[start + 8 : start + size]))
        start += size
    return found


def heic_with_aux(
    base: np.ndarray, gain: np.ndarray, packet: bytes = b"", brand: bytes = b"", **options: object
) -> bytes:
    """A HEIC whose second picture is made an auxiliary one of the first: Apple's gain map. `packet` is appended."""
    import pillow_heif

    file = pillow_heif.from_pillow(Image.fromarray(base))
    file.add_from_pillow(Image.fromarray(gain))
    target = io.BytesIO()
    file.save(target, quality=100, chroma=444, **options)
    ftyp, meta, mdat = (content for _, content in boxes(target.getvalue()))
    parts = dict(boxes(meta, 4))
    properties = dict(boxes(parts[b"iprp"]))
    number = len(boxes(properties[b"ipco"])) + 1
    store = properties[b"ipco"] + box(b"auxC", bytes(4) + APPLE_KIND.encode() + b"\0")
    links = bytearray(properties[b"ipma"])
    items = [content for kind, content in boxes(parts[b"iinf"], 6) if kind == b"infe"]
    first, second = (struct.unpack_from(">H", item, 4)[0] for item in items if item[8:12] == b"hvc1")
    place = 8
    while struct.unpack_from(">H", links, place)[0] != second:
        place += 3 + links[place + 2]
    links.insert(place + 3 + links[place + 2], 0x80 | number)
    links[place + 2] += 1
    reference = box(b"auxl", struct.pack(">HHH", second, 1, first))
    if b"iref" in parts:
        reference += parts[b"iref"][4:]
    parts[b"iprp"] = box(b"ipco", store) + box(b"ipma", bytes(links))
    parts[b"iref"] = bytes(4) + reference
    ftyp += brand
    places = bytearray(parts[b"iloc"])
    assert places[:6] == b"\0\0\0\0\x44\x40", places[:6]
    grown = sum(8 + len(part) for part in parts.values()) + 4 - len(meta) + len(brand)
    place = 8
    for _ in range(struct.unpack_from(">H", places, 6)[0]):
        (extents,) = struct.unpack_from(">H", places, place + 8)
        for k in range(extents):
            at = place + 10 + 8 * k
            struct.pack_into(">I", places, at, struct.unpack_from(">I", places, at)[0] + grown)
        place += 10 + 8 * extents
    parts[b"iloc"] = bytes(places)
    whole = bytes(4) + b"".join(box(kind, part) for kind, part in parts.items())
    return box(b"ftyp", ftyp) + box(b"meta", whole) + box(b"mdat", mdat) + (box(b"free", packet) if packet else b"")
