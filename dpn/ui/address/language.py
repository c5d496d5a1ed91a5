"""Which language the page is in: what its address says, else what was chosen, else the browser's.

What was chosen stands in the address of every page, so that links and reloads keep it.
"""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dpn.language import CODE, LANGUAGES, follow
from dpn.ui.address import state

#: In the session: what the pages are in, and what was asked for, if anything.
_NOW, _CHOSEN = "language", "language_chosen"


def _of_session() -> str:
    """Return the language of the session whose code runs; in other threads that of the code."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return CODE
    return str(st.session_state.get(_NOW, CODE))


follow(_of_session)


def settle(*, entered: bool) -> None:
    """Find the language of the page; call it before anything is said.

    Args:
        entered: whether the session has just come to the page: only then its address is asked.
    """
    asked = st.query_params.get("lang") if entered else None
    if asked in LANGUAGES:
        st.session_state[_CHOSEN] = asked
    st.session_state[_NOW] = st.session_state.get(_CHOSEN) or _of_browser()


def keep() -> None:
    """Keep what was chosen in the address of the page that has just been opened."""
    state.take("lang")
    if _CHOSEN in st.session_state:
        state.put(lang=st.session_state[_CHOSEN])


def switch() -> None:
    """Draw what changes the language; the scripts of the page read its key, see ``script.py``."""
    now = _of_session()
    with st.container(key=f"language_{now}"):
        for other in LANGUAGES.keys() - {now}:
            st.button(
                LANGUAGES[other],
                key=f"speak_{other}",
                icon=":material/translate:",
                type="tertiary",
                on_click=_choose,
                args=(other,),
            )


def _choose(language: str) -> None:
    """Speak a language from now on; menus stand where they stood, though their labels change.

    The browser knows an entry by its label (see ``dpn.ui.menus``), so it is told each choice anew.
    """
    st.session_state[_CHOSEN] = language
    for key, value in st.session_state.items():
        chosen = value if isinstance(value, list) else [value]
        if chosen and all(isinstance(one, str | int) and type(one) is not bool for one in chosen):
            st.session_state[key] = value


def _of_browser() -> str:
    locale = st.context.locale
    first = locale.replace("_", "-").split("-")[0].lower() if isinstance(locale, str) else CODE
    return first if first in LANGUAGES else CODE
