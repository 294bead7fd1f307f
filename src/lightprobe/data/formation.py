"""Forming a pair: from a job and its HDRIs to a picture and the truth about it.

The order is that of light: two scenes add up, the camera is turned, the exposure and white balance set, the optics
blur, the sensor adds noise, a tone curve and eight bits follow, then JPEG. Two kinds of picture are made:

- `picture`: radiance is averaged over the picture's pixels, then goes through the curve, as in a renderer with a
  box filter (and in Blender, see lightprobe.blender). Blur and noise act on linear light.
- `source`: the curve and 8 bits come first, at the source's resolution, and display values are averaged, as in a
  photograph that was made smaller. Small lights then clip alone, instead of lifting their whole pixel. Blur acts on
  display values, and noise too, scaled by the curve's slope.

The truth is never blurred, noisy or clipped. Its coefficients come from the full-resolution HDRI, turned exactly.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

from lightprobe._shapes import Float, Num, UInt8
from lightprobe.data import metering, optics, responses, tilt
from lightprobe.data.areas import shrink
from lightprobe.data.display import form_at_source
from lightprobe.data.hdri import Hdri
from lightprobe.data.jobs import Job
from lightprobe.imaging import curves
from lightprobe.sphere import equirect, rotate


@dataclass(frozen=True, kw_only=True, eq=False)
class Pair:
    """A picture, and the light that it was made of, in the picture's own scale."""

    job: Job
    picture_srgb: UInt8[np.ndarray, "h w 3"]
    jpeg: bytes | None
    """The picture as a JPEG file, where the job asks for one."""
    panorama: Float[np.ndarray, "h w 3"]
    """Linear radiance; 1.0 is display white of a hard-clipped picture."""
    coeffs: Float[np.ndarray, "9 3"]
    """Radiance coefficients of the whole light."""
    clipped: Float[np.ndarray, "h w"]
    """Share of each pixel in which a channel is at display white: of its source pixels, or all or nothing."""
    gains: Float[np.ndarray, " 3"]
    """Factor of each channel from the HDRI file's radiance, if it were alone, to the panorama's."""


Layer = tuple[Hdri, Float[np.ndarray, " 3"], int]
"""An HDRI, the factor of each of its channels, and its turn before all else [columns]."""


def form(job: Job, hdri: Hdri, partner: Hdri | None = None) -> Pair:
    """Form the pair that a job describes.

    Raises: ValueError if the HDRIs are not those that the job names, or are prepared for another size.
    """
    layers = _exposed(job, _layers(job, hdri, partner))
    panorama = _panorama(job, layers)
    if job.form == "source":
        display, clipped = (_placed(job, planes) for planes in form_at_source(job, layers))
        clipped = clipped[..., 0]
        display = optics.display_noise(optics.blur(display, job.blur), job)
    else:
        display = responses.encode(job, optics.linear_noise(optics.blur(panorama, job.blur), job))
        clipped = curves.clipped(display).astype(np.float32)
    picture = np.rint(display * 255).astype(np.uint8)
    jpeg = None
    if job.jpeg:
        picture, jpeg = _compress(picture, job.jpeg)
    return Pair(
        job=job,
        picture_srgb=picture,
        jpeg=jpeg,
        panorama=panorama,
        coeffs=_coefficients(job, layers),
        clipped=clipped,
        gains=layers[0][1] * hdri.scale,
    )


def truth(
    job: Job, hdri: Hdri, partner: Hdri | None = None
) -> tuple[Float[np.ndarray, "9 3"], Float[np.ndarray, " 3"]]:
    """Only the coefficients and the gains of that pair."""
    layers = _exposed(job, _layers(job, hdri, partner))
    return _coefficients(job, layers), layers[0][1] * hdri.scale


