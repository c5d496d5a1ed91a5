"""What the entries of a menu say, so that no two say the same, and where a menu stands.

Streamlit 1.67 and the browser know an entry by its label alone: of two that say the same, one could
never be chosen; and of one whose label has changed, they forget that it was.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import streamlit as st

from dpn.language import t
from dpn.ui.words import plain

T = TypeVar("T")

#: Classes up to here are offered as buttons to who corrects an answer, more as a list.
BUTTONS = 20


def labels(
    options: Iterable[T], say: Callable[[T], str] = str, tail: Callable[[T], str] = lambda _: ""
) -> Callable[[Any], str]:
    """Return the ``format_func`` of a menu: what each option says, all different to the eye.

    Args:
        options: all that can be chosen; hashable.
        say: what an option is called. Two may be called the same.
        tail: what is added in brackets to one that shares its label; "" to leave it as it is.
            Where that is not enough the later ones get a number.
    """
    said = {option: say(option) for option in options}
    often = Counter(_look(label) for label in said.values())
    shown: dict[T, str] = {}
    taken: set[str] = set()
    for option, label in said.items():
        if often[_look(label)] > 1 and (end := tail(option)):
            label = f"{label} ({end})"
        distinct, number = label, 1
        while _look(distinct) in taken:
            number += 1
            distinct = f"{label} ({number})"
        taken.add(_look(distinct))
        shown[option] = distinct
    return shown.__getitem__


def _look(label: str) -> str:
    """Return what is the same for labels that look the same, however they are written."""
    return " ".join(unicodedata.normalize("NFC", label).split())


def switch(words: Mapping[str, str], label: str, key: str, **how: Any) -> str:
    """Draw a row of choices of which one is always chosen, at first the first; return the choice.

    Args:
        words: what each is called, by what is returned for it.
        label: what is chosen, for those who do not see the row.
        key: of the widget; its choice is kept for the session.
        how: more for ``st.segmented_control``.
    """
    options = list(words)
    if st.session_state.get(key) not in options:  # what was chosen may be gone
        st.session_state.pop(key, None)
    usual = st.session_state.get(key, options[0])
    chosen: str = st.segmented_control(
        label,
        options,
        format_func=labels(options, words.__getitem__, str),
        default=usual,
        required=True,
        key=key,
        persist_state="session",
        **how,
    )
    return chosen


def choose(
    label: str,
    key: str,
    options: Sequence[str],
    say: Callable[[str], str],
    tail: Callable[[str], str],
    usual: str,
    on_change: Callable[[], None] | None = None,
) -> str:
    """Draw a list and return the choice, which the session keeps.

    A choice outlives a change of its label, as when a run has finished or a data set has come.

    Args:
        label: of the list.
        key: of the widget.
        options: what can be chosen now.
        say: what an option is called.
        tail: what is added to one that shares its label, as in ``labels``.
        usual: the option while nobody has chosen, or what was chosen is gone.
        on_change: called when somebody chooses another.
    """
    words = labels(options, say, tail)
    chosen: str = st.selectbox(
        label,
        options,
        index=options.index(hold(key, options, words, usual)),
        format_func=words,
        key=key,
        persist_state="session",
        on_change=on_change,
    )
    return chosen


def hold(key: str, options: Sequence[str], said: Callable[[str], str], usual: str) -> str:
    """Return where the menu with this key stands, and see that the browser knows it."""
    kept, stands = st.session_state.get(f"{key}-held"), st.session_state.get(key)
    fallback = kept[0] if kept and kept[0] in options else usual
    # What it stands at may be gone, or be a label of before.
    now = next((option for option in options if option == stands), fallback)
    is_renamed = kept is not None and kept[0] == now and kept[1] != said(now)
    if now != stands or is_renamed:
        st.session_state[key] = now
    st.session_state[f"{key}-held"] = now, said(now)
    return now


def right_class(question: str, names: Sequence[str], key: str) -> str | None:
    """Draw the classes, few as buttons, for who corrects an answer; return one, None for none."""
    if len(names) <= BUTTONS:
        chosen: str | None = st.pills(question, names, format_func=labels(names, plain), key=key)
        return chosen
    return st.selectbox(question, names, index=None, format_func=labels(names), key=key)


def ways(
    options: Mapping[str, tuple[str, str]], label: str, key: str, usual: str, **how: Any
) -> str:
    """Draw a row of ways to do something; return the one that is chosen.

    Args:
        options: the icon and the words of each, by what is returned for it.
        label: what is chosen, for those who do not see the row.
        key: of the widget.
        usual: the one that is chosen at first.
        how: more for ``st.segmented_control``.
    """
    chosen: str = st.segmented_control(
        label,
        list(options),
        format_func=labels(options, lambda way: f"{options[way][0]} {t(options[way][1])}"),
        default=usual,
        required=True,
        key=key,
        **how,
    )
    return chosen


def choose_class(
    label: str, others: tuple[str, ...], names: tuple[str, ...], key: str, width: int
) -> int | str:
    """Draw a list of ``others``, words for no one class, and then the K classes; return one."""
    options: list[int | str] = [*others, *range(len(names))]
    chosen: int | str = st.selectbox(
        label,
        options,
        format_func=labels(
            options,
            lambda i: t(i) if isinstance(i, str) else names[i],
            lambda i: "" if isinstance(i, str) else t("the class"),
        ),
        key=key,
        persist_state="session",
        width=width,
    )
    return chosen
