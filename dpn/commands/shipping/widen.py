"""A model that goes on with more decisions than it had, and begins with the same answers."""

from __future__ import annotations

import torch
from torch import Tensor

#: Of the copy of a decision's weights, how far it begins from them: a share of the standard
#: deviation of all of the same kind; and the seed of what is random in it.
APART, SEED = 0.05, 7
#: The weights (…, A·S) that each decision has its own of, in their order.
OF_DECISIONS = ("R", "b", "P")


def widened(state: dict[str, Tensor], decisions: int) -> dict[str, Tensor]:
    """Return a recursion's weights with so many decisions, from those with as many or fewer.

    New decisions are copies of the first ones, a little apart, so that they part as they learn (as
    in T. Chen et al., "Net2Net: accelerating learning via knowledge transfer", ICLR 2016). Of equal
    values the maximum is the same, so the answers begin nearly as they were.

    Args:
        state: of a ``DPN`` of S states and A decisions; it is not changed.
        decisions: A to 2·A.
    """
    states = state["P"].shape[0]
    had = state["P"].shape[1] // states
    random = torch.Generator().manual_seed(SEED)
    new = dict(state)
    for name in OF_DECISIONS if decisions > had else ():
        each = torch.unflatten(state[name], -1, (had, states))
        copied = each[..., : decisions - had, :]
        apart = APART * each.std() * torch.randn(copied.shape, generator=random)
        new[name] = torch.cat([each, copied + apart], dim=-2).flatten(-2)
    return new
