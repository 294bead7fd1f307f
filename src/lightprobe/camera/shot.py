"""Shot: all parameters of one picture.

Convention: spec/CONVENTIONS.md#panorama. Angles about the up axis are whole columns of the panorama, content moving
right. A scene is turned by `pre_yaw`, tilted (the center goes up), mirrored, then turned by `yaw`. A `view`, if there
is one, is then taken around the center; otherwise the picture is the whole panorama.
"""

from __future__ import annotations

from dataclasses import dataclass

from lightprobe.camera.response import POWER, SHOULDER, Response
from lightprobe.camera.view import View

FORMS = ("source", "picture")


@dataclass(frozen=True, kw_only=True)
class Shot:
    """One picture to be taken of a scene.

    `width` and `height` are those of the true panorama, and of the picture too if it has no view.
    """

    scene: str
    variant: int = 0
    width: int
    height: int
    pre_yaw: int = 0
    """Turn before the tilt [columns]; it sets the direction of the tilt."""
    tilt: int = 0
    """Tilt of the camera [°]; whole degrees, so that shots share index maps."""
    mirror: bool = False
    yaw: int = 0
    """Turn after all else [columns]."""
    partner: str = ""
    """Scene that is mixed in, in linear light; none if empty."""
    weight: float = 0.0
    """The partner's share of the median light."""
    partner_turn: int = 0
    """Turn of the partner before it is mixed in [columns]."""
    meter: str = "fixed"
    """See `camera.exposure`; 'none' keeps the radiance of the HDRI's file."""
    protection: float = 0.0
    """Weight of the highlights against the average in an automatic exposure, 0 … 1."""
    compensation: float = 0.0
    """Added to the meter's exposure [EV]."""
    warmth: float = 0.0
    """White balance, red against blue [EV]."""
    tint: float = 0.0
    """White balance, green against red and blue [EV]."""
    curve: str = "srgb"
    """Name of the response."""
    power: float = POWER[0]
    shoulder: float = SHOULDER[0]
    """Parameters of the curve `camera`."""
    form: str = "picture"
    """Resolution at which the response is applied: the `source`'s, or the `picture`'s."""
    blur: float = 0.0
    """Standard deviation of the blur [pixels of the picture]."""
    shot_noise: float = 0.0
    """Variance of the noise per radiance [1 = display white]."""
    read_noise: float = 0.0
    """Standard deviation of the noise without light [display white]."""
    noise_seed: int = 0
    jpeg: int = 0
    """Quality of the JPEG compression; 0 for none."""
    view: View | None = None
    """A perspective picture instead of the whole panorama."""

    @property
    def id(self) -> str:
        """Name of the picture."""
        return shot_id(self.scene, self.variant)

    @property
    def response(self) -> Response:
        """The response with this curve and its parameters."""
        return Response(name=self.curve, power=self.power, shoulder=self.shoulder)


def shot_id(scene: str, variant: int) -> str:
    """Name of a picture, and its path in a folder of pairs: scene/variant."""
    return f"{scene}/{variant:04d}"
