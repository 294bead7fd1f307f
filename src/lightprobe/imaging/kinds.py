"""Kinds of files: what is read, obeyed and refused. The documentation, `--help` and the search of folders use this
table, and the reader of files finds kinds by it that it refuses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lightprobe.errors import ImageError

PICTURE, VIDEO, REFUSED = "picture", "video", "refused"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of file."""

    name: str
    suffixes: tuple[str, ...] = ()
    """Under which folders are searched for it; none where another kind has them."""
    role: str = PICTURE
    magic: bytes = b""
    """Regular expression of its first bytes, if these alone tell the kind."""
    title: str = ""
    """What a file of it is, for messages: 'this is …'."""
    read: str = ""
    """What is read, for the documentation."""
    obeyed: str = ""
    """What of its metadata is obeyed."""
    unused: str = ""
    """What is not used or refused."""
    advice: str = ""
    """Why a file is refused, and what to do; for messages, after `title`."""


_SRGB = "orientation, ICC profile, transparency, GPano"

KINDS = (
    Kind(
        name="JPEG",
        suffixes=(".jpg", ".jpeg", ".jfif", ".jpe"),
        magic=rb"\xff\xd8\xff",
        read="display values of 8 bits; gray, RGB, CMYK",
        obeyed="EXIF orientation and color space, ICC profile, focal length, GPano",
    ),
    Kind(
        name="JPEG with a gain map",
        read="linear radiance, by ISO 21496-1, Ultra HDR or Adobe's XMP",
        obeyed="gain map, primaries, GPano; light lost in gain map and picture alike is completed",
    ),
    Kind(
        name="MPO",
        suffixes=(".mpo",),
        read="the first picture, as JPEG",
        obeyed="as JPEG",
        unused="other pictures but a gain map",
    ),
    Kind(
        name="PNG",
        suffixes=(".png",),
        magic=rb"\x89PNG\r\n\x1a\n",
        read="display values of 8 or 16 bits; linear radiance if cICP says PQ, HLG or linear, or gAMA 1.0",
        obeyed="cICP, ICC profile, sRGB, gAMA and cHRM, in this order; transparency, orientation, GPano",
        unused="frames of an animation but the first",
    ),
    Kind(
        name="WebP",
        suffixes=(".webp",),
        magic=rb"RIFF....WEBP",
        read="display values of 8 bits",
        obeyed=_SRGB,
        unused="frames of an animation but the first",
    ),
    Kind(
        name="AVIF",
        suffixes=(".avif",),
        read="display values of 8 to 12 bits; linear radiance if it is PQ or HLG",
        obeyed=f"nclx code points; {_SRGB}",
        unused="frames of an animation but the first",
    ),
    Kind(
        name="HEIC",
        suffixes=(".heic", ".heif"),
        read="as AVIF, and gain maps of phones; needs `lightprobe[heif]`",
        obeyed=f"nclx code points, gain map; {_SRGB}",
    ),
    Kind(
        name="TIFF",
        suffixes=(".tif", ".tiff"),
        magic=rb"II\*\0|MM\0\*|II\+\0|MM\0\+",
        read="classic and BigTIFF: display values of 8, 16 or 32 bits; float samples (16, 32 or 64 bits) as linear "
        "radiance; strips, tiles, planes; LZW, deflate, PackBits, Zstandard, LZMA",
        obeyed=f"{_SRGB}; predictors; the first page that is no preview",
        unused="other pages, which are counted; 10, 12 and 14 bits, LogLuv, JPEG of 12 bits; files of previews only",
    ),
    Kind(
        name="GIF",
        suffixes=(".gif",),
        magic=rb"GIF8",
        read="display values of 8 bits",
        obeyed="transparency",
        unused="frames of an animation but the first",
    ),
    Kind(name="BMP", suffixes=(".bmp",), magic=rb"BM", read="display values of 8 bits"),
    Kind(
        name="OpenEXR",
        suffixes=(".exr",),
        magic=rb"\x76\x2f\x31\x01",
        read="linear radiance: the default layer, or one named beauty, combined, …, of any part; luminance and chroma; "
        "scan lines and tiles; the left eye",
        obeyed="chromaticities, also XYZ and ACEScg; data and display windows; opacity; envmap (latlong, cube)",
        unused="other layers, parts and views, which are named; whiteLuminance; deep data",
    ),
    Kind(
        name="Radiance HDR",
        suffixes=(".hdr", ".rgbe", ".xyze", ".pic"),
        magic=rb"#\?",
        read="linear radiance; RGBE and XYZE, flat and run lengths, all orders of pixels",
        obeyed="EXPOSURE (not ImageMagick's), COLORCORR, PRIMARIES",
        unused="GAMMA, PIXASPECT",
    ),
    Kind(
        name="PFM",
        suffixes=(".pfm",),
        magic=rb"P[Ff]\s",
        read="linear radiance; color and gray, both byte orders, bottom row first, or top row first by Photoshop",
        unused="the size of the scale factor",
    ),
    Kind(
        name="JPEG XL",
        suffixes=(".jxl",),
        magic=rb"\xff\x0a|\0\0\0\x0cJXL \r\n\x87\n",
        read="display values of 8 bits; needs `lightprobe[jxl]`",
        obeyed=_SRGB,
        unused="more than 8 bits; HDR",
    ),
    Kind(
        name="Video",
        suffixes=(".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".mjpeg", ".mpg", ".ts"),
        role=VIDEO,
        magic=rb"....ftyp(iso|mp4|mp7|qt  |M4V|avc|dash|3g|hvc|MSNV)|\x1a\x45\xdf\xa3|RIFF....AVI ",
        title="a video",
        read="frames of the first video stream, of any codec that FFmpeg knows; linear radiance if it is PQ or HLG",
        obeyed="code points of primaries, curve and matrix; range, rotation, pixel aspect ratio, projection, stereo, "
        "pose",
        unused="Dolby Vision and HDR10+ metadata",
        advice="which is no picture; give it a suffix such as .mp4, or read it with Estimator.video",
    ),
    Kind(
        name="Raw photographs",
        suffixes=(
            *(".dng", ".cr2", ".cr3", ".crw", ".nef", ".nrw", ".arw", ".srf", ".sr2", ".orf", ".rw2"),
            *(".pef", ".raf", ".x3f", ".srw", ".3fr", ".iiq", ".rwl", ".mrw", ".dcr", ".erf"),
        ),
        role=REFUSED,
        magic=rb"II\*\0....CR|....ftypcrx |FUJIFILMCCD-RAW|FOVb|II(RO|RS|U\0)|MMOR|\0MRM|II..\0\0HEAPCCDR",
        title="a raw photograph",
        advice="which needs developing; export it as OpenEXR, TIFF or JPEG",
    ),
    Kind(
        name="Insta360 and GoPro 360",
        suffixes=(".insp", ".insv", ".360"),
        role=REFUSED,
        title="a file of a 360° camera that is not stitched",
        advice="which needs stitching; export it as a 2:1 JPEG or MP4 with the maker's program",
    ),
    Kind(
        name="KTX",
        suffixes=(".ktx", ".ktx2", ".basis"),
        role=REFUSED,
        magic=rb"\xabKTX [12][01]\xbb",
        title="a KTX texture",
        advice="which is not supported; convert it to OpenEXR or Radiance HDR",
    ),
    Kind(
        name="DDS",
        suffixes=(".dds",),
        role=REFUSED,
        magic=rb"DDS ",
        title="a DDS texture",
        advice="which is not supported; convert it to OpenEXR or Radiance HDR",
    ),
    Kind(
        name="JPEG 2000",
        suffixes=(".jp2", ".j2k", ".jpx"),
        role=REFUSED,
        magic=rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51",
        title="a JPEG 2000 file",
        advice="which is not supported; convert it to PNG or TIFF",
    ),
    Kind(
        name="JPEG XR",
        suffixes=(".jxr", ".wdp", ".hdp"),
        role=REFUSED,
        magic=rb"II\xbc[\0\1]",
        title="a JPEG XR file",
        advice="which is not supported; convert it to OpenEXR, or to AVIF with PQ",
    ),
    Kind(
        name="Photoshop",
        suffixes=(".psd", ".psb"),
        role=REFUSED,
        magic=rb"8BPS",
        title="a Photoshop file",
        advice="which is not supported; export it as TIFF, OpenEXR or PNG",
    ),
    Kind(
        name="SVG",
        suffixes=(".svg",),
        role=REFUSED,
        magic=rb"(\xef\xbb\xbf)?\s*(<\?xml|<svg)",
        title="a drawing (SVG) or other XML",
        advice="which is not supported; export it as PNG",
    ),
    Kind(
        name="PDF",
        suffixes=(".pdf",),
        role=REFUSED,
        magic=rb"%PDF",
        title="a PDF document",
        advice="which is not supported; export the picture in it as PNG",
    ),
)

_SEARCHED = sorted(KINDS, key=lambda kind: kind.role != REFUSED)
PICTURE_SUFFIXES = tuple(suffix for kind in KINDS if kind.role == PICTURE for suffix in kind.suffixes)
VIDEO_SUFFIXES = tuple(suffix for kind in KINDS if kind.role == VIDEO for suffix in kind.suffixes)


def find_kind(head: bytes, suffix: str) -> Kind | None:
    """The kind of a file by its first bytes (64 are enough); by its suffix where a refused kind has no bytes of its
    own. Refused kinds go first, for some begin as others do."""
    for kind in _SEARCHED:
        if kind.magic and re.match(kind.magic, head, re.DOTALL):
            return kind
        if kind.role == REFUSED and not kind.magic and suffix.lower() in kind.suffixes:
            return kind
    return None


def kind_of_suffix(suffix: str) -> Kind | None:
    """The kind that files with this suffix have."""
    return next((kind for kind in KINDS if suffix.lower() in kind.suffixes), None)


def refusal(name: str, kind: Kind, which: str = "") -> ImageError:
    """The error for a file of a kind that is refused; `which` names its kind within the kind."""
    title = f"{kind.title} ({which})" if which else kind.title
    return ImageError(f"{name}: this is {title}, {kind.advice}")


RAW = next(kind for kind in KINDS if kind.name == "Raw photographs")


def help_of_kinds() -> str:
    """The kinds in a few lines, for `--help`."""
    names = {role: ", ".join(kind.name for kind in KINDS if kind.role == role) for role in (PICTURE, VIDEO, REFUSED)}
    return (
        f"Kinds of files. Read: {names[PICTURE]}; {names[VIDEO]}. Refused, with what to do: {names[REFUSED]}. "
        "docs/inputs.md says what of each is obeyed."
    )
