"""Reading picture files of any supported format.

The format is found from the first bytes, never from the name.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from lightprobe.errors import ImageError
from lightprobe.imaging.arrays import from_array
from lightprobe.imaging.formats.pillow import from_pillow, read_heif, read_with_pillow
from lightprobe.imaging.formats.png import is_deep_png, read_deep_png
from lightprobe.imaging.geometry.faces import face_order, joined
from lightprobe.imaging.picture import Picture

_EXR, _RADIANCE = b"\x76\x2f\x31\x01", b"#?"
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")


def read_picture(path: str | Path) -> Picture:
    """Read a picture file: JPEG, PNG (8 or 16 bit), WebP, AVIF, TIFF, HEIC, BMP, GIF, OpenEXR or Radiance HDR.

    EXIF orientation, an embedded ICC profile, transparency (pixels that are not seen) and GPano crops are applied.

    Raises: ImageError if the file does not exist, cannot be read, is damaged or too large.
    """
    path, name = Path(path), str(path)
    try:
        with path.open("rb") as file:
            head = file.read(64)
    except FileNotFoundError:
        raise ImageError(f"{name}: no such file; check the path") from None
    except OSError as error:
        raise ImageError(f"{name}: cannot open the picture: {error.strerror}; check the path") from None
    if not head:
        raise ImageError(f"{name}: the file is empty; download or export it again")
    if head.startswith(_EXR):
        from lightprobe.imaging.formats.exr import read_exr_picture

        return read_exr_picture(path)
    if head.startswith(_RADIANCE):
        from lightprobe.imaging.formats.radiance_hdr import read_radiance_hdr

        return Picture(pixels=read_radiance_hdr(path), is_linear=True, name=name)
    if is_deep_png(head):
        return read_deep_png(path)
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return read_heif(path)
    return read_with_pillow(path)


def as_picture(source: Any) -> Picture:
    """A Picture from a path, a PIL image, or anything that numpy converts to an array: uint8 or uint16 sRGB pixels, or
    float linear radiance.

    Raises: ImageError for unreadable files; ValueError for arrays of another shape or data type.
    """
    if isinstance(source, Picture):
        return source
    if isinstance(source, str | Path):
        return read_picture(source)
    if isinstance(source, Image.Image):
        return from_pillow(source)
    return from_array(source)


def read_cubemap(sources: Sequence[Any]) -> Picture:
    """Six square faces as one Picture, which `estimate` takes: paths, PIL images, arrays or Pictures.

    Files named px, nx, py, ny, pz, nz, or posx …, or right, left, top, bottom, front, back (sky_px.png) may come in any
    order; others in this one. Faces lie as OpenGL has them: spec/CONVENTIONS.md#cubemap.

    Raises: ImageError for unreadable files, and for other than six squares of one size and kind.
    """
    pictures = [as_picture(source) for source in sources]
    stems = [Path(source).stem if isinstance(source, str | Path) else "" for source in sources]
    if len(pictures) == 6:
        pictures = [pictures[number] for number in face_order(stems)]
    return joined(pictures)
