"""Capture: the picture of a shot, and its true light.

The steps follow the path of light: two scenes are added, the camera is turned, exposure and white balance are
applied, the optics blur, the sensor adds noise; then come the response, eight bits, and JPEG. There are two forms:

- `picture`: radiance is averaged over the picture's pixels, then the response is applied, as in a renderer with a box
  filter (and in Blender, see lightprobe.blender). Blur and noise act on linear light.
- `source`: response and 8 bits come first, at the source's resolution; then display values are averaged, as in a
  photograph that was reduced in size. So a small light clips alone and does not brighten its whole pixel. Blur and
  noise act on display values; the noise is scaled by the response's slope.

A shot with a view gives a perspective picture; its true light is in the camera's frame (see camera.view). Automatic
exposure then meters the view alone; `fixed` exposure meters the whole sphere, as for panoramas.

The true light is never blurred, noisy or clipped. Its coefficients come from the full-resolution HDRI, rotated
exactly.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PIL import Image

from lightprobe._shapes import Float, Num, UInt8
from lightprobe.camera import exposure, optics, response, view
from lightprobe.camera.capture_at_source import (
    capture_at_source,
    display_planes,
    fineness,
    is_white,
    radiance_plane,
)
from lightprobe.camera.geometry import rotations, tilt
from lightprobe.camera.geometry.downsample import shrink
from lightprobe.camera.hdri import Hdri, Layer
from lightprobe.camera.shot import Shot
from lightprobe.imaging.formats.pillow import decode_bytes
from lightprobe.imaging.tone import curves
from lightprobe.sphere import rotate
from lightprobe.sphere.panorama import equirect


@dataclass(frozen=True, kw_only=True, eq=False)
class Capture:
    """A picture and its true light, in the picture's scale."""

    shot: Shot
    uncompressed_srgb: UInt8[np.ndarray, "h w 3"]
    """The picture before JPEG."""
    jpeg: bytes | None
    """The picture as a JPEG file; None if the shot has no JPEG compression."""
    panorama: Float[np.ndarray, "m n 3"]
    """Linear radiance of the whole sphere; 1.0 is display white of a hard-clipped picture."""
    coeffs: Float[np.ndarray, "9 3"]
    """Radiance coefficients of the whole sphere."""
    clipped: Float[np.ndarray, "h w"]
    """Share of each pixel that has a channel at display white: a share of source pixels for the form `source`, 0 or 1
    for the form `picture`."""
    gains: Float[np.ndarray, " 3"]
    """Factor of each channel from the radiance of the HDRI's file to its part of the panorama."""

    @cached_property
    def picture_srgb(self) -> UInt8[np.ndarray, "h w 3"]:
        """The picture; a JPEG file is decoded when it is first asked for, which writing pairs never does."""
        if self.jpeg is None:
            return self.uncompressed_srgb
        return decode_bytes(self.jpeg, ("JPEG",), "picture", self.uncompressed_srgb.size)


def capture(shot: Shot, hdri: Hdri, partner: Hdri | None = None) -> Capture:
    """Take the picture that a shot describes.

    Raises: ValueError if the HDRIs are not those of the shot or are prepared for another size, or for an unknown meter
    or curve.
    """
    layers = _exposed(shot, _layers(shot, hdri, partner))
    if shot.view is None:
        panorama = _panorama(shot, layers)
        display, clipped = _whole_display(shot, layers, panorama)
    else:
        panorama = _panorama_of_view(shot, layers)
        display, clipped = _view_display(shot, shot.view, layers)
    picture = np.rint(display * 255).astype(np.uint8)
    return Capture(
        shot=shot,
        uncompressed_srgb=picture,
        jpeg=_compress(picture, shot.jpeg) if shot.jpeg else None,
        panorama=panorama,
        coeffs=_coefficients(shot, layers),
        clipped=clipped,
        gains=layers[0].gains * hdri.scale,
    )


