"""JPEG XL, by a plugin of Pillow that is not installed by default."""

from __future__ import annotations

from pathlib import Path

from lightprobe.errors import ImageError
from lightprobe.imaging.formats.pillow import from_pillow, opened
from lightprobe.imaging.picture import Picture


def read_jxl(path: Path) -> Picture:
    """Read a JPEG XL file with 8 bits. Raises: ImageError, also if pillow-jxl-plugin is not installed."""
    name = str(path)
    try:
        import pillow_jxl  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise ImageError(f"{name}: JPEG XL files need pillow-jxl-plugin; pip install 'lightprobe[jxl]'") from None
    assert pillow_jxl  # importing it registers the format
    with opened(path, ("JXL",)) as image:
        return from_pillow(image, name).noted("JPEG XL was read with 8 bits, as display values; HDR is not decoded")
