"""Gain maps in JPEG files: every way of writing one gives the HDR rendition, and damage is said."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from gain_map_files import (
    ISO,
    apple_xmp,
    bilinear,
    decoded,
    directory,
    hdrgm,
    iso,
    jpeg,
    maker_exif,
    scene,
    segment,
    srgb_codes,
    srgb_decoded,
    with_mpf,
    xmp,
)
from makers import DISPLAY_P3, SRGB, colorants, crop_properties, gpano, rgb_profile
from PIL import Image, ImageOps

from lightprobe.errors import ImageError
from lightprobe.imaging import Picture, as_picture, read_picture
from lightprobe.imaging.picture import rec709

STOPS, OFFSET = 4.0, 1 / 64
ONE_CHANNEL = [(0, STOPS, 1, OFFSET, OFFSET)]
NUMBERS = {"GainMapMin": 0, "GainMapMax": STOPS, "Gamma": 1, "OffsetSDR": OFFSET, "OffsetHDR": OFFSET}
SHORT = segment(0xE2, ISO + bytes(4))
"""What a base picture has: the version."""


def pair(height: int = 32, width: int = 64, peak: float = 12.0, gray: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Codes of a base picture and of its gain map, with STOPS and OFFSET."""
    light = scene(height, width, peak)
    base = srgb_codes(light)
    sdr = srgb_decoded(base)
    log_gain = (
        np.log2((light + OFFSET) / (sdr + OFFSET)) if not gray else np.log2(light + OFFSET) - np.log2(sdr + OFFSET)
    )
    if gray:
        log_gain = log_gain.max(axis=-1)
    return base, np.round(255 * np.clip(log_gain / STOPS, 0, 1)).astype(np.uint8)


def joined(first: bytes, second: bytes) -> bytes:
    return with_mpf(first, second)


def hdr(first: bytes, second: bytes, stops: float = STOPS) -> np.ndarray:
    """The HDR rendition of two JPEGs, by the formula."""
    base, gain = decoded(first), decoded(second)
    samples = bilinear(gain, *base.shape[:2])
    return (srgb_decoded(base) + OFFSET) * 2 ** (stops * samples) - OFFSET


def read(folder: Path, data: bytes) -> Picture:
    path = folder / "a.jpg"
    path.write_bytes(data)
    return read_picture(path)


FILES: dict[str, Callable[[np.ndarray, np.ndarray], tuple[bytes, bytes, bytes]]] = {}
"""Each way of writing a file: the base, the gain map, and both in one."""


def way(build: Callable[[np.ndarray, np.ndarray], tuple[bytes, bytes, bytes]]) -> None:
    FILES[build.__name__.replace("_", " ").strip()] = build


@way
def _ultra_hdr(base: np.ndarray, gain: np.ndarray) -> tuple[bytes, bytes, bytes]:
    second = jpeg(gain, xmp(hdrgm(**NUMBERS, HDRCapacityMin=0, HDRCapacityMax=STOPS, BaseRenditionIsHDR="False")))
    first = jpeg(base, xmp(directory(len(second))))
    return first, second, joined(first, second)


@way
def _only_a_directory(base: np.ndarray, gain: np.ndarray) -> tuple[bytes, bytes, bytes]:
    second = jpeg(gain, xmp(hdrgm(**NUMBERS)))
    first = jpeg(base, xmp(directory(len(second), more=50)))
    return first, second, first + bytes(50) + second + b"SEFT"


@way
def _no_place_given(base: np.ndarray, gain: np.ndarray) -> tuple[bytes, bytes, bytes]:
    second = jpeg(gain, xmp(hdrgm("elements", **NUMBERS)))
    first = jpeg(base, xmp(directory(None)))
    return first, second, first + second


@way
def _adobe_with_elements(base: np.ndarray, gain: np.ndarray) -> tuple[bytes, bytes, bytes]:
    lists = {key: [value, value, value] for key, value in NUMBERS.items()}
    second = jpeg(gain, xmp(hdrgm("elements", "GainMap", **lists)))
    first = jpeg(base, xmp(hdrgm("elements")))
    return first, second, joined(first, second)


