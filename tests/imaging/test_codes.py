"""Colors of videos: every code against the formulas of the standards, written down here once more."""

from __future__ import annotations

import math
import tracemalloc
from pathlib import Path

import av
import numpy as np
import pytest
from makers import video
from video_makers import PRIMARIES, code_frame, coded_video

import lightprobe
from lightprobe.errors import ImageError
from lightprobe.imaging.formats.video import read_video
from lightprobe.imaging.formats.video.codes import frame_colors
from lightprobe.imaging.formats.video.pixel_map import PixelMap
from lightprobe.imaging.picture import rec709

PQ, HLG, LINEAR = 16, 18, 8
MATRICES = {1: (0.2126, 0.0722), 6: (0.299, 0.114), 7: (0.212, 0.087), 9: (0.2627, 0.0593)}
"""Shares of red and blue in luma. Source: ITU-T H.273, table 4."""
QUIET = {"x265-params": "lossless=1:bframes=0:log-level=none"}
"""No B-frames: of two frames, x265 now and then gives them decoding times from uninitialized memory."""
has_h265 = pytest.mark.skipif("libx265" not in av.codecs_available, reason="this FFmpeg was built without x265")


def pq_light(signal: np.ndarray) -> np.ndarray:
    """Radiance, 203 cd/m² being 1. Source: SMPTE ST 2084."""
    m, n, c1, c2, c3 = 78.84375, 0.1593017578125, 0.8359375, 18.8515625, 18.6875
    root = signal ** (1 / m)
    return 10000 / 203 * (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / n)


def hlg_light(signal: np.ndarray, luminance: tuple[float, float, float]) -> np.ndarray:
    """Display light of a display of 1000 cd/m². Source: ARIB STD-B67; BT.2100-2, table 5."""
    a = 0.17883277
    b, c = 1 - 4 * a, 0.5 - a * math.log(4 * a)
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
    return 1000 / 203 * scene * (scene @ luminance)[..., None] ** 0.2


def luminance_of(primaries: int) -> tuple[float, float, float]:
    """Shares of red, green and blue in the luminance of D65 white, by solving for it."""
    xyz = np.array([(x / y, 1, (1 - x - y) / y) for x, y in PRIMARIES[primaries]]).T
    white = np.array([0.3127 / 0.3290, 1, (1 - 0.3127 - 0.3290) / 0.3290])
    red, green, blue = np.linalg.solve(xyz, white)
    return float(red), float(green), float(blue)


def signal_of(luma: np.ndarray, u: np.ndarray, v: np.ndarray, depth: int, full: bool, matrix: int) -> np.ndarray:
    """Red, green and blue 0 … 1. Source: ITU-T H.273, equations 20 to 40, solved for color."""
    scale = 1 << (depth - 8)
    y = luma / (256 * scale - 1) if full else (luma - 16 * scale) / (219 * scale)
    cb, cr = ((c - 128 * scale) / ((256 * scale - 1) if full else 224 * scale) for c in (u, v))
    kr, kb = MATRICES[matrix]
    red, blue = y + 2 * (1 - kr) * cr, y + 2 * (1 - kb) * cb
    green = (y - kr * red - kb * blue) / (1 - kr - kb)
    return np.stack([red, green, blue], axis=-1)


def light_of(signal: np.ndarray, transfer: int, primaries: int) -> np.ndarray:
    signal = np.clip(signal, 0, 1)
    if transfer == LINEAR:
        return signal
    return pq_light(signal) if transfer == PQ else hlg_light(signal, luminance_of(primaries))


def pq_signal(luminance: float) -> float:
    """Source: SMPTE ST 2084, the inverse EOTF."""
    power = (luminance / 10000) ** 0.1593017578125
    return ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375


CODED = [
    ("yuv444p10le", False, PQ, 9, 9),
    ("yuv444p12le", False, HLG, 9, 9),
    ("yuv444p", False, PQ, 12, 1),
    ("yuv444p10le", True, HLG, 12, 9),
    ("yuv444p12le", True, PQ, 1, 1),
    ("yuv444p", True, HLG, 9, 6),
    ("yuv444p16le", False, LINEAR, 9, 7),
    ("yuv444p9le", True, LINEAR, 1, 1),
]


