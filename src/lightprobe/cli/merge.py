"""`lightprobe merge`: exposures of one panorama as an HDR environment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from lightprobe.cli.parameters import Argument, Option


def merge(
    inputs: Annotated[list[str], Argument(help="Two or more exposures of one 2:1 panorama.")],
    out: Annotated[Path, Option("--out", help="Path for the HDR environment: .exr, .hdr, or .jpg (with a gain map).")],
    ev: Annotated[
        str | None,
        Option(
            help="Exposures of the inputs in stops, in their order and separated by commas: -2,0,2.",
            show_default="from EXIF, or found from the pictures",
        ),
    ] = None,
    response: Annotated[
        str,
        Option(
            help="Tone curve of the pictures: auto, srgb, filmic, agx, aces, reinhard. With auto, it is found where "
            "exposures are known; otherwise it is srgb.",
        ),
    ] = "auto",
    model: Annotated[
        str,
        Option(
            help="A model folder, or plain: light that all exposures have lost stays lost.",
            show_default="the bundled model, or plain if there is none",
        ),
    ] = "",
    format: Annotated[
        str, Option(help="Convention of the coefficients; `lightprobe conventions` lists them.")
    ] = "radiance",
    as_json: Annotated[bool, Option("--json", help="Print one JSON object instead of text.")] = False,
    force: Annotated[bool, Option("--force", help="Let an output replace its input.")] = False,
    quiet: Annotated[bool, Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Merge exposures of one panorama (brackets of 360° cameras) into an HDR environment, and print its light.

    Exposures may be off by one pixel, which is undone; pictures that are further off are refused. Light that is clipped
    in all exposures is estimated.

    \b
    Examples:
      lightprobe merge -2.jpg 0.jpg +2.jpg --out env.exr
      lightprobe merge a.jpg b.jpg c.jpg --ev -2,0,2 --response srgb --out env.hdr
    """
    from lightprobe.cli.answer import print_json, print_report
    from lightprobe.cli.inputs import expand
    from lightprobe.cli.outputs import check_outputs
    from lightprobe.cli.streams import without_native_output
    from lightprobe.imaging.envmap import check_environment_path
    from lightprobe.imaging.files import read_picture
    from lightprobe.runtime import load
    from lightprobe.surround.brackets import estimate_bracket, merge_bracket, read_exposure

    files = expand(inputs)
    check_outputs(files, [check_environment_path(out)], force)
    estimator = load(model or None)
    with without_native_output():
        pictures = [read_picture(file) for file in files]
        stated = [read_exposure(file) for file in files] if ev is None else _factors(ev, len(files))
        known = [exposure for exposure in stated if exposure is not None]
        bracket = merge_bracket(pictures, known if len(known) == len(stated) else None, response)
        result = estimate_bracket(estimator, bracket)
    result.save_environment(out)
    middle = Path(bracket.picture.name)  # whose display white is 1.0
    if as_json:
        print_json(middle, result, format, files={"environment": out})
    elif not quiet:
        print_report(middle, result, format, environment=out)


def _factors(text: str, count: int) -> list[float]:
    """Exposures from stops. Raises: ValueError if they are not so many numbers."""
    try:
        stops = [float(part) for part in text.split(",")]
    except ValueError:
        raise ValueError(f"expected --ev with stops such as -2,0,2, got {text!r}; write numbers and commas") from None
    if not all(abs(stop) < 100 for stop in stops):
        raise ValueError(f"expected stops between -100 and 100 in --ev, got {text!r}; check them")
    if len(stops) != count:
        raise ValueError(f"expected {count} stops in --ev, one for each picture, got {text!r}; give as many")
    return [2.0**stop for stop in stops]
