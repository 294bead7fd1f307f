"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

from lightprobe.cli.parameters import Option

Stereo = Annotated[
    str | None,
    Option(
        help="How two eyes share the picture: top-bottom, left-right, none. The left eye is used.",
        show_default="by metadata or looks",
    ),
]
IgnorePose = Annotated[bool, Option("--ignore-pose", help="Do not level pictures that metadata call tilted.")]
