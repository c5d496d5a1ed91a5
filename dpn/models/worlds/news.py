"""When sweeps over maps have told all they can."""

from __future__ import annotations

from torch import Tensor

#: Sweeps from one look for news on a map to the next, and looks without news after which its
#: values count as settled.
LOOK, QUIET = 3, 3
#: Of a value: what counts as no change. Who only loses step by step loses 1/sweeps a sweep.
SAME = 1e-5


class News:
    """Tells when sweeps over maps bring nothing new."""

    def __init__(self) -> None:
        self._quiet, self._known = 0, 0

    def settled(self, before: Tensor, after: Tensor) -> bool:
        """Return whether the last sweeps, the last from ``before`` to ``after``, told nothing.

        Cells from which no way is known yet only lose value; each sweep knows it from some more.
        """
        change, least = after - before, SAME * after.abs()
        count = int((change >= -least).sum())  # of those that do not lose
        best_cell = after.flatten(1).argmax(1, keepdim=True)
        loses = (change < -least).flatten(1).gather(1, best_cell)  # the goal is not told yet
        is_news = count > self._known or bool(loses.any()) or bool((change > least).any())
        self._quiet, self._known = 0 if is_news else self._quiet + 1, count
        return self._quiet >= QUIET
