"""The shelf: descriptions and files agree, but for the odd ones."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from lightprobe.data.fakehaven.pictures import panorama
from lightprobe.data.fakehaven.shelf import IMPOSSIBLE, ODD, folder_shelf, made_shelf
from lightprobe.imaging.formats.exr import write_exr


def test_the_same_count_makes_the_same_hdris() -> None:
    one, other = made_shelf(23, 16), made_shelf(23, 16)
    assert one.assets == other.assets
    assert len(one.assets) == 23
    assert sum(slug.endswith("_puresky") for slug in one.assets) == 2
    path = "/file/ph-assets/HDRIs/hdr/1k/meadow_a_01_1k.hdr"
    assert one.content(path) == other.content(path) is not None
    assert one.content("/file/ph-assets/HDRIs/hdr/4k/meadow_a_01_4k.hdr") is None


def test_descriptions_state_size_and_checksum() -> None:
    shelf = made_shelf(1, 16)
    tree = shelf.tree("meadow_a_01", "http://x")
    for resolution in ("1k", "2k"):
        for format in ("hdr", "exr"):
            file = tree["hdri"][resolution][format]
            content = shelf.content(file["url"].removeprefix("http://x")) or b""
            assert len(content) == file["size"]
            assert hashlib.md5(content).hexdigest() == file["md5"]


def test_odd_ones_are_added() -> None:
    shelf = made_shelf(1, 16)
    shelf.add_odd_ones()
    assert shelf.assets.keys() == {"meadow_a_01", *ODD, *IMPOSSIBLE}
    assert shelf.odd_tree("odd_md5", "")["hdri"]["1k"]["hdr"]["md5"] == "0" * 32
    assert shelf.redirects


def test_files_of_a_folder_keep_their_bytes(tmp_path: Path) -> None:
    write_exr(tmp_path / "Back yard.exr", panorama("soft", 1, 16))
    shelf = folder_shelf(tmp_path)
    assert list(shelf.assets) == ["Back_yard"]
    path = "/file/ph-assets/HDRIs/exr/1k/Back_yard_1k.exr"
    assert shelf.content(path) == (tmp_path / "Back yard.exr").read_bytes()
    np.testing.assert_array_equal(shelf.radiance["Back_yard"]("1k"), panorama("soft", 1, 16))


def test_hundreds_have_ids_of_their_own_and_share_pictures() -> None:
    shelf = made_shelf(900, 16)
    assert len(shelf.assets) == 900
    slugs = list(shelf.assets)
    for number in (60, 500, 899):
        one, other = (shelf.tree(slugs[n], "")["hdri"]["1k"]["hdr"] for n in (number, number % 60))
        assert (one["md5"], one["size"]) == (other["md5"], other["size"])
        assert one["url"] != other["url"]
        assert shelf.content(one["url"]) == shelf.content(other["url"]) is not None
    assert len({shelf.tree(slug, "")["hdri"]["1k"]["hdr"]["md5"] for slug in slugs[:60]}) == 60
