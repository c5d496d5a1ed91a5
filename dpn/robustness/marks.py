"""Marks on an image: stripes, lines, splashes, and what stands before it.

Each function takes images (N, C, H, W) in 0..1, how strong, and the random generator (on the CPU),
and returns the same shape, not yet held to 0..1.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from dpn.robustness.shapes import blurred


def stripe(x: Tensor, share: float, generator: torch.Generator) -> Tensor:  # noqa: ARG001
    """Invert it but for a stripe down the middle, all the way at 1."""
    width = x.shape[3]
    beside = torch.ones(width)
    beside[width // 4 : width - width // 4] = 0
    return x.lerp(1 - x, beside * share)


def spatter(x: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Splash bright drops over this share of it."""
    noise = blurred(torch.randn(len(x), 1, *x.shape[2:], generator=generator), 1.2)
    least = noise.flatten(1).quantile(1 - share, dim=1).view(-1, 1, 1, 1)
    return torch.where(noise > least, torch.maximum(x, torch.tensor(0.8)), x)


def dotted_line(x: Tensor, lines: float, generator: torch.Generator) -> Tensor:
    """Draw so many dotted lines across it, each from left to right."""
    return _lines(x, lines, generator, lambda at, ends: ends[0].lerp(ends[1], at), dotted=True)


def zigzag(x: Tensor, lines: float, generator: torch.Generator) -> Tensor:
    """Draw so many zigzags across it, each from left to right."""

    def height(at: Tensor, ends: Tensor) -> Tensor:
        return ends[0].lerp(ends[1], at) + 0.09 * (2 * ((at * 5) % 1 - 0.5).abs() - 0.5) * 2

    return _lines(x, lines, generator, height, dotted=False)


def occlusion(x: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Cover a square, of this share of the sides, with the mean grey of the image."""
    count, _, height, width = x.shape
    top = torch.rand(2, count, 1, 1, 1, generator=generator) * (1 - share)
    down = (torch.arange(height).view(1, 1, -1, 1) + 0.5) / height
    across = (torch.arange(width).view(1, 1, 1, -1) + 0.5) / width
    inside = (down - top[0] - share / 2).abs() < share / 2
    inside = inside & ((across - top[1] - share / 2).abs() < share / 2)
    return torch.where(inside, x.mean(dim=(1, 2, 3), keepdim=True), x)


def _lines(
    x: Tensor,
    lines: float,
    generator: torch.Generator,
    height: Callable[[Tensor, Tensor], Tensor],
    *,
    dotted: bool,
) -> Tensor:
    """Draw lines at ``height(share of the width, ends)``; of 1.5 the last is half ink."""
    count, _, rows, columns = x.shape
    at = (torch.arange(columns) + 0.5) / columns
    down = (torch.arange(rows).view(1, -1, 1) + 0.5) / rows
    for number in range(math.ceil(lines)):
        ends = torch.rand(2, count, 1, generator=generator)
        middle = height(at, ends).view(count, 1, columns)
        drawn = (down - middle).abs() < (0.7 / rows if dotted else 0.045)
        if dotted:
            drawn = drawn & ((torch.arange(columns) // 2) % 2 == 0)
        ink = torch.tensor(min(1.0, lines - number))
        x = torch.where(drawn.unsqueeze(1), torch.maximum(x, ink), x)
    return x
