"""HEIC and AVIF: code points, all bits, tiles, turns, transparency."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
import pytest
from hdr_makers import (
    BT2020_FROM_709,
    avif,
    avif_grid,
    box,
    heic,
    hlg_signal,
    light_of,
    nclx_box,
    picture_size,
    pq_signal,
    scene,
    srgb_signal,
)
from makers import DISPLAY_P3, SRGB, colorants, crop_properties, gpano, rgb_profile
from PIL import Image, features

from lightprobe.errors import ImageError
from lightprobe.imaging import Picture, as_picture, read_picture
from lightprobe.imaging.formats.heif import is_heif

pytest.importorskip("pillow_heif", reason="HEIC needs the extra lightprobe[heif]")
needs_avif = pytest.mark.skipif(not features.check("avif"), reason="this Pillow was built without AVIF")

P3_FROM_709 = np.linalg.solve(colorants(DISPLAY_P3), colorants(SRGB))
TOLERANCES = {8: 0.12, 10: 0.03, 12: 0.008}
"""Of PQ and HLG in their darkest part, by depth [share of the light]."""


def signal_of(light: np.ndarray, transfer: int) -> np.ndarray:
    display = 203 * light @ BT2020_FROM_709.T
    return pq_signal(display) if transfer == 16 else hlg_signal(display)


def assert_light(picture: Picture, light: np.ndarray, tolerance: float) -> None:
    found = light_of(picture)
    assert found.shape == light.shape
    np.testing.assert_allclose(found.mean(axis=(0, 1)), light.mean(axis=(0, 1)), rtol=tolerance / 4)
    assert np.median(np.abs(found - light) / light) < tolerance


@pytest.mark.parametrize("depth", [8, 10, 12])
@pytest.mark.parametrize("transfer", [16, 18])
def test_hdr_heic(tmp_path: Path, depth: int, transfer: int) -> None:
    light = scene(64, 128)
    picture = read_picture(heic(tmp_path / "a.heic", signal_of(light, transfer), depth=depth, nclx=(9, transfer, 9)))
    assert picture.is_linear
    assert_light(picture, light, TOLERANCES[depth])
    assert picture.white is None
    assert picture.notes[0].startswith(("PQ (nclx) was decoded", "HLG (nclx) was decoded"))


@needs_avif
@pytest.mark.parametrize("depth", [8, 10])
@pytest.mark.parametrize("transfer", [16, 18])
@pytest.mark.parametrize("full", [False, True])
def test_hdr_avif(tmp_path: Path, depth: int, transfer: int, full: bool) -> None:
    light = scene(64, 128)
    data = avif(
        signal_of(light, transfer),
        colr=nclx_box(9, transfer, 9, full),
        depth=depth,
        nclx=(9, transfer, 9),
        full=full,
    )
    (tmp_path / "a.avif").write_bytes(data)
    picture = read_picture(tmp_path / "a.avif")
    assert picture.is_linear
    assert_light(picture, light, TOLERANCES[depth])
    assert picture.notes[0].startswith(("PQ (nclx) was decoded", "HLG (nclx) was decoded"))


@needs_avif
def test_all_bits_of_avif_are_read(tmp_path: Path) -> None:
    """A ramp has many more levels than 256."""
    ramp = np.linspace(0.2, 0.8, 512).reshape(1, 512, 1) * np.ones((64, 1, 3))
    (tmp_path / "a.avif").write_bytes(avif(ramp, colr=nclx_box(9, 16, 9)))
    picture = read_picture(tmp_path / "a.avif")
    assert len(np.unique(picture.pixels)) > 350
    assert np.abs(pq_signal(203 * picture.pixels) - ramp).max() < 3 / 1023


@needs_avif
@pytest.mark.parametrize("full", [False, True])
def test_saturated_light_is_white(tmp_path: Path, full: bool) -> None:
    signal = np.full((64, 128, 3), 0.5)
    signal[:, 64:] = 1
    (tmp_path / "a.avif").write_bytes(avif(signal, colr=nclx_box(9, 18, 9, full), nclx=(9, 18, 9), full=full))
    heic(tmp_path / "a.heic", signal, nclx=(9, 18, 9))
    for name in ("a.avif", "a.heic"):
        picture = read_picture(tmp_path / name)
        assert picture.white is not None
        np.testing.assert_array_equal(picture.white[:, :60], False)
        np.testing.assert_array_equal(picture.white[:, 68:], True)
        np.testing.assert_allclose(picture.pixels[:, 68:], 1000 / 203, rtol=1e-4)


@needs_avif
@pytest.mark.parametrize("nclx", [(9, 16, 9), (9, 18, 9), (12, 13, 1)])
def test_code_points_of_the_bitstream_alone(tmp_path: Path, nclx: tuple[int, int, int]) -> None:
    """Without a color box, AV1's sequence header and HEVC's parameter sets count."""
    light = scene(64, 128, peak=0.9)
    signal = srgb_signal(light @ P3_FROM_709.T) if nclx[1] == 13 else signal_of(light, nclx[1])
    (tmp_path / "a.avif").write_bytes(avif(signal, nclx=nclx))
    path = heic(tmp_path / "a.heic", signal, nclx=nclx)
    assert path.read_bytes().count(b"colrnclx") == 1
    path.write_bytes(path.read_bytes().replace(b"colrnclx", b"freenclx"))
    for name, source in (("a.avif", "AV1 bitstream"), ("a.heic", "HEVC bitstream")):
        picture = read_picture(tmp_path / name)
        assert_light(picture, light, 0.12 if nclx[1] == 13 else 0.03)  # Pillow has 8 bits
        assert f"({source})" in picture.notes[0]


@needs_avif
def test_the_color_box_wins_over_the_bitstream(tmp_path: Path) -> None:
    light = scene(64, 128)
    (tmp_path / "a.avif").write_bytes(avif(signal_of(light, 16), colr=nclx_box(9, 16, 9), nclx=(1, 13, 9)))
    assert_light(read_picture(tmp_path / "a.avif"), light, 0.03)


@needs_avif
def test_matrix_of_bt2020_stands_for_its_primaries(tmp_path: Path) -> None:
    light = scene(64, 128)
    (tmp_path / "a.avif").write_bytes(avif(signal_of(light, 16), colr=nclx_box(2, 16, 9)))
    assert_light(read_picture(tmp_path / "a.avif"), light, 0.03)


def test_display_p3_of_heic(tmp_path: Path) -> None:
    """Said by nclx alone, as Android cameras do."""
    light = scene(64, 128, peak=0.9)
    picture = read_picture(heic(tmp_path / "a.heic", srgb_signal(light @ P3_FROM_709.T), depth=8, nclx=(12, 13, 6)))
    assert (picture.is_linear, picture.pixels.dtype) == (False, np.uint8)
    np.testing.assert_allclose(light_of(picture), light, atol=0.03)
    assert picture.notes == ("Display P3 primaries (nclx) were converted to Rec.709",)


def patched(data: bytes, primaries: int, transfer: int) -> bytes:
    """A file of Pillow's with other code points in its color box."""
    start = data.index(b"colrnclx") + 8
    return data[:start] + bytes([0, primaries, 0, transfer]) + data[start + 4 :]