def light_of(
    shot: Shot, hdri: Hdri, partner: Hdri | None = None
) -> tuple[Float[np.ndarray, "9 3"], Float[np.ndarray, " 3"]]:
    """The coefficients and gains of a capture, without taking the picture. Raises: as `capture`."""
    layers = _exposed(shot, _layers(shot, hdri, partner))
    return _coefficients(shot, layers), layers[0].gains * hdri.scale


def _layers(shot: Shot, hdri: Hdri, partner: Hdri | None) -> list[Layer]:
    if (hdri.slug, partner.slug if partner else "") != (shot.scene, shot.partner):
        raise ValueError(
            f"expected the HDRIs of shot {shot.id} ({shot.scene}, {shot.partner or 'no partner'}), "
            f"got {hdri.slug}, {partner.slug if partner else 'no partner'}; load these"
        )
    if hdri.small.shape[1] != shot.height:
        raise ValueError(
            f"expected an HDRI for pictures {shot.height} high, got one for {hdri.small.shape[1]}; "
            f"load it with height={shot.height}"
        )
    if partner is None:
        return [Layer(hdri, np.ones(3), 0)]
    alone, mixed = 1 - shot.weight, shot.weight * hdri.reading.median / partner.reading.median
    return [Layer(hdri, np.full(3, alone), 0), Layer(partner, np.full(3, mixed), shot.partner_turn)]


def _exposed(shot: Shot, layers: list[Layer]) -> list[Layer]:
    """The layers, exposed and white-balanced."""
    if shot.meter == "none":
        level = 2.0**shot.compensation / layers[0].hdri.scale
    else:
        level = exposure.exposure(_reading(shot, layers), shot.meter, shot.protection, shot.compensation)
    gains = level * exposure.balance(shot.warmth, shot.tint)
    return [Layer(hdri, share * gains, turn) for hdri, share, turn in layers]


def _reading(shot: Shot, layers: list[Layer]) -> exposure.Reading:
    """The meter's reading of the layers before exposure."""
    if shot.view is not None and shot.meter == "auto":
        small = np.moveaxis(_blend([(hdri.small, gains, turn) for hdri, gains, turn in layers]), 0, -1)
        return exposure.Reading.of(*view.metered(shot.view, small, _camera_matrix(shot)))
    if len(layers) == 1:
        return layers[0].hdri.reading
    zones = sum(share * _turned(hdri.zones, turn, shot.width) for hdri, share, turn in layers)
    return exposure.Reading.of(np.asarray(zones))


def _turned(zones: np.ndarray, turn: int, width: int) -> np.ndarray:
    return equirect.turn(zones, round(turn * zones.shape[1] / width))


def _whole_display(
    shot: Shot, layers: Sequence[Layer], panorama: Float[np.ndarray, "h w 3"]
) -> tuple[Float[np.ndarray, "h w 3"], Float[np.ndarray, "h w"]]:
    """Display values 0 … 1 of the whole panorama, and the clipped share of each pixel."""
    if shot.form == "source":
        display, clipped = (_placed(shot, planes) for planes in capture_at_source(shot, layers))
        return optics.display_noise(optics.blur(display, shot.blur), shot), clipped[..., 0]
    display = response.encode(shot.response, optics.linear_noise(optics.blur(panorama, shot.blur), shot))
    return display, curves.clipped(display).astype(np.float32)


def _view_display(
    shot: Shot, frame: view.View, layers: Sequence[Layer]
) -> tuple[Float[np.ndarray, "h w 3"], Float[np.ndarray, "h w"]]:
    """Display values 0 … 1 of a view, and the clipped share of each pixel."""
    matrix = _camera_matrix(shot)
    if shot.form == "source":
        planes = display_planes(shot, layers)
        white = is_white(planes)[None].view(np.uint8) * np.uint8(255)
        pixels = view.photograph(frame, np.moveaxis(np.concatenate([planes, white]), 0, -1), matrix)
        pixels *= np.float32(1 / 255)
        blurred = optics.blur(pixels[..., :3], shot.blur, is_panorama=False)
        return optics.display_noise(blurred, shot), pixels[..., 3]
    factor = fineness(layers, shot.height)
    source = np.stack([radiance_plane(layers, factor, shot.height, channel) for channel in range(3)], axis=-1)
    radiance = optics.blur(view.photograph(frame, source, matrix), shot.blur, is_panorama=False)
    display = response.encode(shot.response, optics.linear_noise(radiance, shot))
    return display, curves.clipped(display).astype(np.float32)


