"""A series asked of a model: a stretch of it blanked out, and what each frame added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dpn import ui
from dpn.errors import RunError
from dpn.explain.account import Term
from dpn.explain.explanation import RUNNER_UP, Explanation
from dpn.jobs.questions import Question
from dpn.language import t
from dpn.runs.files import read_json
from dpn.runs.run import Run
from dpn.series.found import Values
from dpn.series.sets import FILE
from dpn.ui.texts.sums import terms_of
from dpn.ui.words import how_many


@dataclass(frozen=True)
class Asked:
    """A series as a model reads it, and one account of a score.

    Attributes:
        values: (n, C), the blanked stretch already straight.
        size: steps of a frame.
        found: the account, of one series.
        added: (ceil(n / size),) what each frame added.
    """

    values: Values
    size: int
    found: Explanation
    added: npt.NDArray[np.float64]

    @property
    def terms(self) -> list[Term]:
        """The terms that add up to the score: the steps together, and all that is no step."""
        return terms_of(t("steps"), self.added, self.found)


def ask(
    run: Run,
    values: Values,
    blank: tuple[int, int] | None = None,
    target: int | None = None,
    contrast: int | str | None = RUNNER_UP,
) -> Asked:
    """Ask a run's model about a series.

    Args:
        run: it reads series of so many channels.
        values: (n, C).
        blank: the first and last step, from 1, that are made a straight line; None for none.
        target: the class explained; None for the answer.
        contrast: the class it is set against, "runner_up", or None for the score alone.

    Raises:
        DPNError: the run has no usable weights, or its series have other channels.
    """
    model = run.config().model
    if values.shape[1] != model.channels:
        raise RunError(
            t(
                "This model reads {channels}; the series has {got}.",
                channels=how_many(model.channels, "channel"),
                got=values.shape[1],
            )
        )
    ui.warm_up().wait()
    read = without(values, blank)
    found = ui.model_server().explain(run, read[None], Question(target, contrast, details=False))
    frames = -(-len(read) // model.frame_steps)
    return Asked(read, model.frame_steps, found, found.contributions[0, :frames].astype(np.float64))


def without(values: Values, blank: tuple[int, int] | None) -> Values:
    """Return a series (n, C) whose steps ``blank``, first and last from 1, lie on a line.

    It leads from the step before to the step behind; at an end of the series it is level.
    """
    if blank is None:
        return values
    first, last = max(blank[0] - 1, 0), min(blank[1], len(values))  # [first, last)
    found = values.copy()
    kept = np.r_[0:first, last : len(values)]
    if not len(kept):
        found[:] = values.mean(axis=0)
        return found
    for channel in range(values.shape[1]):
        found[first:last, channel] = np.interp(np.arange(first, last), kept, values[kept, channel])
    return found


def channels_of(run: Run) -> Sequence[str]:
    """Return the names of the channels that a run reads.

    Raises:
        RunError: its file is missing or damaged.
    """
    names = read_json(run.path / FILE).get("channels")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise RunError(f"{FILE} of this run must hold a list of names. Train again.")
    return names
