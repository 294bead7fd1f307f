"""Frames of a video, one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition

from lightprobe._shapes import UInt8
from lightprobe.errors import ImageError
from lightprobe.imaging.picture import check_picture_size

DEMUXERS = "mov,mp4,matroska,webm,avi,mpeg,mpegts,mjpeg,flv,asf,ogg"
"""Container formats that are opened. FFmpeg knows more; some of them list other files or addresses."""

_MATRICES = {1: "ITU709", 4: "FCC", 5: "ITU601", 6: "ITU601", 7: "SMPTE240M", 9: "BT2020", 10: "BT2020"}
"""PyAV's names of the matrices from luma and chroma to color. Source: ITU-T H.273, table 4."""
_HDR_CURVES = {16: "PQ", 18: "HLG"}
"""Transfer characteristics of HDR video. Source: ITU-T H.273, table 3."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Frame:
    """One picture of a video."""

    pixels: UInt8[np.ndarray, "h w 3"]
    time: float
    """Presentation time since the first frame [s]; never runs backwards."""
    index: int


def video_length(path: str | Path) -> int:
    """Number of frames from the file's metadata; 0 if unknown.

    Raises: ImageError if the file cannot be opened.
    """
    with _open(path) as container:
        stream = _pictures(container, path)
        if stream.frames:
            return stream.frames
        rate, duration = stream.average_rate, container.duration
        return int(rate * duration / av.time_base) if rate and duration else 0


def read_video(path: str | Path, every: int = 1) -> Iterator[Frame]:
    """Every n-th frame of the first video stream as sRGB pixels. Only the current frame is in memory.

    Without metadata about color, frames count as BT.709 from 720 lines on, and as BT.601 below.

    Raises: ImageError if the file cannot be opened, breaks off or is HDR; ValueError for `every` below 1.
    """
    if every < 1:
        raise ValueError(f"expected every ≥ 1, got {every}; 1 takes all frames")
    with _open(path) as container:
        stream = _pictures(container, path)
        check_picture_size(stream.width, stream.height, str(path))
        stream.thread_type = "AUTO"
        index, first, last = -1, 0.0, 0.0
        for index, frame in enumerate(_frames(container, stream, path)):
            time = float(frame.time) if frame.pts is not None else index / float(stream.average_rate or 25)
            first = time if index == 0 else first
            last = max(last, time - first)
            if index % every == 0:
                yield Frame(pixels=_srgb(frame, path), time=last, index=index)
        if index < 0:
            raise ImageError(f"{path}: the video has no frames; export it again")


def _open(path: str | Path) -> InputContainer:
    try:
        if Path(path).is_file() and Path(path).stat().st_size == 0:
            raise ImageError(f"{path}: the file is empty; download or export it again")
        _check_matroska(Path(path))
        # with 'file:', FFmpeg takes no part of the name for a protocol or a pattern
        return av.open(f"file:{path}", options={"format_whitelist": DEMUXERS, "protocol_whitelist": "file"})
    except FileNotFoundError:
        raise ImageError(f"{path}: no such file; check the path") from None
    except (FFmpegError, OSError, ValueError) as error:
        raise ImageError(
            f"{path}: unknown video format or damaged file ({_reason(error)}); export it as MP4"
        ) from error


def _check_matroska(path: Path) -> None:
    """Raises: ImageError if a Matroska or WebM file is shorter than its header says, which FFmpeg ignores.

    Source: RFC 8794, section 4 (sizes) and RFC 9559, section 5 (the Segment, 18 53 80 67).
    """
    with path.open("rb") as file:
        head = file.read(4096)
    start = head.find(b"\x18\x53\x80\x67") + 4
    if not head.startswith(b"\x1a\x45\xdf\xa3") or start < 4 or len(head) < start + 8 or not head[start]:
        return
    length = 9 - head[start].bit_length()
    size = int.from_bytes(head[start : start + length]) & ((1 << 7 * length) - 1)
    is_unknown = size == (1 << 7 * length) - 1
    if not is_unknown and path.stat().st_size < start + length + size:
        raise ImageError(
            f"{path}: the video is cut short: expected {start + length + size} bytes, got {path.stat().st_size}; "
            "download or export it again"
        )


def _pictures(container: InputContainer, path: str | Path) -> av.VideoStream:
    """The first video stream that is not a cover picture."""
    for stream in container.streams.video:
        is_cover = stream.disposition & Disposition.attached_pic
        is_known = getattr(stream, "codec_context", None) is not None  # None where FFmpeg has no decoder for it
        if is_known and not is_cover:
            return stream
    raise ImageError(f"{path}: the file has no video stream that can be decoded; convert it to MP4")


def _frames(container: InputContainer, stream: av.VideoStream, path: str | Path) -> Iterator[av.VideoFrame]:
    """Frames up to the first damage.

    Raises: ImageError there.
    """
    reason = ""
    try:
        for packet in container.demux(stream):
            if packet.is_corrupt:
                reason = "a packet is cut short"
                break
            for frame in packet.decode():
                if frame.is_corrupt:
                    reason = "a frame is incomplete"
                    break
                yield frame
            if reason:
                break
    except FFmpegError as error:
        reason = _reason(error)
    if reason:
        raise ImageError(f"{path}: the video breaks off ({reason}); export it again")


def _reason(error: BaseException) -> str:
    return (getattr(error, "strerror", None) or str(error)).splitlines()[0][:120]


def _srgb(frame: av.VideoFrame, path: str | Path) -> UInt8[np.ndarray, "h w 3"]:
    curve = _HDR_CURVES.get(int(frame.color_trc))
    if curve:
        raise ImageError(f"{path}: expected an SDR video, got {curve} HDR; export it as SDR (BT.709)")
    matrix = _MATRICES.get(int(frame.colorspace)) or ("ITU709" if frame.height >= 720 else "ITU601")
    pixels = frame.to_ndarray(format="rgb24", src_colorspace=matrix)
    turns = round((frame.rotation or 0) / 90) % 4  # counterclockwise
    return np.ascontiguousarray(np.rot90(pixels, turns)) if turns else pixels
