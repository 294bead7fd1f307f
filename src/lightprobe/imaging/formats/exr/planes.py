"""OpenEXR: the pixels of a layer, as linear radiance; and writing it."""

from __future__ import annotations

import io
from contextlib import closing
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

import Imath
import numpy as np
import OpenEXR

from lightprobe._shapes import Float
from lightprobe.errors import ImageError
from lightprobe.imaging.codecs.damage import damaged, image_errors
from lightprobe.imaging.codecs.quiet import prints_of_openexr, stderr_of_codecs
from lightprobe.imaging.color.primaries import REC709, to_rec709, xyz_from_rgb
from lightprobe.imaging.formats.exr.layers import ExrLayer, choose_layer
from lightprobe.imaging.formats.exr.parts import KIND, ExrPart, part_alone, read_exr_parts
from lightprobe.imaging.picture import Crop, Picture, Tags, check_picture_size, seen_where

MAX_TILE = 4096
"""Longest side of a tile that may be larger than its picture [pixels]."""
BLOCK_ROWS = 512
"""Rows that are read at a time: a multiple of every compression's blocks, of which DWAB's are the tallest (256)."""
MOST_PLANES = 8
"""Most channels of a part with luminance and chroma, all of which are read."""


def read_exr(path: Path) -> Picture:
    """Linear radiance of the layer that is the picture, in the file's primaries; gray becomes RGB.

    Opacity becomes the mask of seen pixels. Where the data window is a part of the display window, the picture is a
    crop of a panorama, or its mask says so; pixels outside the display window are cut off. An environment map that is a
    cube is tagged as one.

    Raises: ImageError if the file is damaged, too large, deep, or has neither R, G, B nor Y.
    """
    name = str(path)
    with stderr_of_codecs, image_errors(name, KIND):
        with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
            parts, table = read_exr_parts(data, name)
            layer, notes = choose_layer(parts, name)
            part = parts[layer.part]
            width, height = part.size
            check_picture_size(width, height, name)
            if part.tile > max(width, height, MAX_TILE):
                raise damaged(name, KIND, "tiles much larger than the picture")
            source = io.BytesIO(part_alone(data, parts, layer.part, table, name)) if table else name
        if layer.has_chroma:
            planes = _chroma_planes(source, part, layer, name)
        else:
            planes = _planes(source, part, (*layer.color, *filter(None, (layer.opacity,))))
        radiance = planes[..., :3] if len(layer.color) == 3 else np.repeat(planes[..., :1], 3, axis=2)
        matrix = None
        if part.chromaticities and len(layer.color) == 3:
            matrix = to_rec709(part.chromaticities)
    if not 0.99 < part.aspect < 1.01:
        notes += (f"The pixel aspect ratio of {part.aspect:g} was not applied",)
    picture = Picture(
        pixels=np.ascontiguousarray(radiance),
        is_linear=True,
        name=name,
        matrix=matrix,
        seen=seen_where(planes[..., -1] >= 0.5, name) if layer.opacity else None,
        tags=Tags(projection="cubemap") if part.is_cube else Tags(),
        notes=notes,
    )
    return picture if part.data == part.display else _framed(picture, part)


def _planes(source: Any, part: ExrPart, channels: tuple[str, ...]) -> Float[np.ndarray, "h w c"]:
    """Full-size channels, by the older of OpenEXR's interfaces; the newer one reads all of them, and prints errors.

    A block of rows is read at a time, so that there is never a second copy of the whole.
    """
    (width, height), top = part.size, part.data[1]
    planes = np.empty((height, width, len(channels)), np.float32)
    kind = Imath.PixelType(Imath.PixelType.FLOAT)
    with closing(OpenEXR.InputFile(source)) as file:
        for first in range(0, height, BLOCK_ROWS):
            last = min(first + BLOCK_ROWS, height)
            stored = file.channels(list(channels), kind, top + first, top + last - 1)
            for channel, plane in enumerate(stored):
                planes[first:last, :, channel] = np.frombuffer(plane, np.float32).reshape(-1, width)
    return planes


