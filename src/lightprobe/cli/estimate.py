"""`lightprobe estimate`: the light of pictures and videos."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lightprobe.cli.inputs import expand, unique_names
from lightprobe.cli.progress import progress_bars
from lightprobe.cli.terminal import say
from lightprobe.errors import LightprobeError

if TYPE_CHECKING:
    from lightprobe.progress import Progress
    from lightprobe.runtime import Estimate, Estimator

PREVIEW_FOLDER = Path("lightprobe-out")


def estimate(
    inputs: Annotated[
        list[str], typer.Argument(help="Pictures, videos, folders or glob patterns.", show_default=False)
    ],
    model: Annotated[
        str,
        typer.Option(
            help="A model folder, or plain: the picture is projected exactly, without a model.",
            show_default="the bundled model, or plain if there is none",
        ),
    ] = "",
    response: Annotated[
        str,
        typer.Option(
            help="Tone curve of the pictures (not of HDR files): auto, srgb, filmic, agx, aces, reinhard. With auto, a "
            "model estimates the curve; plain assumes srgb.",
        ),
    ] = "auto",
    fov: Annotated[
        float | None,
        typer.Option(help="Horizontal field of view in degrees, for perspective pictures (not for panoramas)."),
    ] = None,
    format: Annotated[
        str, typer.Option(help="Convention of the printed coefficients; `lightprobe conventions` lists them.")
    ] = "radiance",
    preview: Annotated[
        Path | None,
        typer.Option(
            help="Path for previews (picture, surroundings, lit balls): a .png for one input, a folder for several.",
            show_default=str(PREVIEW_FOLDER),
        ),
    ] = None,
    no_preview: Annotated[bool, typer.Option("--no-preview", help="Write no previews.")] = False,
    every: Annotated[int, typer.Option(min=1, help="Use every n-th frame of videos.")] = 1,
    smoothing: Annotated[
        float, typer.Option(min=0, help="Time constant in seconds of the smoothing of videos; 0 for none.")
    ] = 0,
    repair: Annotated[
        bool,
        typer.Option(
            "--repair", help="Replace NaN, infinite and negative HDR values by 0; without it they are errors."
        ),
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json",
            help="Print one JSON object per line, for each picture or frame; write previews only with --preview.",
        ),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Estimate the light of pictures: spherical harmonics, the dominant light, the surroundings.

    Reads 2:1 panoramas, panoramas cropped by a phone (with GPano data), and perspective pictures (with --fov), as
    JPEG, PNG, WebP, TIFF, AVIF or HEIC. HDR environments (EXR or Radiance HDR) are projected exactly. Videos are
    processed frame by frame.

    \b
    Examples:
      lightprobe estimate pano.jpg
      lightprobe estimate webcam.png --fov 65 --preview light.png
      lightprobe estimate photos/ --json > light.jsonl
      lightprobe estimate walk.mp4 --every 5 --smoothing 0.5 --json
      lightprobe estimate render.png --response agx --format unity
      lightprobe estimate pano.jpg --model runs/a/model
    """
    from lightprobe.imaging.kinds import PICTURE_SUFFIXES, VIDEO_SUFFIXES
    from lightprobe.runtime import load
    from lightprobe.sphere.interop.conventions import find_convention

    find_convention(format)
    files = expand(inputs, (*PICTURE_SUFFIXES, *VIDEO_SUFFIXES))
    targets = _preview_targets(
        files, preview, wanted=not no_preview and (preview is not None or not (as_json or quiet))
    )
    estimator = load(model or None, response=response)
    options: dict[str, Any] = {"fov": fov, "repair": repair}
    failed = 0
    with progress_bars(quiet=quiet or as_json) as progress:
        progress.start("Estimating", len(files))
        for done, (file, target) in enumerate(zip(files, targets, strict=True), 1):
            is_video = file.suffix.lower() in VIDEO_SUFFIXES
            try:
                if is_video:
                    result, picture = _video(
                        estimator, file, every, smoothing, format, options, as_json, quiet, progress
                    )
                else:
                    picture = _read(file)
                    result = estimator(picture, **options)
                    if as_json:
                        _print_json(file, result, format)
                if target:
                    _draw(result, picture, target)
                if not (quiet or as_json):
                    _print_report(file, result, format, target)
            except (LightprobeError, ValueError) as error:
                failed += 1
                _report_failure(file, error, as_json)
            if is_video:  # the bar has shown its frames
                progress.start("Estimating", len(files), done=done)
            else:
                progress.advance()
    if failed:
        if len(files) > 1:
            say(f"lightprobe: {failed} of {len(files)} failed, {len(files) - failed} done", err=True)
        raise typer.Exit(1)


