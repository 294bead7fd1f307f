"""Writing JPEG files with a gain map: a normal picture everywhere, and HDR where the map is understood.

The base is the radiance cut off at display white, with the curve of sRGB; the map leads from what its JPEG shows to the
radiance, so that it undoes the base's compression too. The numbers are written in both forms, as ISO 21496-1 and as
Adobe's and Android's XMP; the place of the map as MPF index and as directory of Google's container.

Sources: ISO 21496-1:2025, clause 6 and annex C; Android, "Ultra HDR Image Format v1.1"; CIPA DC-007-2021.
"""

from __future__ import annotations

import io
import struct

import numpy as np
from PIL import Image

from lightprobe._shapes import Float, UInt8
from lightprobe.imaging.formats.gain_map.metadata import ADOBE, ISO
from lightprobe.imaging.tone.curves import srgb_decode, srgb_encode

QUALITY = 95
"""Of both JPEG streams, without chroma subsampling: the map's chroma is light."""
OFFSET = 1 / 64
"""Added to both renditions before their ratio is taken [display white]."""
UNIT = 1 << 16
"""Denominator of numbers in the binary form."""
LEVELS = 1 << 16
"""Steps of the table that encodes the base."""
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_CONTAINER = "http://ns.google.com/photos/1.0/container/"


def encode_gain_map_jpeg(radiance: Float[np.ndarray, "h w 3"]) -> bytes:
    """The bytes of a JPEG file with a gain map, linear Rec.709; negative values become 0.

    Raises: ValueError if a side has more than 65535 pixels.
    """
    if max(radiance.shape[:2]) > 65535:
        size = f"{radiance.shape[1]}×{radiance.shape[0]}"
        raise ValueError(f"expected sides of at most 65535 pixels for JPEG, got {size}; write .exr or .hdr")
    base = _jpeg(_display(radiance))
    shown = _decoded(base)
    gain = _gain(radiance, shown)
    low, high = gain.min(axis=(0, 1)), gain.max(axis=(0, 1))
    high += np.maximum((high - low) / 50, np.float32(1e-3))  # the largest code means that light is lost
    codes = np.rint((gain - low) * (255 / (high - low))).astype(np.uint8)
    least, most = low.tolist(), high.tolist()
    second = _with_segments(_jpeg(codes), _xmp(_numbers_xmp(least, most)), _segment(0xE2, ISO + _iso(least, most)))
    first = _with_segments(base, _xmp(_directory_xmp(len(second))), _segment(0xE2, ISO + b"\0\0\0\0"))
    return _with_index(first, second) + second


def _display(radiance: Float[np.ndarray, "h w 3"]) -> UInt8[np.ndarray, "h w 3"]:
    table = np.rint(255 * srgb_encode(np.arange(LEVELS) / (LEVELS - 1))).astype(np.uint8)
    out = np.empty(radiance.shape, np.uint8)
    for row, values in enumerate(radiance):
        out[row] = table[np.rint(np.clip(values, 0, 1) * np.float32(LEVELS - 1)).astype(np.intp)]
    return out


def _gain(radiance: Float[np.ndarray, "h w 3"], shown: UInt8[np.ndarray, "h w 3"]) -> Float[np.ndarray, "h w 3"]:
    """Binary logarithm of the ratio, channel by channel (float32)."""
    table = np.log2(srgb_decode(np.arange(256) / 255) + OFFSET).astype(np.float32)
    gain = np.maximum(radiance, 0).astype(np.float32, copy=False)
    gain = np.log2(gain + np.float32(OFFSET))
    for row, codes in enumerate(shown):
        gain[row] -= table[codes]
    return gain


def _jpeg(pixels: UInt8[np.ndarray, "h w 3"]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=QUALITY, subsampling=0)
    return file.getvalue()


def _decoded(stream: bytes) -> UInt8[np.ndarray, "h w 3"]:
    with Image.open(io.BytesIO(stream), formats=("JPEG",)) as image:
        return np.asarray(image)


def _segment(marker: int, payload: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(payload) + 2) + payload


def _xmp(description: str) -> bytes:
    packet = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{_RDF}">{description}</rdf:RDF></x:xmpmeta>'
    return _segment(0xE1, _XMP + packet.encode())


def _with_segments(stream: bytes, *segments: bytes) -> bytes:
    """A JPEG stream with further segments behind JFIF's, its first one."""
    end = 4 + int.from_bytes(stream[4:6], "big")
    return stream[:end] + b"".join(segments) + stream[end:]


def _numbers_xmp(least: list[float], most: list[float]) -> str:
    def three(key: str, values: list[float]) -> str:
        items = "".join(f"<rdf:li>{value:.7g}</rdf:li>" for value in values)
        return f"<hdrgm:{key}><rdf:Seq>{items}</rdf:Seq></hdrgm:{key}>"

    return (
        f'<rdf:Description rdf:about="" xmlns:hdrgm="{ADOBE}" hdrgm:Version="1.0" hdrgm:BaseRenditionIsHDR="False" '
        f'hdrgm:Gamma="1" hdrgm:OffsetSDR="{OFFSET}" hdrgm:OffsetHDR="{OFFSET}" hdrgm:HDRCapacityMin="0" '
        f'hdrgm:HDRCapacityMax="{_headroom(most):.7g}">'
        f"{three('GainMapMin', least)}{three('GainMapMax', most)}</rdf:Description>"
    )


def _directory_xmp(length: int) -> str:
    item = '<rdf:li rdf:parseType="Resource"><Container:Item Item:Mime="image/jpeg" Item:Semantic={}/></rdf:li>'
    items = item.format('"Primary"') + item.format(f'"GainMap" Item:Length="{length}"')
    return (
        f'<rdf:Description rdf:about="" xmlns:Container="{_CONTAINER}" xmlns:Item="{_CONTAINER}item/" '
        f'xmlns:hdrgm="{ADOBE}" hdrgm:Version="1.0">'
        f"<Container:Directory><rdf:Seq>{items}</rdf:Seq></Container:Directory></rdf:Description>"
    )


def _headroom(most: list[float]) -> float:
    """Headroom [stops] at which all of the gain is shown; not 0, as some readers divide by it."""
    return max(*most, 0.1)


def _iso(least: list[float], most: list[float]) -> bytes:
    numbers = [0.0, _headroom(most)]
    for low, high in zip(least, most, strict=True):
        numbers += [low, high, 1.0, OFFSET, OFFSET]
    pairs = b"".join(struct.pack(">iI", round(number * UNIT), UNIT) for number in numbers)
    return struct.pack(">HHB", 0, 0, 0x80 | 0x40) + pairs  # three channels, in the primaries of the base


def _with_index(first: bytes, second: bytes) -> bytes:
    """The first picture with an MPF index of both."""
    size = 8 + 2 + 3 * 12 + 4 + 2 * 16  # of the TIFF structure: header, directory of three entries, two pictures
    end = 4 + int.from_bytes(first[4:6], "big")
    total, origin = len(first) + 4 + 4 + size, end + 4 + 4
    index = b"MM\0*" + struct.pack(">IH", 8, 3)
    index += struct.pack(">HHI4s", 0xB000, 7, 4, b"0100") + struct.pack(">HHII", 0xB001, 4, 1, 2)
    index += struct.pack(">HHII", 0xB002, 7, 32, 50) + struct.pack(">I", 0)
    index += struct.pack(">IIIHH", 0x030000, total, 0, 0, 0)
    index += struct.pack(">IIIHH", 0, len(second), total - origin, 0, 0)
    return _with_segments(first, _segment(0xE2, b"MPF\0" + index))
