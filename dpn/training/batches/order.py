"""Which images an epoch shows, and in which order."""

from __future__ import annotations

import torch
from torch import Tensor


def order_of(labels: Tensor, generator: torch.Generator, *, balanced: bool) -> Tensor:
    """Return N indices of N training images, in random order, on the CPU.

    Args:
        labels: int64 (N,); of maps (N, …), which have no classes.
        generator: decides.
        balanced: False shows each image once; True each class equally often, but for one image: of
            a small class some come again, and of a large one some wait for another epoch.
    """
    if not balanced or labels.ndim > 1:
        return torch.randperm(len(labels), generator=generator)
    return _balanced(labels.cpu(), generator)


def _balanced(labels: Tensor, generator: torch.Generator) -> Tensor:
    counts = torch.bincount(labels)
    sizes = counts[counts > 0].tolist()
    share, more = divmod(len(labels), len(sizes))
    first = set(torch.randperm(len(sizes), generator=generator)[:more].tolist())  # get one more
    chosen = []
    # Sorted once: to look for each of thousands of classes among all labels takes minutes.
    for place, members in enumerate(torch.split(labels.argsort(stable=True), sizes)):
        wanted = share + int(place in first)
        rounds = [
            torch.randperm(len(members), generator=generator)
            for _ in range(-(-wanted // len(members)))
        ]
        chosen += [members[torch.cat(rounds)[:wanted]]] if rounds else []
    order = torch.cat(chosen)
    return order[torch.randperm(len(order), generator=generator)]
