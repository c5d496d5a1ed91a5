"""The recursion unrolled: states over steps, and how much of a score runs along each way.

Following the decision flow u back one step splits it over the states before:

    e_t[s', s] = u_t[s] Σ_a π_t[a,s] P[a,s,s'],      Σ_s e_t[s', s] = u_{t-1}[s']

so that Σ_{s',s} e_t[s', s] D_{t-1}[s'] is what the score had gathered before step t.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dpn.explain.explanation import Explanation, Floats


@dataclass(frozen=True)
class Trellis:
    """One image's strongest states and ways; n steps, M states shown of S.

    Attributes:
        states: (M,) which states, those that speak most for the answer first.
        gathered: (n, M) u_t[s] D_t[s]; over all S states it adds up to the score so far.
        values: (n, M) D_t[s].
        flow: (n, M) u_t[s].
        decisions: (n, M) argmax_a π_t[a,s].
        rewards: (n, M) ⟨R_t[a,s], I_t⟩ + b_t[a,s] of that decision.
        ways: the strongest ways, (step, from, to, flow, carried), one row each: into ``step``
            (1..n-1, counted from 0), indices into ``states``, e_t, and e_t times the value before.
    """

    states: npt.NDArray[np.int64]
    gathered: Floats
    values: Floats
    flow: Floats
    decisions: npt.NDArray[np.int64]
    rewards: Floats
    ways: list[tuple[int, int, int, float, float]]


def build_trellis(found: Explanation, states: int, index: int = 0) -> Trellis:
    """Return the ``states`` strongest states of an explained image and the ways between them.

    A state is as strong as the most it ever holds of the score, max_t |u_t[s] D_t[s]|. Of the
    ways into a step the ``states`` strongest by |e_t| are kept.
    """
    assert found.q is not None
    assert found.policy is not None
    assert found.values is not None
    assert found.flow is not None
    assert found.rewards is not None
    values, flow, policy = found.values[index], found.flow[index], found.policy[index]
    gathered = flow * values
    strongest = np.argsort(-np.abs(gathered).max(axis=0), kind="stable")[:states]
    shown = strongest[np.argsort(-gathered[-1, strongest], kind="stable")]
    decisions = policy[:, :, shown].argmax(axis=1)  # (n, M)
    rewards = np.take_along_axis(found.rewards[index][:, :, shown], decisions[:, None], axis=1)
    ways = []
    for t in range(1, len(values)):
        into = way_flow(found, t, index)[np.ix_(shown, shown)]
        for place in np.argsort(-np.abs(into), axis=None, kind="stable")[: len(shown)]:
            before, after = divmod(int(place), len(shown))
            e = float(into[before, after])
            ways.append((t, before, after, e, e * float(values[t - 1, shown[before]])))
    return Trellis(
        shown, gathered[:, shown], values[:, shown], flow[:, shown], decisions, rewards[:, 0], ways
    )


def way_flow(found: Explanation, t: int, index: int = 0) -> Floats:
    """Return e_t (S, S), from a state before to a state of step t >= 1 (counted from 0)."""
    assert found.policy is not None
    assert found.flow is not None
    assert found.P is not None
    chosen = found.flow[index, t] * found.policy[index, t]  # (A, S)
    ways: Floats = (found.P * chosen).sum(axis=1)
    return ways