@way
def _iso(base: np.ndarray, gain: np.ndarray) -> tuple[bytes, bytes, bytes]:
    second = jpeg(gain, segment(0xE2, ISO + iso((0, STOPS), ONE_CHANNEL)))
    first = jpeg(base, SHORT)
    return first, second, joined(first, second)


@way
def _iso_without_index(base: np.ndarray, gain: np.ndarray) -> tuple[bytes, bytes, bytes]:
    second = jpeg(gain, segment(0xE2, ISO + iso((0, STOPS), 3 * ONE_CHANNEL, common=True)))
    first = jpeg(base, SHORT)
    return first, second, first + second


@way
def _iso_wins_over_xmp(base: np.ndarray, gain: np.ndarray) -> tuple[bytes, bytes, bytes]:
    parts = segment(0xE2, ISO + iso((0, STOPS), ONE_CHANNEL)), xmp(hdrgm(GainMapMax=1))
    second = jpeg(gain, *parts)
    first = jpeg(base, xmp(directory(len(second))), SHORT)
    return first, second, joined(first, second)


@way
def _defaults(base: np.ndarray, gain: np.ndarray) -> tuple[bytes, bytes, bytes]:
    second = jpeg(gain, xmp(hdrgm(GainMapMax=STOPS, HDRCapacityMax=STOPS)))
    first = jpeg(base, xmp(directory(len(second))))
    return first, second, joined(first, second)


@way
def _numbers_in_the_base(base: np.ndarray, gain: np.ndarray) -> tuple[bytes, bytes, bytes]:
    second = jpeg(gain)
    first = jpeg(base, xmp(hdrgm(**NUMBERS)))
    return first, second, joined(first, second)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(("gray", "step"), [(False, 1), (True, 1), (True, 2), (False, 4)])
def test_files(tmp_path: Path, name: str, gray: bool, step: int) -> None:
    base, gain = pair(gray=gray)
    first, second, data = FILES[name](base, np.ascontiguousarray(gain[::step, ::step]))
    picture = read(tmp_path, data)
    assert (picture.is_linear, picture.matrix, picture.white) == (True, None, None)
    expected = hdr(first, second)
    np.testing.assert_allclose(picture.pixels, expected, rtol=1e-4, atol=1e-4)
    peak = expected.max()
    assert peak > 5
    assert picture.notes == (f"The gain map was applied: radiance up to {peak:.3g} times display white",)
    with Image.open(tmp_path / "a.jpg") as image:
        np.testing.assert_array_equal(as_picture(image).pixels, picture.pixels)
    with Image.open(tmp_path / "a.jpg") as image:
        image.load()  # its file may be closed then
        np.testing.assert_array_equal(as_picture(image).pixels, picture.pixels)


def test_the_scene_comes_back(tmp_path: Path) -> None:
    """Not only the formula: the light from which the file was made."""
    base, gain = pair(64, 128)
    found = read(tmp_path, FILES["ultra hdr"](base, gain)[2]).pixels
    light = scene(64, 128, 12.0)
    assert np.median(np.abs(found - light) / light) < 0.02
    assert np.abs(found.mean(axis=(0, 1)) / light.mean(axis=(0, 1)) - 1).max() < 0.01


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_turns_both(tmp_path: Path, orientation: int) -> None:
    base, gain = pair(24, 48)
    exif = Image.Exif()
    exif[0x0112] = orientation
    second = jpeg(np.ascontiguousarray(gain[::2, ::2]), xmp(hdrgm(**NUMBERS)))
    first = jpeg(base, xmp(directory(len(second))), exif=exif.tobytes())
    found = read(tmp_path, joined(first, second)).pixels
    stored = hdr(first, second).astype(np.float32)
    planes = [Image.fromarray(stored[..., c]) for c in range(3)]
    for plane in planes:
        plane.getexif()[0x0112] = orientation
    expected = np.stack([np.asarray(ImageOps.exif_transpose(plane)) for plane in planes], axis=-1)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


