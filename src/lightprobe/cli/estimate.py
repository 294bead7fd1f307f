"""`lightprobe estimate`: the light of pictures and videos."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import click

from lightprobe.cli.answer import print_json, print_report, report_failure
from lightprobe.cli.frames import gathered_frames, print_frames
from lightprobe.cli.inputs import expand
from lightprobe.cli.options import IgnorePose, Stereo
from lightprobe.cli.outputs import (
    check_environment_width,
    check_outputs,
    draw_preview_file,
    environment_paths,
    open_table,
    output_paths,
    scene_paths,
)
from lightprobe.cli.parameters import Argument, Option
from lightprobe.cli.progress import progress_bars
from lightprobe.cli.streams import without_native_output
from lightprobe.cli.terminal import say
from lightprobe.cli.text import check_window
from lightprobe.errors import LightprobeError

PREVIEW_FOLDER = Path("lightprobe-out")


def estimate(
    inputs: Annotated[list[str], Argument(help="Pictures, videos, folders or glob patterns.")],
    model: Annotated[
        str,
        Option(
            help="A model folder, or plain: the picture is projected exactly, without a model.",
            show_default="the bundled model, or plain if there is none",
        ),
    ] = "",
    response: Annotated[
        str,
        Option(
            help="Tone curve of the pictures (not of HDR files): auto, srgb, filmic, agx, aces, reinhard. With auto, a "
            "model estimates the curve; plain assumes srgb.",
        ),
    ] = "auto",
    answer: Annotated[
        str | None,
        Option(
            help="How bright light that the picture does not show is taken to be: best (least expected error, "
            "cautious), median (too bright as often as too dark), or balanced. Only for models with several answers.",
            show_default="balanced",
        ),
    ] = None,
    fov: Annotated[
        float | None,
        Option(help="Horizontal field of view in degrees, for perspective pictures (not for panoramas)."),
    ] = None,
    hfov: Annotated[
        float | None,
        Option(help="Width in degrees of a part of a panorama: 360 for a strip that goes all the way around."),
    ] = None,
    vfov: Annotated[float | None, Option(help="Height in degrees of a part of a panorama.")] = None,
    elevation: Annotated[float, Option(help="Elevation in degrees of the center of that part.")] = 0,
    stereo: Stereo = None,
    ignore_pose: IgnorePose = False,
    cubemap: Annotated[
        bool,
        Option(
            "--cubemap",
            help="The six inputs are the faces of one cubemap: +X -X +Y -Y +Z -Z, or named so (px, posx, right ...).",
        ),
    ] = False,
    format: Annotated[
        str,
        Option(
            help="Convention of the coefficients; the whole answer is in its axes. `lightprobe conventions` lists "
            "them. Coefficients of a strong sun ring: renderers (three, babylon, playcanvas) then show "
            "negative light on the far side; --window sloan cures it."
        ),
    ] = "radiance",
    window: Annotated[
        str | None,
        Option(
            help="Window on the coefficients that are printed, against ringing: sloan (no negative irradiance, and no "
            "change where there is none), auto (as cmgen), none, or a cut-off in bands.",
            show_default="cmgen's for cmgen and cesium, otherwise none",
        ),
    ] = None,
    preview: Annotated[
        Path | None,
        Option(
            help="Path for previews (picture, surroundings, lit balls): a .png for one input, a folder for several.",
            show_default=str(PREVIEW_FOLDER),
        ),
    ] = None,
    no_preview: Annotated[bool, Option("--no-preview", help="Write no previews.")] = False,
    panorama: Annotated[
        Path | None,
        Option(
            help="Path for the surroundings as an HDR environment map of 64×32 (of videos: of the last frame): an "
            ".exr or .hdr for one input, a folder for several.",
        ),
    ] = None,
    without_light: Annotated[
        bool, Option("--without-light", help="Take the dominant light out of the --panorama.")
    ] = False,
    environment: Annotated[
        Path | None,
        Option(
            help="Path for the surroundings as an HDR environment map at the picture's resolution (of videos: of the "
            "last frame): .exr, .hdr or .jpg (with a gain map) for one input, a folder (.exr) for several. Clipped "
            "light is put back where it belongs.",
        ),
    ] = None,
    environment_width: Annotated[
        int | None,
        Option(
            help="Width in pixels of the --environment, and of that of a --scene.", show_default="that of the picture"
        ),
    ] = None,
    sun: Annotated[
        Path | None,
        Option(help="Path for the sun, or else the dominant light, as JSON for one input, a folder for several."),
    ] = None,
    without_sun: Annotated[
        bool, Option("--without-sun", help="Take the light of --sun out of the --environment.")
    ] = False,
    scene: Annotated[
        Path | None,
        Option(
            help="Path for a scene with the light (of videos: of the last frame): .usda (USD), .gltf, or .py (a script "
            "for Blender) for one input, a folder (.usda) for several. The environment without the sun lies beside it "
            "as NAME_environment.exr; the sun, or else the dominant light, is a lamp of its size.",
        ),
    ] = None,
    csv: Annotated[
        Path | None,
        Option(help="Path for a table: a row for each picture, or each frame of videos; units in its header."),
    ] = None,
    every: Annotated[int, Option(min=1, help="Use every n-th frame of videos.")] = 1,
    smoothing: Annotated[
        float, Option(min=0, help="Time constant in seconds of the smoothing of videos; 0 for none.")
    ] = 0,
    surround: Annotated[
        Path | None,
        Option(
            help="Path for the surroundings that the turning camera of a video has gathered, as an HDR environment "
            "map: .exr, .hdr or .jpg. Each answer is then that of all frames so far. Needs --fov."
        ),
    ] = None,
    orientation: Annotated[
        Path | None,
        Option(
            help="Table (CSV) of the camera's orientations: time in seconds, yaw, pitch, roll in degrees. Frames are "
            "gathered as with --surround.",
            show_default="found from the pictures with --surround",
        ),
    ] = None,
    repair: Annotated[
        bool,
        Option("--repair", help="Replace NaN and infinite HDR values by 0; without it they are errors."),
    ] = False,
    as_json: Annotated[
        bool,
        Option(
            "--json",
            help="Print one JSON object per line, for each picture or frame; write previews only with --preview.",
        ),
    ] = False,
    force: Annotated[bool, Option("--force", help="Let an output replace its input.")] = False,
    quiet: Annotated[bool, Option("--quiet", "-q", help="Print errors only.")] = False,
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
      lightprobe estimate walk.mp4 --fov 65 --orientation walk.csv --surround env.exr
      lightprobe estimate render.png --response agx --format unity
      lightprobe estimate sunny.jpg --answer median
      lightprobe estimate pano.jpg --environment env.exr
      lightprobe estimate pano.jpg --environment env.exr --without-sun --sun sun.json
      lightprobe estimate pano.jpg --scene light.usda
      lightprobe estimate photos/ --csv light.csv --window sloan
      lightprobe estimate pano.jpg --model runs/a/model
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # its threads take longer to start than all products together
    from lightprobe.imaging.geometry.layout import Layout
    from lightprobe.imaging.kinds import VIDEO_SUFFIXES
    from lightprobe.runtime import load
    from lightprobe.sphere.interop.conventions import find_convention

    format = find_convention(format).name
    kind = check_window(window)
    files = expand(inputs)
    faces = files if cubemap else []
    files = files[:1] if cubemap else files
    if without_light and panorama is None:
        raise ValueError("expected --panorama with --without-light; say where to write the panorama")
    if without_sun and environment is None:
        raise ValueError("expected --environment with --without-sun; say where to write the environment")
    if environment_width is not None:
        if environment is None and scene is None:
            raise ValueError("expected --environment or --scene with --environment-width; say where to write it")
        check_environment_width(environment_width)
    is_gathered = surround is not None or orientation is not None
    if is_gathered and (fov is None or len(files) != 1 or files[0].suffix.lower() not in VIDEO_SUFFIXES):
        raise ValueError("expected one video and --fov with --surround or --orientation; give both")
    nowhere: list[Path | None] = [None] * len(files)
    panoramas = output_paths(files, panorama, (".exr", ".hdr"), "panoramas") if panorama else nowhere
    envmaps = environment_paths(files, environment) if environment else nowhere
    suns = output_paths(files, sun, (".json",), "suns") if sun else nowhere
    wanted = not no_preview and (preview is not None or not (as_json or quiet))
    previews = output_paths(files, preview or PREVIEW_FOLDER, (".png",), "previews") if wanted else nowhere
    scenes, maps = scene_paths(files, scene) if scene else (nowhere, [])
    check_outputs(faces or files, [*previews, *panoramas, *envmaps, *suns, *scenes, *maps, surround, csv], force)
    estimator = load(model or None, response=response, answer=answer)
    layout = Layout(fov=fov, hfov=hfov, vfov=vfov, elevation=elevation, stereo=stereo, ignore_pose=ignore_pose)
    options: dict[str, Any] = {**vars(layout), "repair": repair}
    frames = gathered_frames(estimator, fov or 0, orientation) if is_gathered else estimator.video
    failed = 0
    with (
        without_native_output(),
        open_table(csv, format, window or "") as add_row,
        progress_bars(quiet=quiet or as_json) as progress,
    ):
        progress.start("Estimating", len(files))
        outputs = zip(files, previews, panoramas, envmaps, suns, scenes, strict=True)
        for done, (file, drawing, small_map, envmap, sun_file, rig) in enumerate(outputs, 1):
            is_video = not cubemap and file.suffix.lower() in VIDEO_SUFFIXES
            try:
                if is_video:
                    result, picture = print_frames(
                        frames, file, every, smoothing, format, kind, options, as_json, quiet, progress, add_row
                    )
                    picture = result.source if is_gathered else picture
                else:
                    picture = _read(file, faces)
                    result = estimator(picture, **options)
                if surround:
                    result.save_environment(surround, environment_width)
                if small_map:
                    result.save_panorama(small_map, without_light)
                if envmap:
                    rest = result.without_sun() if without_sun else result
                    rest.save_environment(envmap, environment_width, picture)
                if sun_file:
                    result.save_sun(sun_file, format, picture)
                if rig:
                    result.save(rig, environment_width, picture)
                if add_row and not is_video:
                    add_row(str(file), result.to_dict(format, kind))
                if as_json and not is_video:
                    written = {"environment": envmap, "sun": sun_file}
                    print_json(file, result, format, small_map, window=kind, files=written)
                if drawing:
                    draw_preview_file(result, picture, drawing)
                if not (quiet or as_json):
                    maps_written = {"panorama": small_map, "environment": envmap, "sun": sun_file, "scene": rig}
                    print_report(file, result, format, window=kind, preview=drawing, **maps_written)
            except (LightprobeError, ValueError) as error:
                failed += 1
                report_failure(file, error, as_json)
                if add_row:
                    add_row(str(file), error=str(error))
            if is_video:  # the bar has shown its frames
                progress.start("Estimating", len(files), done=done)
            else:
                progress.advance()
    if failed:
        if len(files) > 1:
            say(f"lightprobe: {failed} of {len(files)} failed, {len(files) - failed} done", err=True)
        raise click.exceptions.Exit(1)


def _read(file: Path, faces: list[Path]) -> Any:
    from lightprobe.imaging.files import read_cubemap, read_picture

    return read_cubemap(faces) if faces else read_picture(file)
