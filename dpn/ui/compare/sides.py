"""The runs that are compared, each with what is known of it, and a sentence for what is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from dpn import ui
from dpn.charts.style import RUNS
from dpn.data.known import title_of_set
from dpn.errors import DataError, DPNError, said
from dpn.evaluation.compare import LETTERS
from dpn.language import t
from dpn.runs.config import RunConfig
from dpn.runs.facts import Facts, read_facts
from dpn.runs.run import ACTIVE, Run
from dpn.ui.words import PICTURES

if TYPE_CHECKING:
    from dpn.evaluation.evaluate import Evaluation


@dataclass(frozen=True)
class Side:
    """One run of a comparison.

    Attributes:
        letter: what it is called on the page.
        run: the run.
        config: its settings.
        facts: what its files tell.
        live: whether it is being trained, by whatever process.
    """

    letter: str
    run: Run
    config: RunConfig
    facts: Facts
    live: bool

    @property
    def title(self) -> str:
        """What people call the run."""
        return ui.title_of(self.run)

    @property
    def colour(self) -> str:
        """Its colour in all figures, "#rrggbb"."""
        return RUNS[LETTERS.index(self.letter)]

    @property
    def data(self) -> str:
        """The name of its data set."""
        return self.config.training.dataset

    @property
    def data_title(self) -> str:
        """What people call its data set."""
        return title_of_set(self.data)


def open_sides(ids: list[str]) -> tuple[list[Side], list[str]]:
    """Return the runs that can be compared, and a sentence for each that cannot."""
    sides: list[Side] = []
    problems = []
    for run_id in ids:
        run = ui.run_here(run_id, PICTURES)
        if run is None:
            none = t("There is no run {run} here. It may have been deleted.", run=said(run_id))
            view = ui.jobs().view(run_id)
            if view and view.live:
                none = t("Run {run} is still loading its data. Look again soon.", run=said(run_id))
            problems.append(ui.words_of_no_run(run_id, none, PICTURES))
            continue
        try:
            config = run.config()
        except DPNError as error:
            problems.append(str(error))
            continue
        sides.append(Side(LETTERS[len(sides)], run, config, facts_of(run), _is_live(run)))
    return sides, problems


def still_open(ids: list[str]) -> list[Side]:
    """Return the runs that a fragment draws; where one was deleted the page is drawn anew.

    All letters are others then, and all that was said with them.
    """
    sides, _ = open_sides(ids)
    if len(sides) < len(ids):
        st.rerun()
    return sides


def facts_of(run: Run) -> Facts:
    """Return what a run's files tell; of its curves only what is new is read."""
    return read_facts(run, ui.history(str(run.path / "metrics.jsonl")).poll())


def _is_live(run: Run) -> bool:
    view = ui.jobs().view(run.id)
    if view and view.live:
        return True
    try:  # another process may train it, also what was stopped here
        return run.status()["state"] in ACTIVE
    except DPNError:
        return False


def scored(sides: list[Side]) -> tuple[dict[str, Evaluation], list[str]]:
    """Return the answers on the test images by letter, and why there are none of the others."""
    found: dict[str, Evaluation] = {}
    missing: dict[str, list[str]] = {}
    problems = []
    for side in sides:
        if side.facts.problem:
            problems.append(f"{side.letter}: {side.facts.problem}")
        if side.live:
            words = t(
                "{letter} is still training: it is scored when it is done.", letter=side.letter
            )
            problems.append(words)
            continue
        try:
            ui.test_images(side.run)  # they may be another visitor's, whose scores are kept
            found[side.letter] = ui.evaluation(side.run)
        except DataError as error:
            missing.setdefault(f"{side.data_title}\n{error}", []).append(side.letter)
        except DPNError as error:
            problems.append(f"{side.letter}: {error}")
    for what, letters in missing.items():
        name, _, reason = what.partition("\n")
        problems.append(
            t(
                "The test images of {letters} ({name}) are not on this machine, so only what their "
                "trainings kept is compared. {reason}",
                letters=_and(letters),
                name=name,
                reason=reason,
            )
        )
    return found, problems


def _and(letters: list[str]) -> str:
    return t(" and ").join(
        [t(", ").join(letters[:-1]), letters[-1]] if len(letters) > 1 else letters
    )
