"""The hard recursion as one function whose gradient needs only how far decisions were behind.

    forwards     q_t = r_t + D_{t-1} P,   D_t[s] = max_a q_t[a,s],   behind_t = D_t − q_t
    backwards    g_t[a,s] = u_t[s] for the first a that is not behind, else 0
                 u_{t-1} = g_t Pᵀ,   ∂P = Σ_t D_{t-1}ᵀ g_t

u is the decision flow, and g the gradient in r. Step by step through autograd, a training spent a
third of its time here, most of it on small operations.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable


def hard_value(r: Tensor, P: Tensor, there: Tensor | None = None) -> Tensor:
    """Return D_n (B, S), as ``bellman.final_value`` with the hard maximum; once differentiable.

    Args:
        r: (n, B, A·S); brought to the precision of P.
        P: (S, A·S).
        there: (n, B, 1), where there is a part; None for everywhere.
    """
    return _HardRecursion.apply(r.to(P.dtype), P, there)  # type: ignore[no-any-return]


class _HardRecursion(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, r: Tensor, P: Tensor, there: Tensor | None) -> Tensor:
        n, batch, _ = r.shape
        states = len(P)
        values = r.new_empty(n, batch, states)
        behind = r.new_empty(n, batch, P.shape[1] // states, states)
        with torch.autocast(r.device.type, enabled=False):
            for t, reward in enumerate(r):
                q = torch.addmm(reward, values[t - 1], P) if t else reward  # D_0 = 0
                q = q.view(batch, -1, states)
                best = _largest(q, values[t])
                torch.sub(best.unsqueeze(1), q, out=behind[t])
                if there is not None:
                    before = values[t - 1] if t else values.new_zeros(())
                    values[t] = torch.where(there[t], best, before)
        ctx.save_for_backward(P, values, behind, there)
        return values[-1].clone()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, u: Tensor) -> tuple[Tensor, Tensor, None]:
        P, values, behind, there = ctx.saved_tensors
        g = torch.empty_like(behind)
        for t in range(len(g) - 1, -1, -1):
            _to_first(u if there is None else u * there[t], behind[t], g[t])
            if t:
                before = g[t].flatten(1) @ P.t()
                u = before if there is None else torch.where(there[t], before, u)
        g = g.flatten(2)
        return g, values[:-1].flatten(0, 1).t() @ g[1:].flatten(0, 1), None


def _largest(q: Tensor, out: Tensor) -> Tensor:
    """Write max_a q (B, A, S) into (B, S), slab by slab: quicker than ``amax`` over a short axis.

    NaN is passed on.
    """
    first, *others = q.unbind(1)
    if not others:
        return out.copy_(first)
    torch.maximum(first, others[0], out=out)
    for slab in others[1:]:
        torch.maximum(out, slab, out=out)
    return out


def _to_first(u: Tensor, behind: Tensor, g: Tensor) -> None:
    """Write u (B, S) into g (B, A, S) where a decision is the first that is not behind, else 0.

    Less than the smallest normal number behind counts as level: so close are only numbers that
    are next to 0 themselves.
    """
    level = torch.finfo(behind.dtype).tiny
    last = behind.shape[1] - 1
    left = u
    for a, slab in enumerate(behind.unbind(1)):
        if a == last:
            g[:, a] = left
        else:  # left where behind >= level, else 0: what is handed on; quicker than by a mask
            on = torch.ops.aten.threshold_backward(left, slab, level)
            torch.sub(left, on, out=g[:, a])
            left = on
