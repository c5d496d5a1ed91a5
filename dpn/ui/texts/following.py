"""What a run says comes after a list of items, and what each of them added to that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dpn import ui
from dpn.items.examples import rows_of
from dpn.jobs.questions import Question
from dpn.runs.config import RunConfig
from dpn.runs.run import Run
from dpn.ui.texts.ask import Asked

#: Items that are named.
TEN = 10


@dataclass(frozen=True)
class Following:
    """What comes next: the numbers of the likeliest items, and the probabilities (K,) of all."""

    items: list[int]
    probabilities: npt.NDArray[np.float32]


def following(
    run: Run, config: RunConfig, items: list[int], earlier: Sequence[int] = ()
) -> Following:
    """Return what comes after items, at least one, by a run's model.

    What came ``earlier`` is not read; like the items it is not named where none comes twice.

    Raises:
        DPNError: the run has no usable weights.
    """
    ui.warm_up().wait()
    shares = ui.model_server().predict(run, rows_of([items])).probabilities[0]
    if not config.model.repeats:
        shares = shares.copy()
        shares[[*items, *earlier]] = 0
        shares = shares / max(float(shares.sum()), 1e-12)
    order = np.argsort(-shares, kind="stable")[:TEN]
    return Following([int(i) for i in order if shares[i] > 0], shares)


def ask(run: Run, config: RunConfig, items: list[int], struck: set[int], target: int) -> Asked:
    """Account for the score of ``target`` after items without those at the places ``struck``.

    Raises:
        DPNError: as ``following``.
    """
    kept = [place for place in range(len(items)) if place not in struck]
    rows = rows_of([[items[place] for place in kept]])
    found = ui.model_server().explain(run, rows, Question(target, None, details=False))
    added = np.zeros(len(items))
    added[kept] = found.contributions[0, : len(kept)]
    names = [config.class_names[item] for item in items]
    return Asked(names, frozenset(struck), found, added)
