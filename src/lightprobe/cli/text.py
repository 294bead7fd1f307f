"""Formatting and parsing of coefficients."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lightprobe.cli.terminal import say

if TYPE_CHECKING:
    import numpy as np

    from lightprobe.sphere import SH

MOST_BANDS = 32
"""As of `lightprobe project --bands`."""
MOST_TEXT = 1 << 20
"""Longest text that is read [letters]."""


def read_window(text: str | None) -> str | float | None:
    """A window from the command line: a name or a number.

    Raises: ValueError if it is neither.
    """
    if text is None or text in ("auto", "sloan", "none"):
        return text
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"expected --window auto, sloan, none or a cut-off in bands, got {text!r}") from None


def format_coefficients(sh: SH, format: str, window: str | float | None, as_json: bool, **more: str) -> str:
    """The coefficients in a convention, as text like cmgen's or as a JSON object; `more` changes entries of that."""
    from lightprobe.sphere.interop.cmgen import SUFFIX, format_text
    from lightprobe.sphere.interop.conventions import find_convention

    if as_json:
        return json.dumps({**sh.to_dict(format, window), **more}) + "\n"
    labels = find_convention(format).labels(sh.bands)
    return format_text(sh.to(format, window), [f"{label}{SUFFIX.get(format, '')}" for label in labels])


def parse_coefficients(text: str, convention: str) -> SH:
    """Coefficients from cmgen's text, plain rows of numbers, or JSON (a list, or an object that holds one).

    Raises: ValueError if the text is none of these, names another convention, holds more than `MOST_BANDS`, or does not
    fill whole bands.
    """
    from lightprobe.sphere import SH
    from lightprobe.sphere.interop.cmgen import parse_text
    from lightprobe.untrusted.json_text import parse_json

    if len(text) > MOST_TEXT:
        raise ValueError(f"expected coefficients, got more than {MOST_TEXT >> 20} MiB of text; check the input")
    if text.lstrip()[:1] not in ("[", "{"):
        return SH.from_convention(_bounded(parse_text(text)), convention)
    try:
        content: Any = parse_json(text)
    except ValueError as error:
        raise ValueError(f"{error}; give JSON, or lines of three numbers") from None
    while isinstance(content, dict):
        if (named := content.get("convention", convention)) != convention:
            raise ValueError(f"expected coefficients in {convention!r}, got a file in {named!r}; give --from {named}")
        key = next((key for key in ("sh", "coeffs", "flat") if key in content), None)
        if key is None:
            raise ValueError(f"expected a list or an object with 'coeffs' or 'sh', got keys {', '.join(content)}")
        content = content[key]
    import numpy as np

    try:
        values = np.array(content, np.float64)
    except (TypeError, ValueError):
        raise ValueError("expected a JSON list of numbers or of RGB rows, got other values; check the input") from None
    if values.ndim not in (1, 2):
        raise ValueError("expected a JSON list of numbers or of RGB rows, got other values; check the input")
    return SH.from_convention(_bounded(values), convention)


def _bounded(values: np.ndarray) -> np.ndarray:
    """The values again. Raises: ValueError if there are too many: work grows with the fourth power of the bands."""
    if values.size > 3 * MOST_BANDS**2:
        raise ValueError(f"expected at most {MOST_BANDS} bands, got {values.size} numbers; check the input")
    return values


def write_result(text: str, output: Path | None) -> None:
    """Write to a file, atomically, or to standard output. Raises: OutputError."""
    from lightprobe.imaging.output import write_text

    if output is None:
        sys.stdout.write(text)
    else:
        write_text(output, text)
        say(f"written to {output}", err=True)
