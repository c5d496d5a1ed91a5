"""Logistic regression on sparse features."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

#: The strength of the likelihood of all rows beside ½‖θ‖², and the steps of L-BFGS at most.
STRENGTH, STEPS = 10.0, 60


def logistic(x: csr_matrix, y: Tensor) -> Tensor:
    """Return θ (F, K) that makes ½‖θ‖² + C · Σ cross-entropy(softmax(x θ), y) small.

    By L-BFGS from zero, on the CPU. There is no bias.

    Args:
        x: (N, F) float32.
        y: (N, K), one 1 in each row.
    """
    turned = x.T.tocsr()
    decay = 1 / (STRENGTH * len(y))
    theta = torch.zeros(x.shape[1], y.shape[1])
    solver = torch.optim.LBFGS(
        [theta], max_iter=STEPS, history_size=6, line_search_fn="strong_wolfe"
    )

    def loss() -> Tensor:
        logs = torch.log_softmax(torch.from_numpy(x @ theta.numpy()), dim=1)
        wrong = (logs.exp() - y) / len(y)
        theta.grad = torch.from_numpy(turned @ wrong.numpy()).add_(theta, alpha=decay)
        return decay / 2 * theta.square().sum() - (logs * y).sum() / len(y)

    solver.step(loss)  # type: ignore[no-untyped-call]
    return theta.detach()
