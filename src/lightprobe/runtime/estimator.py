"""Estimator: pictures in, light out, again and again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lightprobe.errors import LightprobeError, ModelError
from lightprobe.imaging.curves import RESPONSES
from lightprobe.imaging.files import as_picture
from lightprobe.imaging.picture import Picture, check_radiance
from lightprobe.runtime.estimate import Estimate
from lightprobe.runtime.plain import estimate_plain
from lightprobe.runtime.smoother import Smoother

if TYPE_CHECKING:
    from PIL import Image

    from lightprobe.imaging.video import Frame

    Source = str | Path | Image.Image | np.ndarray | Picture

AUTO = "auto"


def check_response(response: str) -> str:
    """Raises: ValueError if this is not the name of a tone curve, or 'auto'."""
    if response != AUTO and response not in RESPONSES:
        raise ValueError(f"expected a response of auto, {', '.join(RESPONSES)}, got {response!r}")
    return response


class Estimator:
    """Estimates light from pictures. Holds what is worth keeping between calls; safe to share between threads."""

    def __init__(self, name: str = "plain", response: str = AUTO) -> None:
        self.name = name
        self.response = check_response(response)

    def __call__(
        self,
        image: Source,
        *,
        response: str | None = None,
        fov: float | None = None,
        repair: bool = False,
    ) -> Estimate:
        """The light of one picture.

        `image` is a path, a PIL image, uint8 or uint16 sRGB pixels (h, w, 3), or HDR: float radiance, .exr, .hdr,
        which are projected exactly. `response` names the tone curve of an LDR picture where it is known. `fov` is
        the horizontal field of view [°] of a perspective picture; panoramas (2:1, or cropped with GPano data)
        need none. `repair` takes NaN, infinite and negative HDR values as 0.

        Raises: ImageError if the picture cannot be read or holds such values; ValueError for wrong arguments.
        """
        response = self.response if response is None else check_response(response)
        return estimate_plain(check_radiance(as_picture(image), repair), response, fov)

    def batch(
        self, images: Iterable[Source], **options: Any
    ) -> Iterator[tuple[Source, Estimate | LightprobeError | ValueError]]:
        """Each picture with its light, or with the error it raised; one picture is in memory at a time."""
        for image in images:
            try:
                yield image, self(image, **options)
            except (LightprobeError, ValueError) as error:
                yield image, error

    def video(
        self, path: str | Path, *, every: int = 1, smoothing: float = 0.0, **options: Any
    ) -> Iterator[tuple[Frame, Estimate]]:
        """Every n-th frame of a video with its light; only the current frame is in memory.

        `smoothing` is the time constant [s] of a Smoother; 0 leaves the frames independent.

        Raises: ImageError if the video cannot be read; ValueError for wrong arguments.
        """
        from lightprobe.imaging.video import read_video

        smoother = Smoother(smoothing)
        for frame in read_video(path, every):
            yield frame, smoother(self(frame.pixels, **options), frame.time)


def load(model: str | Path | None = None, *, response: str = AUTO) -> Estimator:
    """An estimator: the best that this package ships, or 'plain', or a model folder.

    'plain' decodes the picture with its tone curve and projects it exactly; light that the picture has lost
    stays lost. No trained model is shipped yet, so the default is 'plain', and `response="auto"` means sRGB.

    Raises: ModelError if there is no such model; ValueError for an unknown response.
    """
    if model not in (None, "plain"):
        raise ModelError(f"expected 'plain', got {str(model)!r}; this version runs no trained models yet")
    return Estimator("plain", response)


def estimate(
    image: Source,
    *,
    response: str = AUTO,
    fov: float | None = None,
    repair: bool = False,
) -> Estimate:
    """The light of one picture; see Estimator for the arguments. Use `load` for many pictures.

    Raises: ImageError if the picture cannot be read or holds impossible values; ValueError for wrong arguments.
    """
    return load(response=response)(image, fov=fov, repair=repair)
