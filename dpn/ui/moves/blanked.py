"""A stretch of a series that is blanked out, and what came of it."""

from __future__ import annotations

import streamlit as st

from dpn.language import t
from dpn.ui import answers
from dpn.ui.moves.ask import Asked


def choose(steps: int) -> tuple[int, int] | None:
    """Draw the slider that blanks a stretch out; return its first and last step, or None."""
    key = f"blank-{steps}"
    low, high = st.slider(
        t("Blank out from … to … (a straight line instead)"),
        0,
        steps,
        (0, 0),
        key=key,
        help=t(
            "Pull the right end: the steps after the left end, up to it, become a straight line."
        ),
    )
    return (low + 1, high) if high > low else None


def moved(whole: Asked, now: Asked, names: list[str], blank: tuple[int, int]) -> str:
    """Say what the stretch that is blanked out changed."""
    before, after = (int(asked.found.target[0]) for asked in (whole, now))
    shares = [float(asked.found.probabilities[0, before]) for asked in (whole, now)]
    told = {
        "first": blank[0],
        "last": blank[1],
        "name": names[before],
        "share": answers.percent(shares[0]),
        "then": answers.percent(shares[1]),
    }
    if before == after:
        return t("Without steps {first} to {last}: {name} {share} → {then}.", **told)
    return t(
        "Without steps {first} to {last}: {name} {share} → {then}, and the answer is no longer "
        "{name} but **{other}**.",
        **told,
        other=names[after],
    )
