"""The colors of a frame: its codes as display values, or as radiance where its curve is PQ, HLG or linear.

Sources: ITU-T H.273, 8.3 (ranges, equations 20 to 40; matrices, table 4); ITU-R BT.2100-2, tables 6 to 9.
"""

from __future__ import annotations

from typing import NamedTuple

import av
import numpy as np

from lightprobe._shapes import Bool, Float, Num
from lightprobe.errors import ImageError
from lightprobe.imaging.color.cicp import HLG, PQ, UNSPECIFIED, Cicp, as_srgb_codes, is_standard, to_radiance
from lightprobe.imaging.formats.video.pixel_map import PixelMap
from lightprobe.imaging.picture import Picture

BLOCK_PIXELS = 1 << 18
"""Pixels that are converted to radiance at a time."""

_BT2020 = 9
_FULL_RANGE = 2
_CODES = 65535
"""Largest code that curves are undone at."""
_DEPTHS = (8, 9, 10, 12, 14, 16)
"""Bits per code of FFmpeg's planes."""


class Matrix(NamedTuple):
    """A matrix from luma and chroma to color."""

    title: str
    """PyAV's name."""
    red: float
    blue: float
    """Their shares of luma."""


_BT601, _BT709, _NCL = (
    *(Matrix("ITU601", 0.299, 0.114), Matrix("ITU709", 0.2126, 0.0722)),
    Matrix("BT2020", 0.2627, 0.0593),
)
_MATRICES = {
    1: _BT709,
    4: Matrix("FCC", 0.30, 0.11),
    5: _BT601,
    6: _BT601,
    7: Matrix("SMPTE240M", 0.212, 0.087),
    9: _NCL,
    10: _NCL,
}
_BY_PRIMARIES = {1: _BT709, 9: _NCL}
"""Matrices that follow from the primaries."""
_DERIVED, _IDENTITY = 12, 0
_UNSUPPORTED = {
    8: "YCgCo",
    11: "Y'D'zD'x",
    13: "derived, constant luminance",
    14: "ICtCp",
    15: "IPT-PQ-C2",
    16: "YCgCo-Re",
    17: "YCgCo-Ro",
}
_UNDECODED = {9: "logarithmic", 10: "logarithmic", 17: "that of digital cinema"}
"""Curves that are taken for sRGB, and said."""


def frame_colors(frame: av.VideoFrame, mapped: PixelMap, name: str) -> Picture:
    """The frame as a picture, its pixels in their places.

    Display values come from 8 bits of FFmpeg's conversion. PQ, HLG and linear light become radiance with all bits:
    chroma is interpolated by FFmpeg, the rest is exact. Where PQ or HLG name no primaries, they are those of BT.2020,
    as BT.2100 has it, unless the matrix is another.

    Raises: ImageError if its matrix is not supported.
    """
    space, notes = _space(frame)
    matrix = _matrix(frame, space, name)
    if int(frame.colorspace) == 10:
        notes.append("BT.2020 with constant luminance was decoded as if it were not constant")
    if any(component.is_alpha for component in frame.format.components):
        notes.append("transparency was not used")
    if not space.is_linear:
        pixels = mapped(frame.to_ndarray(format="rgb24", src_colorspace=matrix.title))
        if not is_standard(space.transfer):
            notes.append(f"decoded with a gamma of {2.2 if space.transfer == 4 else 2.8}, which the file states")
            pixels = as_srgb_codes(space.transfer, 255)[pixels]
        elif space.transfer in _UNDECODED:
            notes.append(f"the curve is {_UNDECODED[space.transfer]}, which is not supported; it was taken for sRGB")
        pixels, is_linear, white = np.ascontiguousarray(pixels), False, None
    else:
        pixels, white = _radiance(frame, mapped, space, matrix)
        is_linear = True
    return Picture(
        pixels=pixels,
        is_linear=is_linear,
        name=name,
        matrix=space.matrix,
        white=white,
        notes=(*notes, *mapped.notes),
    )


def _space(frame: av.VideoFrame) -> tuple[Cicp, list[str]]:
    """Primaries and curve, and what there is to say about them."""
    space = Cicp(int(frame.color_primaries), int(frame.color_trc))
    notes: list[str] = []
    if space.transfer not in (PQ, HLG):
        return space, notes
    if space.primaries in (0, UNSPECIFIED) and _MATRICES.get(int(frame.colorspace), _NCL) is _NCL:
        space = space._replace(primaries=_BT2020)
        notes.append(f"{space.title} without primaries was taken for BT.2020")
    if space.transfer == HLG:
        notes.append("HLG, decoded for a display of 1000 cd/m² (system gamma 1.2); radiance 1.0 is 203 cd/m²")
    else:
        notes.append("PQ; radiance 1.0 is 203 cd/m²")
    return space, notes


