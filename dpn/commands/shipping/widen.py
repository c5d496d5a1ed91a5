"""A model that goes on larger than it was, and begins with the answers that it had."""

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


def deepened(state: dict[str, Tensor], fresh: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return a model's weights with what a new model has more, which changes no answer yet.

    That are further blocks of the "strided" encoder: the last kernels of each are zero, and what
    reaches it passes on as it is (as in T. Chen et al., "Net2Net", ICLR 2016).

    Args:
        state: of the model before; it is not changed.
        fresh: of a new model, which has all that ``state`` has.
    """
    more = {name: value for name, value in fresh.items() if name not in state}
    for name, value in more.items():
        if name.endswith("conv2.weight"):
            more[name] = torch.zeros_like(value)
    return state | more
