"""Just enough of KTX 1 to read what cmgen writes, and to write the same again: cube faces in R11F_G11F_B10F.

Convention: faces +X, −X, +Y, −Y, +Z, −Z, row 0 on top, as in lightprobe.sphere.panorama.cubemap; cmgen's metadata `sh`
are nine lines of red, green, blue with six digits.

Source: Khronos, "KTX File Format Specification" 1.0; OpenGL 4.6, section 2.3.4.3 and 2.3.4.4.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

IDENTIFIER = b"\xabKTX 11\xbb\r\n\x1a\n"
LITTLE_ENDIAN = 0x04030201
PACKED_FLOATS = 0x8C3A  # GL_R11F_G11F_B10F
TYPE = 0x8C3B  # GL_UNSIGNED_INT_10F_11F_11F_REV
RGB = 0x1907
LARGEST = 64512.0
"""Largest number that ten bits hold (five of mantissa); eleven bits reach 65024."""


@dataclass(frozen=True, kw_only=True)
class Ktx:
    """Levels of six faces, each (6, size, size, 3), and the metadata."""

    levels: list[np.ndarray]
    metadata: dict[str, bytes]

    @property
    def sh(self) -> np.ndarray:
        """The nine coefficients that cmgen wrote, RGB across."""
        return np.array([line.split() for line in self.metadata["sh"].decode().strip("\0\n").split("\n")], float)


def unpack(words: np.ndarray) -> np.ndarray:
    """RGB of packed words; infinity and NaN are not expected."""

    def number(bits: np.ndarray, mantissa_bits: int) -> np.ndarray:
        fraction = (bits & ((1 << mantissa_bits) - 1)) / (1 << mantissa_bits)
        exponent = (bits >> mantissa_bits).astype(float)
        assert exponent.max() < 31
        return np.where(exponent == 0, fraction * 2.0**-14, (1 + fraction) * 2.0 ** (exponent - 15))

    return np.stack([number(words & 0x7FF, 6), number(words >> 11 & 0x7FF, 6), number(words >> 22, 5)], axis=-1)


def pack(rgb: np.ndarray) -> np.ndarray:
    """Packed words of non-negative RGB, rounded to nearest."""

    def bits(values: np.ndarray, mantissa_bits: int) -> np.ndarray:
        scale = 1 << mantissa_bits
        values = np.clip(values, 0, (2 - 1 / scale) * 2.0**15)
        exponent = np.where(values > 0, np.maximum(np.frexp(values)[1] - 1, -14), -14)
        steps = np.rint(values * scale / 2.0**exponent).astype(np.uint32)  # scale … 2·scale, below scale if subnormal
        return steps + ((exponent + 14).astype(np.uint32) << mantissa_bits)  # a carry runs into the exponent, rightly

    return bits(rgb[..., 0], 6) | bits(rgb[..., 1], 6) << 11 | bits(rgb[..., 2], 5) << 22


def read(path: Path) -> Ktx:
    """A KTX 1 file of cube faces in R11F_G11F_B10F."""
    data = path.read_bytes()
    assert data[:12] == IDENTIFIER, f"{path.name} is no KTX 1 file"
    endianness, _, _, _, internal, _, size, height, _, _, faces, mips, metadata_bytes = struct.unpack_from(
        "<13I", data, 12
    )
    assert (endianness, internal, faces, height) == (LITTLE_ENDIAN, PACKED_FLOATS, 6, size)
    at, end = 64, 64 + metadata_bytes
    metadata = {}
    while at < end:
        (length,) = struct.unpack_from("<I", data, at)
        key, value = data[at + 4 : at + 4 + length].split(b"\0", 1)
        metadata[key.decode()] = value
        at += 4 + (length + 3) // 4 * 4
    levels = []
    for level in range(max(mips, 1)):
        (face_bytes,) = struct.unpack_from("<I", data, at)
        side = max(size >> level, 1)
        assert face_bytes == 4 * side * side
        words = np.frombuffer(data, "<u4", 6 * side * side, at + 4)
        levels.append(unpack(words).reshape(6, side, side, 3))
        at += 4 + 6 * face_bytes
    return Ktx(levels=levels, metadata=metadata)


def write(path: Path, faces: np.ndarray, metadata: dict[str, bytes]) -> None:
    """One level of faces."""
    size = faces.shape[1]
    pairs = b""
    for key, value in metadata.items():
        pair = key.encode() + b"\0" + value
        pairs += struct.pack("<I", len(pair)) + pair + bytes(-len(pair) % 4)
    header = struct.pack("<13I", LITTLE_ENDIAN, TYPE, 4, RGB, PACKED_FLOATS, RGB, size, size, 0, 0, 6, 1, len(pairs))
    words = pack(faces).astype("<u4").tobytes()
    path.write_bytes(IDENTIFIER + header + pairs + struct.pack("<I", len(words) // 6) + words)
