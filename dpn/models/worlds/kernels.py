"""Small fixed kernels laid over a series at several spacings: how often each is above a threshold.

They are those of MiniRocket (Dempster, Schmidt, Webb, *MiniRocket: A Very Fast (Almost)
Deterministic Transform for Time Series Classification*, KDD 2021): nine weights, three of them 2
and six -1, which makes 84; each reads the sum of some channels, drawn at random. MiniRocket takes
the share of all steps above a threshold; here it is taken of each frame, so that it stays known
when it was.
"""

from __future__ import annotations

import math
from itertools import combinations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

#: Weights of a kernel, how many of them are 2, and spacings at most.
WEIGHTS, TWOS, SPACINGS = 9, 3, 6
#: How many kernels that makes.
COUNT = math.comb(WEIGHTS, TWOS)
#: Steps of the series that thresholds are taken from, about, and of how many series at the least.
LOOKED_AT, LEAST_SERIES = 50_000, 20
#: Steps whose sums are in memory at once: 504 numbers each.
AT_ONCE = 100_000
#: What a sum may be off by where a channel stands still, in units of its spread.
ROUNDING = 1e-4
#: What each channel is beyond the ends of its series, in units of its spread, where they are seen.
REST = -2.5
#: Least spread of a share from series to series: what hardly ever happens is not made large.
LEAST = 0.02