@needs_avif
@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize("nclx", [(12, 13), (9, 16)])
@pytest.mark.parametrize("orientation", [1, 6, 7])
def test_avif_with_opacity_and_turns(tmp_path: Path, alpha: bool, nclx: tuple[int, int], orientation: int) -> None:
    light = scene(48, 96, peak=0.9)
    signal = srgb_signal(light @ P3_FROM_709.T) if nclx[1] == 13 else signal_of(light, 16)
    pixels = np.rint(255 * signal).astype(np.uint8)
    opacity = np.where(np.arange(96) < 40, 255, 0) * np.ones((48, 1), int)
    if alpha:
        pixels = np.dstack([pixels, opacity]).astype(np.uint8)
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, "AVIF", quality=100, subsampling="4:4:4", exif=exif)
    (tmp_path / "a.avif").write_bytes(patched(data.getvalue(), *nclx))

    def turned(array: np.ndarray) -> np.ndarray:
        return {
            1: array,
            6: array.swapaxes(0, 1)[:, ::-1],
            7: array.swapaxes(0, 1)[::-1, ::-1],
        }[orientation]

    picture = read_picture(tmp_path / "a.avif")
    assert picture.is_linear == (nclx[1] == 16)
    assert (picture.seen is not None) == alpha
    seen = np.ones((48, 96), bool)
    if alpha:
        seen = opacity > 0
        np.testing.assert_array_equal(picture.seen, turned(seen))
    found, expected = light_of(picture)[turned(seen)], turned(light)[turned(seen)]
    np.testing.assert_allclose(found.mean(axis=0), expected.mean(axis=0), rtol=0.08)
    assert np.median(np.abs(found - expected) / expected) < 0.12


