"""The errors that lightprobe raises about files, servers, models and outputs.

LightprobeError
├── DownloadError   a download failed: the server is unreachable, refuses, or sends unexpected data
├── ImageError      a picture cannot be read, or holds values that radiance cannot have
├── ModelError      a model folder is missing, damaged or of an unknown format
└── OutputError     a result cannot be written

Wrong arguments raise `ValueError`, as everywhere in Python. Every message is one line: what failed, or what was
expected and what was found; then what to do.
"""


class LightprobeError(Exception):
    """Base class of all these errors; catch it to catch everything but wrong arguments."""


class DownloadError(LightprobeError):
    """A server cannot be reached, refuses, or sends other data than it announced."""


class ImageError(LightprobeError):
    """A picture cannot be read, or holds values that radiance cannot have."""


class ModelError(LightprobeError):
    """A model folder is missing, damaged, or of a format that this version does not know."""


class OutputError(LightprobeError):
    """A result cannot be written to the given path."""


__all__ = ["DownloadError", "ImageError", "LightprobeError", "ModelError", "OutputError"]