def test_display_p3(tmp_path: Path) -> None:
    """The gain acts on the base's own linear light; the matrix leads to Rec.709."""
    base, gain = pair()
    profile = rgb_profile(DISPLAY_P3, 2.2)
    second = jpeg(gain, xmp(hdrgm(**NUMBERS)))
    first = jpeg(base, xmp(directory(len(second))), icc_profile=profile)
    picture = read(tmp_path, joined(first, second))
    light = (decoded(first) / 255.0) ** (round(2.2 * 256) / 256)
    expected = (light + OFFSET) * 2 ** (STOPS * decoded(second) / 255.0) - OFFSET
    np.testing.assert_allclose(picture.pixels, expected, rtol=1e-4, atol=1e-4)
    wanted = expected @ np.linalg.solve(colorants(SRGB), colorants(DISPLAY_P3)).T
    np.testing.assert_allclose(rec709(picture), wanted, rtol=5e-3, atol=5e-3)
    assert picture.matrix is not None


def test_the_space_of_the_alternate(tmp_path: Path) -> None:
    base, gain = pair()
    binary = iso((0, STOPS), ONE_CHANNEL, in_base_space=False)
    second = jpeg(gain, segment(0xE2, ISO + binary), icc_profile=rgb_profile(DISPLAY_P3, 2.2))
    first = jpeg(base, SHORT)
    picture = read(tmp_path, joined(first, second))
    to_p3 = np.linalg.solve(colorants(DISPLAY_P3), colorants(SRGB))
    light = srgb_decoded(decoded(first)) @ to_p3.T
    expected = np.maximum((light + OFFSET) * 2 ** (STOPS * decoded(second) / 255.0) - OFFSET, 0)
    np.testing.assert_allclose(picture.pixels, expected, rtol=5e-3, atol=5e-3)
    np.testing.assert_allclose(picture.matrix, np.linalg.inv(to_p3), atol=3e-3)


@pytest.mark.parametrize(("headroom", "exif"), [(6.5, None), (None, (1.5, 0.005))])
def test_apple(tmp_path: Path, headroom: float | None, exif: tuple[float, float] | None) -> None:
    base, gain = pair(gray=True)
    gain = np.ascontiguousarray(gain[::2, ::2])
    second = jpeg(gain, xmp(apple_xmp(headroom)))
    first = jpeg(base, **({} if exif is None else {"exif": maker_exif(*exif)}))
    picture = read(tmp_path, joined(first, second))
    most = 6.5 if headroom else 2 ** (3.0 - 70 * 0.005)
    samples = bilinear(255 * srgb_decoded(decoded(second)), *base.shape[:2])
    expected = srgb_decoded(decoded(first)) * (1 + (most - 1) * samples)
    np.testing.assert_allclose(picture.pixels, expected, rtol=1e-4, atol=1e-4)


def test_a_cropped_panorama(tmp_path: Path) -> None:
    base, gain = pair(30, 60)
    second = jpeg(gain, xmp(hdrgm(**NUMBERS)))
    position = gpano(**crop_properties((200, 100), (60, 30), (40, 20))).decode()
    inner = position[position.index("<rdf:Description") : position.index("</rdf:RDF>")]
    packet = directory(len(second)).replace("</rdf:RDF>", inner + "</rdf:RDF>")
    picture = read(tmp_path, joined(jpeg(base, xmp(packet)), second))
    assert picture.is_linear
    assert (picture.crop.full_height, picture.crop.left, picture.crop.top) == (100, 40, 20)


@pytest.mark.parametrize("gray", [True, False])
def test_light_is_lost_where_the_map_saturates(tmp_path: Path, gray: bool) -> None:
    base, gain = pair(64, 128, peak=60.0, gray=gray)  # 16 is the most that the map can say
    picture = read(tmp_path, FILES["ultra hdr"](base, gain)[2])
    light = scene(64, 128, 60.0)
    assert picture.white is not None
    assert (picture.white & (light.max(axis=-1, keepdims=True) < 12)).sum() == 0
    assert picture.white[light.min(axis=-1) > 20].mean() > 0.95
    assert picture.pixels.max() == pytest.approx(16, rel=0.02)


