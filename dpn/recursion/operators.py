"""The three maxima over decisions, each with the policy that attains it.

    max^Ω(q) = max_{π in Δ} ⟨π, q⟩ − Ω(π)          (Mensch & Blondel, ICML 2018)

``q`` has shape (..., A, S): A decisions for each of S states. Every operator is three functions:

    value(q, tau)    -> (..., S)       max^Ω(q); its gradient in q is the policy
    policy(q, tau)   -> (..., A, S)    the maximiser π*, a point of the simplex along A
    penalty(pi, tau) -> (..., S)       Ω(π), so that value = Σ_a π q − Ω(π) exactly

The temperature ``tau`` > 0 has the unit of q. "hard" ignores it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor

DECISIONS = -2  # the axis of A in q and pi


class Operator(NamedTuple):
    """One smoothed maximum; see the module's docstring for the shapes."""

    value: Callable[[Tensor, float], Tensor]
    policy: Callable[[Tensor, float], Tensor]
    penalty: Callable[[Tensor, float], Tensor]


class _HardMax(torch.autograd.Function):
    """max over decisions whose whole gradient goes to one index, the first on ties.

    ``amax`` would split the gradient between ties, which is no decision; ``max(dim)`` is slow
    over a short axis, so the A slabs are compared one after the other.
    """

    @staticmethod
    def forward(ctx: Any, q: Tensor) -> Tensor:
        best, choice = _first_max(q)
        ctx.save_for_backward(choice)
        ctx.decisions = q.shape[DECISIONS]
        return best

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Tensor:
        (choice,) = ctx.saved_tensors
        return _one_hot(choice, ctx.decisions, grads[0].dtype) * grads[0].unsqueeze(DECISIONS)


def _first_max(q: Tensor) -> tuple[Tensor, Tensor]:
    """Return the largest q along A and its first index, each (..., S); NaN is passed on."""
    slabs = q.unbind(DECISIONS)
    best = slabs[0]
    choice = torch.zeros(best.shape, dtype=torch.uint8, device=q.device)
    for a, slab in enumerate(slabs[1:], start=1):
        choice = torch.where(slab > best, a, choice)
        best = torch.maximum(best, slab)
    return best, choice


def _one_hot(choice: Tensor, decisions: int, dtype: torch.dtype) -> Tensor:
    """Return (..., A, S) with a one where a = choice."""
    index = torch.arange(decisions, dtype=choice.dtype, device=choice.device)
    return (choice.unsqueeze(DECISIONS) == index.unsqueeze(-1)).to(dtype)


def _hard_value(q: Tensor, tau: float) -> Tensor:  # noqa: ARG001 - one signature for all operators
    if not q.requires_grad:  # nobody will ask which decision it was: 10 times faster at A = 4
        return q.amax(dim=DECISIONS)
    return _HardMax.apply(q)  # type: ignore[no-any-return]


def _hard_policy(q: Tensor, tau: float) -> Tensor:  # noqa: ARG001
    return _one_hot(_first_max(q)[1], q.shape[DECISIONS], q.dtype)


def _hard_penalty(pi: Tensor, tau: float) -> Tensor:  # noqa: ARG001
    return torch.zeros_like(pi.select(DECISIONS, 0))


def _soft_value(q: Tensor, tau: float) -> Tensor:
    # logsumexp shifts by max q itself, so a small tau cannot overflow.
    return tau * torch.logsumexp(q / tau, dim=DECISIONS)


def _soft_policy(q: Tensor, tau: float) -> Tensor:
    return torch.softmax(q / tau, dim=DECISIONS)


def _soft_penalty(pi: Tensor, tau: float) -> Tensor:
    # xlogy is 0 at π = 0, the limit of π log π.
    entropy: Tensor = torch.special.xlogy(pi, pi).sum(dim=DECISIONS)
    return tau * entropy


def _sparse_value(q: Tensor, tau: float) -> Tensor:
    # On the support q − τπ is constant and the policy's derivative sums to 0, so differentiating
    # this line gives exactly π: no custom backward is needed.
    pi = _sparse_policy(q, tau)
    return (pi * q).sum(dim=DECISIONS) - _sparse_penalty(pi, tau)


def _sparse_policy(q: Tensor, tau: float) -> Tensor:
    """Project q/τ on the simplex: sparsemax (Martins & Astudillo, ICML 2016, algorithm 1)."""
    # Shifting by the maximum changes no projection and keeps the sums small.
    z = (q - q.amax(dim=DECISIONS, keepdim=True).detach()) / tau
    with torch.no_grad():
        ordered = z.sort(dim=DECISIONS, descending=True).values
        rank = torch.arange(1, z.shape[DECISIONS] + 1, device=z.device, dtype=z.dtype).unsqueeze(-1)
        size = (1 + rank * ordered > ordered.cumsum(DECISIONS)).sum(DECISIONS, keepdim=True)
        lowest = ordered.gather(DECISIONS, size.clamp(min=1) - 1)
        support = (z >= lowest).to(z.dtype)
        count = support.sum(dim=DECISIONS, keepdim=True)
    threshold = ((z * support).sum(dim=DECISIONS, keepdim=True) - 1) / count
    return torch.clamp(z - threshold, min=0) * support


def _sparse_penalty(pi: Tensor, tau: float) -> Tensor:
    return (tau / 2) * pi.square().sum(dim=DECISIONS)


OPERATORS: dict[str, Operator] = {
    "hard": Operator(_hard_value, _hard_policy, _hard_penalty),
    "soft": Operator(_soft_value, _soft_policy, _soft_penalty),
    "sparse": Operator(_sparse_value, _sparse_policy, _sparse_penalty),
}
