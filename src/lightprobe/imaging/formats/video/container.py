"""The file of a video: opening it, its video stream, and its packets up to the first damage."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition

from lightprobe.errors import ImageError

DEMUXERS = "mov,mp4,matroska,webm,avi,mpeg,mpegts,mjpeg,flv,asf,ogg"
"""Container formats that are opened. FFmpeg knows more; some of them list other files or addresses."""


def video_length(path: str | Path) -> int:
    """Number of frames from the file's metadata; 0 if unknown.

    Raises: ImageError if the file cannot be opened.
    """
    with open_video(path) as container:
        stream = picture_stream(container, path)
        if stream.frames:
            return stream.frames
        rate, duration = stream.average_rate, container.duration
        return int(rate * duration / av.time_base) if rate and duration else 0


def open_video(path: str | Path) -> InputContainer:
    """The opened file. Text in it that is no UTF-8 is dropped.

    Raises: ImageError if there is none, or none that FFmpeg knows.
    """
    try:
        if Path(path).is_file() and Path(path).stat().st_size == 0:
            raise ImageError(f"{path}: the file is empty; download or export it again")
        _check_matroska(Path(path))
        # with 'file:', FFmpeg takes no part of the name for a protocol or a pattern
        return av.open(
            f"file:{path}",
            options={"format_whitelist": DEMUXERS, "protocol_whitelist": "file"},
            metadata_errors="ignore",
        )
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


def picture_stream(container: InputContainer, path: str | Path) -> av.VideoStream:
    """The first video stream that is not a cover picture. Raises: ImageError if there is none."""
    for stream in container.streams.video:
        is_cover = stream.disposition & Disposition.attached_pic
        is_known = getattr(stream, "codec_context", None) is not None  # None where FFmpeg has no decoder for it
        if is_known and not is_cover:
            return stream
    raise ImageError(f"{path}: the file has no video stream that can be decoded; convert it to MP4")


def decoded_frames(container: InputContainer, stream: av.VideoStream, path: str | Path) -> Iterator[av.VideoFrame]:
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
