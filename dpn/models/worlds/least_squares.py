"""Ridge regression onto classes, with its strength chosen by leaving one out."""

from __future__ import annotations

import torch
from torch import Tensor

#: Strengths of the ridge, in units of the mean square of the inputs; gains of the scores.
RIDGES, GAINS = torch.logspace(-4, 2, 13).tolist(), (1.0, 2.0, 4.0, 8.0, 16.0)


def least_squares(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Return weights (k, K) and base (K,), so that x·weights + base are logits of the classes.

    The ridge is the one whose left-out squared error is least, in closed form (Allen, 1974); the
    scores are then made as much larger as their left-out cross-entropy wants.

    Args:
        x: (N, k).
        y: (N, K), one 1 in each row.
    """
    kind = x.dtype
    x, y = x.double(), y.double()
    middle, usual = x.mean(dim=0), y.mean(dim=0)
    x = x - middle
    values, vectors = torch.linalg.eigh(x @ x.T)
    values = values.clamp(min=0)
    unit = float(values.mean().clamp(min=1e-12))
    best: tuple[float, Tensor, Tensor] | None = None
    for ridge in RIDGES:
        # The base is free of the ridge: what is along it is no part of what is left out.
        inverse = (vectors / (values + ridge * unit)) @ vectors.T - 1 / (len(x) * ridge * unit)
        dual = inverse @ (y - usual)
        missed = dual / inverse.diagonal().unsqueeze(1)  # of each row, when it is left out
        error = float(missed.square().mean())
        if best is None or error < best[0]:
            best = error, dual, missed
    assert best is not None
    weights, left_out = x.T @ best[1], y - best[2]

    def loss(gain: float) -> float:
        return float(-(torch.log_softmax(gain * left_out, dim=1) * y).sum(dim=1).mean())

    gain = min(GAINS, key=loss)
    base = usual - middle @ weights
    return (gain * weights).to(kind), (gain * base).to(kind)