def test_a_map_below_its_largest_code_has_lost_nothing(tmp_path: Path) -> None:
    base, gain = pair(64, 128, peak=15.0)
    assert 245 < gain.max() < 253
    assert read(tmp_path, FILES["ultra hdr"](base, gain)[2]).white is None


def test_base_hdr(tmp_path: Path) -> None:
    """PQ in the base, as its profile says by code points: the map is not needed."""
    base, gain = pair()
    second = jpeg(gain, xmp(hdrgm(GainMapMin=-4, GainMapMax=0, BaseRenditionIsHDR="True")))
    pq = rgb_profile(SRGB, 2.2, extra={b"cicp": b"cicp" + bytes(4) + bytes([9, 16, 0, 1])})
    first = jpeg(base, xmp(directory(len(second))), icc_profile=pq)
    picture = read(tmp_path, joined(first, second))
    v = (decoded(first) / 255.0) ** (32 / 2523)
    c1, c2, c3 = 3424 / 4096, 2413 / 128, 2392 / 128
    nits = 10000 * (np.maximum(v - c1, 0) / (c2 - c3 * v)) ** (8192 / 1305)
    np.testing.assert_allclose(picture.pixels, nits / 203, rtol=1e-3, atol=1e-6)
    assert picture.matrix is not None
    assert "The base picture is HDR (PQ); its gain map, which leads down to SDR, is not needed" in picture.notes
    picture = read(tmp_path, joined(jpeg(base, xmp(directory(len(second)))), second))
    assert not picture.is_linear
    assert "its profile names no HDR curve: it was read as SDR" in picture.notes[0]


def enlarged(second: bytes) -> bytes:
    """A gain map that says it has more pixels than anybody could decode."""
    assert second.count(b"\xff\xc0\0\x0b\x08\0\x20\0\x40") == 1
    return second.replace(b"\xff\xc0\0\x0b\x08\0\x20\0\x40", b"\xff\xc0\0\x0b\x08\xff\xff\xff\xff")


USED_SDR = r"^The gain map for HDR was not used \({}\); the SDR picture was$"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (lambda first, second: first, "it was not found"),
        (lambda first, second: first + second[: len(second) // 2], "it is damaged: .*"),
        (lambda first, second: first + enlarged(second), "it has too many pixels"),
        (lambda first, second: first + second[:-400], "it is damaged: .*truncated.*"),
    ],
)
def test_damage_is_said(tmp_path: Path, data: Callable[[bytes, bytes], bytes], reason: str) -> None:
    base, gain = pair(gray=True)
    second = jpeg(gain, xmp(hdrgm(**NUMBERS)))
    first = jpeg(base, xmp(directory(len(second))))
    picture = read(tmp_path, data(first, second))
    assert not picture.is_linear
    np.testing.assert_array_equal(picture.pixels, decoded(first))
    assert len(picture.notes) == 1
    assert re.match(USED_SDR.format(reason), picture.notes[0]), picture.notes


def test_other_reasons(tmp_path: Path) -> None:
    base, gain = pair(16, 32)
    newer = jpeg(gain, segment(0xE2, ISO + iso((0, 4), ONE_CHANNEL, version=2)))
    assert "it needs a newer version of ISO 21496-1" in read(tmp_path, joined(jpeg(base, SHORT), newer)).notes[0]
    large = jpeg(np.zeros((64, 128), np.uint8), xmp(hdrgm(**NUMBERS)))
    notes = read(tmp_path, joined(jpeg(base, xmp(directory(None))), large)).notes
    assert "it has 128×64 pixels, its base 32×16" in notes[0]
    apple = jpeg(gain, xmp(apple_xmp(None)))
    assert "its headroom is not given" in read(tmp_path, joined(jpeg(base), apple)).notes[0]
    with pytest.raises(
        ImageError, match=r"^.*a\.jpg: expected a gamma above 0 in the gain map metadata, got 0, 0, 0; export"
    ):
        read(tmp_path, joined(jpeg(base, SHORT), jpeg(gain, xmp(hdrgm(**{**NUMBERS, "Gamma": 0})))))


