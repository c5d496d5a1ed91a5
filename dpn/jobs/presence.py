"""Who was seen, and when: a training is stopped whose owner stays away."""

from __future__ import annotations

import math
import time

from dpn.jobs.job import JobView


class Presence:
    """Knows when each visitor was last seen.

    Args:
        grace: seconds without a sign of a visitor after which they are away.
    """

    def __init__(self, grace: float) -> None:
        self._grace = grace
        self._seen: dict[str, float] = {}

    def note(self, owner: str) -> None:
        """Note that a visitor is still there."""
        self._seen[owner] = time.monotonic()

    def is_away(self, owner: str | None) -> bool:
        """Return whether a visitor left longer ago than the grace; never on one's own machine."""
        return owner is not None and self._away(owner) > self._grace

    def abandons(self, view: JobView) -> bool:
        """Return whether the owner of a training is away, and it is to be stopped."""
        return is_abandoned(view, self._away(view.owner or ""), self._grace)

    def _away(self, owner: str) -> float:
        return time.monotonic() - self._seen.get(owner, -math.inf)


def is_abandoned(view: JobView, away: float, grace: float) -> bool:
    """Return whether a training is to be stopped whose owner was last seen ``away`` seconds ago.

    One that will be done within ``grace`` seconds goes on, and one that is nobody's.
    """
    if not view.live or view.owner is None or away <= grace:
        return False
    left = view.seconds_left if view.state == "running" else None
    return left is None or left > grace
