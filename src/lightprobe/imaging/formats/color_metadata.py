"""Color metadata: the color space that a picture's file states, and which statement wins.

PNG: cICP, then the ICC profile, then sRGB, then gAMA and cHRM. HEIC and AVIF: the ICC profile, then code points (nclx).
Last comes EXIF, which knows Adobe RGB.

Sources: W3C, "Portable Network Graphics (PNG) Specification (Third Edition)", section 4.3; ISO/IEC 23008-12:2022,
section 6.5.5; DCF 2.0 (CIPA DC-009-2010), section 4.4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from io import BufferedIOBase
from typing import Any, NamedTuple

from PIL import Image

from lightprobe.imaging.color.cicp import LINEAR, UNSPECIFIED, Cicp
from lightprobe.imaging.color.gamma import from_gamma, unheeded
from lightprobe.imaging.color.icc import read_profile
from lightprobe.imaging.color.space import SRGB, ColorSpace, adobe_rgb, from_cicp
from lightprobe.imaging.containers.boxes import read_items
from lightprobe.imaging.containers.chunks import read_chunk
from lightprobe.imaging.containers.exif import camera_tags, interoperability_index

_COLOR_SPACE = 0xA001
"""EXIF's tag: 1 for sRGB, 0xFFFF for others."""
_BT2020 = 9
"""Both primaries and matrix coefficients."""


class CodePoints(NamedTuple):
    """Code points that a file states."""

    space: Cicp
    source: str
    """Where, for notes: 'cICP' of PNG, which wins over ICC profiles, or another, which does not."""
    is_full_range: bool = True
    """Of the pixels as they are decoded."""
    is_valid: bool = True


def code_points(image: Image.Image) -> CodePoints | None:
    """The code points that the file of a Pillow image states; None if there are none, or if all are unspecified.

    To be called before the pixels are loaded: afterwards, Pillow has closed the file.
    """
    file: BufferedIOBase | None = getattr(image, "fp", None)
    if image.format == "PNG":
        return None if file is None else png_code_points(file)
    if image.format == "AVIF":
        found = None if file is None else read_items(file).color
        return None if found is None else heif_code_points(*found[:3], "nclx")
    nclx: dict[str, int] | None = image.info.get("nclx_profile")
    if not nclx:
        return None
    keys = ("color_primaries", "transfer_characteristics", "matrix_coefficients")
    primaries, transfer, coefficients = (int(nclx.get(key, UNSPECIFIED)) for key in keys)
    return heif_code_points(primaries, transfer, coefficients, "nclx")


def png_code_points(file: BufferedIOBase) -> CodePoints | None:
    """Those of the cICP chunk. Source: PNG (Third Edition), section 11.3.2.6."""
    data = read_chunk(file, b"cICP")
    if data is None:
        return None
    if len(data) != 4 or data[2] != 0 or data[3] > 1:  # its matrix coefficients are those of RGB
        return CodePoints(Cicp(), "cICP", is_valid=False)
    space = Cicp(data[0], data[1])
    return None if space == Cicp() else CodePoints(space, "cICP", bool(data[3]))


def heif_code_points(primaries: int, transfer: int, coefficients: int, source: str) -> CodePoints | None:
    """Those of HEIC and AVIF. The matrix of BT.2020 stands for its primaries where these are not specified."""
    if primaries == UNSPECIFIED and coefficients == _BT2020:
        primaries = _BT2020
    space = Cicp(primaries, transfer)
    return None if space == Cicp() else CodePoints(space, source)


def color_space(
    info: Mapping[Any, Any], exif: Image.Exif | None, is_gray: bool, stated: CodePoints | None
) -> ColorSpace:
    """The color space of a picture, sRGB if nothing states it. `info` is that of a Pillow image of it."""
    gamma = info.get("gamma")
    if stated is not None and not stated.is_valid:
        return _noted(
            color_space(info, exif, is_gray, None), f"The {stated.source} chunk is not valid, and was not obeyed"
        )
    if stated is not None and stated.source == "cICP":
        space = _noted(
            replace(from_cicp(stated.space, stated.source), is_full_range=stated.is_full_range),
            *(() if stated.is_full_range else ("Black is 16/255 and white 235/255 (narrow range, cICP)",)),
        )
        is_other = stated.space.transfer != LINEAR
        return _noted(space, *unheeded(gamma if is_other else None, "the cICP chunk says otherwise"))
    if profile := info.get("icc_profile"):
        space = read_profile(profile, is_gray) or ColorSpace(profile=profile)
        if stated is not None and stated.space.is_linear and space.hdr is None:
            space = _noted(space, f"{stated.space.title} ({stated.source}) was not obeyed: the ICC profile wins")
        return _noted(space, *unheeded(gamma, "the ICC profile wins"))
    if stated is not None:
        return from_cicp(stated.space, stated.source)
    if "srgb" in info:
        return _noted(SRGB, *unheeded(gamma, "the sRGB chunk says otherwise"))
    if gamma is not None or info.get("chromaticity"):
        return from_gamma(gamma, info.get("chromaticity"))
    return adobe_rgb("EXIF") if exif is not None and _is_adobe_rgb(exif) else SRGB


def _noted(space: ColorSpace, *notes: str) -> ColorSpace:
    return replace(space, notes=(*space.notes, *notes)) if notes else space


def _is_adobe_rgb(exif: Image.Exif) -> bool:
    """Whether EXIF says Adobe RGB ("R03"), and not sRGB (1) too."""
    return interoperability_index(exif) == "R03" and camera_tags(exif).get(_COLOR_SPACE) != 1
