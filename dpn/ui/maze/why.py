"""Why the plan is so: the moves of a cell in numbers, and what the start's value consists of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from dpn.explain.account import adding_up, signed
from dpn.language import msg, t
from dpn.mazes.grid import MOVE_NAMES, MOVES, STOP, Cell, Maze
from dpn.mazes.plans import Account

#: The moves, in the order of ``MOVE_NAMES``, and the last decision.
MOVE_WORDS = (
    *(msg("up"), msg("down"), msg("to the left"), msg("to the right")),
    *(msg("up-left"), msg("up-right"), msg("down-left"), msg("down-right"), msg("stop")),
)

#: Decimals of the account.
DIGITS = 4
#: Pixels of the account, and so many of its rows fit into them.
HEIGHT, FIT = 420, 12


def moves(found: Account, cell: Cell, maze: Maze) -> None:
    """Draw q of each move of a cell as an equation."""
    row, column = cell
    st.markdown(
        t(
            "**Moves of row {row}, column {column}.** *Look* and tap to choose a cell.",
            row=row + 1,
            column=column + 1,
        )
    )
    if not maze.is_free(cell):
        st.caption(t("This is a wall."))
        return
    names = (*MOVE_NAMES[: len(found.q) - 1], STOP)
    words = dict(zip((*MOVE_NAMES, STOP), MOVE_WORDS, strict=True))
    best = int(found.q[:, row, column].argmax())
    lines = []
    for index, name in enumerate(names):
        q, r = float(found.q[index, row, column]), float(found.rewards[index, row, column])
        once, then = adding_up([r, q - r])
        numbers = {"once": once, "then": then, "sum": once + then}
        told = {"name": _where(t(words[name]), maze, cell, index, name)}
        told |= {key: signed(one) for key, one in numbers.items()}
        line = t("{name}: {once} (at once) {then} (from there) = {sum}", **told)
        lines.append("- " + t("**{line}, the best**", line=line) if index == best else f"- {line}")
    st.markdown("\n".join(lines))


def _where(move: str, maze: Maze, cell: Cell, index: int, name: str) -> str:
    """Return a move's words, and that a wall is there: the huge cost is what it learned of it."""
    if name == STOP:
        return move
    down, across = MOVES[index]
    free = maze.is_free((cell[0] + down, cell[1] + across))
    return move if free else t("{move}, into a wall", move=move)


def account(found: Account, maze: Maze, plan: Sequence[Cell] | None) -> None:
    """Draw what each step added to the value of the start; the rows add up to it."""
    table = rows(found, maze, plan)
    st.markdown(t("**What the start is worth, and why.** The rows add up exactly."))
    # Not a dataframe, whose grid stands a third of a second later.
    st.table(
        table.rename(columns={"where": t("where"), "earned": t("earned")}),
        border="horizontal",
        hide_index=True,
        height=HEIGHT if len(table) > FIT else "content",
    )


def rows(found: Account, maze: Maze, plan: Sequence[Cell] | None) -> pd.DataFrame:
    """Return the rows of the account: the plan's cells in order, all others, smoothing, the sum.

    The numbers add up as they are read: see ``adding_up``.
    """
    by_cell = found.earned.sum(axis=0)
    steps = list(plan or ())
    parts = [
        (
            t(
                "step {number}: row {row}, column {column}",
                number=number,
                row=row + 1,
                column=column + 1,
            ),
            float(by_cell[row, column]),
        )
        for number, (row, column) in enumerate(steps[:-1], start=1)
    ]
    if steps:
        parts.append((t("the goal"), float(by_cell[steps[-1]])))
    is_other = np.ones(maze.shape, bool)
    for cell in steps:
        is_other[cell] = False
    parts.append((t("other cells"), float(by_cell[is_other].sum())))
    parts.append((t("smoothing"), found.smoothing))
    # Not the value that was swept, which has seven digits: of thousands of steps the last are lost.
    numbers = adding_up([value for _, value in parts], digits=DIGITS)
    names = [*(name for name, _ in parts), t("value of the start")]
    earned = [*numbers, round(sum(numbers), DIGITS)]
    return pd.DataFrame({"where": names, "earned": earned})
