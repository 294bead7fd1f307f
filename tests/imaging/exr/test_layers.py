"""Which channels of an OpenEXR file are the picture."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import OpenEXR
import pytest
from makers import exr, exr_attribute

from lightprobe.errors import ImageError
from lightprobe.imaging import Picture, read_picture

SIZE = (4, 8)


def read(tmp_path: Path, layers: dict[str, float], *others: str, views: tuple[str, ...] = ()) -> Picture:
    """A file whose layers (prefixes of R, G, B) have these values, with other channels and a list of views."""
    channels = {f"{layer}{c}": np.full(SIZE, value) for layer, value in layers.items() for c in "RGB"}
    channels |= dict.fromkeys(others, np.full(SIZE, 99.0))
    listed = b"".join(struct.pack("<I", len(view)) + view.encode() for view in views)
    extra = exr_attribute("multiView", "stringvector", listed) if views else b""
    (tmp_path / "a.exr").write_bytes(exr(channels, None, extra))
    return read_picture(tmp_path / "a.exr")


@pytest.mark.parametrize(
    "names",
    [
        ("R", "G", "B"),
        ("r", "g", "b"),
        ("red", "green", "blue"),
        ("ViewLayer.Combined.R", "ViewLayer.Combined.G", "ViewLayer.Combined.B"),
        ("beauty.red", "beauty.green", "beauty.blue"),
        ("left.R", "left.G", "left.B"),
    ],
)
def test_names_of_channels(tmp_path: Path, names: tuple[str, ...]) -> None:
    channels = {name: np.full(SIZE, value) for name, value in zip(names, (1.0, 2.0, 3.0), strict=True)}
    (tmp_path / "a.exr").write_bytes(exr({**channels, "Z": np.ones(SIZE)}))
    picture = read_picture(tmp_path / "a.exr")
    np.testing.assert_array_equal(picture.pixels, np.broadcast_to([1.0, 2.0, 3.0], (*SIZE, 3)))
    assert picture.notes == ()
    assert picture.seen is None


@pytest.mark.parametrize(
    ("layers", "chosen", "note"),
    [
        ({"": 1, "diffuse.": 2}, 1, "The layer without a name was read; not used: 'diffuse'"),
        ({"albedo.": 1, "beauty.": 2}, 2, "Layer 'beauty' was read; not used: 'albedo'"),
        ({"V.CryptoObject00.": 1, "V.Combined.": 2}, 2, "Layer 'V.Combined' was read; not used: 'V.CryptoObject00'"),
        ({"normal.": 1, "spec.": 2}, 2, "Layer 'spec' was read; not used: 'normal'"),
        ({"a.": 1, "b.": 2}, 1, "Layer 'a' was read; not used: 'b'"),
        ({"diffuse.": 1}, 1, "Layer 'diffuse' was read, the only one with color"),
        ({f"l{k}.": k for k in range(9)}, 0, "'l1', 'l2', 'l3', 'l4', 'l5' and 3 more"),
        ({"right.": 1, "left.": 2}, 2, "Layer 'left' of the view 'left' was read; not used: 'right'"),
    ],
)
def test_which_layer(tmp_path: Path, layers: dict[str, float], chosen: float, note: str) -> None:
    picture = read(tmp_path, layers, "Z")
    assert (picture.pixels == chosen).all()
    assert len(picture.notes) == 1
    assert note in picture.notes[0]


@pytest.mark.parametrize(
    ("views", "layers", "chosen"),
    [
        (("left", "right"), {"": 1, "right.": 2}, 1),
        (("right", "left"), {"": 1, "left.": 2}, 2),
        (("center", "left", "right"), {"": 1, "left.": 2, "right.": 3}, 1),
        (("left", "right"), {"right.beauty.": 1, "left.beauty.": 2}, 2),
        (("left", "right"), {"beauty.right.": 1, "beauty.left.": 2}, 2),
    ],
)
def test_which_view(tmp_path: Path, views: tuple[str, ...], layers: dict[str, float], chosen: float) -> None:
    picture = read(tmp_path, layers, views=views)
    assert (picture.pixels == chosen).all()
    assert "of the view" in picture.notes[0]


def test_opacity_of_the_layer(tmp_path: Path) -> None:
    opacity = np.ones(SIZE)
    opacity[:2] = 0
    channels = {f"beauty.{c}": np.ones(SIZE) for c in "RGB"}
    (tmp_path / "a.exr").write_bytes(exr({**channels, "beauty.A": opacity, "A": np.zeros(SIZE)}))
    np.testing.assert_array_equal(read_picture(tmp_path / "a.exr").seen, opacity == 1)


def test_gray(tmp_path: Path) -> None:
    (tmp_path / "a.exr").write_bytes(exr({"Y": np.full(SIZE, 3.0), "Z": np.ones(SIZE)}))
    assert (read_picture(tmp_path / "a.exr").pixels == 3).all()


def test_channels_of_another_size(tmp_path: Path) -> None:
    channels = {"Z": np.ones(SIZE), **dict.fromkeys("RGB", np.ones((2, 4)))}
    (tmp_path / "a.exr").write_bytes(exr(channels, dict.fromkeys("RGB", 2)))
    with pytest.raises(ImageError, match=r"expected full-size channels R, G, B \(or Y\), got 'B, G, R, Z'"):
        read_picture(tmp_path / "a.exr")


# Parts


def write_parts(path: Path, *parts: tuple[str, dict[str, np.ndarray]], **header: object) -> Picture:
    OpenEXR.File(
        [OpenEXR.Part({"type": OpenEXR.scanlineimage, **header}, channels, name) for name, channels in parts]
    ).write(str(path))
    return read_picture(path)


def color(value: float) -> dict[str, np.ndarray]:
    return {"RGB": np.full((*SIZE, 3), value, np.float32)}


DEPTH = {"Z": np.ones(SIZE, np.float32)}


@pytest.mark.parametrize(
    ("names", "chosen", "notes"),
    [
        (("depth", "beauty"), 2, 0),
        (("beauty", "depth"), 1, 0),
        (("albedo", "beauty"), 2, 1),
        (("rgba.right", "rgba.left"), 2, 1),
        (("one", "two"), 1, 1),
    ],
)
def test_which_part(tmp_path: Path, names: tuple[str, ...], chosen: float, notes: int) -> None:
    parts = [(name, DEPTH if name == "depth" else color(k)) for k, name in enumerate(names, 1)]
    picture = write_parts(tmp_path / "a.exr", *parts)
    assert (picture.pixels == chosen).all()
    assert len(picture.notes) == notes


def test_views_of_parts(tmp_path: Path) -> None:
    parts = [
        OpenEXR.Part({"type": OpenEXR.scanlineimage, "view": view}, color(k), f"p{k}")
        for k, view in enumerate(("right", "left"), 1)
    ]
    OpenEXR.File(parts).write(str(tmp_path / "a.exr"))
    picture = read_picture(tmp_path / "a.exr")
    assert (picture.pixels == 2).all()
    assert picture.notes == ("Layer 'p2' of the view 'left' was read; not used: 'p1'",)
