"""A text asked of a model: its words, which are struck out, and what each added."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import streamlit as st

from dpn import ui
from dpn.explain.account import Term
from dpn.explain.explanation import RUNNER_UP, Explanation
from dpn.jobs.questions import Question
from dpn.language import t
from dpn.runs.config import RunConfig
from dpn.runs.run import Run
from dpn.texts.vocabulary import Vocabulary, as_written, tokens_of
from dpn.ui.texts.sums import terms_of

Rows = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Asked:
    """A text as a model reads it, and one account of a score.

    Attributes:
        tokens: its n words and signs, in order; those that are read.
        struck: places of those that are left out.
        found: the account, of one text.
        added: (n,) what each added; 0 where it is left out.
        unread: how many words and signs come after those that are read.
    """

    tokens: list[str]
    struck: frozenset[int]
    found: Explanation
    added: npt.NDArray[np.float64]
    unread: int = 0

    @property
    def terms(self) -> list[Term]:
        """The terms that add up to the score: the words together, and all that is no word."""
        return terms_of(t("words"), self.added, self.found)


def ask(
    run: Run,
    text: str,
    struck: Collection[int] = (),
    target: int | None = None,
    contrast: int | str | None = RUNNER_UP,
) -> Asked:
    """Ask a run's model about a text without the words at the places ``struck``.

    Args:
        run: it reads texts.
        text: any.
        struck: places of words; those that there are not are passed over.
        target: the class explained; None for the answer.
        contrast: the class it is set against, "runner_up", or None for the score alone.

    Raises:
        DPNError: the run has no usable weights, or its words are damaged.
    """
    tokens = tokens_of(text)
    kept = [place for place in range(len(tokens)) if place not in struck]
    written = as_written(text)
    rows = encode(run, [" ".join(written[place] for place in kept)])
    found = ui.model_server().explain(run, rows, Question(target, contrast, details=False))
    read = min(rows.shape[1], len(kept))  # of a long text the beginning alone
    last = kept[read - 1] + 1 if read < len(kept) else len(tokens)
    added = np.zeros(last)
    added[kept[:read]] = found.contributions[0, :read]
    left_out = frozenset(place for place in struck if place < last)
    return Asked(tokens[:last], left_out, found, added, len(tokens) - last)


def encode(run: Run, texts: Sequence[str]) -> Rows:
    """Return texts as a run's model takes them.

    Raises:
        DPNError: the run's words are missing or damaged.
    """
    ui.warm_up().wait()
    return words_of(run).encode(texts)


def words_of(run: Run) -> Vocabulary:
    """Return the words of a run that reads texts.

    Raises:
        DPNError: they are missing or damaged.
    """
    model = run.config().model
    return _vocabulary(str(run.path), model.vocabulary, model.length)


@st.cache_resource(show_spinner=False, max_entries=8)
def _vocabulary(path: str, count: int, length: int) -> Vocabulary:
    return Vocabulary.read(Path(path), count, length)


def names_of(config: RunConfig) -> list[str]:
    """Return the names of a run's classes, as Markdown."""
    return [ui.plain(name) for name in config.class_names]
