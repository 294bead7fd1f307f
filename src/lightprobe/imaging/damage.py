"""Damaged files: what libraries raise over them, as one line of ours."""

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
"""What Pillow, FFmpeg, OpenEXR and libheif raise over files that are not what they say they are."""


def damaged(name: str, kind: str, reason: BaseException | str) -> ImageError:
    """The error of a file that cannot be decoded, with the first line of the reason."""
    text = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
    line = next(iter(text.strip().splitlines()), type(reason).__name__)[:120]
    return ImageError(f"{name}: expected a whole {kind}, got a damaged one ({line}); fetch or export it again")


@contextmanager
def decoding(name: str, kind: str = "picture", also: tuple[type[Exception], ...] = ()) -> Generator[None, None, None]:
    """For blocks that only decode: what a library raises inside becomes an ImageError.

    `also` names errors of libraries that are not imported before they are needed.
    """
    try:
        yield
    except (*DECODER_ERRORS, *also) as error:
        raise damaged(name, kind, error) from error
