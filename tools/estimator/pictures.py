"""Pictures for training, made on the accelerator: scenes turned, mirrored, mixed, exposed, clipped, cut to views.

Streams. A stream is one source of pictures: the scenes of one fold with one seed and one share of synthetic worlds; its
pictures go to one model or to several. Arrays are [streams, channels, pictures, rows, columns].

Slots. The pictures of a batch have fixed roles, so that shapes never change: whole with the curve given, whole with the
curve unknown, partial likewise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from scenes import BLOCK, HEIGHT, WIDTH, Cells, Scenes
from sphere import COLUMNS, LUMINANCE, ROWS, Sphere, directions, solid_angles

GRAY = 0.18
HIGH = 0.3
"""Share of given curves with such a white."""
HIGH_WHITES = (4.0, 6.0, 16.3, 16.4)
"""Whites of given curves that hold more than a hard-clipped picture."""

UNCLIPPED = 0.25
"""Share of the pictures with an unknown curve whose light ends below white."""


@dataclass(frozen=True)
class Slots:
    """How many pictures of a batch have each role."""

    whole_given: int = 10
    whole_auto: int = 6
    partial_given: int = 12
    partial_auto: int = 4

    @property
    def batch(self) -> int:
        return self.whole_given + self.whole_auto + self.partial_given + self.partial_auto

    @property
    def whole(self) -> int:
        return self.whole_given + self.whole_auto

    def auto(self, device: torch.device | str) -> Tensor:
        """1 where the curve is unknown, [batch]."""
        counts = (self.whole_given, self.whole_auto, self.partial_given, self.partial_auto)
        return torch.cat([torch.full((n,), float(i % 2), device=device) for i, n in enumerate(counts)])

    def unknown(self, streams: int, device: torch.device | str) -> Tensor:
        """Numbers of the pictures with an unknown curve, in so many batches one after the other."""
        batch, first, last = self.batch, self.whole_given, self.batch - self.partial_auto
        within = [*range(first, self.whole), *range(last, batch)]
        return torch.tensor([batch * s + k for s in range(streams) for k in within], device=device)


def view_masks(count: int, rng: np.random.Generator, device: torch.device | str, several: bool) -> Tensor:
    """[count, 128, 256] what cameras see, 0 or 1: single views, or 2 to 8 of them. The first looks along the horizon's
    middle."""
    points = torch.tensor(directions(HEIGHT, WIDTH), dtype=torch.float32, device=device)
    masks = torch.zeros(count, HEIGHT, WIDTH, dtype=torch.uint8, device=device)
    for k in range(count):
        fov = rng.uniform(50, 90 if several else 120)
        aspect = rng.choice([4 / 3, 16 / 9, 3 / 4, 9 / 16, 1.0])
        pitch = 0.0 if rng.random() < 0.4 else rng.uniform(-22, 22)
        seen = view_mask(points, fov, aspect, pitch, 0.0)
        for _ in range(rng.integers(1, 8) if several else 0):
            seen |= view_mask(points, fov, aspect, float(rng.normal(0, 25)), float(rng.uniform(-180, 180)))
        masks[k] = seen
    return masks


def view_mask(points: Tensor, fov: float, aspect: float, pitch: float, yaw: float) -> Tensor:
    """What one camera sees of `points`; angles in degrees, `fov` is horizontal."""
    focal = 1 / np.tan(np.radians(fov) / 2)
    cp, sp, cy, sy = (
        np.cos(np.radians(pitch)),
        np.sin(np.radians(pitch)),
        np.cos(np.radians(yaw)),
        np.sin(np.radians(yaw)),
    )
    ahead, right = points[..., 0] * cy + points[..., 2] * sy, points[..., 2] * cy - points[..., 0] * sy
    along, up = ahead * cp + points[..., 1] * sp, points[..., 1] * cp - ahead * sp
    return (along > 1e-3) & (right.abs() * focal <= along) & (up.abs() * focal <= along / aspect)


def pool(planes: Tensor, weights: Tensor) -> Tensor:
    """Means over cells of planes [n, c, 128, 256]; `weights` [32, 4] of the rows within a cell."""
    n, c = planes.shape[:2]
    across = planes.view(n, c, ROWS, BLOCK, COLUMNS, BLOCK).mean(-1)
    return (across * weights[:, :, None]).sum(3)


class Camera:
    """Makes batches. Everything random comes from torch's generator of the device."""

    def __init__(self, scenes: Scenes, seed: int, masks: int = 1536) -> None:
        self.scenes, self.device = scenes, scenes.device
        rng = np.random.default_rng(seed)
        single = view_masks(masks, rng, self.device, several=False)
        several = view_masks(masks // 2, rng, self.device, several=True)
        self.singles, self.masks = masks, torch.cat([single, several])
        area = torch.tensor(solid_angles(HEIGHT, WIDTH)[:, 0], dtype=torch.float32, device=self.device)
        self.row_weights = area.view(ROWS, BLOCK) / area.view(ROWS, BLOCK).sum(1, keepdim=True)
        self.sphere = Sphere(self.device)
        self.luminance = torch.tensor(LUMINANCE, device=self.device)[:, None, None]
        self.warm = torch.tensor([1.0, 0.0, -1.0], device=self.device)
        self.whites = torch.tensor(HIGH_WHITES, device=self.device)

    def batch(
        self, pools: Tensor, counts: Tensor, worlds: Tensor, slots: Slots, unknown: Tensor, several: float = 0.3
    ) -> Cells:
        """Cells for streams with these pools [d, most] of scenes (the first `counts` [d] of each row), and these shares
        of worlds [d]."""
        d, b, device = len(pools), slots.batch, self.device
        n = d * b
        stream = torch.arange(n, device=device) // b
        first = self._draw(stream, pools, counts, worlds)
        radiance = self._turned(first)
        mixed = torch.arange(0, n, 2, device=device)  # every second slot is a mixture of two scenes
        partner = self._draw(stream[mixed], pools, counts, worlds)
        weight = (0.1 + 0.5 * torch.rand(len(mixed), 1, 1, 1, device=device)) * torch.exp2(
            0.7 * torch.randn(len(mixed), 1, 1, 1, device=device)
        )
        radiance[::2] += weight * self._turned(partner)
        warmth, tint = 0.1 * torch.randn(n, 1, device=device), 0.05 * torch.randn(n, 3, device=device)
        gains = torch.exp(warmth * self.warm + tint)
        role = torch.arange(n, device=device) % b
        whole = role < slots.whole
        choice = torch.randint(self.singles, (n,), device=device)
        more = self.singles + torch.randint(len(self.masks) - self.singles, (n,), device=device)
        choice = torch.where(torch.rand(n, device=device) < several, more, choice)
        mask = torch.where(whole[:, None, None], 1.0, self.masks[choice].float())[:, None]
        share = pool(mask, self.row_weights).clamp(max=1)
        log = torch.log(pool((radiance * self.luminance).sum(1, keepdim=True), self.row_weights) + 1e-3)
        seen = share * self.sphere.shares
        average = (log * seen).sum((1, 2, 3)) / seen.sum((1, 2, 3))
        # whole pictures are exposed by the median: of mixtures, by how the logarithmic average changes
        metered = torch.where(whole, average - self.scenes.log_average[first], average)
        uniform = torch.rand(n, device=device)
        ev = torch.where(whole, -2.2 + 3.4 * uniform, -1.3 + 2.6 * uniform)
        wide = torch.rand(n, device=device) < 0.08
        ev = torch.where(wide, -4 + 6 * uniform, ev)
        factor = GRAY * torch.exp2(ev) / torch.exp(metered)
        given = 1 - slots.auto(device).repeat(d)
        high = given * (torch.rand(n, device=device) < HIGH)
        whites = self.whites[torch.randint(len(HIGH_WHITES), (n,), device=device)]
        log_white = torch.log(whites) * high
        factor = factor * torch.exp(-log_white)
        radiance *= (factor[:, None] * gains)[:, :, None, None]
        dull = (given == 0) & (torch.rand(n, device=device) < UNCLIPPED)
        ceiling = torch.where(dull, 0.4 + 0.55 * torch.rand(n, device=device), torch.inf)
        radiance = torch.minimum(radiance, ceiling[:, None, None, None])
        curve = torch.randint(len(self.scenes.tables), (n,), device=device)
        cells = self.photograph(radiance, mask, share, unknown, curve, soften=True)
        return self._arrange(cells, d, b, 1 - given, log_white, self.scenes.log_knots[curve])

    def photograph(
        self, radiance: Tensor, mask: Tensor, share: Tensor, unknown: Tensor, curve: Tensor, soften: bool = False
    ) -> list[Tensor]:
        """Planes [n, c, 32, 64] of `Cells` from radiance [n, 3, 128, 256] in units of white. The curves of the pictures
        `unknown` (numbers) are unknown."""
        light = radiance.clamp(max=1)
        if len(unknown):
            light[unknown] = self.scenes.display(radiance[unknown], curve[unknown])
        if soften:  # lenses, resampling and JPEG soften edges of clipped regions
            amount = (torch.rand(len(light), 1, 1, 1, device=self.device) - 0.5).clamp_min(0) * 0.8
            light = light + amount * 0.5 * (light.roll(1, 3) + light.roll(-1, 3) - 2 * light)
            inner = light[:, :, 1:-1]
            light = torch.cat(
                [
                    light[:, :, :1],
                    inner + amount * 0.5 * (light[:, :, 2:] + light[:, :, :-2] - 2 * inner),
                    light[:, :, -1:],
                ],
                dim=2,
            )
        white = (light >= 0.996).float() * mask
        within = radiance.clamp(max=1)
        weights = self.row_weights
        every = pool(radiance, weights)
        true_within = pool(within, weights)
        return [pool(light * mask, weights), pool(white, weights), share, true_within, every - true_within]

    def _draw(self, stream: Tensor, pools: Tensor, counts: Tensor, worlds: Tensor) -> Tensor:
        n = len(stream)
        real = (torch.rand(n, device=self.device) * counts[stream]).long()
        real = pools[stream, torch.minimum(real, counts[stream].long() - 1)]
        first = self.scenes.worlds[0]
        made = first + torch.randint(len(self.scenes.worlds), (n,), device=self.device)
        return torch.where(torch.rand(n, device=self.device) < worlds[stream], made, real)

    def _turned(self, number: Tensor) -> Tensor:
        n = len(number)
        start = torch.randint(WIDTH, (n, 1), device=self.device)
        sign = 1 - 2 * torch.randint(2, (n, 1), device=self.device)
        column = (start + sign * torch.arange(WIDTH, device=self.device)) % WIDTH
        return turned(self.scenes.radiance, number, column)

    def _arrange(self, planes: list[Tensor], d: int, b: int, auto: Tensor, log_white: Tensor, knots: Tensor) -> Cells:
        shaped = [plane.view(d, b, -1, ROWS, COLUMNS).transpose(1, 2).contiguous() for plane in planes]
        return Cells(*shaped, auto.view(d, b), log_white.view(d, b), knots.view(d, b, -1))


def turned(radiance: Tensor, number: Tensor, column: Tensor) -> Tensor:
    """Panoramas [n, 3, 128, 256] with their columns in this order [n, 256]."""
    planes = radiance[number]
    return planes.gather(3, column[:, None, None, :].expand(-1, 3, HEIGHT, -1))
