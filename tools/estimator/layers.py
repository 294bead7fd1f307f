"""Layers for many models at once: planes [models, channels, pictures, rows, columns].

A convolution is one batched matrix product over gathered neighborhoods, so that models with different weights run as
fast as one. Columns go around the azimuth; beyond the poles there are zeros.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional


def around(planes: Tensor) -> Tensor:
    """One more cell on each side: around the azimuth, and zeros beyond the poles."""
    wide = torch.cat([planes[..., -1:], planes, planes[..., :1]], dim=-1)
    return functional.pad(wide, (0, 0, 1, 1))


def neighborhoods(planes: Tensor, size: int, stride: int) -> Tensor:
    """[m, c · size², b · h · w] from padded planes."""
    m, c = planes.shape[:2]
    views = planes.unfold(3, size, stride).unfold(4, size, stride)  # [m, c, b, h, w, size, size]
    return views.permute(0, 1, 5, 6, 2, 3, 4).reshape(m, c * size * size, -1)


class _Convolution(torch.autograd.Function):
    """The gradient by the planes is a convolution too (stride 1) or is scattered (stride 2), without unfold's slow own
    gradient."""

    @staticmethod
    def forward(ctx: Any, planes: Tensor, weights: Tensor, stride: int) -> Tensor:
        m, o, i, k = weights.shape[:4]
        b, h, w = planes.shape[2:]
        gathered = neighborhoods(around(planes), k, stride)
        ctx.save_for_backward(gathered, weights)
        ctx.stride, ctx.size = stride, (b, h, w)
        rows, columns = (h + 2 - k) // stride + 1, (w + 2 - k) // stride + 1
        return torch.bmm(weights.reshape(m, o, i * k * k), gathered).view(m, o, b, rows, columns)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, Tensor, None]:
        gathered, weights = ctx.saved_tensors
        m, o, i, k = weights.shape[:4]
        b, h, w = ctx.size
        flat = grad.reshape(m, o, -1)
        by_weights = torch.bmm(flat, gathered.transpose(1, 2)).view_as(weights)
        if not ctx.needs_input_grad[0]:
            return None, by_weights, None
        if ctx.stride == 1:
            turned = weights.flip(3, 4).transpose(1, 2).reshape(m, i, o * k * k)
            return torch.bmm(turned, neighborhoods(around(grad), k, 1)).view(m, i, b, h, w), by_weights, None
        spread = torch.bmm(weights.reshape(m, o, -1).transpose(1, 2), flat).view(m, i, k, k, b, *grad.shape[3:])
        padded = grad.new_zeros(m, i, b, h + 2, w + 2)
        rows, columns = grad.shape[3:]
        for y in range(k):
            for x in range(k):
                padded[..., y : y + 2 * rows : 2, x : x + 2 * columns : 2][..., :rows, :columns] += spread[:, :, y, x]
        out = padded[..., 1:-1, 1:-1].clone()
        out[..., 0] += padded[..., 1:-1, -1]
        out[..., -1] += padded[..., 1:-1, 0]
        return out, by_weights, None


def convolve(weights: Mapping[str, Tensor], name: str, planes: Tensor, stride: int = 1) -> Tensor:
    """A circular convolution with its bias."""
    return _Convolution.apply(planes, weights[name], stride) + weights[name + ".bias"][:, :, None, None, None]


def mix(weights: Mapping[str, Tensor], name: str, planes: Tensor) -> Tensor:
    """A linear layer over the channels of planes or vectors [m, c, b, …]."""
    out = torch.baddbmm(weights[name + ".bias"][:, :, None], weights[name], planes.flatten(2))
    return out.view(out.shape[0], out.shape[1], *planes.shape[2:])


def double(planes: Tensor) -> Tensor:
    """Each cell as 2×2 equal cells."""
    m, c, b, h, w = planes.shape
    return planes[:, :, :, :, None, :, None].expand(m, c, b, h, 2, w, 2).reshape(m, c, b, 2 * h, 2 * w)


def double_smooth(planes: Tensor) -> Tensor:
    """2×2 as many cells, linear between centers; rows beyond the poles count as the last ones."""
    m, c, b, h, w = planes.shape
    left, right = planes.roll(1, 4), planes.roll(-1, 4)
    wide = torch.stack([0.75 * planes + 0.25 * left, 0.75 * planes + 0.25 * right], dim=5).reshape(m, c, b, h, 2 * w)
    above = torch.cat([wide[:, :, :, :1], wide[:, :, :, :-1]], dim=3)
    below = torch.cat([wide[:, :, :, 1:], wide[:, :, :, -1:]], dim=3)
    return torch.stack([0.75 * wide + 0.25 * above, 0.75 * wide + 0.25 * below], dim=4).reshape(m, c, b, 2 * h, 2 * w)


def shuffle(planes: Tensor) -> Tensor:
    """Channel 4k + 2i + j becomes channel k at row 2y + i, column 2x + j."""
    m, c, b, h, w = planes.shape
    return planes.view(m, c // 4, 2, 2, b, h, w).permute(0, 1, 4, 5, 2, 6, 3).reshape(m, c // 4, b, 2 * h, 2 * w)
