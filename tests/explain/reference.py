"""Independent versions of the recursion, in plain NumPy: what the tests hold ours against."""

import itertools

import numpy as np


def unrolled(parts, R, b, P, W, w0, operator="hard", tau=1.0):
    """Score one image (n, k) by an unrolled max-affine network; returns (K,) logits.

    R (n, k, A, S), b (n, A, S), P (S', A, S), W (K, S), w0 (K,).
    """
    D = np.zeros(W.shape[1])
    for t in range(len(parts)):
        new = np.empty_like(D)
        for s in range(len(D)):
            q = [
                sum(parts[t, j] * R[t, j, a, s] for j in range(parts.shape[1]))
                + b[t, a, s]
                + sum(P[z, a, s] * D[z] for z in range(len(D)))
                for a in range(R.shape[2])
            ]
            new[s] = smoothed_max(np.array(q), operator, tau)
        D = new
    return W @ D + w0


def smoothed_max(q, operator, tau):
    """max^Ω of one vector."""
    if operator == "hard":
        return q.max()
    if operator == "soft":
        return q.max() + tau * np.log(np.exp((q - q.max()) / tau).sum())
    # Try every support: the sparsemax objective is concave, so the best feasible one is right.
    best = -np.inf
    for size in range(1, len(q) + 1):
        for support in itertools.combinations(range(len(q)), size):
            z = q[list(support)] / tau
            pi = z - (z.sum() - 1) / size
            if (pi >= -1e-12).all():
                best = max(best, pi @ q[list(support)] - tau / 2 * pi @ pi)
    return best


def every_template(parts, R, b, P, w):
    """Enumerate all decision tables of one image (n, k): every choice of a for each (t, s).

    Yields (score, choices (n, S), template (n, k)), the score being the composed template's match
    plus its biases: formula (1) of the model, by brute force. w (S,) reads out D_n.
    """
    n, _, A, S = R.shape
    for flat in itertools.product(range(A), repeat=n * S):
        choices = np.array(flat).reshape(n, S)
        u, template, bias = w.copy(), np.zeros((n, R.shape[1])), 0.0
        for t in reversed(range(n)):
            previous = np.zeros(S)
            for s in range(S):
                a = choices[t, s]
                template[t] += u[s] * R[t, :, a, s]
                bias += u[s] * b[t, a, s]
                previous += u[s] * P[:, a, s]
            u = previous
        yield (template * parts).sum() + bias, choices, template
