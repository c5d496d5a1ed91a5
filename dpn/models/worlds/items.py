"""The recursion on a list of items: what comes next."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dpn.items.examples import NOTHING, READ
from dpn.models.config import ModelConfig
from dpn.models.sequence import SequenceModel, in_windows, shares_of_tokens

#: How large the numbers of an item start.
START = 0.1


class Items(SequenceModel):
    """A list of items, each a row of a table; the K classes are the items that may come next.

    Takes whole numbers (B, n): 0 for no item, k + 1 for item k, at the end 0 only. What came lately
    tells more of what comes next than what came long ago, and how much more differs: so state s
    starts by keeping s / (S − 1) of its value at each step, from nothing to all of it.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config, config.window * config.embedding)
        self.E = nn.Parameter(START * torch.randn(1 + config.classes, config.embedding))

    def transitions(self) -> Tensor:
        """Return P (S, A·S) as the recursion uses it."""
        if self.config.transitions == "stochastic":
            return super().transitions()
        states, columns = self.P.shape
        kept = torch.linspace(0, 1, states, dtype=self.P.dtype, device=self.P.device)
        start = torch.diag(kept).repeat(1, columns // states)
        return torch.add(start, self.P, alpha=self.step)

    def prepared(self, batch: Tensor) -> Tensor:
        """Return what is read of a batch, without the places that no list of it reaches."""
        batch = batch[:, :READ]
        longest = int((batch != NOTHING).sum(dim=1).max())
        return batch[:, : max(longest, 1)].long()

    def example(self) -> Tensor:
        """Return a list of usual length (1, n), to count with."""
        return torch.ones(1, self.config.length, dtype=torch.long)

    def fit_normalisation(self, images: Tensor) -> None:
        """Leave the input as it is: it is no number of anything."""

    @torch.no_grad()
    def begin(self, images: Tensor, labels: Tensor) -> None:  # noqa: ARG002 - the labels tell all
        """Start from how often each item comes next, whatever came before."""
        counts = torch.bincount(labels.cpu(), minlength=self.config.classes).float() + 1
        self.w0.copy_(torch.log(counts / counts.sum()))

    def are_parts(self, x: Tensor) -> Tensor:
        """Return bool (B, n): where there is an item."""
        return x != NOTHING

    def parts(self, x: Tensor) -> Tensor:
        """Return each item behind those before it (B, n, window·embedding); of none zeros.

        In training some of the items, and of the numbers, are left out.
        """
        there = x != NOTHING
        if self.training and self.config.piece_dropout:
            there = there & (torch.rand(x.shape, device=x.device) >= self.config.piece_dropout)
        tokens = F.embedding(x, self.E) * there.unsqueeze(2).to(self.E.dtype)
        parts = in_windows(tokens, self.config.window)
        return F.dropout(parts, self.config.dropout, self.training)

    def shares(self, products: Tensor) -> Tensor:
        """Return what each item added (B, n): in its own part, and in those after it."""
        return shares_of_tokens(products, self.config.window)
