"""Tone curves: from linear radiance to the sRGB values of a picture and back.

Convention: spec/CONVENTIONS.md#color. Radiance is linear Rec.709 in units of the display white of a
hard-clipped picture; pictures hold encoded sRGB values, 0 … 1 or unsigned integers. Clipped radiance is lost:
`decode` gives the smallest radiance that has the display value, and `clipped` marks the pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from lightprobe._shapes import Bool, Float, Int, Num
from lightprobe.imaging.tone import lut

REINHARD_WHITE = 4.0
"""Radiance that the `reinhard` curve maps to white."""
BLOCK_PIXELS = 20480
"""Number of pixels processed at a time, so that temporary arrays stay in the processor's cache."""


def srgb_encode(linear: Num[np.ndarray, "*shape"]) -> Num[np.ndarray, "*shape"]:
    """sRGB value of linear light, both 0 … 1; piecewise, not a power of 2.2.

    Source: IEC 61966-2-1:1999, 5.2.
    """
    return np.where(linear <= 0.0031308, 12.92 * linear, 1 - 1.055 * (1 - np.maximum(linear, 0.0031308) ** (1 / 2.4)))


def srgb_decode(display: Num[np.ndarray, "*shape"]) -> Num[np.ndarray, "*shape"]:
    """Linear light of an sRGB value, both 0 … 1.

    Source: IEC 61966-2-1:1999, 5.3.
    """
    return np.where(display <= 0.04045, display / 12.92, ((np.maximum(display, 0.04045) + 0.055) / 1.055) ** 2.4)


def reinhard(radiance: Num[np.ndarray, "*shape"], white: float = REINHARD_WHITE) -> Num[np.ndarray, "*shape"]:
    """Linear display light c(1 + c/w²)/(1 + c) of radiance c, per channel; above 1 for c > w.

    Source: Reinhard et al., "Photographic Tone Reproduction for Digital Images", SIGGRAPH 2002, equation 4.
    """
    return radiance * (1 + radiance / white**2) / (1 + radiance)


def reinhard_inverse(light: Num[np.ndarray, "*shape"], white: float = REINHARD_WHITE) -> Num[np.ndarray, "*shape"]:
    """Radiance that `reinhard` maps to this linear display light."""
    rest = 1 - light
    return 2 * light / (rest + np.sqrt(rest * rest + 4 * light / white**2))


ACES_EXPOSURE = 1 / 0.6
ACES_INPUT = np.array([[0.59719, 0.35458, 0.04823], [0.07600, 0.90834, 0.01566], [0.02840, 0.13383, 0.83777]])
ACES_OUTPUT = np.array([[1.60475, -0.53108, -0.07367], [-0.10208, 1.10813, -0.00605], [-0.00327, -0.07276, 1.07602]])


def aces(radiance: Num[np.ndarray, "n 3"]) -> Num[np.ndarray, "n 3"]:
    """Linear display light of Hill's fit to the ACES reference and output transforms, before clipping.

    Exposed by 1/0.6 as in three.js's ACESFilmicToneMapping, which calls that factor subjective.

    Source: Stephen Hill, selfshadow/ltc_code, webgl/shaders/ltc/ltc_blit.fs; three.js r187,
    src/renderers/shaders/ShaderChunk/tonemapping_pars_fragment.glsl.js.
    """
    v = radiance @ (ACES_EXPOSURE * ACES_INPUT).T.astype(radiance.dtype)
    v = (v * (v + 0.0245786) - 0.000090537) / (v * (0.983729 * v + 0.4329510) + 0.238081)
    return v @ ACES_OUTPUT.T.astype(radiance.dtype)


