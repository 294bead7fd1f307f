"""Surround: the light around a camera that turns, better with each frame."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lightprobe._shapes import Float
from lightprobe.errors import ImageError
from lightprobe.imaging.cells import CELLS
from lightprobe.imaging.files import as_picture
from lightprobe.imaging.picture import check_radiance
from lightprobe.imaging.placement import check_fov
from lightprobe.runtime import Estimate, Estimator, Smoother
from lightprobe.sphere.harmonics.irradiance import cosine_lobe
from lightprobe.surround.alignment import find_turn
from lightprobe.surround.completion import Completed, as_estimate, complete
from lightprobe.surround.exposures import Exposures, Memory
from lightprobe.surround.gains import find_gains
from lightprobe.surround.grid import make_grid
from lightprobe.surround.look import Blocks, Look, average_frame, take_look
from lightprobe.surround.orientation import Orientation, rotation, rotation_vector

if TYPE_CHECKING:
    from lightprobe.imaging.formats.video import Frame
    from lightprobe.runtime.estimator import Source
    from lightprobe.surround.track import Track

RISE, FALL, START = 0.3, 0.5, 0.5
"""The answer grows and falls at most so much a second, in units of its own irradiance or of this share of the new
one's, so that it gets out of the dark: 1 % from frame to frame at 30 frames/s. A guess that was too bright goes
faster."""
ALIGNMENTS = 2
"""Steps of the alignment of a frame."""
SEARCHES, UNEXPECTED = 4, 3.0
"""Steps where its orientation is not given, and the expected deviation [°] from an even turn."""
PERSISTENCE = 0.5
"""Share of the newest frame in the rate at which the camera is taken to turn."""
MISFIT = 0.15
"""Largest misfit of a frame whose orientation is not given."""


class Surround:
    """Gathers the frames of a turning camera into an HDR panorama of cells, and completes it by an estimator.

    Convention: spec/SURROUND.md. Linear Rec.709 in the scale of the first frame: 1.0 is its display white. The world is
    the frame of the orientations: the center of the panorama is where yaw and pitch are 0.
    """

    def __init__(
        self,
        estimator: Estimator,
        *,
        fov: float,
        response: str | None = None,
        rows: int = 64,
        fade: float = 60.0,
        tremble: float = 2.0,
    ) -> None:
        """An empty surround.

        `fov` is the horizontal field of view [°] of the frames, `response` their tone curve, `rows` those of cells,
        `fade` the time constant [s] with which looks lose weight, `tremble` the error [°] that orientations are
        expected to have; 0: they are exact.

        Raises: ValueError for arguments out of their range.
        """
        if rows < CELLS[0] or rows % CELLS[0] or rows > 8 * CELLS[0]:
            raise ValueError(
                f"expected 32, 64, 96 … 256 rows, got {rows}; 64 suits orientations from a phone's sensors"
            )
        if estimator.network is not None and estimator.network.manifest.input != "cells":
            raise ValueError(
                f"expected a model that takes cells, got {estimator.name}, which takes images; use another"
            )
        if not 0 <= tremble <= 10:
            raise ValueError(
                f"expected an error of orientations of 0 to 10 degrees, got {tremble:g}; a phone has about 2"
            )
        if not fade > 0:
            raise ValueError(f"expected a time constant above 0 seconds, got {fade:g}; 60 suits a room")
        self.estimator, self.fov, self.rows, self.tremble = estimator, check_fov(fov), rows, tremble
        self.response = estimator.response if response is None else response
        self.gains: Float[np.ndarray, " 3"] = np.ones(3)
        """Factors from the radiance of the last frame to that of the surround."""
        self.time = -math.inf
        """Time of the last frame [s]."""
        self._exposures = Exposures(make_grid(rows), fade)
        self._axes, self._turning = np.eye(3), np.zeros(3)
        self._first_exposure: float | None = None
        self._answer: Completed | None = None
        self._answer_time = -math.inf

    def add(
        self,
        picture: Source,
        orientation: Orientation | Sequence[float] | None,
        time: float,
        *,
        exposure: float | None = None,
    ) -> None:
        """Remember a frame that was taken in this direction at this time [s].

        Without an `orientation`, it is found: the first frame looks along the center of the panorama, upright, and each
        other one is turned until it fits those before it, which it has to overlap. A camera that moves aside looks like
        one that turns, until it comes around and nothing fits.

        `picture` is what `Estimator` takes, upright as it was seen. `exposure` is the radiance of its display white in
        any unit, the same for all frames (N²/(t · ISO) of aperture, shutter time and sensitivity); without, it is
        found where the frame overlaps those before it.

        Raises: ImageError if the picture cannot be read, or does not fit where no orientation is given; ValueError for
        times that run backwards, angles or exposures that are impossible, or an unknown response.
        """
        if not self.time <= time < math.inf:  # also true of NaN
            raise ValueError(f"expected a time ≥ {self.time:g} s, got {time:g} s; begin a new surround")
        if exposure is not None and not 0 < exposure < math.inf:
            raise ValueError(f"expected an exposure above 0, got {exposure:g}; leave it out where it is unknown")
        frame = check_radiance(as_picture(picture), repair=False)
        blocks = average_frame(frame, self.response, self.fov, self.rows)
        if orientation is None:
            look, known, self._axes = self._found(blocks, time)
        else:
            steps = ALIGNMENTS if self.tremble > 0 else 0
            axes = Orientation(*orientation).axes
            look, known, self._axes, _ = self._aligned(blocks, axes, time, steps, self.tremble)
        found = find_gains(look, known, self._exposures.grid)
        if exposure is not None:
            self._first_exposure = self._first_exposure or exposure
            balance = self.gains if found is None else found
            found = balance * (exposure / self._first_exposure / float(np.exp(np.log(balance).mean())))
        if found is not None:
            self.gains = found
        self._exposures.add(look, self.gains, time)
        self.time = time

    def _aligned(
        self, blocks: Blocks, axes: Float[np.ndarray, "3 3"], time: float, steps: int, error: float
    ) -> tuple[Look, Memory, Float[np.ndarray, "3 3"], float]:
        """The look that fits best near these axes, what is known of its cells, its axes, and its misfit."""
        grid, misfit = self._exposures.grid, 0.0
        look = take_look(blocks, axes, grid)
        known = self._exposures.recall(time, look.cells)
        for _ in range(steps):
            turn = find_turn(look, known, grid, error)
            axes, misfit = axes @ turn.matrix.T, turn.misfit
            look = take_look(blocks, axes, grid)
            known = self._exposures.recall(time, look.cells)
        return look, known, axes, misfit

    def _found(self, blocks: Blocks, time: float) -> tuple[Look, Memory, Float[np.ndarray, "3 3"]]:
        """The look of a frame whose orientation is not given: the camera goes on turning as before, or nearly so.

        Raises: ImageError if it does not fit the looks before it.
        """
        if math.isinf(self.time):
            return self._aligned(blocks, Orientation(0).axes, time, 0, 0)[:3]
        before, passed = self._axes, max(time - self.time, 1e-3)
        expected = before @ rotation(self._turning * passed).T
        look, known, axes, misfit = self._aligned(blocks, expected, time, SEARCHES, UNEXPECTED)
        if misfit > MISFIT:
            reason = "it shares too little with them" if math.isinf(misfit) else "the camera moved, or the scene did"
            raise ImageError(
                f"the frame at {time:.2f} s does not fit the frames before it, for {reason}; give the orientations, or "
                "turn the camera slowly and on the spot"
            )
        self._turning += PERSISTENCE * (rotation_vector(axes.T @ before) / passed - self._turning)
        return look, known, axes

    def recall(self) -> Memory:
        """What is known of the cells at the time of the last frame, row by row."""
        return self._exposures.recall(self.time)

    @property
    def panorama(self) -> Float[np.ndarray, "h w 3"]:
        """Radiance of the cells as far as it was measured; 0 where nothing was seen."""
        return self.recall().radiance.reshape(self.rows, 2 * self.rows, 3)

    @property
    def seen(self) -> Float[np.ndarray, "h w"]:
        """How much of each cell was seen [0…1]; fades with age."""
        return np.minimum(self.recall().weight, 1).reshape(self.rows, 2 * self.rows)

    def video(
        self, path: str | Path, track: Track | None = None, *, every: int = 1, smoothing: float = 0.0
    ) -> Iterator[tuple[Frame, Estimate]]:
        """Every n-th frame of a video with the light that is known after it, but those that the track leaves out.

        Without a track, orientations are found. `smoothing` is the time constant [s] of a Smoother; 0 for none.

        Raises: ImageError if the video cannot be read, or does not fit; ValueError for wrong arguments.
        """
        from lightprobe.imaging.formats.video import read_video

        smoother = Smoother(smoothing)
        for frame in read_video(path, every):
            orientation = None if track is None else track.at(frame.time)
            if track is None or orientation is not None:
                self.add(frame.picture, orientation, frame.time)
                yield frame, smoother(self.estimate(), frame.time)

    def estimate(self) -> Estimate:
        """The light around the camera, at the time of the last frame.

        It moves towards what is known at a limited pace, so that it never jumps.

        Raises: ValueError before the first frame; ModelError if the network fails.
        """
        if math.isinf(self.time):
            raise ValueError("expected a frame before an estimate; add one")
        memory, shape = self.recall(), (self.rows, 2 * self.rows)
        found = complete(
            self.estimator,
            memory.radiance.reshape(*shape, 3),
            memory.clipped.reshape(*shape, 3),
            np.minimum(memory.weight, 1).reshape(shape),
        )
        if self._answer is not None:
            found = paced(self._answer, found, self.time - self._answer_time)
        self._answer, self._answer_time = found, self.time
        return as_estimate(found, self.estimator)


def paced(last: Completed, found: Completed, seconds: float) -> Completed:
    """The light on the way from the last answer to a new one, as far as it comes in so many seconds."""
    lobe = cosine_lobe(3)[:, None]
    change = float(np.linalg.norm(lobe * (found.coeffs - last.coeffs)))
    before, after = (float(np.linalg.norm(lobe * light.coeffs)) for light in (last, found))
    most = (RISE if after > before else FALL) * seconds * max(before, START * after)
    if change <= most:
        return found
    step = most / change
    return found._replace(
        radiance=last.radiance + step * (found.radiance - last.radiance),
        coeffs=last.coeffs + step * (found.coeffs - last.coeffs),
    )