@pytest.mark.parametrize(("pix_fmt", "full", "transfer", "primaries", "matrix"), CODED)
def test_every_code_by_the_formulas(
    tmp_path: Path, pix_fmt: str, full: bool, transfer: int, primaries: int, matrix: int
) -> None:
    depth = av.VideoFormat(pix_fmt, 2, 2).components[0].bits
    rng = np.random.default_rng(depth + transfer)
    largest = (1 << depth) - 1
    luma = rng.integers(0, largest + 1, (48, 80))
    u, v = (np.clip(rng.normal(largest / 2, largest / 12, luma.shape), 0, largest).astype(int) for _ in range(2))
    colors = {"transfer": transfer, "primaries": primaries, "matrix": matrix, "full_range": full}
    path = coded_video(tmp_path / "a.mkv", [code_frame((luma, u, v), pix_fmt, luma.shape, **colors)])
    (frame,) = read_video(path)
    signal = signal_of(luma, u, v, depth, full, matrix)
    expected = light_of(signal, transfer, primaries)
    assert frame.picture.is_linear
    assert frame.pixels.dtype == np.float32
    np.testing.assert_allclose(frame.pixels, expected, rtol=2e-3, atol=2e-5 if transfer == PQ else 2e-4)
    white = frame.picture.white
    assert white is not None
    np.testing.assert_array_equal(
        white[np.abs(signal - 1) > 1 / largest], (signal >= 1)[np.abs(signal - 1) > 1 / largest]
    )


@pytest.mark.parametrize("pix_fmt", ["gbrp10le", "gbrp12le", "gbrp", "rgb48le"])
def test_rgb_needs_no_matrix(pix_fmt: str) -> None:
    rng = np.random.default_rng(0)
    depth = av.VideoFormat(pix_fmt, 2, 2).components[0].bits
    codes = rng.integers(0, 1 << depth, (16, 32, 3))
    planes = [codes.reshape(16, -1)] if pix_fmt == "rgb48le" else [codes[..., k] for k in (1, 2, 0)]
    if pix_fmt == "rgb48le":
        frame = av.VideoFrame.from_ndarray(codes.astype(np.uint16), format=pix_fmt)
        frame.color_trc, frame.color_primaries = PQ, 9
    else:
        frame = code_frame(planes, pix_fmt, (16, 32), transfer=PQ, primaries=9, matrix=0, full_range=True)
    picture = frame_colors(frame, PixelMap(), "a")
    np.testing.assert_allclose(picture.pixels, pq_light(codes / ((1 << depth) - 1)), rtol=2e-3, atol=2e-5)


@pytest.mark.parametrize(
    "pix_fmt", ["yuv420p10le", "yuv422p10le", "p010le", "yuv420p", "nv12", "gray10le", "yuv420p12le"]
)
@pytest.mark.parametrize("full", [False, True])
def test_flat_gray_keeps_its_code_in_all_formats(pix_fmt: str, full: bool) -> None:
    depth = av.VideoFormat(pix_fmt, 2, 2).components[0].bits
    scale = 1 << (depth - 8)
    for code in (30 * scale, 127 * scale, 180 * scale):
        left = 6 if pix_fmt == "p010le" else 0  # its codes are the upper bits
        values = [code << left, (128 * scale) << left, (128 * scale) << left]
        count = {"gray10le": 1, "p010le": 2, "nv12": 2}.get(pix_fmt, 3)
        if pix_fmt == "nv12":
            frame = _semi_planar(code, np.uint8, "nv12")
        elif pix_fmt == "p010le":
            frame = _semi_planar(code << 6, np.dtype("<u2"), "p010le")
        else:
            frame = code_frame(values[:count], pix_fmt, (16, 32))
        frame.color_trc, frame.color_primaries, frame.colorspace = PQ, 9, 9
        frame.color_range = 1 + full
        picture = frame_colors(frame, PixelMap(), "a")
        signal = code / (256 * scale - 1) if full else (code - 16 * scale) / (219 * scale)
        np.testing.assert_allclose(picture.pixels, pq_light(np.array(signal)), rtol=8e-4)