def aces_inverse(light: Num[np.ndarray, "n 3"]) -> Num[np.ndarray, "n 3"]:
    """Radiance that `aces` maps to this linear display light; 0 for a channel that would be negative."""
    y = light @ np.linalg.inv(ACES_OUTPUT).T.astype(light.dtype)
    square, linear, constant = 1 - 0.983729 * y, 0.0245786 - 0.4329510 * y, 0.000090537 + 0.238081 * y
    v = (np.sqrt(linear * linear + 4 * square * constant) - linear) / (2 * square)
    return np.maximum(v @ np.linalg.inv(ACES_EXPOSURE * ACES_INPUT).T.astype(light.dtype), 0)


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One tone curve. The inverse applies `per_channel` to each channel, then `across` to whole pixels."""

    white: float
    encode: Callable[[Num[np.ndarray, "n 3"]], Num[np.ndarray, "n 3"]]
    per_channel: Callable[[Num[np.ndarray, "*shape"]], Num[np.ndarray, "*shape"]]
    across: Callable[[Float[np.ndarray, "n 3"]], None] | None = None


def _aces_across(light: Float[np.ndarray, "n 3"]) -> None:
    light[...] = aces_inverse(light)


_CURVES = {
    "srgb": Curve(
        white=1.0,
        encode=lambda radiance: srgb_encode(np.clip(radiance, 0, 1)),
        per_channel=srgb_decode,
    ),
    "filmic": Curve(
        white=lut.FILMIC_WHITE,
        encode=lut.filmic_encode,
        per_channel=lut.filmic_per_channel,
        across=lut.filmic_across_channels,
    ),
    "agx": Curve(
        white=lut.AGX_WHITE,
        encode=lut.agx_encode,
        per_channel=lut.agx_per_channel,
        across=lut.agx_across_channels,
    ),
    "aces": Curve(
        white=float(aces_inverse(np.ones((1, 3))).max()),
        encode=lambda radiance: srgb_encode(np.clip(aces(np.maximum(radiance, 0)), 0, 1)),
        per_channel=srgb_decode,
        across=_aces_across,
    ),
    "reinhard": Curve(
        white=REINHARD_WHITE,
        encode=lambda radiance: srgb_encode(np.minimum(reinhard(np.clip(radiance, 0, REINHARD_WHITE)), 1)),
        per_channel=lambda display: reinhard_inverse(srgb_decode(display)),
    ),
}
RESPONSES = tuple(_CURVES)
"""Names of the tone curves."""
AUTO = "auto"
"""In place of a name: the curve is unknown. Where a picture has to be decoded all the same, it counts as sRGB."""
RESPONSE_CODES = (AUTO, *RESPONSES)
"""What a network may be given as the curve; it is given the index in this tuple."""
KNOTS = 16
"""Points of a tone curve that a network estimates: the gray display values 1/16, 2/16 … 1."""


def decoding(response: str) -> str:
    """The tone curve that is undone for a response: `auto` counts as sRGB."""
    return "srgb" if response == AUTO else response


def _curve(response: str) -> Curve:
    if response not in _CURVES:
        raise ValueError(
            f"expected a response of {', '.join(RESPONSES)}, got {response!r}; name the picture's tone curve"
        )
    return _CURVES[response]


def white(response: str) -> float:
    """Radiance at which gray reaches display white: the largest gray that does not clip.

    Raises: ValueError for an unknown response.
    """
    return _curve(response).white


def encode(radiance_linear: Num[np.ndarray, "*shape 3"], response: str) -> Float[np.ndarray, "*shape 3"]:
    """Apply a tone curve to linear radiance: sRGB values 0 … 1, in the input's precision.

    Raises: ValueError for an unknown response, or for anything but floating radiance with three channels.
    """
    curve = _curve(response)
    radiance = _pixels(radiance_linear)
    if radiance.dtype.kind != "f":
        raise ValueError(f"expected floating-point radiance, got {radiance.dtype}; decode pictures first")
    picture = np.empty(radiance.shape, np.result_type(radiance.dtype, np.float32))
    for start in range(0, len(radiance), BLOCK_PIXELS):
        block = radiance[start : start + BLOCK_PIXELS].astype(picture.dtype, copy=False)
        np.clip(curve.encode(block), 0, 1, out=picture[start : start + BLOCK_PIXELS])
    return picture.reshape(np.shape(radiance_linear))


def decode(
    image_srgb: Num[np.ndarray, "*shape 3"], response: str, out: Float[np.ndarray, "*shape 3"] | None = None
) -> Float[np.ndarray, "*shape 3"]:
    """Invert the tone curve of a picture: linear radiance as float32, finite and never negative.

    Colors that the curve cannot produce, from noise and compression, are mapped to a near one that it can.
    If `out` is given, a float32 array, the result is written to it and `out` is returned.

    Raises: ValueError for an unknown response, for anything but three channels, or for values that are neither
    uint8, uint16 nor floating between 0 and 1.
    """
    curve = _curve(response)
    image = _pixels(image_srgb)
    radiance = np.empty(image.shape, np.float32) if out is None else out.reshape(image.shape)
    if _is_floating(image):
        _check_range(image)
    for start in range(0, len(image), BLOCK_PIXELS):
        codes, block = image[start : start + BLOCK_PIXELS], radiance[start : start + BLOCK_PIXELS]
        _per_channel(response, codes, block)
        if curve.across is not None:
            curve.across(block)
    return radiance.reshape(np.shape(image_srgb))


def _per_channel(response: str, codes: Num[np.ndarray, "n 3"], out: Float[np.ndarray, "n 3"]) -> None:
    """The first step of the inverse, by tables of integers."""
    if codes.dtype.kind == "f":
        out[...] = _CURVES[response].per_channel(np.clip(codes, 0, 1))
    elif codes.dtype == np.uint8 and codes.size % 2 == 0 and codes.flags.c_contiguous and out.flags.c_contiguous:
        pairs = out.reshape(-1).view(np.complex64)
        _pair_table(response).take(codes.reshape(-1).view(np.uint16), mode="clip", out=pairs)
    else:
        _integer_table(response, codes.dtype.itemsize).take(codes, mode="clip", out=out)


def clipped(image_srgb: Num[np.ndarray, "*shape 3"]) -> Bool[np.ndarray, "*shape"]:
    """Pixels with a channel at display white, where the scene may have been brighter by any amount.

    White is 255 for uint8, 65535 for uint16, and any value that rounds to 255/255 for floating-point pictures.

    Raises: ValueError for values of another type.
    """
    image = np.asarray(image_srgb)
    limit = 1 - 0.5 / 255 if _is_floating(image) else np.iinfo(image.dtype).max
    white = image >= limit
    return white[..., 0] | white[..., 1] | white[..., 2]


def count_clipped(
    image_srgb: Num[np.ndarray, "h w 3"], seen: Bool[np.ndarray, "h w"] | None = None
) -> Int[np.ndarray, " h"]:
    """Number of `clipped` pixels in each row, among those that are seen.

    Where the width allows it, eight pixels are counted at a time: their 24 comparisons are packed into one number,
    each bit is spread over the channels of its pixel, and one bit per pixel is counted.
    """
    rows, width = len(image_srgb), image_srgb.shape[1]
    if seen is not None or width % 8 or image_srgb.dtype != np.uint8:
        white = clipped(image_srgb)
        return np.count_nonzero(white if seen is None else white & seen, axis=1)
    bits = np.packbits((image_srgb == 255).reshape(rows, -1), axis=1).reshape(rows, -1, 3).astype(np.uint32)
    eight = (bits[..., 0] << 16) | (bits[..., 1] << 8) | bits[..., 2]
    eight |= (eight << 1) | (eight << 2)
    return np.bitwise_count(eight & 0x924924).sum(axis=1, dtype=np.intp)


def _pixels(image: Num[np.ndarray, "*shape 3"]) -> Num[np.ndarray, "n 3"]:
    image = np.asarray(image)
    if image.ndim == 0 or image.shape[-1] != 3:
        raise ValueError(
            f"expected red, green and blue along the last axis, got shape {image.shape}; drop or stack channels"
        )
    return image.reshape(-1, 3)


def _is_floating(image: Num[np.ndarray, "*shape"]) -> bool:
    if image.dtype.kind != "f" and not (image.dtype.kind == "u" and image.dtype.itemsize <= 2):
        raise ValueError(
            f"expected a uint8, uint16 or floating-point picture, got {image.dtype}; convert it to one of these"
        )
    return image.dtype.kind == "f"


def _check_range(image: Float[np.ndarray, "n 3"]) -> None:
    low, high = (float(image.min()), float(image.max())) if image.size else (0.0, 0.0)
    if not (low >= -1e-3 and high <= 1 + 1e-3):  # also true of NaN
        raise ValueError(
            f"expected display values from 0 to 1, got {low:g} to {high:g}; "
            "pass integers as uint8 or uint16, and clip values slightly outside the range"
        )


@cache
def _integer_table(response: str, itemsize: int) -> Float[np.ndarray, " codes"]:
    """`per_channel` of all 256 or 65536 codes."""
    codes = np.arange(256**itemsize)
    return _CURVES[response].per_channel(codes / codes[-1]).astype(np.float32)


@cache
def _pair_table(response: str) -> Num[np.ndarray, " pairs"]:
    """`per_channel` of two 8-bit codes at once: this halves the lookups, the main cost of decoding 8 bits."""
    codes = np.arange(65536, dtype=np.uint16).view(np.uint8)
    return _integer_table(response, 1)[codes].view(np.complex64)
