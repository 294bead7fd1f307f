"""What can go wrong in the world outside.

LightprobeError
├── DownloadError   something that cannot be had from a server: refused, unreachable, or not what was promised
├── ImageError      a picture that cannot be read, or that holds what a picture of light cannot hold
├── ModelError      a model folder that is missing, damaged or of an unknown kind
└── OutputError     a result that cannot be written

Wrong arguments are `ValueError`s, as everywhere in Python. Every message says what was expected, what was
found and what to do, in one line.
"""


class LightprobeError(Exception):
    """The root of this tree; catch it to catch all that is not the caller's own mistake."""


class DownloadError(LightprobeError):
    """A server cannot be reached, refuses, or sends something else than it promised."""


class ImageError(LightprobeError):
    """A picture cannot be read, or holds values that light cannot have."""


class ModelError(LightprobeError):
    """A model folder is missing, damaged, or of a kind this version does not know."""


class OutputError(LightprobeError):
    """A result cannot be written where it was asked for."""


__all__ = ["DownloadError", "ImageError", "LightprobeError", "ModelError", "OutputError"]
