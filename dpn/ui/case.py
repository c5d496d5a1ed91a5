"""One image explained, and how it is told: which part decided, what for, and what it comes to."""

from __future__ import annotations

import math
from dataclasses import dataclass

from dpn import ui
from dpn.account import Term, deciding, signed
from dpn.config import ModelConfig
from dpn.explanation import Explanation
from dpn.questions import Question
from dpn.runs import Run, RunConfig
from dpn.ui.answers import percent
from dpn.ui.subject import Subject


@dataclass(frozen=True)
class Case:
    """One image explained: what was asked of which model, and what came out."""

    run: Run
    config: RunConfig
    subject: Subject
    question: Question
    moment: int | None
    found: Explanation

    @property
    def model(self) -> ModelConfig:
        """The model's config, with the operator and temperature that were asked for."""
        asked = {"operator": self.question.operator, "temperature": self.question.temperature}
        return self.config.model.replace(**{k: v for k, v in asked.items() if v is not None})

    @property
    def target(self) -> str:
        """The explained class, as Markdown."""
        return ui.plain(self.config.class_names[int(self.found.target[0])])

    @property
    def contrast(self) -> str | None:
        """The class it is set against, as Markdown."""
        if self.found.contrast is None:
            return None
        return ui.plain(self.config.class_names[int(self.found.contrast[0])])


def answer_words(case: Case) -> str:
    """Return what the answer is, how sure, whether it is right, and which class comes second."""
    names, p = case.config.class_names, case.found.probabilities[0]
    first, second = (int(i) for i in (-p).argsort(kind="stable")[:2])
    label, words = case.subject.label, ui.plain(case.subject.words)
    truth = ""
    if label is not None:
        right = label == first
        badge = ":green-badge[right]" if right else ":red-badge[wrong]"
        truth = f" {badge}" + ("" if right else f" true class: {ui.plain(names[label])}")
    return (
        f"## {ui.plain(names[first])}, {percent(p[first])} sure{truth}\n"
        f"{words}. Second comes **{ui.plain(names[second])}** with "
        f"{percent(p[second])}."
    )


def verdict(case: Case, terms: list[Term]) -> str:
    """Return in words: what speaks most for the answer, what against it, and what it comes to."""
    target, contrast = case.target, case.contrast
    if target == contrast:
        return "A class set against itself: everything is 0. Choose another one above."
    best, worst = deciding(terms)
    biases = next(term for term in terms if term.name.endswith("biases"))
    words = [f"The bar that speaks most for {target}: **{best.name}**, {signed(best.value)}"]
    if worst.value < 0:
        words.append(f"most against it: **{worst.name}**, {signed(worst.value)}")
    seen = sum(term.value for term in terms if term.box)
    if abs(biases.value) > min(abs(seen), abs(best.value) / 2):
        words.append(
            f"all parts together add {signed(seen)}, the {biases.name}, which see no pixel, "
            f"{signed(biases.value)}"
        )
    score = sum(term.value for term in terms)
    what = f"{target}'s score" if contrast is None else f"{target}'s lead over {contrast}"
    end = f". All terms add up to {what}: **{signed(score)}**"
    if contrast is not None:
        ahead = target if score >= 0 else contrast
        end += f". So **{ahead}** is {times(score)} as likely"
    return "; ".join(words) + end + "."


def times(lead: float) -> str:
    """Return how many times likelier a lead makes the class ahead, e^|lead|, as softmax has it."""
    ratio = math.exp(min(abs(lead), 20))
    if ratio > 1e6:
        return "more than a million times"
    return f"{ratio:.1f} times" if ratio < 10 else f"{float(f'{ratio:.2g}'):,.0f} times"


def sum_words(case: Case) -> str:
    """Return how the bars are to be read, and what those are that belong to no part."""
    words = "Each bar begins where the one before it ended; the last is the sum. A bar is all that "
    words += "its band adds, for and against: a strong place can lie in a weak band. "
    if case.contrast is not None:
        words += f"The lead is how far {case.target} is ahead of {case.contrast}: +1 makes it "
        words += f"{times(1)} as likely. "
    model = case.config.model.model
    if model == "residual":
        words += "The encoder sees a band and what lies around it. "
    if model != "mlp":
        words += "The decision biases are what the decisions earn whatever is seen; "
    else:
        words += "The layer biases count whatever is seen; "
    if case.found.smoothing.any():
        words += "the smoothing is what a maximum that mixes decisions adds or takes; "
    return words + "the read-out is a head start."