def _layers(job: Job, hdri: Hdri, partner: Hdri | None) -> list[Layer]:
    if (hdri.slug, partner.slug if partner else "") != (job.scene, job.partner):
        raise ValueError(
            f"expected the HDRIs of job {job.id} ({job.scene}, {job.partner or 'no partner'}), "
            f"got {hdri.slug}, {partner.slug if partner else 'no partner'}; load those it names"
        )
    if hdri.small.shape[1] != job.height:
        raise ValueError(
            f"expected an HDRI for pictures {job.height} high, got one for {hdri.small.shape[1]}; prepare it for that"
        )
    if partner is None:
        return [(hdri, np.ones(3), 0)]
    alone, mixed = 1 - job.weight, job.weight * hdri.reading.median / partner.reading.median
    return [(hdri, np.full(3, alone), 0), (partner, np.full(3, mixed), job.partner_turn)]


def _exposed(job: Job, layers: list[Layer]) -> list[Layer]:
    """The layers in the picture's scale."""
    reading = layers[0][0].reading
    if len(layers) > 1:
        zones = sum(share * _turned(hdri.zones, turn, job.width) for hdri, share, turn in layers)
        reading = metering.Reading.of(np.asarray(zones))
    level = metering.exposure(reading, job.meter, job.protection, job.compensation)
    gains = level * metering.balance(job.warmth, job.tint)
    return [(hdri, share * gains, turn) for hdri, share, turn in layers]


def _turned(zones: np.ndarray, turn: int, width: int) -> np.ndarray:
    return equirect.turn(zones, round(turn * zones.shape[1] / width))


def _placed(job: Job, planes: Num[np.ndarray, "c h w"]) -> Num[np.ndarray, "h w c"]:
    """Mirrored and turned at the end, at the picture's size; channels last."""
    pixels = np.moveaxis(planes[..., ::-1] if job.mirror else planes, 0, -1)
    placed = np.empty(pixels.shape, pixels.dtype)
    placed[:, job.yaw :] = pixels[:, : job.width - job.yaw]
    placed[:, : job.yaw] = pixels[:, job.width - job.yaw :]
    return placed


def _panorama(job: Job, layers: list[Layer]) -> Float[np.ndarray, "h w 3"]:
    """The linear truth at the picture's size."""
    if job.tilt:
        wide = _blend([(h.wide, gains, 2 * turn) for h, gains, turn in layers])
        planes = shrink(tilt.tilt_bilinear(np.roll(wide, 2 * job.toward, axis=-1), job.tilt), 2)
        for h, gains, turn in layers:
            if len(h.lights):
                matrix = tilt.tilt_matrix(job.tilt) @ tilt.turn_matrix(job.toward + turn, job.width)
                planes += tilt.splat(h.lights * gains, h.toward @ matrix.T, job.height).astype(np.float32)
    else:
        planes = _blend([(h.small, gains, turn) for h, gains, turn in layers])
    return _placed(job, planes)


def _blend(parts: list[tuple[np.ndarray, np.ndarray, int]]) -> Float[np.ndarray, "3 h w"]:
    total: np.ndarray | None = None
    for planes, gains, turn in parts:
        part = (np.roll(planes, turn, axis=-1) if turn else planes) * gains.astype(np.float32)[:, None, None]
        total = part if total is None else np.add(total, part, out=total)
    assert total is not None
    return total


def _coefficients(job: Job, layers: list[Layer]) -> Float[np.ndarray, "9 3"]:
    """The coefficients of each whole HDRI, turned as its picture was, and added up."""
    place = tilt.placement_matrix(toward=job.toward, tilt=job.tilt, mirror=job.mirror, yaw=job.yaw, width=job.width)
    total = np.zeros((9, 3))
    for hdri, gains, turn in layers:
        total += rotate(hdri.coeffs * gains, place @ tilt.turn_matrix(turn, job.width))
    return total


def _compress(picture: UInt8[np.ndarray, "h w 3"], quality: int) -> tuple[UInt8[np.ndarray, "h w 3"], bytes]:
    """The picture after JPEG, and the file."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality)
    data = buffer.getvalue()
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image), data
