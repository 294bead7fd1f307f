"""Make the compass panorama: one bright round patch per axis on black.

    python compass.py OUT_DIR [WIDTH]

Writes compass.png (8-bit) and compass.hdr (Radiance RGBE, not run-length coded), both
WIDTH x WIDTH/2 (default 512), with the Python standard library only.
"""

import math
import struct
import sys
import zlib
from pathlib import Path

PATCHES = {  # name: (azimuth to the image right, latitude) in degrees, colour
    "center": ((0, 0), (1, 0, 0)),
    "right": ((90, 0), (0, 1, 0)),
    "back": ((180, 0), (1, 1, 0)),
    "left": ((-90, 0), (0, 0, 1)),
    "up": ((0, 90), (1, 1, 1)),
    "down": ((0, -90), (1, 0, 1)),
}
RADIUS = math.radians(30)


def unit(azimuth, latitude):
    return (math.cos(latitude) * math.cos(azimuth), math.cos(latitude) * math.sin(azimuth), math.sin(latitude))


def rows(width):
    caps = [(unit(math.radians(a), math.radians(b)), c) for (a, b), c in PATCHES.values()]
    height = width // 2
    for i in range(height):
        latitude = (0.5 - (i + 0.5) / height) * math.pi
        row = []
        for j in range(width):
            d = unit((2 * (j + 0.5) / width - 1) * math.pi, latitude)
            hit = [c for axis, c in caps if sum(p * q for p, q in zip(d, axis, strict=True)) > math.cos(RADIUS)]
            row.append(hit[0] if hit else (0, 0, 0))
        yield row


def png(pixels):
    def chunk(tag, data):
        return struct.pack(">I", len(data)) + tag + data + struct.pack(">I", zlib.crc32(tag + data))

    raw = b"".join(b"\0" + bytes(255 * v for p in row for v in p) for row in pixels)
    header = struct.pack(">IIBBBBB", len(pixels[0]), len(pixels), 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b"")


def hdr(pixels):
    head = f"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y {len(pixels)} +X {len(pixels[0])}\n".encode()
    return head + b"".join(
        bytes((128 * p[0], 128 * p[1], 128 * p[2], 129 if any(p) else 0)) for row in pixels for p in row
    )


if __name__ == "__main__":
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    image = list(rows(int(sys.argv[2]) if len(sys.argv) > 2 else 512))
    (out / "compass.png").write_bytes(png(image))
    (out / "compass.hdr").write_bytes(hdr(image))
