"""`lightprobe estimate`: the light of pictures and videos."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lightprobe.cli.answer import print_json, print_report, report_failure
from lightprobe.cli.inputs import expand
from lightprobe.cli.outputs import check_outputs, output_paths
from lightprobe.cli.progress import progress_bars
from lightprobe.cli.streams import without_native_output
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
    hfov: Annotated[
        float | None,
        typer.Option(help="Width in degrees of a part of a panorama: 360 for a strip that goes all the way around."),
    ] = None,
    vfov: Annotated[float | None, typer.Option(help="Height in degrees of a part of a panorama.")] = None,
    elevation: Annotated[float, typer.Option(help="Elevation in degrees of the center of that part.")] = 0,
    stereo: Annotated[
        str | None,
        typer.Option(
            help="How two eyes share the picture: top-bottom, left-right, none. The left eye is used.",
            show_default="by metadata or looks",
        ),
    ] = None,
    ignore_pose: Annotated[
        bool, typer.Option("--ignore-pose", help="Do not level pictures that metadata call tilted.")
    ] = False,
    cubemap: Annotated[
        bool,
        typer.Option(
            "--cubemap",
            help="The six inputs are the faces of one cubemap: +X -X +Y -Y +Z -Z, or named so (px, posx, right ...).",
        ),
    ] = False,
    format: Annotated[
        str,
        typer.Option(
            help="Convention of the coefficients; the whole answer is in its axes. `lightprobe conventions` lists them."
        ),
    ] = "radiance",
    preview: Annotated[
        Path | None,
        typer.Option(
            help="Path for previews (picture, surroundings, lit balls): a .png for one input, a folder for several.",
            show_default=str(PREVIEW_FOLDER),
        ),
    ] = None,
    no_preview: Annotated[bool, typer.Option("--no-preview", help="Write no previews.")] = False,
    environment: Annotated[
        Path | None,
        typer.Option(
            help="Path for the surroundings as an HDR environment map (of videos: of the last frame): an .exr or .hdr "
            "for one input, a folder for several.",
        ),
    ] = None,
    environment_width: Annotated[
        int | None,
        typer.Option(
            help="Width in pixels of the --environment; 64 is the panorama of the answer.",
            show_default="that of the picture",
        ),
    ] = None,
    sun: Annotated[
        Path | None,
        typer.Option(help="Path for the dominant light as JSON: a .json for one input, a folder for several."),
    ] = None,
    without_sun: Annotated[
        bool, typer.Option("--without-sun", help="Take the dominant light out of the --environment.")
    ] = False,
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
    force: Annotated[bool, typer.Option("--force", help="Let an output replace its input.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Estimate the light of pictures: spherical harmonics, the dominant light, the surroundings.

    Reads 2:1 panoramas, parts of panoramas (with GPano data, or with --hfov and --vfov), cubemaps, and perspective
    pictures (with --fov, or with a focal length in EXIF), as JPEG, PNG, WebP, TIFF, AVIF or HEIC. HDR environments (EXR
    or Radiance HDR) are projected exactly. Videos are processed frame by frame.

    \b
    Examples:
      lightprobe estimate pano.jpg
      lightprobe estimate webcam.png --fov 65 --preview light.png
      lightprobe estimate strip.jpg --hfov 360 --vfov 100
      lightprobe estimate --cubemap sky_*.png
      lightprobe estimate photos/ --json > light.jsonl
      lightprobe estimate walk.mp4 --every 5 --smoothing 0.5 --json
      lightprobe estimate render.png --response agx --format unity
      lightprobe estimate pano.jpg --environment env.exr
      lightprobe estimate pano.jpg --environment rest.exr --sun sun.json --without-sun
      lightprobe estimate pano.jpg --model runs/a/model
    """
    from lightprobe.imaging.geometry.layout import Layout
    from lightprobe.imaging.kinds import VIDEO_SUFFIXES
    from lightprobe.runtime import load
    from lightprobe.runtime.environment.composition import check_width
    from lightprobe.sphere.interop.conventions import find_convention

    find_convention(format)
    files = expand(inputs)
    faces = files if cubemap else []
    files = files[:1] if cubemap else files
    for option, is_given in (("--without-sun", without_sun), ("--environment-width", environment_width is not None)):
        if is_given and environment is None:
            raise ValueError(f"expected --environment with {option}; say where to write the environment")
    if environment_width is not None:
        check_width(environment_width)
    nowhere: list[Path | None] = [None] * len(files)
    environments = output_paths(files, environment, (".exr", ".hdr"), "environments") if environment else nowhere
    suns = output_paths(files, sun, (".json",), "suns") if sun else nowhere
    wanted = not no_preview and (preview is not None or not (as_json or quiet))
    previews = output_paths(files, preview or PREVIEW_FOLDER, (".png",), "previews") if wanted else nowhere
    check_outputs(faces or files, [*previews, *environments, *suns], force)
    estimator = load(model or None, response=response)
    layout = Layout(fov=fov, hfov=hfov, vfov=vfov, elevation=elevation, stereo=stereo, ignore_pose=ignore_pose)
    options: dict[str, Any] = {**vars(layout), "repair": repair}
    outputs = zip(files, previews, environments, suns, strict=True)
    failed = 0
    with without_native_output(), progress_bars(quiet=quiet or as_json) as progress:
        progress.start("Estimating", len(files))
        for done, (file, drawing, map_file, sun_file) in enumerate(outputs, 1):
            is_video = not cubemap and file.suffix.lower() in VIDEO_SUFFIXES
            try:
                if is_video:
                    result, picture = _video(
                        estimator, file, every, smoothing, format, options, as_json, quiet, progress
                    )
                else:
                    picture = _read(file, faces)
                    result = estimator(picture, **options)
                if map_file:
                    rest = result.without_sun() if without_sun else result
                    rest.save_environment(map_file, picture, environment_width)
                if sun_file:
                    result.save_sun(sun_file, format)
                if as_json and not is_video:
                    print_json(file, result, format, files={"environment": map_file, "sun": sun_file})
                if drawing:
                    _draw(result, picture, drawing)
                if not (quiet or as_json):
                    print_report(file, result, format, preview=drawing, environment=map_file, sun=sun_file)
            except (LightprobeError, ValueError) as error:
                failed += 1
                report_failure(file, error, as_json)
            if is_video:  # the bar has shown its frames
                progress.start("Estimating", len(files), done=done)
            else:
                progress.advance()
    if failed:
        if len(files) > 1:
            say(f"lightprobe: {failed} of {len(files)} failed, {len(files) - failed} done", err=True)
        raise typer.Exit(1)


def _read(file: Path, faces: list[Path]) -> Any:
    from lightprobe.imaging.files import read_cubemap, read_picture

    return read_cubemap(faces) if faces else read_picture(file)


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
            print_json(file, result, format, frame_index=frame.index, time_s=round(frame.time, 6))
        progress.advance()
    if last is None:
        raise LightprobeError(f"{file}: the video has no frames; export it again")
    if not (quiet or as_json):
        say(f"{file}: {frames} frames; estimate of the last one, at {last[0].time:.2f} s (--json prints all):")
    return last[1], last[0].picture
