"""Filament's cmgen: its clamping of bright lights, and its text format.

Source: Filament, tools/cmgen/src/cmgen.cpp (outputSh) and libs/ibl/src/CubemapUtils.cpp (clamp).
"""

from __future__ import annotations

import re

import numpy as np

from lightprobe._shapes import Float
from lightprobe.sphere.harmonics.basis import band_count
from lightprobe.sphere.light import LUMINANCE

SQUEEZE_FROM, SQUEEZE_TO = 4096.0, 16384.0

SUFFIX = {"cmgen": ", irradiance, pre-scaled base", "cmgen-irradiance": ", irradiance", "cmgen-radiance": ""}

_NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_LINE = re.compile(rf"^\s*\(?\s*({_NUMBER})\s*,?\s+({_NUMBER})\s*,?\s+({_NUMBER})\s*\)?\s*;?\s*(?://.*)?$")


def squeeze(radiance: Float[np.ndarray, "*shape 3"]) -> Float[np.ndarray, "*shape 3"]:
    """Compress luminance above 4096, towards 16384 at infinity, and keep the hue: cmgen's clamp against bright suns.

    Source: Karis, "Tone mapping", 2013, as in Filament's CubemapUtils::clamp.
    """
    luminance = radiance @ LUMINANCE.astype(radiance.dtype)
    high = luminance > SQUEEZE_FROM
    if not high.any():
        return radiance
    out = radiance.copy()
    y = luminance[high].astype(np.float64)
    bent = (SQUEEZE_FROM**2 - SQUEEZE_TO * y) / (2 * SQUEEZE_FROM - SQUEEZE_TO - y)
    out[high] = radiance[high] * (bent / y)[:, None]
    return out


def format_text(values: Float[np.ndarray, "n 3"], labels: list[str]) -> str:
    """One line per coefficient, as cmgen prints them; a label may end in one of SUFFIX."""
    return "".join(
        "({:18.15f}, {:18.15f}, {:18.15f}); // {}\n".format(*rgb, label)
        for rgb, label in zip(values, labels, strict=True)
    )


def parse_text(text: str) -> Float[np.ndarray, "n 3"]:
    """Read the values from cmgen's text, or from plain lines of three numbers.

    Raises: ValueError naming the first line that is neither, or if the lines do not fill whole bands.
    """
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith(("//", "#")):
            continue
        match = _LINE.match(" ".join(line.split()))  # long runs of blanks would take the pattern hours
        if not match:
            raise ValueError(f"expected '(r, g, b); // L00' on line {number}, got {line.strip()[:60]!r}")
        rows.append([float(value) for value in match.groups()])
    if not rows:
        raise ValueError("expected lines of three numbers, got no line; give the output of cmgen --sh-shader")
    band_count(len(rows))
    return np.array(rows)
