"""What striking parts out of a text or a list changed, and the way back."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dpn.language import t
from dpn.ui import answers

#: Parts that are named before "…".
NAMED = 5


def say_moved(
    gone: Sequence[str], first: str, shares: tuple[float, float], now_first: str, key: str
) -> None:
    """Say what went, and what became of the answer that was first.

    Args:
        gone: Markdown, the parts that are struck out.
        first: Markdown, the class that had been first.
        shares: its probabilities, with those parts and without.
        now_first: the class that is first without them.
        key: where the session keeps the set of what is struck out.
    """
    told = {
        "gone": t(", ").join([*gone[:NAMED], *(["…"] if len(gone) > NAMED else [])]),
        "name": first,
        "share": answers.percent(shares[0]),
        "then": answers.percent(shares[1]),
    }
    words = t("Without {gone}: {name} {share} → {then}.", **told)
    if now_first != first:
        words = t(
            "Without {gone}: {name} {share} → {then}, and the answer is no longer {name} but "
            "**{other}**.",
            **told,
            other=now_first,
        )
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="moved"):
        st.markdown(words, width="content")
        st.button(
            t("Take all back"),
            icon=":material/undo:",
            key="unstrike",
            on_click=_take_back,
            args=(key,),
        )


def _take_back(key: str) -> None:
    st.session_state[key] = set()
