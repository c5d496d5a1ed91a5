"""Small helpers that every page uses: what goes wrong, figures, and widgets that the app sets."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import streamlit as st

from dpn.errors import DPNError
from dpn.language import t
from dpn.ui.shared import warm_up
from dpn.ui.words import plain

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

log = logging.getLogger(__name__)

#: Of so many classes a confusion matrix has its full height.
MANY = 8


@contextmanager
def guard() -> Iterator[None]:
    """Show what goes wrong inside as one red box; the rest of the page stays usable."""
    try:
        yield
    except DPNError as error:
        show_error(str(error))
    except Exception:
        log.exception("a page failed")
        show_error(t("Something unexpected went wrong here. The details are in the server's log."))


def put(key: str, value: Any) -> None:
    """Set a widget's value if it is another one; call it before the widget is drawn.

    To set it in every run would pull a slider back while somebody moves it. Give the widget the
    same value as its default, too: the browser falls back on that when it draws it anew.
    """
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def show_error(message: str) -> None:
    """Show a message in a red box, as plain text whatever it contains."""
    st.error(plain(message), icon=":material/error:")


def figure(chart: Any, key: str, alt: str) -> None:
    """Draw a Plotly figure; its tool bar, which covers it on a phone, is left out.

    ``alt`` says in plain words what is seen, to those who do not see it.
    """
    st.plotly_chart(chart, key=key, config={"displayModeBar": False}, alt=alt)


def matrix_room(classes: int) -> DeltaGenerator:
    """Return where a confusion matrix is drawn: of many classes it has its height before it comes.

    See ``dpn.ui.style``.
    """
    return st.container(key="matrix" if classes >= MANY else "small_matrix")


def is_dark() -> bool:
    """Return whether the page is dark in this browser."""
    return bool(st.context.theme.type == "dark")


def device_words() -> str | None:
    """Name the device, or return None while torch is still being imported."""
    if not warm_up().is_set():
        return None
    from dpn.models.devices import describe_device, pick_device

    return describe_device(pick_device())
