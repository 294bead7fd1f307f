"""gAMA and cHRM: a PNG's color by the power of its curve and its chromaticities.

Source: W3C, "Portable Network Graphics (PNG) Specification (Third Edition)", sections 4.3, 11.3.2.1 and 11.3.2.2.
"""

from __future__ import annotations

from lightprobe.imaging.color.cicp import LINEAR, Cicp
from lightprobe.imaging.color.primaries import to_rec709
from lightprobe.imaging.color.space import ColorSpace, display_space, power_curve

_SRGB_GAMMA = 1 / 2.2
_TOLERANCE = 0.02
"""Share by which a gamma may differ from that of sRGB, or from 1, and count as the same."""


def from_gamma(gamma: float | None, chromaticities: tuple[float, ...] | None) -> ColorSpace:
    """The color space by gAMA (0.45455 for sRGB, 1 for linear) and by cHRM (x and y of white, red, green and blue).

    A gamma of about 1/2.2 counts as sRGB's curve. Values that no display has are not obeyed, and a note says so.
    """
    notes: list[str] = []
    matrix = None
    if chromaticities is not None:
        pairs = tuple(zip(chromaticities[::2], chromaticities[1::2], strict=False))
        try:
            if len(pairs) != 4 or not all(x + y <= 1.001 for x, y in pairs):
                raise ValueError
            matrix = to_rec709((*pairs[1:], pairs[0]))
        except ValueError:
            notes.append("The chromaticities of the cHRM chunk are impossible, and were not obeyed")
        if matrix is not None:
            notes.append("The primaries of the cHRM chunk were converted to Rec.709")
    if gamma is None or abs(gamma / _SRGB_GAMMA - 1) < _TOLERANCE:
        return ColorSpace(matrix=matrix, notes=tuple(notes))
    if not 0.1 <= gamma <= 10:
        return ColorSpace(matrix=matrix, notes=(*notes, f"The gamma {gamma:g} of the gAMA chunk was not obeyed"))
    if is_linear_gamma(gamma):
        notes.append("The picture is linear (gAMA 1.0): 1.0 is the largest value of its file")
        return ColorSpace(matrix=matrix, hdr=Cicp(transfer=LINEAR), notes=tuple(notes))
    notes.append(f"The curve is a power of {1 / gamma:.3g} (gAMA {gamma:g})")
    return display_space(matrix, 3 * (power_curve(1 / gamma),), tuple(notes))


def is_linear_gamma(gamma: float) -> bool:
    """Whether a gAMA says that the picture is linear."""
    return abs(gamma - 1) < _TOLERANCE


def unheeded(gamma: float | None, reason: str) -> tuple[str, ...]:
    """The note that a gAMA of 1.0 was not obeyed, and why; none for other values."""
    if gamma is None or not is_linear_gamma(gamma):
        return ()
    return (f"The gAMA chunk says linear (1.0), which was not obeyed, because {reason}",)
