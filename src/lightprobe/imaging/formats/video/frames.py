"""Reading the frames of a video."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import cos, radians, sin
from pathlib import Path
from struct import pack
from typing import TYPE_CHECKING, cast

import av
import numpy as np
from av.error import FFmpegError

from lightprobe._shapes import Num
from lightprobe.errors import ImageError
from lightprobe.imaging.codecs.damage import image_errors
from lightprobe.imaging.formats.video.codes import frame_colors
from lightprobe.imaging.formats.video.container import decoded_frames, open_video, picture_stream
from lightprobe.imaging.formats.video.headers import TrackBoxes, read_track_boxes
from lightprobe.imaging.formats.video.pixel_map import DISPLAY_MATRIX, pixel_map_of
from lightprobe.imaging.formats.video.spherical import (
    SPHERICAL,
    STEREO_3D,
    Spherical,
    file_spherical,
    frame_spherical,
    with_tags,
)
from lightprobe.imaging.picture import MAX_PIXELS, Picture, check_picture_size

if TYPE_CHECKING:
    from av.sidedata.sidedata import SideData

_READ = (DISPLAY_MATRIX, STEREO_3D, SPHERICAL)
_NEEDS_METADATA = (5, 10, 20)
"""Profiles of Dolby Vision that have colors of their own (IPT) where their base layer is compatible with nothing."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Frame:
    """One picture of a video."""

    picture: Picture
    """Display values (uint8, or uint16 where the curve is no standard one), or, of PQ, HLG and linear videos, radiance
    (float32, 203 cd/m² = 1.0), in the video's own primaries."""
    time: float
    """Presentation time since the first frame [s]; never runs backwards."""
    index: int

    @property
    def pixels(self) -> Num[np.ndarray, "h w 3"]:
        """The pixels of the picture."""
        return self.picture.pixels


def read_video(path: str | Path, every: int = 1) -> Iterator[Frame]:
    """Every n-th frame of the first video stream. Only the current frame is in memory; skipped ones are not converted.

    Obeyed, frame by frame: matrix, range, primaries and curve (BT.709 where nothing is said; the matrix is then that
    of BT.601 below 720 lines), sample aspect ratio, cropping, display matrix (quarter turns and mirrors). `tags` hold
    what the file says about eyes, projection and pose. A frame of PQ, HLG or linear light takes 12 bytes per pixel,
    and 6 more while it is converted.

    Raises: ImageError if the file cannot be opened, breaks off, or has a kind of color or projection that is not
    supported; ValueError for `every` below 1.
    """
    if every < 1:
        raise ValueError(f"expected every ≥ 1, got {every}; 1 takes all frames")
    name = str(path)
    with open_video(path) as container:
        stream = picture_stream(container, path)
        check_picture_size(stream.width, stream.height, name)
        stream.thread_type = "AUTO"
        stream.codec_context.options = {"max_pixels": str(2 * MAX_PIXELS)}
        boxes = _checked(read_track_boxes(Path(path), stream.index), name)
        said = file_spherical(boxes, dict(stream.metadata))
        index, first, last = -1, 0.0, 0.0
        for index, frame in enumerate(decoded_frames(container, stream, path)):
            time = float(frame.time) if frame.pts is not None else index / float(stream.average_rate or 25)
            first = time if index == 0 else first
            last = max(last, time - first)
            if index % every == 0:
                aspect = stream.sample_aspect_ratio
                # without a name for the picture, which would live until the next one is made
                yield Frame(picture=_picture(frame, name, aspect, boxes, said), time=last, index=index)
        if index < 0:
            raise ImageError(f"{path}: the video has no frames; export it again")


def _checked(boxes: TrackBoxes, name: str) -> TrackBoxes:
    """Raises: ImageError for Dolby Vision without a base layer that can be shown without its metadata."""
    profile, base = boxes.dolby_vision or (0, 1)
    if profile in _NEEDS_METADATA and base == 0:
        raise ImageError(
            f"{name}: Dolby Vision profile {profile} is not supported, for its colors need its metadata; "
            "export it as HDR10, HLG or SDR"
        )
    return boxes


def _picture(frame: av.VideoFrame, name: str, aspect: Fraction | None, boxes: TrackBoxes, said: Spherical) -> Picture:
    """The picture of a frame, with all that its file and its side data say."""
    side_data = _side_data(frame)
    said = frame_spherical(said, side_data)
    mapped = pixel_map_of(
        *(frame.width, frame.height),
        aspect=aspect,
        cropping=boxes.cropping,
        display_matrix=side_data.get(DISPLAY_MATRIX),
        swapped=said.stereo if said.is_right_first else None,
        name=name,
    )
    with image_errors(name, "video", also=(FFmpegError,)):
        colors = frame_colors(frame, mapped, name)
    picture = with_tags(colors, said)
    if boxes.dolby_vision is not None or any(kind.startswith("DOVI") for kind in side_data):
        return picture.noted("Dolby Vision metadata were not used; the base layer was")
    return picture


def _side_data(frame: av.VideoFrame) -> dict[str, bytes]:
    """The side data of a frame by name; the large kinds empty."""
    try:
        found = cast("Iterable[SideData]", frame.side_data)
        return {data.type.name: bytes(memoryview(data)) if data.type.name in _READ else b"" for data in found}
    except ValueError:  # PyAV does not know all kinds that FFmpeg has
        return {DISPLAY_MATRIX: _turned(frame.rotation)} if frame.rotation else {}


def _turned(degrees: float) -> bytes:
    """The display matrix of a turn counterclockwise."""
    x, y = round(65536 * cos(radians(degrees))), round(65536 * sin(radians(degrees)))
    return pack("=9i", x, -y, 0, y, x, 0, 0, 0, 1 << 30)
