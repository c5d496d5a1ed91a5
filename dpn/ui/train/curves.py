"""The curves of a training under way, made once for all who watch it.

Making the two charts takes more than all else of a look at the live page, and a training shares the
processors with those who look.
"""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa
import streamlit as st

from dpn.charts.curves import accuracy_chart, loss_chart
from dpn.language import language
from dpn.runs.history import Curves
from dpn.ui.shared import history

#: Seconds between two looks at a training: 5 a second is as fast as an eye follows a curve.
LIVE = 0.2
#: Share of the seconds between two looks of a viewer for which a chart is shown again, to all, ...
SHARED_FOR = 0.5
#: ... but for so many seconds at least; less than between two looks of one viewer.
SHARED_AT_LEAST = 0.15
#: Up to so many viewers -> seconds between two looks of each.
PACES = ((3, LIVE), (6, 0.5), (9, 1.0), (math.inf, 2.0))
#: Seconds after which somebody who did not look has left.
GONE = 4.0
#: A chart for Streamlit, which sends a table as it is and would convert a data frame each time.
Chart = tuple[pa.Table, dict[str, Any]]


@dataclass(frozen=True)
class Moment:
    """The curves so far, and their charts."""

    curves: Curves
    total: int
    loss: Chart
    accuracy: Chart


class LiveCurves:
    """Follows one metrics.jsonl for all sessions. Safe to share between threads."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._watching = threading.Lock()  # of its own: to be counted, nobody waits for charts
        self._watchers: dict[str, float] = {}
        self._pace = LIVE
        self._making = threading.Lock()
        #: By language: the charts as they were last made, and when.
        self._made: dict[str, tuple[Moment, float]] = {}

    def pace(self, viewer: str) -> float:
        """Note that a viewer looks, and return the seconds until the next look of each viewer.

        Few see every change; of many, each sees fewer, so that all together leave the processors to
        the training.
        """
        now = time.monotonic()
        with self._watching:
            self._watchers[viewer] = now
            gone = [who for who, seen in self._watchers.items() if now - seen > GONE]
            for who in gone:
                del self._watchers[who]
            self._pace = next(pace for most, pace in PACES if len(self._watchers) <= most)
            return self._pace

    def look(self, total: int, *, fresh: bool) -> Moment:
        """Return the curves over ``total`` batches (0: as many as there are), and their charts.

        Unless it must be ``fresh``, it may be as old as half the time between two looks of one
        viewer.
        """
        with self._making:
            moment, made = self._made.get(language(), (None, -math.inf))
            age = time.monotonic() - made
            is_old = age > max(SHARED_FOR * self._pace, SHARED_AT_LEAST)
            if moment is None or fresh or is_old or total not in (0, moment.total):
                curves = history(self._path).poll()
                if moment is None or moment.curves is not curves or moment.total != total:
                    moment = make_moment(curves, total)
                self._made[language()] = moment, time.monotonic()
            return moment


@st.cache_resource(show_spinner=False, max_entries=32)
def live_curves(path: str) -> LiveCurves:
    """Return the follower of one metrics.jsonl, shared by all who watch it."""
    return LiveCurves(path)


def make_moment(curves: Curves, total: int) -> Moment:
    """Draw the charts of these curves."""
    total = total or int(curves.steps["step"].max(initial=0))
    loss, accuracy = loss_chart(curves, total), accuracy_chart(curves, total)
    return Moment(curves, total, _ready(*loss), _ready(*accuracy))


def _ready(data: pd.DataFrame, spec: dict[str, Any]) -> Chart:
    return pa.Table.from_pandas(data, preserve_index=False), spec
