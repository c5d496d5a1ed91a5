"""The same recursion where the states are the cells of a map, and a step leads to a neighbour.

    q_t[a,s] = R[a,s] + Σ_δ P[a,δ] V_{t-1}[s+δ]        V_0 = 0
    V_t[s]   = max^Ω_a q_t[a,s]

P is a kernel of 3×3 for each move, the same on all cells (Tamar et al., "Value Iteration Networks",
NeurIPS 2016); one that is a probability vector makes this Bellman's equation of a Markov decision
process. A decision without a kernel ends there: q[a,s] = R[a,s]. Outside of the map V is 0.

Shapes: B maps of H×W cells, A decisions of which the first M are moves.

    R (B, A, H, W)    P (M, 1, 3, 3)    V (B, H, W)    q (B, A, H, W)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from dpn.recursion.operators import OPERATORS, Operator


def kernels(logits: Tensor) -> Tensor:
    """Return P (M, 1, 3, 3) from its free numbers (M, 9): the nearest point of the simplex.

    By sparsemax (Martins & Astudillo, ICML 2016): a move that is sure becomes exactly sure.
    """
    return OPERATORS["sparse"].policy(logits.unsqueeze(-1), 1.0).reshape(-1, 1, 3, 3)


def look_ahead(r: Tensor, V: Tensor, P: Tensor) -> Tensor:
    """Return q (B, A, H, W), one step from the values V (B, H, W)."""
    return r + F.conv2d(V.unsqueeze(1), of_all(P, r.shape[1]), padding=1)


def of_all(P: Tensor, decisions: int) -> Tensor:
    """Return a kernel for each decision (A, 1, 3, 3), zero of those that end; P is (M, 1, 3, 3).

    All that takes P here takes these, too, M being A; over many sweeps it is quicker.
    """
    if len(P) == decisions:
        return P
    return F.pad(P, (0, 0, 0, 0, 0, 0, 0, decisions - len(P)))


def best(q: Tensor, operator: Operator, tau: float) -> Tensor:
    """Return max^Ω_a q, (B, H, W)."""
    return operator.value(q.flatten(2), tau).view(len(q), *q.shape[2:])


def sweep(r: Tensor, V: Tensor, P: Tensor, operator: Operator, tau: float) -> Tensor:
    """Return V_t (B, H, W) from V_{t-1}."""
    return best(look_ahead(r, V, P), operator, tau)


def account(
    r: Tensor, values: Sequence[Tensor], P: Tensor, operator: Operator, tau: float, u_n: Tensor
) -> tuple[Tensor, Tensor]:
    """Say what a value after n sweeps consists of, exactly.

    Σ_s u_n[s] V_n[s] = Σ earned − smoothing, as in ``dpn.recursion.bellman.decision_flow``.

    Args:
        r: (B, A, H, W).
        values: V_0 … V_n, each (B, H, W), V_0 zero; in any precision.
        P: (M, 1, 3, 3).
        operator: of the sweeps.
        tau: likewise.
        u_n: (B, H, W), how much of each cell's value is asked for: 1 at one cell.

    Returns:
        earned: (B, A, H, W), what each decision in each cell added, over all sweeps.
        smoothing: (B,), Ω's share, zero for "hard".
    """
    u, earned, smoothing = u_n, torch.zeros_like(r), r.new_zeros(len(r))
    if operator is OPERATORS["hard"] and len(u) == u.count_nonzero() == 1 and _is_sure(P):
        return _walk(r[0], values, P, u[0]).unsqueeze(0).to(r), smoothing
    for before in reversed(values[:-1]):
        box = _box(u)
        if box is None:  # all that was asked for has ended: what came before adds nothing
            break
        top, bottom, left, right = box  # outside of it nothing is asked for
        here = (..., slice(top, bottom), slice(left, right))
        asked, rewards = u[here], r[here]
        around = F.pad(before, (1, 1, 1, 1))[..., top : bottom + 2, left : right + 2].to(r)
        q = rewards + F.conv2d(around.unsqueeze(1), of_all(P, r.shape[1]))
        pi = operator.policy(q.flatten(2), tau)
        smoothing = smoothing + (asked.flatten(1) * operator.penalty(pi, tau)).sum(1)
        chosen = asked.unsqueeze(1) * pi.view_as(q)
        earned[here] += chosen * rewards
        led = u.new_zeros(len(u), u.shape[1] + 2, u.shape[2] + 2)
        led[:, top : bottom + 2, left : right + 2] = F.conv_transpose2d(
            chosen[:, : len(P)], P
        ).squeeze(1)
        u = led[:, 1:-1, 1:-1]
    return earned, smoothing


def _is_sure(P: Tensor) -> bool:
    """Return whether each move of P (M, 1, 3, 3) leads to exactly one neighbour."""
    return bool((P.flatten(1).amax(1) == 1).all()) and int(P.count_nonzero()) == len(P)


def _walk(r: Tensor, values: Sequence[Tensor], P: Tensor, u: Tensor) -> Tensor:
    """Return what sure moves and the hard maximum earn from one cell on, (A, H, W).

    Only one cell is asked for at each sweep: plain numbers are ten times quicker than tensors.
    ``r`` is (A, H, W), ``u`` (H, W) with one cell that is not zero.
    """
    (row, column), share = u.nonzero()[0].tolist(), float(u.sum())
    leads = [(k // 3 - 1, k % 3 - 1) for k in P.flatten(1).argmax(1).tolist()]
    height, width = u.shape
    rewards = r.detach().cpu().numpy()
    earned = np.zeros_like(rewards)
    for before in reversed(values[:-1]):
        V, q = before[0].detach().cpu().numpy(), rewards[:, row, column].copy()
        for a, (down, right) in enumerate(leads):
            if 0 <= row + down < height and 0 <= column + right < width:
                q[a] += V[row + down, column + right]
        a = int(q.argmax())
        earned[a, row, column] += share * rewards[a, row, column]
        if a >= len(leads):
            break
        row, column = row + leads[a][0], column + leads[a][1]
        if not (0 <= row < height and 0 <= column < width):
            break
    return torch.from_numpy(earned)


def _box(u: Tensor) -> tuple[int, int, int, int] | None:
    """Return the rows and columns, from and up to, outside of which u (B, H, W) is zero."""
    cells = u.any(0).nonzero()
    if not len(cells):
        return None
    (top, left), (bottom, right) = cells.amin(0).tolist(), cells.amax(0).tolist()
    return top, bottom + 1, left, right + 1
