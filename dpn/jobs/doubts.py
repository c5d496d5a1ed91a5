"""What doubts the answers of runs, kept ready: read once for each state of a run's weights."""

from __future__ import annotations

import logging
from collections import OrderedDict

from dpn.doubt.kept import read_doubt
from dpn.doubt.known import Doubt
from dpn.errors import RunError
from dpn.runs.run import Run

log = logging.getLogger(__name__)

#: Runs whose doubt is kept; the one used longest ago makes room.
KEPT = 32


class Doubts:
    """For one thread."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[int, Doubt | None]] = OrderedDict()

    def of(self, run: Run) -> Doubt | None:
        """Return what doubts answers of the run's last weights, if anything does.

        What is damaged is told in the log, once: the run answers without it.
        """
        stamp = run.weights_stamp()
        kept = self._kept.get(run.id)
        if kept is None or kept[0] != stamp:
            try:
                kept = stamp, read_doubt(run)
            except RunError as error:
                log.warning("%s", error)
                kept = stamp, None
            self._kept[run.id] = kept
        self._kept.move_to_end(run.id)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return kept[1]
