"""Frames of videos, one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from lightprobe._shapes import UInt8
from lightprobe.errors import ImageError
from lightprobe.imaging.picture import check_size


@dataclass(frozen=True, kw_only=True, eq=False)
class Frame:
    """One picture of a video."""

    pixels: UInt8[np.ndarray, "h w 3"]
    time: float
    """Presentation time since the first frame [s]."""
    index: int


def video_length(path: str | Path) -> int:
    """Number of frames, as far as the file tells; 0 if it does not."""
    with _open(path) as container:
        stream = container.streams.video[0]
        if stream.frames:
            return stream.frames
        rate, duration = stream.average_rate, container.duration
        return int(rate * duration / av.time_base) if rate and duration else 0


def read_video(path: str | Path, every: int = 1) -> Iterator[Frame]:
    """Every n-th frame of the first video stream as sRGB pixels. Nothing but the current frame is held.

    Frames that do not say how their colours are coded count as BT.709 from 720 lines on, BT.601 below.

    Raises: ImageError if the file cannot be opened or breaks off; ValueError for `every` below 1.
    """
    if every < 1:
        raise ValueError(f"expected every ≥ 1, got {every}; 1 takes all frames")
    with _open(path) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        check_size(stream.width, stream.height, str(path))
        first: float | None = None
        try:
            for index, frame in enumerate(container.decode(stream)):
                time = float(frame.time) if frame.time is not None else index / float(stream.average_rate or 25)
                first = time if first is None else first
                if index % every == 0:
                    yield Frame(pixels=_srgb(frame), time=time - first, index=index)
        except av.FFmpegError as error:
            raise ImageError(
                f"{path}: expected a whole video, got one that breaks off ({error}); export it again"
            ) from error
        if first is None:
            raise ImageError(f"{path}: expected a video, got no frame in it; export it again")


def _open(path: str | Path) -> av.container.InputContainer:
    try:
        container = av.open(str(path))
    except FileNotFoundError:
        raise ImageError(f"{path}: expected a video, got no such file; check the path") from None
    except av.FFmpegError as error:
        raise ImageError(f"{path}: expected a video, got an unknown or damaged file ({error})") from error
    if not container.streams.video:
        container.close()
        raise ImageError(f"{path}: expected a video, got a file without pictures; choose another")
    return container


def _srgb(frame: av.VideoFrame) -> UInt8[np.ndarray, "h w 3"]:
    coded = {1: "ITU709", 5: "ITU601", 6: "ITU601", 7: "SMPTE240M", 9: "BT2020"}.get(int(frame.colorspace))
    matrix = coded or ("ITU709" if frame.height >= 720 else "ITU601")
    pixels = frame.to_ndarray(format="rgb24", src_colorspace=matrix)
    turns = round(-(frame.rotation or 0) / 90) % 4
    return np.ascontiguousarray(np.rot90(pixels, -turns)) if turns else pixels
