"""The dominant light: a directional light that represents the brightest part of the surroundings.

Convention: `direction` points towards the light, unit length, three frame. `color` is linear Rec.709 with
its largest channel 1; color × intensity is the irradiance of a surface that faces the light [display white ·
sr], as a three.js DirectionalLight takes it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lightprobe._shapes import Float
from lightprobe.sphere.harmonics.basis import basis, normalization, orders
from lightprobe.sphere.harmonics.irradiance import cosine_lobe, irradiance
from lightprobe.sphere.panorama import equirect

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
"""Relative luminance of linear Rec.709. Source: ITU-R BT.709-6, item 3.2 (rounded as in IEC 61966-2-1)."""

UP = np.array([0.0, 1.0, 0.0])
SAME = 1e-6
"""1 − cosine of the angle between two directions that are one."""
CAP = math.radians(20.0)
RING = math.radians(40.0)
LEAST_SHARE = 0.4
"""Share below which the light of a picture that shows next to nothing is that of its coefficients: chosen on folds of
tools/estimator for the least mean angle to the true light of views."""


@dataclass(frozen=True, kw_only=True)
class Light:
    """A directional light. Units: see the module."""

    direction: Float[np.ndarray, " 3"]
    color: Float[np.ndarray, " 3"]
    intensity: float
    share: float
    """Share of this light in the luminous irradiance of a surface that faces it [0…1]."""

    @property
    def azimuth(self) -> float:
        """Degrees to the right of the panorama's center, −180…180."""
        return math.degrees(math.atan2(self.direction[2], self.direction[0]))

    @property
    def elevation(self) -> float:
        """Degrees above the horizon, −90…90."""
        return math.degrees(math.asin(float(np.clip(self.direction[1], -1, 1))))

    @property
    def irradiance(self) -> Float[np.ndarray, " 3"]:
        """color × intensity: irradiance of a surface that faces the light."""
        return self.color * self.intensity

    def coefficients(self, bands: int = 3) -> Float[np.ndarray, "n 3"]:
        """Radiance coefficients of this light alone; subtract them to get the ambient rest."""
        return basis(self.direction, bands)[:, None] * self.irradiance


def make_light(direction: Float[np.ndarray, " 3"], rgb: Float[np.ndarray, " 3"], share: float) -> Light:
    """A light from its direction and its irradiance per channel; darkness is white light of intensity 0."""
    rgb = np.maximum(rgb, 0)
    intensity = float(rgb.max())
    color = rgb / intensity if intensity > 0 else np.ones(3)
    return Light(direction=direction, color=color, intensity=intensity, share=float(np.clip(share, 0, 1)))


def unit(vector: Float[np.ndarray, " 3"], otherwise: Float[np.ndarray, " 3"] = UP) -> Float[np.ndarray, " 3"]:
    """The vector at length 1, or `otherwise` where it has no direction."""
    length = float(np.linalg.norm(vector))
    return vector / length if length > 1e-9 else otherwise


def dominant_direction(coeffs: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, " 3"]:
    """The optimal linear direction: that of luminance's band 1; up if band 1 is zero.

    Source: Sloan, "Stupid Spherical Harmonics (SH) Tricks", 2008, "Extracting Dominant Lighting".
    """
    band1 = coeffs[1:4] @ LUMINANCE
    scale = max(abs(float(coeffs[0] @ LUMINANCE)), 1e-300)
    return unit(band1[[2, 0, 1]] / scale)


def directional_fit(coeffs: Float[np.ndarray, "n 3"]) -> Light:
    """The directional light that, with a constant ambient light, fits the irradiance best (least squares).

    Use it when only coefficients are known; with a panorama, `dominant_light` is more precise.
    """
    direction = dominant_direction(coeffs)
    weight = cosine_lobe(math.isqrt(len(coeffs))) ** 2 * (orders(math.isqrt(len(coeffs)))[0] > 0)
    lobe = basis(direction, math.isqrt(len(coeffs)))
    rgb = np.maximum((weight * lobe) @ coeffs / (weight @ lobe**2), 0)
    facing = float(irradiance(coeffs, direction) @ LUMINANCE)
    return make_light(direction, rgb, float(rgb @ LUMINANCE) / facing if facing > 0 else 0.0)


@lru_cache(maxsize=4)
def _cells(
    height: int, width: int
) -> tuple[Float[np.ndarray, "n 3"], Float[np.ndarray, "n 3"], Float[np.ndarray, " n"]]:
    """Mean direction (unit), first moment ∫ω dω [sr] and solid angle of each cell."""
    upper = np.arccos(equirect.row_edges(height))  # colatitude
    by_cosine = np.diff(upper / 2 - np.sin(2 * upper) / 4)[:, None]  # ∫ sin² dϑ
    by_sine = -np.diff(np.cos(2 * upper) / 4)[:, None]  # ∫ sin ϑ cos ϑ dϑ
    edges = equirect.column_edges(width)
    x, z = np.diff(np.sin(edges)), np.diff(-np.cos(edges))
    moment = np.stack(np.broadcast_arrays(by_cosine * x, by_sine * np.diff(edges), by_cosine * z), axis=-1)
    moment = moment.reshape(-1, 3)
    toward = moment / np.linalg.norm(moment, axis=1, keepdims=True)
    return toward, moment, equirect.solid_angles(height, width).ravel()


