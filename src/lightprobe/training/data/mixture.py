"""Mixture: one catalog that is trained on and scored, and others that are added with fixed shares of all samples.

The catalog of each position of a run is a function of the position alone, so any process can compute it, and every
stretch of positions has the shares, to one sample.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

FORM = "give --data hdris, then for each further catalog --data FOLDER:SHARE, such as --data worlds:0.35"


@dataclass(frozen=True, kw_only=True)
class AddedCatalog:
    """A catalog that is trained on besides the first one, and never scored."""

    folder: Path
    share: Fraction
    """Of all samples of a run."""


def parse_data(texts: Iterable[str]) -> tuple[Path, tuple[AddedCatalog, ...]]:
    """The folder that is trained on and scored, and the added catalogs, from texts such as 'hdris', 'worlds:0.35'.

    The first text is always a folder as a whole.

    Raises: ValueError for no text, an added catalog without a share, or shares that are not above 0 or reach 1.
    """
    first, *others = texts or [""]
    if not first:
        raise ValueError(f"expected a folder of HDRIs, got none; {FORM}")
    added = tuple(_parse_added(text) for text in others)
    if sum((catalog.share for catalog in added), Fraction(0)) >= 1:
        raise ValueError(f"expected shares with a sum below 1, got {', '.join(others)}; {FORM}")
    return Path(first), added


def _parse_added(text: str) -> AddedCatalog:
    folder, _, number = text.rpartition(":")
    try:
        share = Fraction(number)
    except (ValueError, ZeroDivisionError):
        share = Fraction(0)
    if not folder or not 0 < share < 1:
        raise ValueError(f"expected a folder and its share between 0 and 1, got {text!r}; {FORM}")
    return AddedCatalog(folder=Path(folder), share=share)


def place_in(position: int, shares: Sequence[Fraction]) -> tuple[int, int]:
    """The catalog of a position, 0 for the first and 1 … for the added ones, and its rank among that catalog's.

    With n positions before this one, an added catalog has had n · share of them, rounded; the first catalog has the
    rest.
    """
    rank, left = position, Fraction(1)
    for number, share in enumerate(shares, 1):
        part = share / left
        if int((rank + 1) * part) > int(rank * part):
            return number, int(rank * part)
        rank -= int(rank * part)
        left -= share
    return 0, rank
