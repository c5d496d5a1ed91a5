"""A sentence whose words have the colour of what they added; a click strikes one out."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Sequence

import numpy as np
import streamlit as st

from dpn import ui
from dpn.charts.texts.shades import shade
from dpn.explain.account import signed
from dpn.language import t
from dpn.ui.texts.ask import Asked

#: Words that can be struck out one by one; of a longer text the others are only coloured.
MOST = 80
#: Words whose number is written, those that added most.
WRITTEN = 4
#: Words are as near to each other as in a sentence.
STYLE = """
.st-key-sentence { gap: 0.3rem 0.25rem; }
.st-key-sentence button { min-height: 2.1rem; padding: 0.1rem 0.45rem; border: 0;
  border-radius: 6px; }
.st-key-sentence button p { font-size: 1.1rem; line-height: 1.5; }
.st-key-sentence button small, .st-key-sentence button p span { color: inherit; opacity: 1; }
.st-key-sentence button:is(:hover, :focus-visible) { outline: 2px solid currentColor;
  outline-offset: 1px; }
.words-rest span { border-radius: 6px; padding: 0.1rem 0.3rem; line-height: 2; }
"""
#: Of a text that is written so; its numbers are not.
RIGHT_TO_LEFT = """
:is(.st-key-sentence, .words-rest) { direction: rtl; }
.st-key-sentence button :is(small, p span) { direction: ltr; unicode-bidi: isolate; }
"""


def sentence(asked: Asked, key: str) -> None:
    """Draw the words of a text, each a button that strikes it out or takes it back.

    Args:
        asked: the account of the text.
        key: where the session keeps the places that are struck out.
    """
    dark, most = ui.is_dark(), float(np.abs(asked.added).max(initial=0.0)) or 1.0
    largest = {int(i) for i in np.argsort(-np.abs(asked.added))[:WRITTEN] if asked.added[i]}
    rules, shown = [STYLE], asked.tokens[:MOST]
    if runs_left(asked.tokens):
        rules.append(RIGHT_TO_LEFT)
    for place in range(len(shown)):
        ground, letters = shade(asked.added[place] / most, dark=dark)
        if place in asked.struck:
            ground, letters = "transparent", "inherit"
        rules.append(
            f".st-key-word-{place} button, .st-key-word-{place} button:is(:hover, :active, :focus)"
            f" {{ background: {ground}; color: {letters}; }}"
        )
    st.html(f"<style>{''.join(rules)}</style>")
    with st.container(horizontal=True, key="sentence"):
        for place, token in enumerate(shown):
            is_struck = place in asked.struck
            words = f"~~{ui.plain(token)}~~" if is_struck else ui.plain(token)
            if place in largest:
                words += f" :small[{ui.plain(signed(asked.added[place]))}]"
            number = t("left out") if is_struck else signed(asked.added[place])
            st.button(
                words,
                key=f"word-{place}",
                help=f"{ui.plain(token)}: {ui.plain(number)}",
                on_click=_strike,
                args=(key, place),
            )
    if rest := asked.tokens[MOST:]:
        _rest(rest, asked.added[MOST:] / most, asked.added[MOST:], dark=dark)


def runs_left(tokens: Sequence[str]) -> bool:
    """Return whether a text is written from right to left, as its first letter says.

    So it is of Arabic and Hebrew. Source: Unicode Standard Annex 9, rules P2 and P3.
    """
    kinds = (unicodedata.bidirectional(letter) for token in tokens for letter in token)
    return next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L"


def _strike(key: str, place: int) -> None:
    struck = set(st.session_state.get(key, ()))
    st.session_state[key] = struck ^ {place}


def _rest(tokens: list[str], shares: object, added: object, *, dark: bool) -> None:
    spans = []
    for token, share, value in zip(tokens, np.asarray(shares), np.asarray(added), strict=True):
        ground, letters = shade(float(share), dark=dark)
        words = html.escape(token)
        spans.append(
            f'<span style="background:{ground};color:{letters}" '
            f'title="{words} {signed(float(value))}">{words}</span>'
        )
    st.html(f'<div class="words-rest">{" ".join(spans)}</div>')
