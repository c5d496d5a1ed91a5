"""The address of the page that is open, by the names of ``dpn.address.table``.

It is read once, when a session comes to the page, and each of its values is taken once, where the
page makes use of it. After that the page writes what it shows: what is as usual stands not in it.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from dpn.address.table import LONGEST, PAGES, read_query, refused
from dpn.language import t
from dpn.names import shown

#: Where a session keeps what it has read: the page, values by name, and sentences.
_READ = "address_read"
#: Whether the page shows a drawing or a text that is too long, a picture of one's own, or a map
#: that was changed by hand: they stay here.
LEFT_OUT, STAYS, TEXT_STAYS, MAP_STAYS = _STAYING = (
    *("drawing_left_out", "picture_stays"),
    *("text_stays", "map_stays"),
)
#: Sentences about one address that are kept.
MOST = 5


def open_page(page: str, *, entered: bool) -> None:
    """Read the address if the session has just come to the page."""
    if entered or st.session_state.get(_READ, ("",))[0] != page:
        values, problems = read_query(page, dict(st.query_params.items()))
        st.session_state[_READ] = (page, values, [])
        for name in _STAYING:
            st.session_state[name] = False
        for sentence in problems:
            complain(sentence)
        refused_names = PAGES[page].keys() & {*st.query_params} - values.keys()
        put(**dict.fromkeys(refused_names))  # the page does not show them


def take(name: str, accepted: Container[Any] | None = None, words: str = "") -> Any:
    """Return the value that the address has for a name, once; None if it has none.

    Args:
        name: of the table.
        accepted: what can be used here and now; another value is named, and not returned.
        words: what is accepted, for a person.
    """
    page, values, _ = st.session_state.get(_READ, ("", {}, []))
    value = values.pop(name, None)
    if value is None or accepted is None or value in accepted:
        return value
    refuse(name, PAGES[page][name].write(value), words)
    return None


def asks(name: str) -> bool:
    """Return whether the address has a value for a name that was not taken yet."""
    return name in st.session_state.get(_READ, ("", {}, []))[1]


def refuse(name: str, text: str, accepted: str) -> None:
    """Note that what the address has for a name cannot be used here."""
    complain(refused(st.session_state[_READ][0], name, text, accepted))


def complain(sentence: str) -> None:
    """Note a sentence about the address, to be said on the page; of many only a few."""
    sentences = st.session_state[_READ][2]
    if sentence not in sentences and len(sentences) <= MOST:
        sentences.append(sentence if len(sentences) < MOST else t("More of it is left out."))


def complaints() -> list[str]:
    """Return what is to be said about the address of this page, as plain text."""
    return list(st.session_state.get(_READ, ("", {}, []))[2])


def leftovers() -> list[str]:
    """Return a sentence for each value of the address that the page has not taken, so far."""
    page, values, _ = st.session_state.get(_READ, ("", {}, []))
    said = {name: shown(PAGES[page][name].write(value)) for name, value in values.items()}
    return [
        t("{name}={text} has no use here yet.", name=name, text=text) for name, text in said.items()
    ][:MOST]


def put(**values: Any) -> None:
    """Write values into the address, each by its name; None takes a name out.

    Nothing is sent where nothing changes. An address that would be too long loses its drawing.
    """
    if _READ not in st.session_state:
        return  # no page is open: a part of one is drawn alone
    names = PAGES[st.session_state[_READ][0]]
    texts = {name: None if v is None else names[name].write(v) for name, v in values.items()}
    before = {name: st.query_params.get_all(name) for name in st.query_params}
    after = {name: kept for name, kept in before.items() if name not in texts}
    after |= {name: [text] for name, text in texts.items() if text is not None}
    if _length(after) > LONGEST and "drawing" in after:
        del after["drawing"]
        st.session_state[LEFT_OUT] = True
    if after != before and _length(after) <= LONGEST:
        # In the order of before, so that an address does not shuffle while it changes.
        order = [*(name for name in before if name in after), *after]
        st.query_params.from_dict({name: after[name] for name in dict.fromkeys(order)})


def _length(query: dict[str, list[str]]) -> int:
    return len(urlencode(query, doseq=True))
