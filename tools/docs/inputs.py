"""Write docs/inputs.md from the table of kinds in lightprobe.imaging.kinds, and from the arrangements below.

python tools/docs/inputs.py [--check]
"""

from __future__ import annotations

import sys

from lightprobe.imaging.kinds import KINDS, REFUSED, Kind
from results import ROOT

TARGET = ROOT / "docs" / "inputs.md"

INTRO = """# Inputs

What `lightprobe estimate` and `lightprobe.estimate` read, what of a file they obey, and what they refuse. The tables
are made from the code by `tools/docs/inputs.py`; tests compare them, and read or refuse an example of each kind.

Kinds are found from the first bytes of a file, not from its name; in folders, files are looked for by the suffixes of
this table. What a file holds beyond what is used is named in the `notes` of the answer, and in the printed report. An
error is one line that says what to do.
"""

ARRANGEMENTS = (
    (
        "Whole panorama",
        "width twice the height, within a pixel",
        "projected; poses of GPano are applied, unless `--ignore-pose` is given",
    ),
    ("Cropped panorama", "GPano data; the data window of OpenEXR", "placed; the rest is filled"),
    ("Strip of a panorama", "`--hfov` and `--vfov`, `--elevation` of its center", "placed; the rest is filled"),
    ("Perspective picture", "`--fov`, or the focal length that EXIF states", "placed; the rest is filled"),
    (
        "Two eyes",
        "`--stereo`; metadata of GPano, VR180 or video; two halves that look alike",
        "the left eye is used",
    ),
    ("VR180", "metadata", "placed on half of the sphere; the rest is filled"),
    (
        "Cubemap",
        "six files, a cross or a strip of six faces; envmap of OpenEXR; EAC of video",
        "laid out as a panorama",
    ),
    ("Transparent parts", "opacity below one half", "not seen; filled"),
    ("Dual fisheye", "two circles on black", "refused: stitch it with the maker's program"),
    ("Black bars", "straight black bars over more than a tenth", "used as they are, with a warning"),
)
"""How a picture lies on the sphere: name, how it is known, what is done."""


def _suffixes(kind: Kind) -> str:
    return " ".join(f"`{suffix}`" for suffix in kind.suffixes)


def _row(kind: Kind) -> str:
    return f"| {kind.name} | {_suffixes(kind)} | {kind.read} | {kind.obeyed} | {kind.unused} |"


def page() -> str:
    """The text of docs/inputs.md."""
    parts = [
        INTRO,
        "## Kinds of files\n",
        "| kind | suffixes | what is read | what is obeyed | what is not used or refused |",
        "|---|---|---|---|---|",
        *(_row(kind) for kind in KINDS if kind.role != REFUSED),
        "\n## Kinds that are refused\n",
        "Files of these kinds end in one line; in folders they are counted and passed over.\n",
        "| kind | suffixes | why, and what to do |",
        "|---|---|---|",
        *(
            f"| {kind.name} | {_suffixes(kind)} | {kind.advice.removeprefix('which ')} |"
            for kind in KINDS
            if kind.role == REFUSED
        ),
        "\n## Where a picture lies on the sphere\n",
        "What you say goes before what the file says, and that before what the picture looks like.\n",
        "| picture | known by | what is done |",
        "|---|---|---|",
        *(f"| {name} | {known} | {done} |" for name, known, done in ARRANGEMENTS),
    ]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    if "--check" not in sys.argv:
        TARGET.write_text(page(), encoding="utf-8")
    elif not TARGET.exists() or TARGET.read_text(encoding="utf-8") != page():
        sys.exit(f"{TARGET.name} differs from the table of kinds; run make docs")