def _matrix(frame: av.VideoFrame, space: Cicp, name: str) -> Matrix:
    """Raises: ImageError for one that is not supported."""
    code, primaries = int(frame.colorspace), space.primaries
    found = _BY_PRIMARIES.get(primaries) if code == _DERIVED else _MATRICES.get(code)
    if found is None and not frame.format.is_rgb and (code in _UNSUPPORTED or code == _DERIVED):
        title = _UNSUPPORTED.get(code, f"derived from primaries {primaries}")
        raise ImageError(
            f"{name}: the color matrix of the video ({title}) is not supported; export it as BT.709 or BT.2020"
        )
    if found is None and primaries == _BT2020 and space.is_linear:
        return _NCL
    return found or (_BT709 if frame.height >= 720 else _BT601)


class _Planes(NamedTuple):
    """Codes of a frame at full resolution: luma and two of chroma, luma alone, or green, blue and red."""

    values: tuple[Num[np.ndarray, "h w"], ...]
    depth: int
    is_rgb: bool
    is_full: bool

    @property
    def step(self) -> float:
        """The signal of one code, white being 1."""
        return 1 / ((1 << self.depth) - 1 if self.is_full else 219 << (self.depth - 8))

    def signal(self, rows: slice, matrix: Matrix) -> Num[np.ndarray, "n w 3"]:
        """Red, green and blue (float32) of some rows; 0 is black, 1 white. Source: ITU-T H.273, 8.3."""
        first, *others = (plane[rows].astype(np.float32) for plane in self.values)
        result = np.empty((*first.shape, 3), np.float32)
        if self.is_rgb:
            for channel, plane in zip((1, 2, 0), (first, *others), strict=True):
                np.multiply(plane, self.step, out=result[..., channel])
            return result
        luma = first if self.is_full else first - (16 << (self.depth - 8))
        luma *= self.step
        if not others:
            result[:] = luma[..., None]
            return result
        scale = self.step if self.is_full else 1 / (224 << (self.depth - 8))
        blue, red = (
            2 * scale * (1 - share) * (plane - (1 << (self.depth - 1)))
            for share, plane in zip((matrix.blue, matrix.red), others, strict=True)
        )
        np.add(luma, red, out=result[..., 0])
        np.add(luma, blue, out=result[..., 2])
        red *= matrix.red
        blue *= matrix.blue
        red += blue
        red /= 1 - matrix.red - matrix.blue
        np.subtract(luma, red, out=result[..., 1])
        return result


def _planes(frame: av.VideoFrame, mapped: PixelMap) -> _Planes:
    """The planes of a frame; FFmpeg unpacks them and interpolates chroma, and changes nothing else."""
    bits = max(component.bits for component in frame.format.components)
    depth = next((depth for depth in _DEPTHS if depth >= bits), _DEPTHS[-1])
    is_rgb = frame.format.is_rgb or frame.format.has_palette
    is_full = is_rgb or int(frame.color_range) == _FULL_RANGE or frame.format.name.startswith("yuvj")
    kind = "gbrp" if is_rgb else "gray" if len(frame.format.components) == 1 else "yuv444p"
    limits = {} if is_rgb else {"src_color_range": 1 + is_full, "dst_color_range": 1 + is_full}
    unpacked = frame.reformat(format=kind if depth == 8 else f"{kind}{depth}le", **limits)
    dtype = np.dtype(np.uint8 if depth == 8 else "<u2")
    values = tuple(
        mapped(
            np.frombuffer(memoryview(plane), dtype).reshape(-1, plane.line_size // dtype.itemsize)[
                : plane.height, : plane.width
            ]
        )
        for plane in unpacked.planes
    )
    return _Planes(values, depth, is_rgb, is_full)


def _radiance(
    frame: av.VideoFrame, mapped: PixelMap, space: Cicp, matrix: Matrix
) -> tuple[Float[np.ndarray, "h w 3"], Bool[np.ndarray, "h w 3"] | None]:
    """Radiance (float32), and the channels within half a step of the largest code; None if there are none."""
    planes = _planes(frame, mapped)
    height, width = planes.values[0].shape
    radiance = np.empty((height, width, 3), np.float32)
    white: np.ndarray | None = None
    count = max(1, BLOCK_PIXELS // width)
    for start in range(0, height, count):
        rows = slice(start, start + count)
        signal = planes.signal(rows, matrix)
        is_white = signal >= 1 - planes.step / 2
        if white is None and is_white.any():
            white = np.zeros(radiance.shape, bool)
        if white is not None:
            white[rows] = is_white
        np.clip(signal, 0, 1, out=signal)
        signal *= _CODES
        radiance[rows] = to_radiance(np.rint(signal, out=signal).astype(np.uint16), space, _CODES)
    return radiance, white
