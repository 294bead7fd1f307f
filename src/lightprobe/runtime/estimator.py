"""Estimator: pictures in, light out, again and again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from lightprobe.errors import LightprobeError
from lightprobe.imaging.files import as_picture
from lightprobe.imaging.geometry.layout import Layout, LayoutOptions, lay_out, look
from lightprobe.imaging.picture import Picture, check_radiance
from lightprobe.imaging.tone.curves import AUTO, RESPONSE_CODES
from lightprobe.runtime.estimate import Estimate
from lightprobe.runtime.manifest import NAME as MANIFEST
from lightprobe.runtime.plain_estimate import plain_estimate
from lightprobe.runtime.smoother import Smoother

if TYPE_CHECKING:
    from PIL import Image

    from lightprobe.imaging.formats.video import Frame
    from lightprobe.runtime.network import Network

    Source = str | Path | Image.Image | np.ndarray | Picture

PLAIN = "plain"

PRETRAINED = Path(__file__).parents[1] / "pretrained"
"""The model folder that this package ships."""


def check_response(response: str) -> str:
    """Raises: ValueError if this is not the name of a tone curve, or 'auto'."""
    if response not in RESPONSE_CODES:
        raise ValueError(f"expected a response of {', '.join(RESPONSE_CODES)}, got {response!r}; choose one")
    return response


class Estimator:
    """Estimates light from pictures. Keeps the network between calls; safe to share between threads."""

    def __init__(self, network: Network | None = None, response: str = AUTO, answer: str | None = None) -> None:
        """An estimator by a network, or the plain one.

        Raises: ValueError for a response that it does not take, or an answer that it does not have.
        """
        self.network = network
        self.name = PLAIN if network is None else network.manifest.name
        self.responses = RESPONSE_CODES if network is None else network.manifest.responses
        """Tone curves that it takes; auto where it can do without."""
        self.response = self._check(response)
        self.answer = self._check_answer(answer)
        """Which of its answers it gives; None where it has one only."""

    def __call__(
        self,
        image: Source,
        *,
        response: str | None = None,
        answer: str | None = None,
        repair: bool = False,
        **layout: Unpack[LayoutOptions],
    ) -> Estimate:
        """The light of one picture.

        `image` is a path, a PIL image, uint8 or uint16 sRGB pixels (h, w, 3), or HDR: float radiance, .exr, .hdr,
        which are projected exactly. `response` names the tone curve of an LDR picture; 'auto': it is unknown. `answer`
        says how bright light that the picture does not show is taken to be: 'best', with the least expected relative
        error, which is cautious; 'median', too bright as often as too dark; or 'balanced' between the two, the default.
        `repair` takes NaN and infinite HDR values as 0.

        Where the picture lies on the sphere, if its file does not say so: `fov` is the horizontal field of view [°] of
        a perspective picture; `hfov` and `vfov` are the width and height [°] of a part of a panorama, `elevation` that
        of its center; `stereo` is how two eyes share the picture (none, top-bottom, left-right), of which the left is
        used; `ignore_pose` leaves a tilted panorama as it is. `Estimate.notes` tell what was done. Arrays are not
        looked at, for they may be live frames: two eyes in a 2:1 array need `stereo`.

        Raises: ImageError if the picture cannot be read or holds such values, or if it is a fisheye picture;
        ValueError for wrong arguments.
        """
        if response is not None and isinstance(image, np.ndarray) and image.dtype.kind == "f":
            raise ValueError(
                f"expected no response for float pixels, which are linear radiance, got {response!r}; leave it out, or "
                "convert the picture to uint8 display values"
            )
        response = self.response if response is None else self._check(response)
        answer = self.answer if answer is None else self._check_answer(answer)
        said = Layout(**layout)
        picture = lay_out(check_radiance(as_picture(image), repair), said)
        if self.network is None:
            return replace(plain_estimate(picture, response), layout=said, source=image)
        from lightprobe.runtime.network_estimate import network_estimate

        return replace(network_estimate(self.network, picture, response, answer), layout=said, source=image)

    def _check(self, response: str) -> str:
        check_response(response)
        return response if self.network is None else self.network.check_response(response)

    def _check_answer(self, answer: str | None) -> str | None:
        if self.network is not None:
            return self.network.check_answer(answer)
        if answer is not None:
            raise ValueError(f"expected no answer by name, for {PLAIN} has one, got {answer!r}; leave it out")
        return None

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

        `smoothing` is the time constant [s] of a Smoother; 0 leaves the frames independent. `options` are those of one
        picture; frames of PQ, HLG and linear videos are HDR, the others LDR. Looks of the first frame decide for all of
        them, on stereo for instance.

        Raises: ImageError if the video cannot be read; ValueError for wrong arguments.
        """
        from lightprobe.imaging.formats.video import read_video

        smoother, first = Smoother(smoothing), None
        said = Layout(**{key: options[key] for key in LayoutOptions.__annotations__ if key in options})
        for frame in read_video(path, every):
            picture = frame.picture
            first = look(picture, said) if first is None else first
            tags = replace(picture.tags, stereo=first.tags.stereo)
            picture = replace(picture, tags=tags, notes=first.notes, is_laid_out=True)
            yield frame, smoother(replace(self(picture, **options), source=None), frame.time)


def load(
    model: str | Path | None = None,
    *,
    response: str = AUTO,
    answer: str | None = None,
    threads: int = 1,
    engine: str = "auto",
) -> Estimator:
    """An estimator: a model folder, or 'plain', or, by default, the best that this package ships.

    'plain' decodes the picture with its tone curve, `auto` meaning sRGB, and projects it exactly; light that the
    picture has lost stays lost. It is the default where the package holds no trained model. `response` and `answer` are
    those of pictures for which none is given; see Estimator. `threads` is how many a
    network may use for one picture. `engine` is what runs the network: numpy, which starts at once, or onnxruntime,
    which starts later and then takes less time for a picture; auto: numpy where the folder has a model.bin and one
    thread is enough.

    Raises: ModelError in one line if there is no such model, or if it is damaged or of an unknown kind; ValueError
    for a response that it does not take, or an answer that it does not have.
    """
    check_response(response)
    if model is None:
        model = PRETRAINED if (PRETRAINED / MANIFEST).is_file() else PLAIN
    if model == PLAIN:
        return Estimator(None, response, answer)
    from lightprobe.runtime.network import Network

    return Estimator(Network(model, threads, engine), response, answer)


@cache
def _default() -> Estimator:
    return load()


def estimate(
    image: Source,
    *,
    response: str | None = None,
    answer: str | None = None,
    repair: bool = False,
    **layout: Unpack[LayoutOptions],
) -> Estimate:
    """The light of one picture, by the estimator that `load()` gives; see Estimator for the arguments.

    Raises: ImageError if the picture cannot be read or holds impossible values; ValueError for wrong arguments.
    """
    return _default()(image, response=response, answer=answer, repair=repair, **layout)