def without_light(panorama: Float[np.ndarray, "h w 3"], light: Light) -> Float[np.ndarray, "h w 3"]:
    """The panorama without the dominant light: nothing in it becomes negative, or darker than its neighborhood.

    In the cap of 20° around the light, each channel is cut off at the level that removes the light's irradiance, but
    not below the mean of the ring around it (20° … 40°). Darker cells stay as they are.
    """
    height, width = panorama.shape[:2]
    toward, _, angle = _cells(height, width)
    cells = panorama.reshape(-1, 3).astype(np.float64)
    cosine = toward @ light.direction
    inside = cosine > math.cos(CAP)
    ring = (cosine > math.cos(RING)) & ~inside
    around = angle[ring] @ cells[ring] / angle[ring].sum()
    for channel, (floor, excess) in enumerate(zip(around, light.irradiance, strict=True)):
        level = max(floor, cut_level(cells[inside, channel], angle[inside], excess))
        cells[inside, channel] = np.minimum(cells[inside, channel], level)
    return cells.reshape(panorama.shape).astype(panorama.dtype)


def cut_level(values: Float[np.ndarray, " n"], weights: Float[np.ndarray, " n"], excess: float) -> float:
    """The level above which values, times their weights, add up to `excess`."""
    order = np.argsort(-values)
    values, weights = np.append(values[order], min(0.0, float(values.min()))), weights[order]
    area = np.cumsum(weights)
    removed = np.concatenate([[0.0], np.cumsum(area * -np.diff(values))])  # by a cut at each of the values
    last = int(np.searchsorted(removed, excess, side="right")) - 1
    return float(values[last] - (excess - removed[last]) / area[last]) if last < len(area) else float(values[last])


def dominant_light(
    coeffs: Float[np.ndarray, "n 3"],
    panorama: Float[np.ndarray, "h w 3"],
    *,
    guess: Float[np.ndarray, "h w 3"] | None = None,
    seen: float = 1.0,
) -> Light:
    """The light of the brightest region, minus the light of its neighborhood.

    A cap of 20° starts at the brightest cell and moves to the centroid of its luminance. The light is the
    radiance in the cap above the mean of the ring around it (20° … 40°). Its direction comes from exact first
    moments: that of the whole surroundings, which band 1 has at full resolution, minus that of the cells outside
    the cap. So the position of a sun much smaller than a cell is still exact.

    `guess` is the part of the panorama that is a guess: it never makes the light greener than red and blue, as no sun,
    sky or lamp is. `seen` is the share of the sphere that the picture shows, where the rest is a guess too, no filling:
    if the light has less than `LEAST_SHARE` of the unseen share, the one that matters is elsewhere, and
    `_unseen_light` stands for it.
    """
    height, width = panorama.shape[:2]
    toward, moment, angle = _cells(height, width)
    cells = panorama.reshape(-1, 3).astype(np.float64)
    luminance = cells @ LUMINANCE
    scale = float(luminance.max())
    if not scale > 0:
        return make_light(UP, np.zeros(3), 0.0)
    bright = luminance[:, None] * moment
    center, inside = toward[int(np.argmax(luminance))], np.zeros(len(cells), bool)
    for _ in range(8):
        cosine, before = toward @ center, inside
        inside = cosine > math.cos(CAP)
        if (inside == before).all():
            break
        center = unit(bright[inside].sum(axis=0) / scale, center)
    else:
        cosine = toward @ center
        inside = cosine > math.cos(CAP)
    ring = (cosine > math.cos(RING)) & ~inside
    around = angle[ring] @ cells[ring] / angle[ring].sum()
    rgb = angle[inside] @ (cells[inside] - around)
    if guess is not None:
        known = cells[:, 1] - guess.reshape(-1, 3)[:, 1]
        green = angle[inside] @ (known[inside] - angle[ring] @ known[ring] / angle[ring].sum())
        rgb[1] = min(rgb[1], max(rgb[0], rgb[2], green))
    everything = coeffs[1:4][[2, 0, 1]] @ LUMINANCE / normalization(1, 0)
    outside = bright[~inside].sum(axis=0) + (around @ LUMINANCE) * moment[inside].sum(axis=0)
    direction = unit((everything - outside) / scale, center)
    if direction @ center < math.cos(CAP):  # coefficients and panorama disagree about the light
        direction = center
    facing = float(irradiance(coeffs, direction) @ LUMINANCE)
    share = float(np.maximum(rgb, 0) @ LUMINANCE) / facing if facing > 0 else 0.0
    if share < LEAST_SHARE * (1 - seen):
        return _unseen_light(coeffs)
    return make_light(direction, rgb, share)


def _unseen_light(coeffs: Float[np.ndarray, "n 3"]) -> Light:
    """The light that nobody saw: `directional_fit`, with the color of all light, but no greener than red and blue."""
    fit = directional_fit(coeffs)
    rgb = np.maximum(coeffs[0], 0)
    rgb = rgb * (float(fit.irradiance @ LUMINANCE) / max(float(rgb @ LUMINANCE), 1e-300))
    rgb[1] = min(rgb[1], max(rgb[0], rgb[2]))
    facing = float(irradiance(coeffs, fit.direction) @ LUMINANCE)
    return make_light(fit.direction, rgb, float(rgb @ LUMINANCE) / facing if facing > 0 else 0.0)


def changed_light(
    light: Light,
    before: Float[np.ndarray, "n 3"],
    coeffs: Float[np.ndarray, "n 3"],
    panorama: Float[np.ndarray, "h w 3"],
    seen: float,
) -> Light:
    """The dominant light of changed surroundings, by the same law as their `light` with the coefficients `before`.

    It is greener than red and blue only if that one was, and unseen only if that one was.
    """
    red, green, blue = light.color
    is_unseen = light.direction @ dominant_direction(before) > 1 - SAME
    guess = None if green > max(red, blue) else panorama
    return dominant_light(coeffs, panorama, guess=guess, seen=seen if is_unseen else 1.0)
