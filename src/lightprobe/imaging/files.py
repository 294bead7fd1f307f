"""Reading pictures: what kind of file it is, and the reader for it.

The kind is told by the first bytes, never by the name.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from lightprobe._shapes import Bool
from lightprobe.errors import ImageError
from lightprobe.imaging.color import to_srgb
from lightprobe.imaging.gpano import Crop, read_crop
from lightprobe.imaging.picture import Picture, check_size

_EXR, _RADIANCE, _PNG = b"\x76\x2f\x31\x01", b"#?", b"\x89PNG\r\n\x1a\n"
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")


def read_picture(path: str | Path) -> Picture:
    """A picture file: JPEG, PNG (8 or 16 bit), WebP, AVIF, TIFF, HEIC, OpenEXR or Radiance HDR.

    EXIF orientation, an embedded ICC profile, transparency (as what is not seen) and GPano crops are taken
    into account.

    Raises: ImageError in one line if there is no such file, or if it cannot be read, is damaged or too large.
    """
    path, name = Path(path), str(path)
    try:
        with path.open("rb") as file:
            head = file.read(64)
    except FileNotFoundError:
        raise ImageError(f"{name}: expected a picture, got no such file; check the path") from None
    except (IsADirectoryError, PermissionError, OSError) as error:
        raise ImageError(f"{name}: expected a picture, got: {error.strerror}; check the path") from None
    if not head:
        raise ImageError(f"{name}: expected a picture, got an empty file; fetch or export it again")
    if head.startswith(_EXR):
        from lightprobe.imaging.exr import read_exr

        return Picture(pixels=read_exr(path), is_linear=True, name=name)
    if head.startswith(_RADIANCE):
        from lightprobe.imaging.radiance_hdr import read_radiance_hdr

        return Picture(pixels=read_radiance_hdr(path), is_linear=True, name=name)
    if head.startswith(_PNG) and head[24] == 16 and head[25] in (2, 6):
        return _read_deep_png(path)
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        _enable_heif(name)
    return _read_with_pillow(path)


def _enable_heif(name: str) -> None:
    try:
        import pillow_heif
    except ImportError:
        raise ImageError(f"{name}: expected a HEIC reader, got none; pip install 'lightprobe[heif]'") from None
    pillow_heif.register_heif_opener()


def _read_with_pillow(path: Path) -> Picture:
    name = str(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the size is checked next
            image = Image.open(path)
        with image:
            check_size(*image.size, name)
            return from_pillow(image, name)
    except Image.DecompressionBombError:
        raise ImageError(f"{name}: expected at most 179 megapixels, got more; reduce the picture first") from None
    except UnidentifiedImageError:
        raise ImageError(
            f"{name}: expected a picture, got an unknown kind of file; convert it to JPEG or PNG"
        ) from None
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise ImageError(
            f"{name}: expected a whole picture, got a damaged one ({error}); fetch or export it again"
        ) from error


def from_pillow(image: Image.Image, name: str = "picture") -> Picture:
    """A PIL image of any mode, its orientation, profile, transparency and GPano data honoured.

    Raises: ImageError if it cannot be decoded.
    """
    image.load()
    xmp = image.info.get("xmp")
    if image.getexif().get(0x0112, 1) != 1:
        image = ImageOps.exif_transpose(image)
    crop = read_crop(xmp, image.width, image.height, name) if xmp else None
    seen = _visible(image)
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        return _from_deep_grey(image, name, crop, seen)
    if "A" in image.mode or "transparency" in image.info:
        profile = image.info.get("icc_profile")
        image = image.convert("RGBA").convert("RGB")
        image.info["icc_profile"] = profile
    return Picture(pixels=np.asarray(to_srgb(image, name)), is_linear=False, name=name, crop=crop, seen=seen)


def _visible(image: Image.Image) -> Bool[np.ndarray, "h w"] | None:
    """Pixels that are at least half opaque; None if all are."""
    if "A" not in image.mode and "transparency" not in image.info:
        return None
    alpha = np.asarray(image.convert("RGBA").getchannel("A"))
    return None if alpha.min() >= 128 else alpha >= 128


def _from_deep_grey(image: Image.Image, name: str, crop: Crop | None, seen: np.ndarray | None) -> Picture:
    """16-bit grey; 32-bit modes only where their values fit."""
    grey = np.asarray(image)
    if grey.dtype.kind == "f":
        radiance = np.repeat(grey[..., None].astype(np.float32), 3, axis=2)
        return Picture(pixels=radiance, is_linear=True, name=name, crop=crop, seen=seen)
    if grey.min() < 0 or grey.max() > 65535:
        raise ImageError(f"{name}: expected 16-bit grey, got values {grey.min()}…{grey.max()}; convert it to RGB")
    return Picture(pixels=_rgb(grey.astype(np.uint16)), is_linear=False, name=name, crop=crop, seen=seen)


def _rgb(grey: np.ndarray) -> np.ndarray:
    return np.repeat(grey[..., None], 3, axis=2)


def _read_deep_png(path: Path) -> Picture:
    """16-bit RGB PNG, which Pillow would cut to 8; one with its own profile goes that way all the same."""
    import av

    with Image.open(path) as image:
        check_size(*image.size, str(path))
        if image.info.get("icc_profile") or image.info.get("exif") or image.info.get("xmp"):
            return _read_with_pillow(path)
    try:
        with av.open(str(path), options={"err_detect": "explode"}) as container:
            frame = next(container.decode(video=0))
            rgba: np.ndarray = frame.to_ndarray(format="rgba64le")
    except (av.FFmpegError, StopIteration) as error:
        raise ImageError(
            f"{path}: expected a whole picture, got a damaged one ({error}); fetch or export it again"
        ) from error
    alpha = rgba[..., 3]
    seen = None if alpha.min() >= 32768 else alpha >= 32768
    return Picture(pixels=np.ascontiguousarray(rgba[..., :3]), is_linear=False, name=str(path), seen=seen)


def as_picture(source: str | Path | Image.Image | np.ndarray | Picture) -> Picture:
    """Whatever a user holds, as a Picture: a path, a PIL image, uint8/uint16 sRGB or float linear pixels.

    Grey arrays (h×w) count as RGB; a fourth channel is taken for opacity.

    Raises: ImageError for unreadable files; ValueError for arrays of another shape or kind.
    """
    if isinstance(source, Picture):
        return source
    if isinstance(source, str | Path):
        return read_picture(source)
    if isinstance(source, Image.Image):
        return from_pillow(source)
    pixels = np.asarray(source)
    if pixels.ndim == 2:
        pixels = _rgb(pixels)
    if pixels.ndim != 3 or pixels.shape[2] not in (3, 4) or 0 in pixels.shape or pixels.dtype.kind not in "uf":
        raise ValueError(
            f"expected a path, a PIL image, or an array (h, w, 3) of uint8 sRGB or float radiance, "
            f"got {type(source).__name__} {getattr(source, 'shape', '')} {getattr(source, 'dtype', '')}".rstrip()
        )
    is_linear = pixels.dtype.kind == "f"
    if not is_linear and pixels.dtype.itemsize > 2:
        raise ValueError(f"expected uint8 or uint16 sRGB values, got {pixels.dtype}; convert with astype(np.uint8)")
    seen = None
    if pixels.shape[2] == 4:
        opaque = pixels[..., 3] >= (0.5 if is_linear else np.iinfo(pixels.dtype).max / 2)
        seen = None if opaque.all() else opaque
    pixels = np.ascontiguousarray(pixels[..., :3], np.float32 if is_linear and pixels.dtype != np.float64 else None)
    return Picture(pixels=pixels, is_linear=is_linear, name="array", seen=seen)
