"""`lightprobe estimate`: light of pictures and videos."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lightprobe.cli.inputs import expand, unique_names
from lightprobe.cli.progress import progress
from lightprobe.errors import LightprobeError

if TYPE_CHECKING:
    from lightprobe.runtime import Estimate, Estimator

PREVIEW_FOLDER = Path("lightprobe-out")


def estimate(
    inputs: Annotated[list[str], typer.Argument(help="Pictures, videos, folders or patterns.", show_default=False)],
    model: Annotated[
        str,
        typer.Option(
            help="A model folder, or plain: what the picture shows, projected exactly, nothing guessed.",
            show_default="the one that is shipped, else plain",
        ),
    ] = "",
    response: Annotated[
        str,
        typer.Option(
            help="Tone curve of LDR pictures: auto, srgb, filmic, agx, aces, reinhard. With auto a model finds out by "
            "itself; plain takes srgb.",
        ),
    ] = "auto",
    fov: Annotated[
        float | None,
        typer.Option(help="Horizontal field of view in degrees: the pictures are perspective views, not panoramas."),
    ] = None,
    format: Annotated[
        str, typer.Option(help="Convention of the printed numbers; `lightprobe conventions` lists them.")
    ] = "radiance",
    preview: Annotated[
        Path | None,
        typer.Option(
            help="Where to draw picture, surroundings and lit balls: a .png for one input, a folder for several.",
            show_default=str(PREVIEW_FOLDER),
        ),
    ] = None,
    no_preview: Annotated[bool, typer.Option("--no-preview", help="Draw nothing.")] = False,
    every: Annotated[int, typer.Option(min=1, help="Of videos, take every n-th frame.")] = 1,
    smoothing: Annotated[float, typer.Option(min=0, help="Of videos, smooth with this time constant in seconds.")] = 0,
    repair: Annotated[
        bool, typer.Option("--repair", help="Take NaN, infinite and negative HDR values as 0 instead of refusing.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line, a line per picture or frame; draw nothing.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Estimate the light that pictures cast: spherical harmonics, dominant light, surroundings.

    Takes 2:1 panoramas, panoramas cropped by a phone (GPano data), and perspective pictures with --fov, as
    JPEG, PNG, WebP, TIFF, AVIF, HEIC; HDR environments as EXR or Radiance HDR, which are projected exactly;
    and videos, frame by frame.

    \b
    Examples:
      lightprobe estimate pano.jpg
      lightprobe estimate webcam.png --fov 65 --preview light.png
      lightprobe estimate photos/ --json > light.jsonl
      lightprobe estimate walk.mp4 --every 5 --smoothing 0.5 --json
      lightprobe estimate render.png --response agx --format unity
      lightprobe estimate pano.jpg --model runs/a/model
    """
    from lightprobe.imaging.suffixes import PICTURE_SUFFIXES, VIDEO_SUFFIXES
    from lightprobe.runtime import load
    from lightprobe.sphere.conventions import find_convention

    find_convention(format)
    files = expand(inputs, (*PICTURE_SUFFIXES, *VIDEO_SUFFIXES))
    targets = _preview_targets(
        files, preview, wanted=not no_preview and (preview is not None or not (as_json or quiet))
    )
    estimator = load(model or None, response=response)
    options: dict[str, Any] = {"fov": fov, "repair": repair}
    failed = 0
    with progress("Estimating", len(files), show=not (quiet or as_json)) as step:
        for file, target in zip(files, targets, strict=True):
            try:
                if file.suffix.lower() in VIDEO_SUFFIXES:
                    result, picture = _video(estimator, file, every, smoothing, format, options, as_json, quiet)
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
            step()
    if failed:
        if len(files) > 1:
            typer.echo(f"lightprobe: {failed} of {len(files)} failed, {len(files) - failed} done", err=True)
        raise typer.Exit(1)


def _read(file: Path) -> Any:
    from lightprobe.imaging.files import read_picture

    return read_picture(file)


def _preview_targets(files: list[Path], preview: Path | None, wanted: bool) -> list[Path | None]:
    """Where to draw each file; folders are made here, so that a wrong one fails before any work is done."""
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
        raise OutputError(f"{folder}: expected a folder for previews, got: {error.strerror}; choose another") from None
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
) -> tuple[Estimate, Any]:
    """Print or count the frames of a video; the last frame and its light stand for it."""
    from lightprobe.imaging.video import video_length

    options = {key: value for key, value in options.items() if key != "repair"}
    total = video_length(file) // every
    last: tuple[Any, Estimate] | None = None
    frames = 0
    with progress(file.name, total, show=not (quiet or as_json)) as step:
        for frame, result in estimator.video(file, every=every, smoothing=smoothing, **options):
            frames += 1
            last = (frame, result)
            if as_json:
                _print_json(file, result, format, frame=frame.index, time_s=round(frame.time, 6))
            step()
    if last is None:
        raise LightprobeError(f"{file}: expected a video, got no frame in it; export it again")
    if not (quiet or as_json):
        typer.echo(f"{file}: {frames} frames; the last one, at {last[0].time:.2f} s (--json prints all):")
    return last[1], last[0].pixels


def _values(result: Estimate, format: str) -> tuple[list[str], Any]:
    from lightprobe.sphere.conventions import find_convention

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
    typer.echo(f"lightprobe: {where}{message}", err=True)


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
        f"{light.share:.0%} of the light on what faces it",
        f"  picture   {result.seen:.0%} of the sphere seen, {result.clipped:.1%} clipped, response {result.response}",
        f"  sh        {format}, red green blue",
        *(f"    {name:<7} {r: .6f} {g: .6f} {b: .6f}" for name, (r, g, b) in zip(names, values, strict=True)),
    ]
    if target:
        lines.append(f"  preview   {target}")
    typer.echo("\n".join(lines))
