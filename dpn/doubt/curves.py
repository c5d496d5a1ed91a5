"""Curves that a pen draws without lifting: what random drawings are made of."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor


def along(points: Tensor, t: Tensor) -> Tensor:
    """Return points (…, N, 2) of the line through corners (…, K, 2) at t (N,) in 0..1."""
    last = points.shape[-2] - 2
    place = t * (last + 1)
    corner = place.long().clamp(max=last)
    share = (place - corner)[:, None]
    return points[..., corner, :] * (1 - share) + points[..., corner + 1, :] * share


def long_curves(count: int, points: int, rand: Callable[..., Tensor]) -> tuple[Tensor, ...]:
    """Return spirals, waves, scribbles, polygons and crosses, each (count, points, 2)."""
    t = torch.linspace(0, 1, points)
    turns = torch.sign(rand(count, 1) - 0.5) * (1.2 + 3 * rand(count, 1))
    angle = 2 * math.pi * (rand(count, 1) + turns * t)
    radius = 0.05 + 0.45 * t
    spirals = torch.stack([radius * torch.cos(angle), radius * torch.sin(angle)], dim=-1)
    y = torch.sin(2 * math.pi * (rand(count, 1) + (1.5 + 4 * rand(count, 1)) * t))
    sharp = torch.asin(y.clamp(-0.999, 0.999)) * 2 / math.pi
    y = torch.where(rand(count, 1) < 0.5, y, sharp) * (0.1 + 0.4 * rand(count, 1))
    waves = torch.stack([t.expand(count, -1), y], dim=-1)
    waves = torch.where(rand(count, 1, 1) < 0.3, waves.flip(2), waves)
    scribbles = along(rand(count, 12, 2), t)
    length = (0.3 + 0.7 * rand(count, 1))[..., None]
    scribbles = torch.where((t[:, None] < length), scribbles, scribbles[:, :1])
    return spirals, waves, scribbles, _polygons(t, count, rand), _crosses(t, count, rand)


def _polygons(t: Tensor, count: int, rand: Callable[..., Tensor]) -> Tensor:
    """Return triangles and squares; with more sides they would look like a 0."""
    sides = torch.where(rand(count, 1) < 0.3, 3.0, 4.0)
    side = torch.minimum(torch.floor(t * sides), sides - 1)
    level = math.pi / 2 + math.pi / sides  # one side is below
    first = torch.where(rand(count, 1) < 0.6, level, 2 * math.pi * rand(count, 1))
    here, there = (_at(first + 2 * math.pi * (side + more) / sides) for more in (0, 1))
    return here.lerp(there, (t * sides - side)[..., None])


def _crosses(t: Tensor, count: int, rand: Callable[..., Tensor]) -> Tensor:
    """Return three to six arms from one point, some of different lengths."""
    arms = torch.floor(3 + 4 * rand(count, 1))
    arm = torch.minimum(torch.floor(t * arms), arms - 1)
    first = torch.where(rand(count, 1) < 0.6, 0.0, 2 * math.pi * rand(count, 1))
    long = torch.where(rand(count, 1) < 0.5, 1.0, 0.5 + 0.5 * rand(count, 6))
    out = 1 - (2 * (t * arms - arm) - 1).abs()  # to its end and back
    away = out * long.gather(1, arm.long())
    return away[..., None] * _at(first + 2 * math.pi * arm / arms)


def _at(angle: Tensor) -> Tensor:
    """Return points (…, 2) on a circle of radius 1."""
    return torch.stack([torch.cos(angle), torch.sin(angle)], dim=-1)