class Kernels(nn.Module):
    """The shares of each frame, ``count`` numbers.

    Over a whole series of ``frames`` frames they add up to 0 on the average, with a spread of
    1/√count: their weights may be about 1.

    Beyond its ends a series is its first and its last step; with ``ends`` it is ``REST`` there,
    which stands out, so that a kernel that reaches an end tells it.

    With ``ramps`` a step counts in part where its sum is less than ``rise``, one spread of all
    sums of the kernel, above the threshold: min(1, (sum - threshold) / rise), not below 0.
    """

    chosen: Tensor
    thresholds: Tensor
    rise: Tensor
    mean: Tensor
    scale: Tensor

    def __init__(
        self,
        channels: int,
        length: int,
        thresholds: int,
        frames: int,
        *,
        ends: bool = False,
        ramps: bool = False,
    ) -> None:
        super().__init__()
        most = 1 + int(math.log2(max(1.0, (length - 1) / (WEIGHTS - 1))))
        self.spacings = [2**i for i in range(SPACINGS if ends else min(SPACINGS, most))]
        self.frames, self.ends, self.ramps = frames, ends, ramps
        size = len(self.spacings) * COUNT
        self.count = size * thresholds
        often = torch.rand(size, 1) * math.log2(min(channels, WEIGHTS) + 1)
        rank = torch.rand(size, channels).argsort(dim=1).argsort(dim=1)
        self.register_buffer("chosen", (rank < (2**often).floor().clamp(min=1)).float())
        self.register_buffer("thresholds", torch.zeros(thresholds, size))
        if ramps:
            self.register_buffer("rise", torch.ones(size))
        self.register_buffer("mean", torch.zeros(thresholds, size))
        self.register_buffer("scale", torch.ones(thresholds, size))

    def fit(self, x: Tensor, steps: Tensor, size: int) -> None:
        """Take the thresholds from prepared series (N, n, C) of so many ``steps`` (N,)."""
        apart = -(-len(x) // max(LEAST_SERIES, LOOKED_AT // x.shape[1]))
        x, steps = x[::apart], steps[::apart]
        answers = self._answers(x, steps)
        of_steps = torch.arange(x.shape[1], device=x.device) < steps.unsqueeze(1)
        ordered = answers[of_steps].sort(dim=0).values  # (M, size)
        shape = self.thresholds.shape
        golden = (torch.arange(1, self.thresholds.numel() + 1) * (math.sqrt(5) - 1) / 2) % 1
        at = (golden.view(shape).to(x.device) * (len(ordered) - 1)).long()
        behind = (at + 1).clamp(max=len(ordered) - 1)
        # Between two answers: none of them hangs on how its sum is rounded.
        between = (ordered.gather(0, at) + ordered.gather(0, behind)) / 2
        self.thresholds.copy_(between + ROUNDING)
        if self.ramps:
            self.rise.copy_(ordered.std(dim=0, correction=0).clamp(min=ROUNDING))
        self.mean.zero_()
        self.scale.fill_(1.0)
        shares = self(x, steps, size)
        frames = -(-steps // size)
        whole = (shares.sum(dim=1) / frames.unsqueeze(1)).view(-1, *shape)
        self.mean.copy_(whole.mean(dim=0))
        spread = whole.std(dim=0, correction=0).clamp(min=LEAST)
        usual = frames.max() if self.ends else self.frames
        self.scale.copy_(1 / (spread * usual * math.sqrt(self.count)))

    def forward(self, x: Tensor, steps: Tensor, size: int) -> Tensor:
        """Return the shares of each frame of ``size`` steps (B, n', count), 0 where there is none.

        Args:
            x: prepared series (B, n, C), NaN where one has ended.
            steps: how many steps each has, (B,).
            size: steps of a frame.
        """
        n = x.shape[1]
        if len(x) > (some := max(1, AT_ONCE // n)):
            pairs = zip(torch.split(x, some), torch.split(steps, some), strict=True)
            return torch.cat([self(*pair, size) for pair in pairs])
        answers = self._answers(x, steps)
        gone = torch.arange(n, device=x.device) >= steps.unsqueeze(1)
        answers = answers.masked_fill(gone.unsqueeze(2), -math.inf)
        answers = F.pad(answers, (0, 0, 0, -n % size), value=-math.inf)
        answers = answers.view(len(x), -1, size, answers.shape[2])
        there = F.pad(~gone, (0, -n % size)).view(len(x), -1, size).sum(dim=2).unsqueeze(2)
        found = []
        for above, mean, scale in zip(self.thresholds, self.mean, self.scale, strict=True):
            counted = self._counted(answers, above)
            share = counted.sum(dim=2) / there.clamp(min=1)
            found.append(torch.where(there > 0, (share - mean) * scale, 0.0))
        return torch.cat(found, dim=2)

    def _counted(self, answers: Tensor, above: Tensor) -> Tensor:
        """Return what each step counts (B, n', steps of a frame, size), 0..1."""
        if not self.ramps:
            return answers > above
        return (answers - above).div_(self.rise).clamp_(0, 1)

    def _answers(self, x: Tensor, steps: Tensor) -> Tensor:
        """Return each kernel's sum around each step (B, n, size)."""
        if self.ends:  # one step of rest behind all: there are the places before and behind
            x = F.pad(x, (0, 0, 0, 1), value=math.nan)
        x = x.nan_to_num(REST if self.ends else 0.0)
        rows = torch.arange(len(x), device=x.device).view(-1, 1, 1)
        t = torch.arange(x.shape[1] - self.ends, device=x.device).unsqueeze(1)
        around = torch.arange(WEIGHTS, device=x.device) - WEIGHTS // 2
        last = (steps - 1).view(-1, 1, 1)
        twos = torch.full((COUNT, WEIGHTS), -1.0, dtype=x.dtype, device=x.device)
        for kernel, places in zip(twos, combinations(range(WEIGHTS), TWOS), strict=True):
            kernel[list(places)] = 2.0
        found = []
        for spacing, chosen in zip(
            self.spacings, self.chosen.view(-1, COUNT, x.shape[2]), strict=True
        ):
            at = t + spacing * around
            at = at.clamp(-1, x.shape[1] - 1) if self.ends else torch.minimum(at.clamp(min=0), last)
            at = at.expand(len(x), -1, -1)
            weights = torch.einsum("kw,kc->wck", twos, chosen.to(x.dtype))
            found.append(x[rows, at].flatten(2) @ weights.flatten(0, 1))
        return torch.cat(found, dim=2)
