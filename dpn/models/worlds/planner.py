"""The recursion on a map: value iteration with learned rewards and moves."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dpn.mazes.grid import CHANNELS, MOVES
from dpn.mazes.plans import Thought
from dpn.models.base import Classifier
from dpn.models.config import ModelConfig
from dpn.models.worlds.news import LOOK, QUIET, News
from dpn.recursion.grid import best, kernels, look_ahead, of_all, sweep
from dpn.recursion.operators import OPERATORS

WALL, GOAL = (CHANNELS.index(name) for name in ("wall", "goal"))
#: The weight of "stop" at the goal itself. What is kept of it is 0, and minus the bias takes its
#: place: to stop at the goal earns sinh(0) = 0. All values may be shifted alike without changing a
#: plan; this says from where they count, so that no gradient has to.
TIED = (-1, GOAL, 1, 1)
#: Where biases start, beside noise: a step costs something, and to stop elsewhere more. Where to
#: stop anywhere earns something at half time, it stays so (seen with seeds 0, 2, 3 and 4 of 6).
STEP, ELSEWHERE = -0.5, -3.0
#: Share of a training after which weights of rewards that stayed small are left out for good
#: (magnitude pruning: Han et al., NeurIPS 2015), and below what they count as small.
PRUNED_AFTER, SMALL = 0.5, 0.5
#: Until then small weights are drawn to zero: times Σ log(1 + |w| / 0.1) (reweighted L1: Candès,
#: Wakin, Boyd 2008).
SPARSITY, KNEE = 0.003, 0.1
#: Afterwards walls and stopping early must also be wrong where each step costs so many times more,
#: as on a map so many times as large.
LARGER = 1_000.0
#: Until each kernel has one neighbour that weighs more than this, and in any case for this share of
#: a training, only cells near the goal are learned from, by values that begin at zero: what further
#: cells hear through kernels that are not sure yet leads astray.
SURE, NEAR_UNTIL = 0.99, 0.2
#: Sweeps of a batch that are learned from, and the most that come before them.
FEWEST, MOST, BEFORE = 4, 12, 60
#: Moves without the diagonals.
MOST_STRAIGHT = 4


class Planner(Classifier):
    """Value iteration on maps of any size: rewards by a convolution, a 3×3 kernel a move.

    R = sinh(w * map + b), so that what a step and what a wall costs may differ a thousandfold;
    P = sparsemax. One decision more than the moves ends the plan: "stop" has no kernel. Takes maps
    (B, 2 or 3, H, W) of 0 and 1: wall, goal, and a start, which it does not look at. All around is
    wall. To stop at the goal earns 0. It starts from random numbers: N(0, 0.1²) for w, b and P's,
    before sparsemax, and ``STEP`` and ``ELSEWHERE`` on top of b.
    """

    kept: Tensor

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        moves = config.decisions
        self.w = nn.Parameter(0.1 * torch.randn(moves + 1, len(CHANNELS), 3, 3))
        self.b = nn.Parameter(0.1 * torch.randn(moves + 1))
        self.k = nn.Parameter(0.1 * torch.randn(moves, 9))
        self.register_buffer("kept", torch.ones_like(self.w))
        with torch.no_grad():
            self.b[:moves] += STEP
            self.b[moves] += ELSEWHERE
            self.kept[TIED] = 0.0
        self._done = 0.0
        self._sweeps = 0

    def fit_normalisation(self, images: Tensor) -> None:
        """Leave maps as they are."""

    def example(self) -> Tensor:
        """Return one map (1, 3, 15, 15), to count with."""
        return torch.zeros(1, 3, 15, 15)

    def rewards(self, x: Tensor) -> Tensor:
        """Return R (B, M + 1, H, W) of maps (B, 2 or 3, H, W)."""
        walls = F.pad(x[:, WALL : WALL + 1], (1, 1, 1, 1), value=1.0)
        goals = F.pad(x[:, GOAL : GOAL + 1], (1, 1, 1, 1))
        w = self.w * self.kept
        tie = torch.zeros_like(w)
        tie[TIED] = 1.0
        w = w - self.b[-1] * tie * (1 - self.kept)
        return torch.sinh(F.conv2d(torch.cat([walls, goals], 1), w, self.b))

    def summary(self, images: Tensor) -> Tensor:
        """Return q (B, M + 1, H, W) after as many sweeps as a map has rows and columns."""
        r, P = self.rewards(images), kernels(self.k)
        operator, tau = OPERATORS[self.config.operator], self.config.temperature
        V = torch.zeros_like(r[:, 0])
        for _ in range(sum(images.shape[2:])):
            V = sweep(r, V, P, operator, tau)
        return look_ahead(r, V, P)

    def read(self, summary: Tensor) -> Tensor:
        """Return q as it is: the decisions are read from it cell by cell."""
        return summary

    def begin_step(self, done: float) -> None:
        """Take note of how much of the training is done, 0..1."""
        self._done = done
        if done >= PRUNED_AFTER and int(self.kept.sum()) >= self.kept.numel() - 1:
            with torch.no_grad():
                self.kept.mul_(self.w.abs() > SMALL)

    def forward(self, images: Tensor) -> Tensor:
        """Return q; in training (2, B, M + 1, H, W), of a batch's sweeps and of a larger map's.

        In training there is a random number of sweeps, of which the last few are learned from: they
        start from values in progress, and end early.
        """
        if not self.training:
            return self.summary(images)
        r, P = self.rewards(images), self._hearing_kernels()
        operator, tau = OPERATORS[self.config.operator], self.config.temperature
        grown = (self._done - NEAR_UNTIL) / (PRUNED_AFTER - NEAR_UNTIL)
        is_sure = bool((P.flatten(1).amax(1) > SURE).all())
        reach = 1 + int(BEFORE * min(1.0, max(0.0, grown))) if is_sure else 1
        before = int(torch.randint(reach, ()))
        after = int(torch.randint(FEWEST, MOST + 1, ()))
        self._sweeps = before + after
        V = torch.zeros_like(r[:, 0])
        with torch.no_grad():
            for _ in range(before):
                V = sweep(r, V, P, operator, tau)
        for _ in range(after):
            q = look_ahead(r, V, P)
            V = best(q, operator, tau)
        times = torch.exp(torch.rand(len(V), 1, 1) * math.log(LARGER)).to(V)
        seen = V.detach()
        at_goal = (seen * images[:, GOAL]).sum((1, 2)).view(-1, 1, 1)
        return torch.stack([q, look_ahead(r, at_goal + times * (seen - at_goal), P)])

    def _hearing_kernels(self) -> Tensor:
        """Return P exactly, whose gradient also reaches what sparsemax has left out.

        By sparsemax alone a neighbour that once weighs 0 hears nothing any more, and a kernel that
        has left out the right one stays wrong. So the gradient of softmax is added to its own.
        """
        soft = torch.softmax(self.k, 1).view(-1, 1, 3, 3)
        return kernels(self.k) + (soft - soft.detach())

    def loss(self, logits: Tensor, labels: Tensor, smoothing: float) -> tuple[Tensor, Tensor]:
        """Return the loss of imitating shortest paths, and the share of cells with a best move.

        Cross-entropy between softmax(q) and the best moves of each cell, all of them alike, on the
        cells that the sweeps have reached; then also of a best move against moves into walls and
        stopping early, where each step costs more.

        Args:
            logits: (2, B, M + 1, H, W) from ``forward``.
            labels: (B, 2, H, W), steps to the goal by 4 and by 8 moves, −1 for no way.
            smoothing: share of the target spread over all decisions.
        """
        q, larger = logits
        imitation, hits, asked = self.imitation(q, labels, self._sweeps, smoothing)
        if self._done < PRUNED_AFTER:
            small = torch.log1p(self.w.abs() / KNEE).sum()
            return imitation + SPARSITY * small, hits
        is_best, is_legal = self._targets(labels)
        others = larger.masked_fill(is_legal & ~is_best, -math.inf)
        right = torch.log_softmax(others, 1).masked_fill(~is_best, -math.inf)
        # Grown by its logarithm: where each step costs 1,000 times more, so would a mistake.
        wrong = -torch.logsumexp(right, 1)[asked]
        return imitation + torch.log1p(wrong.clamp(min=0)).mean(), hits

    def imitation(
        self, q: Tensor, labels: Tensor, sweeps: int, smoothing: float = 0.0
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Compare q (B, M + 1, H, W) with the best moves, where ``sweeps`` have reached.

        Returns:
            The cross-entropy of a cell in nats, the share of cells whose best decision is right,
            and which cells were asked, bool (B, H, W).
        """
        is_best, _ = self._targets(labels)
        distance = self._distance(labels)
        asked = (distance >= 0) & (distance < sweeps)
        target = is_best / is_best.sum(1, keepdim=True).clamp(min=1)
        target = (1 - smoothing) * target + smoothing / q.shape[1]
        imitation = -(target * torch.log_softmax(q, 1)).sum(1)[asked].mean()
        hits = is_best.gather(1, q.argmax(1, keepdim=True))[:, 0][asked].float().mean()
        return imitation, hits, asked

    def _distance(self, labels: Tensor) -> Tensor:
        return labels[:, 0 if self.config.decisions == MOST_STRAIGHT else 1]

    def _targets(self, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Return which decisions are best, and which moves are possible, bool (B, M + 1, H, W)."""
        distance = self._distance(labels)
        height, width = distance.shape[1:]
        around = F.pad(distance, (1, 1, 1, 1), value=-1)
        there = torch.stack(
            [
                around[:, 1 + down : 1 + down + height, 1 + right : 1 + right + width]
                for down, right in MOVES[: self.config.decisions]
            ],
            1,
        )
        here = distance.unsqueeze(1)
        is_best = torch.cat([(there == here - 1) & (here > 0), here == 0], 1)
        return is_best, torch.cat([there >= 0, torch.zeros_like(here, dtype=torch.bool)], 1)

    @torch.no_grad()
    def settled_q(self, x: Tensor) -> Tensor:
        """Return q (B, M + 1, H, W) of maps (B, 2 or 3, H, W) once nothing changes for any."""
        r, P = self.rewards(x), kernels(self.k)
        operator, tau = OPERATORS[self.config.operator], self.config.temperature
        V = torch.zeros_like(r[:, 0])
        news = News()
        for _ in range(V[0].numel()):
            before, V = V, sweep(r, V, P, operator, tau)
            if news.settled(before, V):
                break
        return look_ahead(r, V, P)

    @torch.inference_mode()
    def think(self, x: Tensor, most: int | None = None, least: int = 0) -> Thought:
        """Sweep over one map until nothing new comes; keep every sweep.

        Args:
            x: (2 or 3, H, W), 0 and 1.
            most: sweeps at the most; None for as many as there are cells, and a few.
            least: sweeps that are made in any case.
        """
        r = self.rewards(x.unsqueeze(0))
        P = of_all(kernels(self.k), r.shape[1])
        operator, tau = OPERATORS[self.config.operator], self.config.temperature
        V = torch.zeros_like(r[:, 0])
        values, news, is_quiet = [V], News(), False
        limit = most if most is not None else V[0].numel() + 2 * LOOK * QUIET
        while len(values) <= limit and not (is_quiet and len(values) > least):
            before, V = V, sweep(r, V, P, operator, tau)
            values.append(V)
            if len(values) % LOOK == 0:
                is_quiet = news.settled(before, V)
        q = look_ahead(r, V, P)
        return Thought(
            torch.cat(values).cpu().numpy(), q[0].cpu().numpy(), r[0].cpu().numpy(), is_quiet
        )
