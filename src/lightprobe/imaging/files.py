"""Reading picture files of any supported format.

The kind is found from the first bytes, and from the name only where a kind that is refused begins as another one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from lightprobe.errors import ImageError
from lightprobe.imaging.arrays import from_array
from lightprobe.imaging.formats.heif import is_heif, read_heif
from lightprobe.imaging.formats.pillow import from_pillow, read_with_pillow
from lightprobe.imaging.formats.png import is_deep_png, read_deep_png
from lightprobe.imaging.geometry.faces import face_order, joined
from lightprobe.imaging.kinds import PICTURE, RAW, find_kind, refusal
from lightprobe.imaging.picture import Picture


def read_picture(path: str | Path) -> Picture:
    """Read a picture file of one of the kinds in `kinds`: JPEG, PNG, WebP, AVIF, TIFF, HEIC, OpenEXR, Radiance HDR …

    EXIF orientation, the color space that the file states, transparency (pixels that are not seen) and GPano crops are
    applied.

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
    kind = find_kind(head, path.suffix)
    if kind is not None and kind.role != PICTURE:
        raise refusal(name, kind, path.suffix[1:].upper() if kind is RAW else "")
    reader = None if kind is None else _reader(kind.name)
    if reader is not None:
        return reader(path)
    if is_deep_png(head):
        return read_deep_png(path)
    if is_heif(head):
        return read_heif(path, head)
    return read_with_pillow(path)


def _reader(kind: str) -> Callable[[Path], Picture] | None:
    """The reader of a kind that needs one of its own; only that one is imported, for some bring large libraries."""
    if kind == "JPEG XL":
        from lightprobe.imaging.formats.jxl import read_jxl

        return read_jxl
    if kind == "OpenEXR":
        from lightprobe.imaging.formats.exr import read_exr

        return read_exr
    if kind == "PFM":
        from lightprobe.imaging.formats.pfm import read_pfm

        return read_pfm
    if kind == "Radiance HDR":
        from lightprobe.imaging.formats.radiance_hdr import read_radiance_hdr

        return read_radiance_hdr
    if kind == "TIFF":
        from lightprobe.imaging.formats.tiff import read_tiff

        return read_tiff
    return None


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
