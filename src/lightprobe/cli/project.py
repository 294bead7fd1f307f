"""`lightprobe project`: exact projection of an environment map onto spherical harmonics."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from lightprobe.cli.options import IgnorePose, Stereo
from lightprobe.cli.parameters import Argument, Option
from lightprobe.cli.terminal import say


def project(
    input: Annotated[Path, Argument(help="A 2:1 panorama or a cubemap: EXR, Radiance HDR, or an sRGB picture.")],
    format: Annotated[
        str, Option(help="Convention of the coefficients; `lightprobe conventions` lists them.")
    ] = "radiance",
    bands: Annotated[int, Option(min=1, max=32, help="Number of bands; 3 give 9 coefficients.")] = 3,
    irradiance: Annotated[
        bool, Option("--irradiance", help="As cmgen --sh-irradiance: A_l L_lm with Condon-Shortley sign.")
    ] = False,
    no_shader: Annotated[
        bool, Option("--no-shader", help="As cmgen --sh=BANDS without --sh-shader: not pre-scaled.")
    ] = False,
    window: Annotated[
        str | None,
        Option(
            help="Window against ringing: auto (as cmgen), sloan, none, or a cut-off in bands.",
            show_default="auto for cmgen and cesium, else none",
        ),
    ] = None,
    no_mirror: Annotated[bool, Option("--no-mirror", help="As cmgen --no-mirror.")] = False,
    clamp: Annotated[
        bool,
        Option(
            "--clamp/--no-clamp",
            help="As cmgen --clamp: compress luminance above 4096; off by default in cmgen too.",
        ),
    ] = False,
    stereo: Stereo = None,
    ignore_pose: IgnorePose = False,
    repair: Annotated[
        bool,
        Option("--repair", help="Replace NaN and infinite values by 0; without it they are errors."),
    ] = False,
    as_json: Annotated[bool, Option("--json", help="Print one JSON object instead of text.")] = False,
    output: Annotated[
        Path | None, Option("--output", "-o", help="Write to this file instead of standard output.")
    ] = None,
    force: Annotated[bool, Option("--force", help="Let an output replace its input.")] = False,
) -> None:
    """Project an environment map onto spherical harmonics, exactly.

    With --format cmgen, the output is that of Filament's cmgen --sh-shader: windowed, pre-scaled and mirrored
    coefficients.

    \b
    Examples:
      lightprobe project env.exr --format cmgen > sh.txt
      lightprobe project env.exr --format cmgen --no-shader --bands 4 --window none
      lightprobe project env.hdr --format unity --json
      lightprobe project pano.jpg --window sloan
    """
    from lightprobe.cli.outputs import check_outputs
    from lightprobe.cli.streams import without_native_output
    from lightprobe.cli.text import format_coefficients, read_window, write_result
    from lightprobe.imaging.files import read_picture
    from lightprobe.imaging.geometry.layout import Layout, lay_out
    from lightprobe.imaging.picture import check_radiance
    from lightprobe.runtime.plain_estimate import project_picture
    from lightprobe.sphere.interop.cmgen import squeeze

    name = _format(format, bands, irradiance, no_shader, no_mirror or clamp)
    is_cmgen = name.startswith("cmgen")
    layout = Layout(stereo=stereo, ignore_pose=ignore_pose)
    check_outputs([input], [output], force)
    with without_native_output():
        picture = lay_out(check_radiance(read_picture(input), repair), layout)
    for note in picture.notes:
        say(f"lightprobe: note: {note}", err=True)
    sh = project_picture(picture, bands, squeeze if clamp else None)
    if no_mirror:
        sh = sh.mirrored()
    kind = read_window(window)
    if kind is None and is_cmgen and bands > 3:
        say(
            "lightprobe: no automatic window for more than 3 bands, as in cmgen; give a cut-off with --window", err=True
        )
        kind = "none"
    turned = {"frame": "filament-unmirrored"} if no_mirror else {}
    write_result(format_coefficients(sh, name, kind, as_json, **turned), output)


def _format(format: str, bands: int, irradiance: bool, no_shader: bool, other_flags: bool) -> str:
    """The convention that the flags select.

    Raises: ValueError for cmgen's flags without its format, or for pre-scaling with other than 3 bands.
    """
    if format != "cmgen":
        if irradiance or no_shader or other_flags:
            raise ValueError(
                f"--irradiance, --no-shader, --no-mirror and --clamp need --format cmgen, got {format!r}; drop them"
            )
        return format
    if irradiance:
        return "cmgen-irradiance"
    if no_shader:
        return "cmgen-radiance"
    if bands != 3:
        raise ValueError(f"expected 3 bands for pre-scaled coefficients, got {bands}; add --no-shader or --irradiance")
    return "cmgen"
