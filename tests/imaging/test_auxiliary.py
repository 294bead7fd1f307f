"""Gain maps in HEIC files: Apple's auxiliary picture, and what is only recognized."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from gain_map_files import apple_xmp, bilinear, heic_with_aux, maker_exif, scene, srgb_codes, srgb_decoded
from PIL import Image

from lightprobe.errors import ImageError
from lightprobe.imaging import read_picture
from lightprobe.imaging.formats.gain_map.auxiliary import has_tone_map

pillow_heif = pytest.importorskip("pillow_heif")


def base_and_gain() -> tuple[np.ndarray, np.ndarray]:
    base = srgb_codes(scene(64, 128, 3.0))
    return base, srgb_codes(scene(32, 64, 1.0, seed=3).mean(axis=-1))


def decoded(data: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Base and gain map as libheif decodes them."""
    image = pillow_heif.open_heif(io.BytesIO(data))[0]
    (numbers,) = image.info["aux"].values()
    return np.asarray(image), np.asarray(image.get_aux_image(numbers[0]))


@pytest.mark.parametrize(
    ("packet", "exif", "headroom"), [(apple_xmp(5.5), None, 5.5), ("", (0.5, 0.03), 2 ** (1.601 - 0.101 * 0.03))]
)
def test_apple(tmp_path: Path, packet: str, exif: tuple[float, float] | None, headroom: float) -> None:
    options = {} if exif is None else {"exif": maker_exif(*exif)}
    data = heic_with_aux(*base_and_gain(), packet=packet.encode(), **options)
    (tmp_path / "a.heic").write_bytes(data)
    picture = read_picture(tmp_path / "a.heic")
    base, gain = decoded(data)
    assert gain.shape == (32, 64)
    samples = bilinear(255 * srgb_decoded(gain), 64, 128)
    expected = srgb_decoded(base) * (1 + (headroom - 1) * samples)
    assert picture.is_linear
    np.testing.assert_allclose(picture.pixels, expected, rtol=1e-4, atol=1e-4)
    assert "The gain map was applied" in picture.notes[0]


def test_what_cannot_be_used_is_said(tmp_path: Path) -> None:
    base, gain = base_and_gain()
    path = tmp_path / "a.heic"
    path.write_bytes(heic_with_aux(base, gain))
    picture = read_picture(path)
    assert not picture.is_linear
    assert picture.notes == ("The gain map for HDR was not used (its headroom is not given); the SDR picture was",)
    packet = apple_xmp(5.5).encode()
    path.write_bytes(heic_with_aux(base, np.ascontiguousarray(gain.T), packet))
    assert "it has 32×64 pixels, its base 128×64" in read_picture(path).notes[0]
    whole = heic_with_aux(base, gain, packet)
    size = whole.index(b"free") - 4
    path.write_bytes(whole[: size - 40] + bytes(40) + whole[size:])  # the end of the second picture
    assert read_picture(path).pixels.shape == base.shape
    path.write_bytes(heic_with_aux(base, gain, apple_xmp("nan").encode()))
    with pytest.raises(ImageError, match="a headroom of 1 or more in the gain map metadata, got nan"):
        read_picture(path)


def test_a_gain_map_of_iso_is_recognized(tmp_path: Path) -> None:
    image = pillow_heif.from_pillow(Image.fromarray(base_and_gain()[0]))
    file = io.BytesIO()
    image.save(file, quality=90)
    data = file.getvalue()
    assert not has_tone_map(data)
    assert read_heic(tmp_path, data) == ()
    size = int.from_bytes(data[:4])
    marked = data[:16] + b"tmap" + data[20:]  # in the place of another brand
    assert size >= 20
    assert has_tone_map(marked)
    (note,) = read_heic(tmp_path, marked)
    assert note.startswith("The gain map for HDR was not used (ISO 21496-1 in HEIC and AVIF is not supported)")


def read_heic(folder: Path, data: bytes) -> tuple[str, ...]:
    (folder / "b.heic").write_bytes(data)
    return read_picture(folder / "b.heic").notes


def test_apples_map_is_used_where_there_are_both(tmp_path: Path) -> None:
    data = heic_with_aux(*base_and_gain(), apple_xmp(3.0).encode(), brand=b"tmap")
    assert has_tone_map(data)
    assert "The gain map was applied" in read_heic(tmp_path, data)[0]


def test_has_tone_map() -> None:
    for head in (
        b"",
        b"\0\0\0\x18ftypavif",
        b"\0\0\0\x18free" + b"tmap" * 4,
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heictmap",
    ):
        assert not has_tone_map(head)  # the last one lies behind the box
    assert has_tone_map(b"\0\0\0\x1cftypavif\0\0\0\0mif1avistmap")
