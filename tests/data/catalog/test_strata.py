"""Kinds of light, by words and by picture; pure skies."""

from __future__ import annotations

import pytest

from lightprobe.data.catalog.strata import is_puresky, stratum
from lightprobe.data.fakehaven.pictures import panorama


@pytest.mark.parametrize(
    ("categories", "words", "kind"),
    [
        (["indoor", "studio"], [], "studio"),
        (["indoor", "night"], [], "indoor"),
        (["outdoor", "night"], ["house"], "night"),
        ([], ["brown", "photostudio"], "studio"),
        ([], ["dancing", "hall"], "indoor"),
        ([], ["meadow"], ""),
    ],
)
def test_stratum_by_words(categories: list[str], words: list[str], kind: str) -> None:
    assert stratum(categories, words) == kind


def test_tags_do_not_outvote_categories() -> None:
    assert stratum(["outdoor"], ["house", "studio"], panorama("sun", 1, 64)) == "sun"
    assert stratum(["outdoor"], ["house"], panorama("soft", 1, 64)) == "soft"


@pytest.mark.parametrize("kind", ["sun", "soft"])
def test_stratum_by_picture(kind: str) -> None:
    assert stratum([], [], panorama(kind, 3, 64)) == kind


@pytest.mark.parametrize("slug", ["kloofendal_43d_clear_puresky", "kiara-Pure-Sky", "PURE_SKY_2"])
def test_pure_skies_by_name(slug: str) -> None:
    assert is_puresky(slug)


def test_pure_skies_by_flag() -> None:
    assert is_puresky("kloofendal", True)
    assert not is_puresky("kloofendal")
    assert not is_puresky("pure_cave")
