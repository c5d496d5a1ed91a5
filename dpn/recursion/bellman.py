"""The recursion as pure tensor functions, and its trace.

    q_t[a,s] = ⟨R_t[a,s], I_t⟩ + b_t[a,s] + ⟨P[a,s], D_{t-1}⟩        D_0 = 0
    D_t[s]   = max^Ω_a q_t[a,s]

This is Bellman's recursion (*Dynamic Programming*, 1957) with learned rewards and transitions and a
smoothed maximum (Mensch & Blondel, ICML 2018).

Shapes, used everywhere: B images, n parts of k numbers each, S states, A decisions.

    parts (B, n, k)      R (n, k, A·S), or (1, k, A·S) when shared by all steps
    P     (S, A·S)       b (n, A·S), or (1, A·S)
    D     (B, S)         q (B, A, S)

The column of decision a and state s is a·S + s.

Inputs of several lengths share a batch by a mask (B, n), True where there is a part. Elsewhere
nothing is decided and D_t = D_{t-1}: whatever stands there changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from dpn.recursion.operators import OPERATORS, Operator
from dpn.recursion.winners import hard_value


@dataclass(frozen=True)
class Trace:
    """Everything the recursion computed, with the steps first.

    Attributes:
        q: (n, B, A, S) value of each decision.
        policy: (n, B, A, S) π_t, a point of the simplex along A; zero where there is no part.
        penalty: (n, B, S) Ω(π_t); zero for "hard", and where there is no part.
        values: (n, B, S) D_t.
    """

    q: Tensor
    policy: Tensor
    penalty: Tensor
    values: Tensor


def transition_matrix(logits: Tensor, kind: str) -> Tensor:
    """Return P (S, A·S) from its free numbers.

    "linear": the numbers themselves. "stochastic": each column a probability vector over the
    previous state, so that the recursion is the Bellman equation of a Markov decision process.
    """
    return torch.softmax(logits, dim=0) if kind == "stochastic" else logits


def rewards(parts: Tensor, R: Tensor, b: Tensor) -> Tensor:
    """Return r_t = ⟨R_t, I_t⟩ + b_t for all steps at once: (n, B, A·S)."""
    steps = parts.transpose(0, 1)  # (n, B, k)
    if R.shape[0] == 1:
        return F.linear(steps, R[0].t(), b[0])
    return torch.baddbmm(b.unsqueeze(1), steps, R)


def final_value(
    r: Tensor, P: Tensor, operator: Operator, tau: float, mask: Tensor | None = None
) -> Tensor:
    """Return D_n (B, S) from the rewards r (n, B, A·S). The training path: it keeps no trace.

    ``mask`` (B, n) is True where there is a part; None for everywhere.
    """
    batch, states = r.shape[1], P.shape[0]
    there = _steps(mask)
    if operator is OPERATORS["hard"] and r.requires_grad:  # so they do in every training
        return hard_value(r, P, there)
    # Taken apart at once: backwards, each r[t] would fill a tensor of all steps, n² in time.
    first, *others = r.unbind()
    D = operator.value(first.view(batch, -1, states), tau)  # D_0 = 0
    if there is not None:
        D = torch.where(there[0], D, 0.0)
    for t, reward in enumerate(others, start=1):
        q = torch.addmm(reward, D, P)
        value = operator.value(q.view(batch, -1, states), tau)
        D = value if there is None else torch.where(there[t], value, D)
    return D


def trace(
    r: Tensor, P: Tensor, operator: Operator, tau: float, mask: Tensor | None = None
) -> Trace:
    """Run the recursion and keep q, policy, penalty and value of every step; as ``final_value``."""
    batch, states = r.shape[1], P.shape[0]
    there = _steps(mask)
    D = r.new_zeros(batch, states)
    qs, policies, penalties, values = [], [], [], []
    for t, reward in enumerate(r):
        q = torch.addmm(reward, D, P).view(batch, -1, states)  # (B, A, S)
        pi = operator.policy(q, tau)
        penalty = operator.penalty(pi, tau)
        value = (pi * q).sum(dim=-2) - penalty
        if there is not None:
            pi = torch.where(there[t].unsqueeze(1), pi, 0.0)
            penalty = torch.where(there[t], penalty, 0.0)
            value = torch.where(there[t], value, D)
        D = value
        qs.append(q)
        policies.append(pi)
        penalties.append(penalty)
        values.append(D)
    return Trace(
        torch.stack(qs), torch.stack(policies), torch.stack(penalties), torch.stack(values)
    )


def decision_flow(policy: Tensor, P: Tensor, u_n: Tensor, mask: Tensor | None = None) -> Tensor:
    """Follow one score back: u_{t-1}[s'] = Σ_{s,a} u_t[s] π_t[a,s] P[a,s,s'].

    Args:
        policy: (n, B, A, S) from ``trace``.
        P: (S, A·S).
        u_n: (B, S), how the score reads D_n: a row of the read-out, or a difference of two.
        mask: (B, n) as for ``trace``: where there is no part, u_{t-1} = u_t.

    Returns:
        (n, B, S): u_t, how much each state's value at step t counts in the score.
    """
    there = _steps(mask)
    u = u_n
    flow = [u]
    for t in range(len(policy) - 1, 0, -1):
        chosen = u.unsqueeze(1) * policy[t]  # (B, A, S)
        before = chosen.flatten(1) @ P.t()
        u = before if there is None else torch.where(there[t], before, u)
        flow.append(u)
    return torch.stack(flow[::-1])


def _steps(mask: Tensor | None) -> Tensor | None:
    """Return a mask (B, n) with the steps first and room for the states, (n, B, 1)."""
    return None if mask is None else mask.t().unsqueeze(2)