def _placed(shot: Shot, planes: Num[np.ndarray, "c h w"]) -> Num[np.ndarray, "h w c"]:
    """The last steps at the panorama's size: mirror and turn; channels last."""
    pixels = np.moveaxis(planes[..., ::-1] if shot.mirror else planes, 0, -1)
    placed = np.empty(pixels.shape, pixels.dtype)
    placed[:, shot.yaw :] = pixels[:, : shot.width - shot.yaw]
    placed[:, : shot.yaw] = pixels[:, shot.width - shot.yaw :]
    return placed


def _panorama(shot: Shot, layers: list[Layer]) -> Float[np.ndarray, "h w 3"]:
    """The radiance of a whole panorama at its size."""
    if not shot.tilt:
        return _placed(shot, _blend([(layer.hdri.small, layer.gains, layer.turn) for layer in layers]))
    wide = _blend([(layer.hdri.wide, layer.gains, 2 * layer.turn) for layer in layers])
    corners = tilt.tilt_corners(2 * shot.height, shot.tilt)
    planes = shrink(tilt.move_bilinear(np.roll(wide, 2 * shot.pre_yaw, axis=-1), corners), 2)
    for layer in layers:
        lean = rotations.tilt_matrix(shot.tilt) @ rotations.turn_matrix(shot.pre_yaw + layer.turn, shot.width)
        _add_lights(planes, layer, lean)
    return _placed(shot, planes)


def _panorama_of_view(shot: Shot, layers: list[Layer]) -> Float[np.ndarray, "h w 3"]:
    """The radiance around a view, in the camera's frame."""
    matrix = _camera_matrix(shot)
    wide = _blend([(layer.hdri.wide, layer.gains, 2 * layer.turn) for layer in layers])
    planes = shrink(tilt.move_bilinear(wide, tilt.bilinear_corners(2 * shot.height, matrix)), 2)
    for layer in layers:
        _add_lights(planes, layer, matrix @ rotations.turn_matrix(layer.turn, shot.width))
    return np.ascontiguousarray(np.moveaxis(planes, 0, -1))


def _add_lights(planes: Float[np.ndarray, "3 h w"], layer: Layer, matrix: Float[np.ndarray, "3 3"]) -> None:
    """Add the lights of a layer, rotated by `matrix`, with all their energy."""
    hdri = layer.hdri
    if len(hdri.lights):
        height = planes.shape[1]
        planes += tilt.splat(hdri.lights * layer.gains, hdri.toward @ matrix.T, height).astype(np.float32)


def _blend(parts: list[tuple[np.ndarray, np.ndarray, int]]) -> Float[np.ndarray, "3 h w"]:
    total: np.ndarray | None = None
    for planes, gains, turn in parts:
        part = (np.roll(planes, turn, axis=-1) if turn else planes) * gains.astype(np.float32)[:, None, None]
        total = part if total is None else np.add(total, part, out=total)
    assert total is not None
    return total


def _camera_matrix(shot: Shot) -> Float[np.ndarray, "3 3"]:
    """From directions in the scene to directions in the picture's frame."""
    level = rotations.placement_matrix(
        pre_yaw=shot.pre_yaw, tilt=shot.tilt, mirror=shot.mirror, yaw=shot.yaw, width=shot.width
    )
    return level if shot.view is None else shot.view.matrix @ level


def _coefficients(shot: Shot, layers: list[Layer]) -> Float[np.ndarray, "9 3"]:
    """The sum of the coefficients of the whole HDRIs, each rotated as its picture."""
    matrix = _camera_matrix(shot)
    total = np.zeros((9, 3))
    for hdri, gains, turn in layers:
        total += rotate(hdri.coeffs * gains, matrix @ rotations.turn_matrix(turn, shot.width))
    return total


def _compress(picture: UInt8[np.ndarray, "h w 3"], quality: int) -> bytes:
    """The picture as a JPEG file."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()