def _semi_planar(code: int, dtype: np.dtype | type, pix_fmt: str) -> av.VideoFrame:
    """A gray frame of 32×16 pixels whose chroma shares a plane."""
    frame = av.VideoFrame(32, 16, pix_fmt)
    neutral = 1 << (8 * np.dtype(dtype).itemsize - 1)
    for plane, value in zip(frame.planes, (code, neutral), strict=True):
        plane.update(np.full(plane.buffer_size // np.dtype(dtype).itemsize, value, dtype).tobytes())
    return frame


@pytest.mark.parametrize("transfer", [PQ, HLG])
@pytest.mark.parametrize("primaries", [1, 9, 12])
@pytest.mark.parametrize(("pix_fmt", "full"), [("yuv420p10le", False), ("yuv420p12le", True), ("yuv422p12le", False)])
def test_reference_white_is_one(tmp_path: Path, transfer: int, primaries: int, pix_fmt: str, full: bool) -> None:
    """203 cd/m², BT.2408: PQ 58 %, HLG 75 %; a sphere of it has the coefficient √(4π) = 3.545."""
    depth = av.VideoFormat(pix_fmt, 2, 2).components[0].bits
    scale = 1 << (depth - 8)
    signal = pq_signal(203) if transfer == PQ else 0.75
    code = round(signal * (256 * scale - 1)) if full else round(signal * 219 * scale + 16 * scale)
    colors = {"transfer": transfer, "primaries": primaries, "matrix": 9, "full_range": full}
    path = coded_video(tmp_path / "a.mkv", [code_frame((code, 128 * scale, 128 * scale), pix_fmt, (64, 128), **colors)])
    ((_, result),) = lightprobe.load("plain").video(path)
    np.testing.assert_allclose(result.sh.coeffs[0], math.sqrt(4 * math.pi), rtol=0.006)
    np.testing.assert_allclose(result.sh.coeffs[1:], 0, atol=2e-3)
    assert result.response == "linear"
    assert result.clipped == 0


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt", "options"),
    [
        pytest.param("a.mp4", "libx265", "yuv420p10le", QUIET, marks=has_h265),
        pytest.param("a.mov", "libx265", "yuv420p10le", QUIET, marks=has_h265),
        pytest.param("a.mkv", "libx265", "yuv444p12le", QUIET, marks=has_h265),
        ("a.webm", "libvpx-vp9", "yuv420p", {"lossless": "1"}),
        ("a.mp4", "libsvtav1", "yuv420p10le", {"crf": "8", "svtav1-params": "fast-decode=0"}),
        ("a.mkv", "libx264", "yuv420p10le", {"qp": "0"}),
    ],
)
@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_codecs(tmp_path: Path, name: str, codec: str, pix_fmt: str, options: dict[str, str], transfer: int) -> None:
    if codec not in av.codecs_available:
        pytest.skip(f"this FFmpeg was built without {codec}")
    scale = 1 << (av.VideoFormat(pix_fmt, 2, 2).components[0].bits - 8)
    codes = (150 * scale, 120 * scale, 140 * scale)
    colors = {"transfer": transfer, "primaries": 9, "matrix": 9}
    frames = [code_frame(codes, pix_fmt, (64, 128), **colors) for _ in range(2)]
    found = list(read_video(coded_video(tmp_path / name, frames, codec, options=options)))
    assert len(found) == 2
    luma, u, v = (np.array(float(code)) for code in codes)
    expected = light_of(signal_of(luma, u, v, 8 + scale.bit_length() - 1, False, 9), transfer, 9)
    for frame in found:
        np.testing.assert_allclose(frame.pixels[8:-8, 8:-8].mean(axis=(0, 1)), expected, rtol=0.01)


def test_bt2020_red_in_rec709() -> None:
    """A pure BT.2020 red is outside Rec.709: 1.6605 and negative others. Source: ITU-R BT.2087-0, 2.5."""
    frame = code_frame((0, 0, 1023), "gbrp10le", transfer=LINEAR, primaries=9, matrix=0, full_range=True)
    picture = frame_colors(frame, PixelMap(), "a")
    np.testing.assert_allclose(rec709(picture)[0, 0], [1.6605, -0.1246, -0.0182], atol=2e-3)


def test_saturated_codes_are_white() -> None:
    luma = np.full((32, 64), 500)
    luma[:4], luma[4:8], luma[8:12] = 940, 1019, 939
    for transfer in (PQ, HLG):
        frame = code_frame((luma, 512, 512), "yuv444p10le", transfer=transfer, primaries=9, matrix=9)
        picture = frame_colors(frame, PixelMap(), "a")
        assert picture.white is not None
        assert picture.white[:8].all()
        assert not picture.white[8:].any()
        np.testing.assert_array_equal(picture.pixels[:4], picture.pixels[4:8])
        peak = (10000 if transfer == PQ else 1000) / 203
        np.testing.assert_allclose(picture.pixels[0, 0], peak, rtol=1e-3)
        dark = code_frame((luma // 2, 512, 512), "yuv444p10le", transfer=transfer, primaries=9, matrix=9)
        assert frame_colors(dark, PixelMap(), "a").white is None


def test_saturated_video_is_counted_as_clipped(tmp_path: Path) -> None:
    luma = np.full((32, 64), 400)
    luma[:16, :16] = 940
    frame = code_frame((luma, 512, 512), "yuv444p10le", transfer=HLG, primaries=9, matrix=9)
    ((_, result),) = lightprobe.load("plain").video(coded_video(tmp_path / "a.mkv", [frame]))
    assert result.clipped == pytest.approx(1 / 8, abs=1e-6)


def test_what_is_said_of_hlg_and_pq(tmp_path: Path) -> None:
    said = {}
    for transfer in (PQ, HLG, LINEAR, 1):
        frame = code_frame((500, 512, 512), "yuv444p10le", transfer=transfer, primaries=9, matrix=9)
        ((_, result),) = lightprobe.load("plain").video(coded_video(tmp_path / "a.mkv", [frame]))
        said[transfer] = result.notes
    assert said == {
        PQ: ("PQ; radiance 1.0 is 203 cd/m²",),
        HLG: ("HLG, decoded for a display of 1000 cd/m² (system gamma 1.2); radiance 1.0 is 203 cd/m²",),
        LINEAR: (),
        1: (),
    }


@pytest.mark.parametrize(("matrix", "is_bt2020"), [(2, True), (9, True), (0, True), (1, False), (6, False)])
def test_hdr_without_primaries(matrix: int, is_bt2020: bool) -> None:
    if matrix == 0:
        frame = code_frame((500, 500, 600), "gbrp10le", transfer=PQ, matrix=0, full_range=True)
    else:
        frame = code_frame((500, 500, 600), "yuv444p10le", transfer=PQ, matrix=matrix)
    picture = frame_colors(frame, PixelMap(), "a")
    assert (picture.matrix is not None) == is_bt2020
    assert ("PQ without primaries was taken for BT.2020" in picture.notes) == is_bt2020
    if matrix == 2:
        named = code_frame((500, 500, 600), "yuv444p10le", transfer=PQ, matrix=9, primaries=9)
        np.testing.assert_array_equal(picture.pixels, frame_colors(named, PixelMap(), "a").pixels)


@pytest.mark.parametrize(
    ("matrix", "primaries", "title"),
    [
        (8, 9, "YCgCo"),
        (14, 9, "ICtCp"),
        (15, 2, "IPT-PQ-C2"),
        (12, 12, "derived from primaries 12"),
        (16, 1, "YCgCo-Re"),
    ],
)
@pytest.mark.parametrize("transfer", [PQ, 1])
def test_matrices_that_are_not_supported(matrix: int, primaries: int, title: str, transfer: int) -> None:
    frame = code_frame((500, 500, 600), "yuv444p10le", transfer=transfer, matrix=matrix, primaries=primaries)
    message = rf"^a: the color matrix of the video \({title}\) is not supported; export it as BT.709 or BT.2020$"
    with pytest.raises(ImageError, match=message):
        frame_colors(frame, PixelMap(), "a")


def test_matrices_by_primaries_and_constant_luminance() -> None:
    codes = (500, 450, 600)
    for primaries, matrix in ((9, 9), (1, 1)):
        derived = code_frame(codes, "yuv444p10le", transfer=PQ, matrix=12, primaries=primaries)
        named = code_frame(codes, "yuv444p10le", transfer=PQ, matrix=matrix, primaries=primaries)
        pixels = [frame_colors(frame, PixelMap(), "a").pixels for frame in (derived, named)]
        np.testing.assert_array_equal(*pixels)
    constant = code_frame(codes, "yuv444p10le", transfer=14, matrix=10, primaries=9)
    notes = frame_colors(constant, PixelMap(), "a").notes
    assert notes == ("BT.2020 with constant luminance was decoded as if it were not constant",)


# SDR


@pytest.mark.parametrize(
    ("primaries", "is_rec709"), [(2, True), (1, True), (9, False), (12, False), (5, False), (6, False)]
)
def test_primaries_of_sdr(primaries: int, is_rec709: bool) -> None:
    frame = code_frame((300, 450, 600), "yuv444p10le", transfer=1, matrix=1, primaries=primaries)
    plain = code_frame((300, 450, 600), "yuv444p10le", transfer=1, matrix=1)
    picture = frame_colors(frame, PixelMap(), "a")
    assert (picture.matrix is None) == is_rec709
    assert not picture.is_linear
    np.testing.assert_array_equal(picture.pixels, frame_colors(plain, PixelMap(), "a").pixels)
    if primaries in PRIMARIES and not is_rec709:
        to_xyz = {}
        for code in (primaries, 1):
            xyz = np.array([(x, y, 1 - x - y) for x, y in PRIMARIES[code]]).T
            white = np.array([0.3127, 0.3290, 0.3583]) / 0.3290
            to_xyz[code] = xyz * np.linalg.solve(xyz, white)
        np.testing.assert_allclose(picture.matrix, np.linalg.inv(to_xyz[1]) @ to_xyz[primaries], atol=1e-9)


def test_light_of_sdr_in_display_p3(tmp_path: Path) -> None:
    """A red of P3 that fills the sphere, in Rec.709. Source: the matrix of W3C's CSS Color 4, sample code."""
    frame = code_frame((76, 85, 255), "yuv444p", transfer=1, primaries=12, matrix=6, full_range=True)
    ((_, result),) = lightprobe.load("plain").video(coded_video(tmp_path / "a.mkv", [frame]))
    expected = np.array([1.2249, -0.0420, -0.0196]) * math.sqrt(4 * math.pi)
    np.testing.assert_allclose(result.sh.coeffs[0], expected, atol=0.05)


@pytest.mark.parametrize(("transfer", "gamma"), [(4, 2.2), (5, 2.8)])
def test_power_curves(transfer: int, gamma: float) -> None:
    ramp = np.broadcast_to(np.arange(16, 236), (4, 220))
    frame = code_frame((ramp, 128, 128), "yuv444p", (4, 220), transfer=transfer, matrix=6)
    picture = frame_colors(frame, PixelMap(), "a")
    assert picture.pixels.dtype == np.uint16
    assert picture.notes == (f"decoded with a gamma of {gamma}, which the file states",)
    encoded = picture.pixels / 65535
    light = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    expected = ((ramp - 16) / 219) ** gamma
    np.testing.assert_allclose(light, np.broadcast_to(expected[..., None], light.shape), atol=0.006)


def test_curves_that_are_not_decoded_are_named() -> None:
    for transfer, name in ((9, "logarithmic"), (10, "logarithmic"), (17, "that of digital cinema")):
        frame = code_frame((100, 128, 128), "yuv444p", transfer=transfer)
        picture = frame_colors(frame, PixelMap(), "a")
        assert picture.notes == (f"the curve is {name}, which is not supported; it was taken for sRGB",)


def test_transparency_is_named() -> None:
    frame = code_frame((100, 128, 128, 0), "yuva444p")
    assert frame_colors(frame, PixelMap(), "a").notes == ("transparency was not used",)


def test_each_frame_by_its_own_words() -> None:
    kinds = [(PQ, 9), (1, 1), (HLG, 9)]
    pictures = [
        frame_colors(code_frame((500, 512, 512), "yuv444p10le", transfer=t, primaries=p), PixelMap(), "a")
        for t, p in kinds
    ]
    assert [picture.is_linear for picture in pictures] == [True, False, True]


def test_memory_of_hdr_frames() -> None:
    """12 bytes per pixel of radiance, and blocks; looking up a whole frame would take 24 more."""
    luma = np.random.default_rng(0).integers(64, 900, (1024, 2048))
    for transfer in (PQ, HLG):
        frame = code_frame((luma, 512, 512), "yuv444p10le", luma.shape, transfer=transfer, primaries=9, matrix=9)
        frame_colors(frame, PixelMap(), "a")  # tables
        tracemalloc.start()
        picture = frame_colors(frame, PixelMap(), "a")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert picture.pixels.nbytes == 12 * luma.size
        assert peak < 12 * luma.size + 24e6


def test_hdr_and_sdr_of_one_scene_agree(tmp_path: Path) -> None:
    """The same light, coded as SDR, PQ and HLG, is estimated alike."""
    light = 0.02 + 0.9 * np.random.default_rng(3).random((8, 16, 3)).repeat(8, axis=0).repeat(8, axis=1)
    sdr = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    path = video(tmp_path / "sdr.mkv", [np.rint(255 * sdr).astype(np.uint8)], pix_fmt="bgr0")
    ((_, expected),) = lightprobe.load("plain").video(path)
    power = (203 * light / 10000) ** 0.1593017578125
    pq = ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375
    y = light @ luminance_of(1) * 203 / 1000
    scene = (light * 203 / 1000) * (y ** (1 / 1.2 - 1))[..., None]
    a = 0.17883277
    hlg = np.where(
        scene <= 1 / 12,
        np.sqrt(3 * scene),
        a * np.log(np.maximum(12 * scene - 1 + 4 * a, 1e-9)) + 0.5 - a * math.log(4 * a),
    )
    for transfer, signal in ((PQ, pq), (HLG, hlg)):
        codes = np.rint(4095 * signal).astype(int)
        planes = [codes[..., k] for k in (1, 2, 0)]
        frame = code_frame(planes, "gbrp12le", (64, 128), transfer=transfer, primaries=1, matrix=0, full_range=True)
        ((_, result),) = lightprobe.load("plain").video(coded_video(tmp_path / "a.mkv", [frame]))
        np.testing.assert_allclose(result.sh.coeffs, expected.sh.coeffs, atol=0.01)
