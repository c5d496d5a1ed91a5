"""The recursion on the frames of a series."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from dpn.models.config import ModelConfig
from dpn.models.sequence import SequenceModel
from dpn.models.worlds.kernels import REST, Kernels
from dpn.models.worlds.least_squares import least_squares
from dpn.sampling.spread import spread

#: Series that the start is computed from, where there are kernels; and what is left of what a
#: model without them starts with.
MOST_SOLVED, APART = 2_000, 0.1
#: Least spread of a channel, in its own units: one that never changes stays 0.
LEAST = 1e-6


class Frames(SequenceModel):
    """A series as a sequence of frames: means of a few steps, with their neighbours' differences.

    Takes floats (B, n, C), NaN where a series has ended. A frame is the mean of ``frame_steps``
    steps, in units of each channel's spread over the training data. Part t holds the frames
    t - ``context`` to t + ``context``, how each differs from the one before, and how far t is from
    the series' ends as ``places`` cosines. Beyond an end its last frame is repeated. A part counts
    in proportion to the share that it is of its series, so that a slow movement scores like a
    quick one.
    """

    #: Not near a sum: at once as many kinds of frames are told apart as there are decisions.
    apart = 1.0
    #: Frames beside each other are alike.
    growth = 1.0

    mean: Tensor
    std: Tensor
    spread: Tensor
    near: Tensor
    usually: Tensor
    apart_by: Tensor
    longest: Tensor

    def __init__(self, config: ModelConfig) -> None:
        channels = config.channels
        numbers = channels * (4 * config.context + 1) + config.places
        kernels = None
        if config.kernels:
            sizes = channels, config.length, config.kernels, config.usual_parts
            kernels = Kernels(*sizes, ends=config.ends, ramps=config.ramps)
            numbers += kernels.count
        super().__init__(config, numbers + config.lengths)
        self.kernels = kernels
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("std", torch.ones(channels))
        self.register_buffer("spread", torch.ones(channels))
        if kernels and config.ends:
            self.register_buffer("longest", torch.tensor(1))
        if config.lengths:
            self.register_buffer("near", torch.zeros(config.lengths))
            self.register_buffer("usually", torch.zeros(config.lengths))
            self.register_buffer("apart_by", torch.ones(config.lengths))

    def summary(self, images: Tensor) -> Tensor:
        """Return the final values D_n (B, S); in training some are left out, as in dropout."""
        return F.dropout(super().summary(images), self.config.dropout, self.training)

    def prepared(self, batch: Tensor) -> Tensor:
        """Return the batch in units of the training data, as long as its longest series."""
        longest = int(steps_of(batch).max())
        return (batch[:, :longest].to(self.mean.dtype) - self.mean) / self.std

    def example(self) -> Tensor:
        """Return a series of usual length (1, n, C), to count with."""
        return torch.zeros(1, self.config.length, self.config.channels)

    def fit_normalisation(self, images: Tensor) -> None:
        """Set what each channel is measured by, from training series (N, n, C)."""
        values = images[~images.isnan().any(dim=2)].double()
        self.mean.copy_(values.mean(dim=0))
        spread = (values - values.mean(dim=0)).square().mean(dim=0).sqrt()
        self.std.copy_(torch.where(spread > LEAST * (1 + values.abs().amax(dim=0)), spread, 1.0))
        changes = self.frames(self.prepared(images)).diff(dim=1)
        changes = changes[~changes.isnan().any(dim=2)]
        typical = changes.square().mean(dim=0).sqrt() if len(changes) else torch.ones(1)
        self.spread.copy_(torch.where(typical > LEAST, typical, 1.0))

    def begin(self, images: Tensor, labels: Tensor) -> None:
        """Start with kernels: all states read the least squares of what they say of a series.

        The decisions of a state are nearly equal then, so that D_n is nearly a sum over the frames,
        and W reads the classes' scores from it.
        """
        super().begin(images, labels)
        if self.config.lengths:
            self._fit_lengths(steps_of(images))
        if self.kernels is None:
            return
        some = spread(len(images), MOST_SOLVED)
        x, labels = self.prepared(images[some]), labels[some]
        if self.config.ends:
            self.longest.copy_(steps_of(x).max())
        seen = self._with_rest(x) if self.config.ends else x
        self.kernels.fit(seen, steps_of(seen), self.config.frame_steps)
        solved = self.kernels.count + self.config.lengths
        there = self.are_parts(x).unsqueeze(2)
        parts = (self.parts(x)[..., -solved:] * there).sum(dim=1)
        weights, base = least_squares(parts, F.one_hot(labels, self.config.classes).float())
        classes, states = self.config.classes, self.config.states
        with torch.no_grad():
            mix = torch.linalg.qr(self.W.T)[0].T if states >= classes else self.W
            read = (weights @ mix).repeat(1, self.config.decisions)
            self.R.mul_(APART)
            self.R[0, -solved:] += read
            self.W.copy_(mix)
            self.w0.copy_(base)

    def _fit_lengths(self, steps: Tensor) -> None:
        """Take from the lengths of training series (N,) which ones a series may be near."""
        low, high = math.log(float(steps.min())), math.log(float(steps.max()))
        self.near.copy_(torch.linspace(low, high, self.config.lengths))
        self.usually.zero_()
        self.apart_by.fill_(1.0)
        found = self._length(steps)
        self.usually.copy_(found.mean(dim=0))
        spread = found.std(dim=0, correction=0)
        typical = torch.where(spread > LEAST, spread, 1.0)
        self.apart_by.copy_(1 / (typical * math.sqrt(self.config.lengths)))

    def _length(self, steps: Tensor) -> Tensor:
        """Return how near the length of each series (B,) is to each of some, (B, lengths).

        Over the training series each is 0 on the average, and all together have a spread of 1.
        """
        width = (self.near[-1] - self.near[0]).clamp(min=LEAST) / max(1, len(self.near) - 1)
        away = (torch.log(steps.to(self.near.dtype)).unsqueeze(1) - self.near) / width
        return (torch.exp(-away.square() / 2) - self.usually) * self.apart_by

    def _said(self, kernels: Kernels, x: Tensor, count: Tensor) -> Tensor:
        """Return what the kernels say of each frame (B, n, k) of series of ``count`` frames (B, 1).

        With ``ends`` a series is at rest from its end to where the longest that was learned from
        had its own, and what they say of that is its last frame's.
        """
        size = self.config.frame_steps
        longer = self._with_rest(x) if self.config.ends else x
        said: Tensor = kernels(longer, steps_of(longer), size)
        if not self.config.ends:
            return said
        at = torch.minimum(torch.arange(said.shape[1], device=x.device), count - 1)
        mine = said.new_zeros(len(x), -(-x.shape[1] // size), said.shape[2])
        return mine.scatter_add(1, at.unsqueeze(2).expand_as(said), said)

    def _with_rest(self, x: Tensor) -> Tensor:
        """Return prepared series with rest behind them, each as long as ``longest`` at least."""
        if x.is_meta:  # operations are counted, and there is no number to be as long as
            return x
        longer = F.pad(x, (0, 0, 0, max(0, int(self.longest) - x.shape[1])), value=math.nan)
        early = torch.arange(longer.shape[1], device=x.device) < self.longest
        return longer.masked_fill(longer.isnan() & early.unsqueeze(1), REST)

    def frames(self, x: Tensor) -> Tensor:
        """Return the frames (B, n, C) of prepared series; NaN where there is none."""
        size = self.config.frame_steps
        padded = F.pad(x, (0, 0, 0, -x.shape[1] % size), value=math.nan)
        return padded.view(len(x), -1, size, x.shape[2]).nanmean(dim=2)

    def are_parts(self, x: Tensor) -> Tensor:
        """Return bool (B, n): where there is a frame."""
        frames = -(-steps_of(x) // self.config.frame_steps)
        most = -(-x.shape[1] // self.config.frame_steps)
        return torch.arange(most, device=x.device) < frames.unsqueeze(1)

    def parts(self, x: Tensor) -> Tensor:
        """Return what each frame is made into (B, n, k)."""
        frames, there = self.frames(x).nan_to_num(), self.are_parts(x)
        count = there.sum(dim=1, keepdim=True)  # (B, 1)
        t = torch.arange(frames.shape[1], device=x.device)
        around = torch.arange(-self.config.context, self.config.context + 1, device=x.device)
        at = (t.unsqueeze(1) + around).clamp(min=0)
        at = torch.minimum(at, (count - 1).unsqueeze(2))  # (B, n, 2·context + 1)
        rows = torch.arange(len(x), device=x.device).view(-1, 1, 1)
        seen = frames[rows, at]
        found = [seen.flatten(2), (seen.diff(dim=2) / self.spread).flatten(2)]
        if self.config.places:
            place = t / (count - 1).clamp(min=1)
            turns = torch.arange(self.config.places, device=x.device)
            found.append(torch.cos(math.pi * place.unsqueeze(2) * turns))
        share = (self.config.usual_parts / count.to(frames.dtype)).unsqueeze(2)
        if self.kernels:
            said = self._said(self.kernels, x, count)
            found.append(said / share if self.config.lengths or self.config.ends else said)
        if self.config.lengths:
            long = self._length(steps_of(x)) / self.config.usual_parts
            found.append(long.unsqueeze(1).expand(-1, frames.shape[1], -1))
        return torch.cat(found, dim=2) * share


def steps_of(x: Tensor) -> Tensor:
    """Return how many steps each series of a batch (B, n, C) has, (B,) int64."""
    return (~x[..., 0].isnan()).sum(dim=1)
