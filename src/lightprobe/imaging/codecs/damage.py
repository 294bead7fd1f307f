"""Damaged files: errors of decoding libraries as an ImageError of one line."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Generator
from contextlib import contextmanager

from PIL.Image import DecompressionBombError

from lightprobe.errors import ImageError

DECODER_ERRORS = (
    *(OSError, EOFError, MemoryError, RuntimeError, SyntaxError, struct.error, zlib.error),
    *(ValueError, TypeError, AttributeError, LookupError, ArithmeticError, DecompressionBombError),
)
"""Exceptions that Pillow, FFmpeg, OpenEXR and libheif raise for damaged files."""


def damaged(name: str, kind: str, reason: BaseException | str) -> ImageError:
    """The error for a file that cannot be decoded, with the first line of the reason."""
    text = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
    line = next(iter(text.strip().splitlines()), type(reason).__name__)[:120]
    return ImageError(f"{name}: the {kind} is damaged ({line}); download or export it again")


@contextmanager
def image_errors(
    name: str, kind: str = "picture", also: tuple[type[Exception], ...] = ()
) -> Generator[None, None, None]:
    """For blocks that only decode: an exception of a library becomes an ImageError.

    `also` adds exceptions of libraries that are imported only when needed.
    """
    try:
        yield
    except (*DECODER_ERRORS, *also) as error:
        raise damaged(name, kind, error) from error
