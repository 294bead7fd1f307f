"""Catalogs with shares: exact in every stretch, and each catalog's samples in their order."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from lightprobe.training.data.mixture import AddedCatalog, parse_data, place_in


@pytest.mark.parametrize("shares", [(), (Fraction("0.35"),), (Fraction(1, 3), Fraction("0.2"), Fraction(1, 7))])
def test_every_stretch_has_the_shares_and_ranks_count(shares: tuple[Fraction, ...]) -> None:
    placed = [place_in(position, shares) for position in range(2000)]
    whole = (1 - sum(shares, Fraction(0)), *shares)
    for number, share in enumerate(whole):
        ranks = [rank for catalog, rank in placed if catalog == number]
        assert ranks == list(range(len(ranks)))
        for begin in (0, 101, 777):
            count = sum(catalog == number for catalog, _ in placed[begin : begin + 420])
            assert abs(count - 420 * share) < 3, (number, begin)


def test_one_share_alternates() -> None:
    assert [place_in(position, (Fraction(1, 4),))[0] for position in range(8)] == [0, 0, 0, 1, 0, 0, 0, 1]


def test_texts_are_folders_and_shares() -> None:
    folder, added = parse_data(["hdris", "worlds:0.35", "C:/more:1/4"])
    assert folder == Path("hdris")
    assert added == (
        AddedCatalog(folder=Path("worlds"), share=Fraction(7, 20)),
        AddedCatalog(folder=Path("C:/more"), share=Fraction(1, 4)),
    )
    assert parse_data(["D:hdris:0.5"]) == (Path("D:hdris:0.5"), ())


@pytest.mark.parametrize("texts", [["hdris", "worlds"], ["hdris", "worlds:x"], ["hdris", ":0.3"], ["hdris", "w:1"]])
def test_an_added_catalog_needs_a_share(texts: list[str]) -> None:
    with pytest.raises(ValueError, match=r"expected a folder and its share between 0 and 1, got .*--data worlds:0\.35"):
        parse_data(texts)


def test_shares_leave_room_for_the_first_catalog() -> None:
    with pytest.raises(ValueError, match=r"expected shares with a sum below 1, got a:0\.5, b:0\.5"):
        parse_data(["hdris", "a:0.5", "b:0.5"])
    with pytest.raises(ValueError, match="expected a folder of HDRIs, got none"):
        parse_data([""])