def _chroma_planes(source: Any, part: ExrPart, layer: ExrLayer, name: str) -> Float[np.ndarray, "h w c"]:
    """R, G, B of luminance Y and of chroma RY = (R − Y)/Y, BY = (B − Y)/Y, and opacity if there is any.

    Chroma between its samples is interpolated linearly.

    Source: OpenEXR, ImfRgbaYca.h.
    """
    if len(part.channels) > MOST_PLANES:
        raise ImageError(
            f"{name}: expected at most {MOST_PLANES} channels beside luminance and chroma, got {len(part.channels)}; "
            "export R, G, B"
        )
    with prints_of_openexr, OpenEXR.File(source, separate_channels=True) as file:
        stored = {key: np.array(channel.pixels, np.float32) for key, channel in file.channels().items()}
    luma, *chroma = (stored[channel] for channel in layer.color)
    weights = xyz_from_rgb(part.chromaticities or REC709)[1].astype(np.float32)
    with np.errstate(all="ignore"):  # infinite radiance is reported later
        red, blue = (_spread(plane, part.channels[layer.color[1]], luma.shape) for plane in chroma)
        red, blue = (red + 1) * luma, (blue + 1) * luma
        green = (luma - weights[0] * red - weights[2] * blue) / weights[1]
    return np.stack([red, green, blue, *([stored[layer.opacity]] if layer.opacity else [])], axis=-1)


def _spread(
    plane: Float[np.ndarray, "m n"], sampling: tuple[int, int], shape: tuple[int, ...]
) -> Float[np.ndarray, "h w"]:
    """A channel at full size, of which every `sampling`-th pixel across and down is stored."""
    for axis, step in ((0, sampling[1]), (1, sampling[0])):
        if step == 1 and plane.shape[axis] == shape[axis]:
            continue
        place = np.minimum(np.arange(shape[axis]) / step, plane.shape[axis] - 1)
        first = place.astype(int)
        share = (place - first).astype(np.float32)
        share = share[:, None] if axis == 0 else share
        second = np.minimum(first + 1, plane.shape[axis] - 1)
        plane = plane.take(first, axis) * (1 - share) + plane.take(second, axis) * share
    return plane


def _framed(picture: Picture, part: ExrPart) -> Picture:
    """The picture in its display window: what is outside is cut off, what is missing is not seen."""
    data, display = part.data, part.display
    width, height = display[2] - display[0] + 1, display[3] - display[1] + 1
    check_picture_size(width, height, picture.name)
    left, top = max(data[0], display[0]), max(data[1], display[1])
    right, bottom = min(data[2], display[2]) + 1, min(data[3], display[3]) + 1
    if left >= right or top >= bottom:
        raise ImageError(
            f"{picture.name}: expected pixels in the display window {display}, got the data window {data}; export the "
            "full frame"
        )
    rows, columns = slice(top - data[1], bottom - data[1]), slice(left - data[0], right - data[0])
    seen = None if picture.seen is None else seen_where(picture.seen[rows, columns], picture.name)
    notes: tuple[str, ...] = ()
    if (right - left, bottom - top) != part.size:
        notes = (f"Pixels outside the display window were cut off: {part.size[0]}×{part.size[1]} are stored",)
    kept = picture.noted(*notes, pixels=np.ascontiguousarray(picture.pixels[rows, columns]), seen=seen)
    if (right - left, bottom - top) == (width, height):
        return kept
    missing = f"The file holds {kept.size} of {width}×{height} pixels; the rest is not seen"
    left, top = left - display[0], top - display[1]
    if width == 2 * height:
        return kept.noted(missing, crop=Crop(full_height=height, left=left, top=top))
    pixels, mask = np.zeros((height, width, 3), kept.pixels.dtype), np.zeros((height, width), bool)
    place = slice(top, top + kept.pixels.shape[0]), slice(left, left + kept.pixels.shape[1])
    pixels[place], mask[place] = kept.pixels, True if kept.seen is None else kept.seen
    return kept.noted(missing, pixels=pixels, seen=mask)


def write_exr(path: Path, radiance: Float[np.ndarray, "h w 3"], is_half: bool = False, comment: str = "") -> None:
    """Write linear radiance as a ZIP-compressed OpenEXR file of float32, or of half floats. Not atomic: use
    `output.atomic`. The comment is an attribute of the header."""
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    if comment:
        header["comments"] = comment
    kind = np.float16 if is_half else np.float32
    OpenEXR.File(header, {"RGB": np.ascontiguousarray(radiance, kind)}).write(str(path))