@needs_avif
@pytest.mark.parametrize(("turn", "mirror"), [(1, None), (3, None), (0, 0), (0, 1), (2, 1)])
def test_boxes_that_turn_and_mirror(tmp_path: Path, turn: int, mirror: int | None) -> None:
    """ISO/IEC 23008-12, 6.5.10 and 6.5.12: counterclockwise; then top and bottom (0) or left and right (1) change."""
    light = scene(48, 96)
    more = [box(b"irot", bytes([turn])), *([] if mirror is None else [box(b"imir", bytes([mirror]))])]
    (tmp_path / "a.avif").write_bytes(avif(signal_of(light, 16), *more, colr=nclx_box(9, 16, 9)))
    expected = np.rot90(light, turn)
    if mirror is not None:
        expected = expected[::-1] if mirror == 0 else expected[:, ::-1]
    assert_light(read_picture(tmp_path / "a.avif"), expected, 0.03)


@pytest.mark.parametrize("orientation", [3, 6])
def test_hdr_heic_with_opacity_and_turns(tmp_path: Path, orientation: int) -> None:
    light = scene(48, 96)
    opacity = np.where(np.arange(96) < 40, 1.0, 0.0) * np.ones((48, 1))
    exif = Image.Exif()
    exif[0x0112] = orientation
    signal = np.dstack([signal_of(light, 18), opacity])
    picture = read_picture(heic(tmp_path / "a.heic", signal, nclx=(9, 18, 9), exif=exif.tobytes()))
    turns = {3: lambda a: a[::-1, ::-1], 6: lambda a: a.swapaxes(0, 1)[:, ::-1]}[orientation]
    np.testing.assert_array_equal(picture.seen, turns(opacity) > 0)
    assert_light(picture, turns(light), 0.03)


@needs_avif
@pytest.mark.parametrize("in_idat", [False, True])
@pytest.mark.parametrize(("size", "rows", "columns"), [((128, 256), 2, 2), ((120, 250), 2, 3), ((64, 128), 1, 2)])
def test_tiles(tmp_path: Path, size: tuple[int, int], rows: int, columns: int, in_idat: bool) -> None:
    light = scene(*size)
    data = avif_grid(signal_of(light, 16), rows, columns, colr=nclx_box(9, 16, 9), in_idat=in_idat)
    (tmp_path / "a.avif").write_bytes(data)
    assert_light(read_picture(tmp_path / "a.avif"), light, 0.03)


@needs_avif
def test_tiles_that_do_not_fill_the_picture(tmp_path: Path) -> None:
    data = avif_grid(signal_of(scene(64, 128), 16), 1, 2, colr=nclx_box(9, 16, 9))
    (tmp_path / "a.avif").write_bytes(data.replace(picture_size(128, 64), picture_size(192, 64)))
    with pytest.raises(ImageError, match=r"a\.avif: the picture is damaged \(its tiles do not fill it\)"):
        read_picture(tmp_path / "a.avif")


