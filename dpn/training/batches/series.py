"""Random changes to training series, on tensors, on the device the series are on.

Each takes prepared series (B, n, C), NaN where one has ended, and the random generator, and returns
as many of the same kind; their lengths may change.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

SeriesAugmentation = Callable[[Tensor, torch.Generator], Tensor]

#: Noise and change of each channel's size in units of its spread: half a tenth, a tenth.
NOISE, SIZE = 0.05, 0.1
#: At most so much quicker or slower as a whole, bent within, and cut off at each end.
SPEED, BEND, CUT = 0.2, 0.1, 0.1
#: Of that, ``sway`` takes so much.
LITTLE = 0.3


def none(series: Tensor, generator: torch.Generator) -> Tensor:  # noqa: ARG001 - one signature
    """Return the series as they are."""
    return series


def jitter(series: Tensor, generator: torch.Generator) -> Tensor:
    """Make each channel up to a tenth larger or smaller, and add a little noise."""
    batch, _, channels = series.shape
    # Drawn on the CPU, so that one seed gives one sequence on every device.
    size = 1 + SIZE * _even(generator, batch, 1, channels)
    noise = NOISE * torch.randn(series.shape, generator=generator)
    return series * size.to(series.device) + noise.to(series.device)


def warp(series: Tensor, generator: torch.Generator) -> Tensor:
    """As ``bend``, and then as ``jitter``."""
    return jitter(bend(series, generator), generator)


def sway(series: Tensor, generator: torch.Generator) -> Tensor:
    """As ``bend``, but less than a third as far."""
    return bend(series, generator, LITTLE)


def bend(series: Tensor, generator: torch.Generator, far: float = 1.0) -> Tensor:
    """Change the speed by up to a fifth, bend time, cut off up to a tenth at each end.

    Values between two steps are drawn on the line between them. ``far``, 0..1, is the share of all
    three that is taken at most.
    """
    steps = (~series[..., 0].isnan()).sum(dim=1).cpu().unsqueeze(1)  # (B, 1)
    speed = (1 + far * SPEED) ** _even(generator, len(series), 1)
    length = (steps * speed).round().clamp(min=2)
    t = torch.arange(int(length.max())) / (length - 1)  # (B, n'), 0..1 within each series
    waves = torch.randint(1, 3, (len(series), 1), generator=generator)
    bend = far * BEND * _even(generator, len(series), 1) / (math.pi * waves)
    bent = t + bend * torch.sin(math.pi * waves * t)  # grows: its slope is at least 1 - BEND
    start = far * CUT * torch.rand(len(series), 1, generator=generator)
    end = 1 - far * CUT * torch.rand(len(series), 1, generator=generator)
    at = (start + (end - start) * bent).clamp(0, 1) * (steps - 1)
    before = at.floor().long()
    after = torch.minimum(before + 1, steps - 1)
    rows = torch.arange(len(series), device=series.device).unsqueeze(1)
    share = (at - before).unsqueeze(2).to(series.device, series.dtype)
    first, second = (series[rows, one.to(series.device)] for one in (before, after))
    ended = (t > 1 + 1e-6).unsqueeze(2).to(series.device)
    return torch.where(ended, math.nan, first + share * (second - first))


def _even(generator: torch.Generator, *shape: int) -> Tensor:
    """Return numbers spread evenly over -1..1."""
    return torch.rand(*shape, generator=generator) * 2 - 1


SERIES_AUGMENTATIONS: dict[str, SeriesAugmentation] = {
    "none": none,
    "jitter": jitter,
    "sway": sway,
    "bend": bend,
    "warp": warp,
}