def test_several_pictures_without_a_gain_map(tmp_path: Path) -> None:
    """A stereo camera's MPO: the first picture is used, and it is said."""
    left, right = (srgb_codes(scene(16, 32, 0.5, seed)) for seed in (1, 2))
    file = io.BytesIO()
    Image.fromarray(left).save(file, "MPO", save_all=True, append_images=[Image.fromarray(right)], quality=98)
    picture = read(tmp_path, file.getvalue())
    with Image.open(io.BytesIO(file.getvalue())) as image:
        np.testing.assert_array_equal(picture.pixels, np.asarray(image))
    assert not picture.is_linear
    assert picture.notes == ("The file holds 2 pictures; the first one was used",)
    copies = with_mpf(jpeg(left), jpeg(right), kinds=(0x010001,))
    assert read(tmp_path, copies).notes == ()


def test_a_file_without_further_pictures_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from lightprobe.imaging.formats.gain_map import pictures

    def no_second_reading(*_: object) -> bytes:
        raise AssertionError

    monkeypatch.setattr(pictures, "_bytes_of", no_second_reading)
    base, _ = pair(16, 32)
    for data in (jpeg(base), jpeg(base, xmp(gpano().decode())), jpeg(base, exif=maker_exif(1, 1))):
        assert read(tmp_path, data).notes == ()


FUZZ = """
import json, sys, time
from pathlib import Path
import numpy as np
from lightprobe.errors import ImageError
from lightprobe.imaging import picture, read_picture
picture.MAX_PIXELS = 1_000_000
path = Path(sys.argv[1])
for seed, whole in enumerate(sorted(path.glob("whole.*"))):
    data, rng = whole.read_bytes(), np.random.default_rng(seed)
    parts = [k for k in range(len(data)) if data[k : k + 2] in (b"\\xff\\xe1", b"\\xff\\xe2", b"\\xff\\xd8")]
    for case in range(60):
        copy = bytearray(data[: rng.integers(len(data))] if case % 4 == 0 else data)
        for _ in range(rng.integers(1, 6)):
            near = rng.choice(parts) + int(rng.integers(0, 300)) if case % 2 else int(rng.integers(0, len(copy)))
            if near < len(copy):
                copy[near] = rng.choice([0, 255, copy[near] ^ (1 << rng.integers(8)), rng.integers(256)])
        target = path / "damaged.jpg"
        target.write_bytes(copy)
        before = time.perf_counter()
        try:
            found = read_picture(target)
            result = "picture" if np.isfinite(found.pixels).all() and found.pixels.min() >= 0 else "not finite"
        except ImageError as error:
            text = str(error)
            result = "error" if "\\n" not in text and text.startswith(str(target)) and len(text) < 500 else text
        print(json.dumps([whole.name, case, result, time.perf_counter() - before]))
status = Path("/proc/self/status").read_text()  # what getrusage says begins with the memory of the parent
print(json.dumps(["peak", 0, "memory", int(status.split("VmHWM:")[1].split()[0]) / 1024]))
"""


def test_mutations(tmp_path: Path) -> None:
    """Many damaged files in a process of its own: a picture or an error of one line, nothing else is printed."""
    base, gain = pair(gray=True)
    for name, build in FILES.items():
        (tmp_path / f"whole.{name.replace(' ', '-')}.jpg").write_bytes(build(base, gain)[2])
    apple = jpeg(base, exif=maker_exif(1.5, 0.1)), jpeg(gain, xmp(apple_xmp(None)))
    (tmp_path / "whole.apple.jpg").write_bytes(joined(*apple))
    done = subprocess.run(
        [sys.executable, "-c", FUZZ, str(tmp_path)], capture_output=True, text=True, timeout=300, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == 60 * (len(FILES) + 1) + 1
    assert {row[2] for row in rows} == {"picture", "error", "memory"}
    assert rows[-1][3] < 400  # MiB