@needs_avif
def test_profile_wins_over_nclx(tmp_path: Path) -> None:
    light = scene(48, 96, peak=0.9)
    pixels = np.rint(255 * (light @ P3_FROM_709.T) ** (1 / 1.8)).astype(np.uint8)
    data = io.BytesIO()
    profile = rgb_profile(DISPLAY_P3, 1.8)
    Image.fromarray(pixels).save(data, "AVIF", quality=100, subsampling="4:4:4", icc_profile=profile)
    (tmp_path / "a.avif").write_bytes(patched(data.getvalue(), 9, 16))
    heif_data = heic(tmp_path / "a.heic", pixels / 255, depth=8, nclx=(9, 16, 9), icc_profile=profile)
    for path in (tmp_path / "a.avif", heif_data):
        picture = read_picture(path)
        assert not picture.is_linear
        np.testing.assert_allclose(light_of(picture), light, atol=0.05)
    assert read_picture(tmp_path / "a.avif").notes == ("PQ (nclx) was not obeyed: the ICC profile wins",)


@needs_avif
def test_gpano_of_hdr(tmp_path: Path) -> None:
    packet = gpano(**crop_properties((256, 128), (96, 48), (10, 20)))
    signal = signal_of(scene(48, 96), 16)
    data = io.BytesIO()
    Image.fromarray(np.rint(255 * signal).astype(np.uint8)).save(data, "AVIF", quality=100, xmp=packet)
    (tmp_path / "a.avif").write_bytes(patched(data.getvalue(), 9, 16))
    heic(tmp_path / "a.heic", signal, nclx=(9, 16, 9), xmp=packet)
    for name in ("a.avif", "a.heic"):
        crop = read_picture(tmp_path / name).crop
        assert crop is not None
        assert (crop.full_height, crop.left, crop.top) == (128, 10, 20)


@needs_avif
def test_avif_that_calls_itself_a_picture_of_any_kind(tmp_path: Path) -> None:
    """Major brand mif1: the codec is found among the other brands, without the extra for HEIC."""
    light = scene(64, 128)
    data = avif(signal_of(light, 16), colr=nclx_box(9, 16, 9))
    (tmp_path / "a.avif").write_bytes(data.replace(b"ftypavif", b"ftypmif1", 1))
    assert_light(read_picture(tmp_path / "a.avif"), light, 0.03)


@needs_avif
def test_avif_needs_no_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.avif").write_bytes(avif(signal_of(scene(64, 128), 16), colr=nclx_box(9, 16, 9)))
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    assert read_picture(tmp_path / "a.avif").is_linear


def test_pillow_without_avif_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.avif").write_bytes(avif(signal_of(scene(64, 128), 16)))
    monkeypatch.setattr(features, "check", lambda _: False)
    with pytest.raises(ImageError, match=r"a\.avif: this Pillow was built without AVIF"):
        read_picture(tmp_path / "a.avif")


@needs_avif
def test_matrix_coefficients_that_are_not_supported_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.avif").write_bytes(avif(signal_of(scene(64, 128), 16), colr=nclx_box(9, 16, 14)))
    with pytest.raises(ImageError, match=r"expected matrix coefficients .* got 14; export it with BT.2020"):
        read_picture(tmp_path / "a.avif")


@needs_avif
def test_images_in_memory(tmp_path: Path) -> None:
    """Pillow gives 8 bits of them, which are PQ all the same."""
    import pillow_heif

    pillow_heif.register_heif_opener()
    light = scene(64, 128)
    (tmp_path / "a.avif").write_bytes(avif(signal_of(light, 16), colr=nclx_box(9, 16, 9)))
    heic(tmp_path / "a.heic", signal_of(light, 16), nclx=(9, 16, 9))
    for name in ("a.avif", "a.heic"):
        with Image.open(tmp_path / name) as image:
            picture = as_picture(image)
        assert_light(picture, light, 2.5 * TOLERANCES[8])  # libavif cuts 10 bits to 8 without rounding


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\0\0\0\x1cftypheic\0\0\0\0", True),
        (b"\0\0\0\x1cftypavis\0\0\0\0", True),
        (b"\0\0\0\x1cftypisom\0\0\0\0", False),
        (b"\x89PNG\r\n\x1a\n", False),
    ],
)
def test_first_bytes(head: bytes, expected: bool) -> None:
    assert is_heif(head) == expected
