"""HEIC and AVIF. Pictures of 8 bits go through Pillow; PQ and HLG are read with all their bits.

HEIC is decoded by libheif, which is an extra. AVIF is decoded by dav1d: in Pillow, which has 8 bits, or in FFmpeg.

Sources: ISO/IEC 23008-12:2022, section 6.6.2.3 (grids); AOM, "AV1 Image File Format (AVIF)" 1.1.0.
"""

from __future__ import annotations

from io import BufferedIOBase
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, features

from lightprobe._shapes import Num
from lightprobe.errors import ImageError
from lightprobe.imaging.codecs.damage import image_errors
from lightprobe.imaging.codecs.quiet import warnings_of_pillow
from lightprobe.imaging.color.cicp import UNSPECIFIED
from lightprobe.imaging.color.space import from_codes
from lightprobe.imaging.color.ycbcr import IDENTITY, WEIGHTS, rgb_codes
from lightprobe.imaging.containers.boxes import Item, Items, read_data, read_items
from lightprobe.imaging.containers.exif import ORIENTATION, upright
from lightprobe.imaging.formats.color_metadata import CodePoints, code_points, color_space, heif_code_points
from lightprobe.imaging.formats.pillow import from_pillow, opened, visible
from lightprobe.imaging.geometry.gpano import read_crop
from lightprobe.imaging.geometry.tags import tagged
from lightprobe.imaging.picture import Picture, check_picture_size, seen_where

_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")
_AVIF_BRANDS = (b"avif", b"avis")
_BT601, _BT2020 = 6, 9
"""Matrix coefficients; that of BT.2020 is also the number of its primaries."""
_FULL_RANGE = 2
"""FFmpeg's number of it."""


def is_heif(head: bytes) -> bool:
    """Whether a file's first bytes are those of a HEIC or AVIF picture."""
    return head[4:8] == b"ftyp" and head[8:12] in (*_HEIC_BRANDS, *_AVIF_BRANDS)


def read_heif(path: Path, head: bytes) -> Picture:
    """Read a HEIC or AVIF file that begins with `head`.

    Raises: ImageError, also if the library that HEIC needs is not installed.
    """
    brands = {head[8:12], *(head[k : k + 4] for k in range(16, min(int.from_bytes(head[:4]), len(head)), 4))}
    is_avif = head[8:12] in _AVIF_BRANDS or (head[8:12] in _HEIC_BRANDS[-2:] and not brands.isdisjoint(_AVIF_BRANDS))
    return _read_avif(path) if is_avif else _read_heic(path)


def _read_heic(path: Path) -> Picture:
    name = str(path)
    try:
        import pillow_heif
    except ImportError:
        raise ImageError(f"{name}: HEIC files need pillow-heif; pip install 'lightprobe[heif]'") from None
    pillow_heif.register_heif_opener()
    with opened(path, ("HEIF",)) as image:
        check_picture_size(*image.size, name)
        stated = _stated(path, image)
        space = color_space(image.info, None, False, stated)
        if space.hdr is None:
            return from_pillow(image, name, stated)
        xmp, exif, depth = image.info.get("xmp"), image.getexif(), int(image.info["bit_depth"])
    with warnings_of_pillow, image_errors(name):
        pixels = np.asarray(pillow_heif.open_heif(path, convert_hdr_to_8bit=False))
    pixels = pixels[..., None] if pixels.ndim == 2 else pixels
    bits = 8 * pixels.dtype.itemsize
    depth = min(depth, bits)
    seen = None if pixels.shape[2] in (1, 3) else seen_where(pixels[..., -1] >= 1 << (bits - 1), name)
    codes = pixels[..., :3] if pixels.shape[2] > 2 else np.repeat(pixels[..., :1], 3, axis=2)
    crop = read_crop(xmp, codes.shape[1], codes.shape[0], name) if xmp else None
    # libheif's 10 bits are the upper ones of 16
    picture = from_codes(codes >> (bits - depth), space, (1 << depth) - 1, name=name, crop=crop, seen=seen)
    return tagged(picture, xmp, exif)


def _read_avif(path: Path) -> Picture:
    name = str(path)
    if not features.check("avif"):
        raise ImageError(f"{name}: this Pillow was built without AVIF; install another, or convert the file to PNG")
    with opened(path, ("AVIF",)) as image:
        check_picture_size(*image.size, name)
        stated = _stated(path, image)
        space = color_space(image.info, None, False, stated)
        if space.hdr is None:
            return from_pillow(image, name, stated)
        xmp, exif = image.info.get("xmp"), image.getexif()
        orientation = exif.get(ORIENTATION, 1)  # Pillow makes it of the boxes irot and imir
        is_2020 = stated is not None and stated.space.primaries == _BT2020
        codes, depth = _decoded(path, image.size, name, _BT2020 if is_2020 else _BT601)
        seen = None
        if "A" in image.mode:
            with image_errors(name):
                image.load()
            seen = visible(image, name)
    codes = upright(codes, orientation)
    seen = None if seen is None else upright(seen, orientation)
    crop = read_crop(xmp, codes.shape[1], codes.shape[0], name) if xmp else None
    return tagged(from_codes(codes, space, (1 << depth) - 1, name=name, crop=crop, seen=seen), xmp, exif)


