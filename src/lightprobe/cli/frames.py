"""Frames of videos on the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lightprobe.cli.answer import print_json
from lightprobe.cli.terminal import say
from lightprobe.errors import LightprobeError

if TYPE_CHECKING:
    from lightprobe.progress import Progress
    from lightprobe.runtime import Estimate, Estimator
    from lightprobe.scenes.table import AddRow


def gathered_frames(estimator: Estimator, fov: float, orientation: Path | None) -> Callable[..., Any]:
    """Frames of a turning camera, each with the light of all frames so far."""
    from lightprobe.surround import Surround, read_track

    track, surround = None if orientation is None else read_track(orientation), Surround(estimator, fov=fov)
    return lambda file, every, smoothing, **_: surround.video(file, track, every=every, smoothing=smoothing)


def print_frames(
    read: Callable[..., Any],
    file: Path,
    every: int,
    smoothing: float,
    format: str,
    window: str | float | None,
    options: dict[str, Any],
    as_json: bool,
    quiet: bool,
    progress: Progress,
    add_row: AddRow | None,
) -> tuple[Estimate, Any]:
    """Print or count the frames of a video; returns the estimate of the last frame, and that frame."""
    from lightprobe.imaging.formats.video import video_length

    options = {key: value for key, value in options.items() if key != "repair"}
    total = video_length(file) // every
    last: tuple[Any, Estimate] | None = None
    frames = 0
    progress.start(file.name, total)
    for frame, result in read(file, every=every, smoothing=smoothing, **options):
        frames += 1
        last = (frame, result)
        if as_json:
            print_json(file, result, format, window=window, frame_index=frame.index, time_s=round(frame.time, 6))
        if add_row:
            add_row(str(file), result.to_dict(format, window), frame.index, round(frame.time, 6))
        progress.advance()
    if last is None:
        raise LightprobeError(f"{file}: the video has no frames; export it again")
    if not (quiet or as_json):
        say(f"{file}: {frames} frames; estimate of the last one, at {last[0].time:.2f} s (--json prints all):")
    return last[1], last[0].picture
