"""The recursion over cuts: the best readings of a line, and how likely each is.

    D_j = max^Ω_{i<j, k} ( D_i + score_k(i, j) )          D_0 = 0

A decision at the cut j is where the digit that ends there began, and which digit it is. With the
hard maximum D_n is the score of the best reading; with the soft one it is the logarithm of the sum
over all, so that a reading's share of it is its probability. Source of the method: Y. LeCun,
L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document recognition", 1998,
section VI (graph transformer networks); of the maxima: ``dpn.recursion.operators``, which are of
tensors: of the few numbers at a cut NumPy makes them in a fraction of the time.

Several variants of the same line run side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

#: What stands for minus infinity, which differences may not meet.
NEVER = -1e9
#: Of each piece so many digits are tried for the next readings, and at each cut so many beginnings
#: are kept.
DIGITS, BEGINNINGS = 4, 8

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Way:
    """One way through the trellis.

    Attributes:
        score: the sum of its pieces' scores.
        pieces: which pieces, from left to right.
        digits: the class that each is taken for.
    """

    score: float
    pieces: tuple[int, ...]
    digits: tuple[int, ...]


@dataclass(frozen=True)
class Trellis:
    """The pieces of a line as a graph.

    Attributes:
        edges: (P, 2), the cuts, 0..n, that each piece begins and ends with, begin < end.
        scores: (P, K), of each piece for each class; more is likelier.
        cuts: n + 1, how many there are.
    """

    edges: Ints
    scores: Floats
    cuts: int

    def best(self, closed: NDArray[np.bool_] | None = None) -> list[Way | None]:
        """Return the best way of each variant; None where no way leads to the end.

        Args:
            closed: (cuts, V), the cuts that each variant may not go through; None is one variant
                that may go through all.
        """
        closed = np.zeros((self.cuts, 1), bool) if closed is None else closed
        variants, classes = closed.shape[1], self.scores.shape[1]
        digit = self.scores.argmax(axis=1)  # the best of a piece is best in every way through it
        scores, every = self.scores.max(axis=1), np.arange(variants)
        D = np.full((self.cuts, variants), NEVER)
        D[0] = 0
        came = np.full((self.cuts, variants), -1)
        for j, into in self._ends:
            q = D[self.edges[into, 0]] + scores[into][:, None]  # (m, V)
            best = q.argmax(axis=0)
            came[j] = into[best] * classes + digit[into[best]]
            D[j] = np.where(closed[j], NEVER, q[best, every])
        return [self._back(came[:, v], float(D[-1, v]), classes) for v in range(variants)]

    def _back(self, came: Ints, score: float, classes: int) -> Way | None:
        if score <= NEVER / 2:
            return None
        pieces, digits, j = [], [], self.cuts - 1
        while j:
            piece, digit = divmod(int(came[j]), classes)
            pieces.append(piece)
            digits.append(digit)
            j = int(self.edges[piece, 0])
        return Way(score, tuple(pieces[::-1]), tuple(digits[::-1]))

    def readings(self, count: int) -> list[Way]:
        """Return the best way of each of ``count`` different readings, the best first."""
        likely = np.argsort(-self.scores, axis=1, kind="stable")[:, :DIGITS]
        kept: list[dict[tuple[int, ...], Way]] = [{} for _ in range(self.cuts)]
        kept[0][()] = Way(0.0, (), ())
        for j, into in self._ends:
            here = kept[j]
            for piece in into.tolist():
                before = kept[self.edges[piece, 0]]
                for digit in likely[piece].tolist():
                    more = float(self.scores[piece, digit])
                    for digits, way in before.items():
                        longer, score = (*digits, digit), way.score + more
                        if longer not in here or here[longer].score < score:
                            here[longer] = Way(score, (*way.pieces, piece), longer)
            best = sorted(here.values(), key=lambda way: -way.score)[:BEGINNINGS]
            kept[j] = {way.digits: way for way in best}
        return list(kept[-1].values())[:count]

    def probabilities(self, readings: Sequence[tuple[int, ...]]) -> Floats:
        """Return how likely each reading is (R,), summed over all ways to cut it.

        The recursion runs once over all ways, and once over those that read as each of R readings:
        there a state is how many of its digits were read so far.
        """
        length = max(map(len, readings))
        digits = np.zeros((len(readings), length), np.int64)
        for row, reading in enumerate(readings):
            digits[row, : len(reading)] = reading
        scores, total = self.scores[:, digits], self._total  # (P, R, length), (P,)
        D = np.full(self.cuts, NEVER)
        # (cuts, R, length + 1): a sum over the ways that read so many of the digits.
        F = np.full((self.cuts, len(readings), length + 1), NEVER)
        D[0] = F[0, :, 0] = 0
        for j, into in self._ends:
            begin = self.edges[into, 0]
            D[j] = np.logaddexp.reduce(D[begin] + total[into])
            F[j, :, 1:] = np.logaddexp.reduce(F[begin, :, :-1] + scores[into], axis=0)
        of = F[-1, np.arange(len(readings)), [len(reading) for reading in readings]]
        shares: Floats = np.exp(of - D[-1]).clip(max=1)
        return shares

    def shares(self, digits: tuple[int, ...]) -> Floats:
        """Return how likely the first digit is the first of ``digits``, and so on (L,).

        Summed over all ways to cut: from the left with a state for how many digits were read, from
        the right over all that may follow.
        """
        length, total = len(digits), self._total
        left = np.full((self.cuts, length + 1), NEVER)
        right = np.full(self.cuts, NEVER)
        left[0, 0] = right[-1] = 0
        for j, into in self._ends:
            q = left[self.edges[into, 0], :-1] + total[into][:, None]  # (m, L)
            left[j, 1:] = np.logaddexp.reduce(q, axis=0)
        for j, into in reversed(self._ends):
            np.logaddexp.at(right, self.edges[into, 0], total[into] + right[j])
        begin, end = self.edges.T
        through = left[begin, :-1] + self.scores[:, list(digits)] + right[end][:, None]
        shares: Floats = np.exp(np.logaddexp.reduce(through, axis=0) - right[0]).clip(max=1)
        return shares

    @cached_property
    def _total(self) -> Floats:
        """Return of each piece (P,) the soft maximum over what it may be."""
        total: Floats = np.logaddexp.reduce(self.scores, axis=1)
        return total

    @cached_property
    def _ends(self) -> list[tuple[int, Ints]]:
        """Return each cut that a piece ends at, in order, and the pieces that do."""
        order = np.argsort(self.edges[:, 1], kind="stable")
        cuts, first = np.unique(self.edges[order, 1], return_index=True)
        return list(zip(cuts.tolist(), np.split(order, first[1:]), strict=True))