def _stated(path: Path, image: Image.Image) -> CodePoints | None:
    """The code points in the file's color box; failing that, if it has no ICC profile, in its bitstream."""
    with path.open("rb") as file:
        items = read_items(file)
        if items.color is not None:
            return heif_code_points(*items.color[:3], "nclx")
        if image.info.get("icc_profile") or not items.tiles:
            return code_points(image)
        return _of_bitstream(file, items.tiles[0], path.stat().st_size)


def _of_bitstream(file: BufferedIOBase, tile: Item, size: int) -> CodePoints | None:
    """The code points in a coded picture itself: HEVC's parameter sets, AV1's sequence header."""
    from av import CodecContext
    from av.error import FFmpegError

    if tile.kind not in (b"hvc1", b"av01"):
        return None
    decoder: Any = CodecContext.create("hevc" if tile.kind == b"hvc1" else "libdav1d", "r")
    try:
        if tile.kind == b"hvc1":
            decoder.extradata = tile.find(b"hvcC") or b""
            decoder.open()
        else:
            decoder.parse(read_data(file, tile, size))
    except (FFmpegError, ValueError):  # decoding it says what is wrong
        return None
    source = "HEVC bitstream" if tile.kind == b"hvc1" else "AV1 bitstream"
    return heif_code_points(int(decoder.color_primaries), int(decoder.color_trc), int(decoder.colorspace), source)


def _decoded(path: Path, size: tuple[int, int], name: str, coefficients: int) -> tuple[Num[np.ndarray, "h w 3"], int]:
    """The codes of an AVIF picture of this width and height, as it is stored, and their depth [bits].

    `coefficients` are those of a picture that does not state them.
    """
    from av.error import FFmpegError

    with path.open("rb") as file, image_errors(name, also=(FFmpegError,)):
        items = read_items(file)
        tiles = items.tiles
        columns = _grid_columns(file, items) if items.picture.kind == b"grid" else 1
        if not tiles or len(tiles) % columns:
            raise ValueError("its coded picture is not found")
        canvas, depth, top, left = np.empty(0), 0, 0, 0
        for number, tile in enumerate(tiles):
            codes, depth = _tile(file, tile, items, name, coefficients)
            if number == 0:
                canvas = np.zeros((size[1], size[0], 3), codes.dtype)
            if codes.dtype != canvas.dtype or top >= size[1] or left >= size[0]:
                raise ValueError("its tiles do not fit together")
            part = canvas[top : top + len(codes), left : left + codes.shape[1]]
            part[...] = codes[: len(part), : part.shape[1]]
            left += codes.shape[1]
            if (number + 1) % columns == 0:
                if left < size[0]:
                    raise ValueError("its tiles do not fill it")
                left, top = 0, top + len(codes)
        if top < size[1]:
            raise ValueError("its tiles do not fill it")
    return canvas, depth


def _grid_columns(file: BufferedIOBase, items: Items) -> int:
    data = read_data(file, items.picture, 1024)
    if len(data) < 8 or (data[2] + 1) * (data[3] + 1) != len(items.tiles):
        raise ValueError("its grid does not have as many tiles as it says")
    return data[3] + 1


def _tile(file: BufferedIOBase, tile: Item, items: Items, name: str, coefficients: int) -> tuple[np.ndarray, int]:
    """The codes of one coded picture, and their depth."""
    from av import CodecContext, Packet

    extent = tile.find(b"ispe") or b""
    if tile.kind != b"av01" or len(extent) < 12:
        raise ValueError("its coded picture is not found")
    width, height = int.from_bytes(extent[4:8]), int.from_bytes(extent[8:12])
    check_picture_size(width, height, name)
    decoder: Any = CodecContext.create("libdav1d", "r")
    decoder.options = {"max_pixels": str(width * height)}
    frames = [*decoder.decode(Packet(read_data(file, tile, 1 << 30))), *decoder.decode(None)]
    if not frames:
        raise ValueError("its coded picture is empty")
    frame = frames[-1]  # the best of the layers of a progressive picture
    depth = int(frame.format.components[0].bits)
    planes = [_samples(plane, depth) for plane in frame.planes]
    _, _, stated, is_full = items.color or (0, 0, int(frame.colorspace), int(frame.color_range) == _FULL_RANGE)
    found = IDENTITY if frame.format.name.startswith("gbr") else coefficients if stated == UNSPECIFIED else stated
    if len(planes) > 1 and found != IDENTITY and found not in WEIGHTS:
        raise ImageError(
            f"{name}: expected matrix coefficients 0, 1, 4, 5, 6, 7 or 9 (ITU-T H.273) of PQ or HLG in AVIF, got "
            f"{found}; export it with BT.2020, non-constant luminance"
        )
    return rgb_codes(planes, found, depth, is_full), depth


def _samples(plane: Any, depth: int) -> Num[np.ndarray, "h w"]:
    dtype = np.dtype(np.uint8 if depth == 8 else np.uint16)
    lines = np.frombuffer(plane, dtype).reshape(-1, plane.line_size // dtype.itemsize)
    return lines[: plane.height, : plane.width]