def _read(file: Path) -> Any:
    from lightprobe.imaging.files import read_picture

    return read_picture(file)


def _preview_targets(files: list[Path], preview: Path | None, wanted: bool) -> list[Path | None]:
    """Path of the preview of each file. Folders are made here, so that a wrong path fails before any work."""
    from lightprobe.errors import OutputError

    if not wanted:
        return [None] * len(files)
    if preview is not None and preview.suffix.lower() == ".png" and not preview.is_dir():
        if len(files) > 1:
            raise ValueError(f"expected a folder for {len(files)} previews, got {preview}; give a folder")
        return [preview]
    folder = preview or PREVIEW_FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: cannot make a folder for previews: {error.strerror}; choose another") from None
    return [folder / f"{name}.png" for name in unique_names(files)]


def _draw(result: Estimate, picture: Any, target: Path) -> None:
    from lightprobe.imaging.output import atomic

    with atomic(target) as temporary:
        result.preview(picture).save(temporary)


def _video(
    estimator: Estimator,
    file: Path,
    every: int,
    smoothing: float,
    format: str,
    options: dict[str, Any],
    as_json: bool,
    quiet: bool,
    progress: Progress,
) -> tuple[Estimate, Any]:
    """Print or count the frames of a video; returns the estimate of the last frame, and that frame."""
    from lightprobe.imaging.formats.video import video_length

    options = {key: value for key, value in options.items() if key != "repair"}
    total = video_length(file) // every
    last: tuple[Any, Estimate] | None = None
    frames = 0
    progress.start(file.name, total)
    for frame, result in estimator.video(file, every=every, smoothing=smoothing, **options):
        frames += 1
        last = (frame, result)
        if as_json:
            _print_json(file, result, format, frame=frame.index, time_s=round(frame.time, 6))
        progress.advance()
    if last is None:
        raise LightprobeError(f"{file}: the video has no frames; export it again")
    if not (quiet or as_json):
        say(f"{file}: {frames} frames; estimate of the last one, at {last[0].time:.2f} s (--json prints all):")
    return last[1], last[0].pixels


def _values(result: Estimate, format: str) -> tuple[list[str], Any]:
    from lightprobe.sphere.interop.conventions import find_convention

    return find_convention(format).labels(), result.sh.to(format)


def _print_json(file: Path, result: Estimate, format: str, **more: Any) -> None:
    document = {"source": str(file), **more, **result.to_dict()}
    if format != "radiance":
        names, values = _values(result, format)
        document["sh"] = {
            "convention": format,
            "names": names,
            "coeffs": values.tolist(),
            "flat": result.sh.flat(format).tolist(),
        }
    typer.echo(json.dumps(document))


def _report_failure(file: Path, error: Exception, as_json: bool) -> None:
    message = str(error)
    if as_json:
        typer.echo(json.dumps({"source": str(file), "error": message}))
    where = "" if str(file) in message else f"{file}: "
    say(f"lightprobe: {where}{message}", err=True)


def _print_report(file: Path, result: Estimate, format: str, target: Path | None) -> None:
    light = result.light
    side = "right" if light.azimuth >= 0 else "left"
    height = "above" if light.elevation >= 0 else "below"
    red, green, blue = light.color
    names, values = _values(result, format)
    lines = [
        str(file),
        f"  light     {abs(light.azimuth):.0f}° {side} of the center, {abs(light.elevation):.0f}° {height} the "
        f"horizon, intensity {light.intensity:.3g}, color {red:.2f} {green:.2f} {blue:.2f}, "
        f"{light.share:.0%} of the light on a surface that faces it",
        f"  picture   {result.seen:.0%} of the sphere seen, {result.clipped:.1%} clipped, response {result.response}",
        f"  sh        {format}, red green blue",
        *(f"    {name:<7} {r: .6f} {g: .6f} {b: .6f}" for name, (r, g, b) in zip(names, values, strict=True)),
    ]
    if target:
        lines.append(f"  preview   {target}")
    say("\n".join(lines))
