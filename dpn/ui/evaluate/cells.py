"""What lies in a cell of the confusion matrix, in words."""

from __future__ import annotations

from collections.abc import Sequence

from dpn.charts.confusion import Cell
from dpn.language import t
from dpn.ui.words import THING, THINGS


def cell_words(
    count: int, wrong: int, cell: Cell, names: Sequence[str], things: str = "images"
) -> str:
    """Say how many ``things`` there are in a cell of the confusion matrix, and in which order.

    ``wrong`` is how many of them were answered wrong.
    """
    truth, answer = (None if i is None else names[i] for i in cell)
    thing = next(THING[world] for world, many in THINGS.items() if things in (many, t(many)))
    surest = t("surest of the wrong class first")
    if truth is None and answer is None:
        if not count:
            return t("None: every test {thing} was answered right.", thing=t(thing))
        many = t("{count:,} mistakes, {order}", count=count, order=surest)
        return t("1 mistake") if count == 1 else many
    what = _of_cell(t(thing) if count < 2 else things, truth, answer)
    if not count:
        return t("There is no test {what}.", what=what)
    if count == 1:
        return t("1 {what}", what=what)
    order = surest if wrong else t("the most doubtful first")
    if 0 < wrong < count:
        order = t("mistakes first, {order}", order=surest)
    return t("{count:,} {what}, {order}", count=count, what=what, order=order)


def _of_cell(thing: str, truth: str | None, answer: str | None) -> str:
    """Return what lies in a cell, or in the row or the column of one."""
    if answer is None:
        return t("{thing} of {truth}", thing=thing, truth=truth)
    if truth is None:
        return t("{thing} answered as {answer}", thing=thing, answer=answer)
    if truth == answer:
        return t("{thing} of {truth} answered right", thing=thing, truth=truth)
    return t("{thing} of {truth} answered as {answer}", thing=thing, truth=truth, answer=answer)
