"""Copy link: the address of the page as text, as a QR code, and what does not travel with it."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

import streamlit as st

from dpn import settings
from dpn.data.known import DATASETS
from dpn.errors import DPNError
from dpn.language import t
from dpn.names import shown
from dpn.runs.folder import find_run
from dpn.ui.address.state import LEFT_OUT, MAP_STAYS, STAYS, TEXT_STAYS

#: Characters of the longest address that gets a code: more, and a phone cannot tell its squares.
MOST_IN_CODE = 900


def copy_link() -> None:
    """Draw the button; what it opens is made when it is asked for."""
    st.fragment(_copy_link)()


def _copy_link() -> None:
    box = st.popover(
        t("Copy link"),
        icon=":material/link:",
        type="tertiary",
        key="copy_link",
        on_change="rerun",
        width="content",
    )
    if box.open:
        with box:
            st.html(panel(here(), notes()))


def here() -> str:
    """Return the address of this page as the visitor's browser has it."""
    query = {name: st.query_params.get_all(name) for name in st.query_params}
    address = str(st.context.url or "")
    return f"{address}?{urlencode(query, doseq=True)}" if query else address


def panel(address: str, notes: list[str]) -> str:
    """Return the HTML of what Copy link opens."""
    copied = t("Copied. It leads to this page as you see it.")
    copy = t("Copy this address: it leads to this page as you see it.")
    if notes:
        copied = t("Copied. It leads to this page, but not to all that you see.")
        copy = t("Copy this address: it leads to this page, but not to all that you see.")
    parts = [
        f"<p class='copied-words'><span>{copied}</span><span>{copy}</span></p>",
        f"<input class='address' readonly aria-label='{t('Address of this page')}' "
        f"value='{escape(address, quote=True)}'>",
        *(f"<p><small>{escape(note)}</small></p>" for note in notes),
    ]
    if code := qr_code(address):
        alt = t("QR code of this address")
        parts.append(f"<img class='code' alt='{alt}' src='{escape(code, quote=True)}'>")
    else:
        parts.append(f"<p><small>{t('It is too long for a QR code.')}</small></p>")
    return f"<div class='share'>{''.join(parts)}</div>"


def qr_code(address: str) -> str | None:
    """Return the QR code of an address as the URL of an SVG; None if it is too long for one."""
    if not 0 < len(address.encode()) <= MOST_IN_CODE:
        return None
    import segno  # here: no page waits for it

    code = segno.make(address, error="l", micro=False, boost_error=False)
    return str(code.svg_data_uri(scale=4, border=4, dark="#000", light="#fff", encode_minimal=True))


def notes() -> list[str]:
    """Return a sentence for each thing of this page that is not there on another machine."""
    found = []
    models = [] if st.session_state.get("page") == "Train" else ["model"]  # there it is a kind
    ids = [st.query_params.get(name, "") for name in ("run", *models)]
    own = [one for one in [*ids, *st.query_params.get("runs", "").split(",")] if _is_own(one)]
    if own:
        names = t(", ").join(shown(one) for one in dict.fromkeys(own))
        here = t(
            "On this server only: {names}. Another machine opens the page without.", names=names
        )
        found.append(here)
    data = st.query_params.get("data")
    if data and data not in DATASETS:
        where = t("Only where the data set {data} was brought can it be used.", data=shown(data))
        found.append(where)
    if st.query_params.get("sweep"):
        found.append(t("Only this server has the sweep."))
    if st.session_state.get(LEFT_OUT):
        found.append(t("The drawing is too long for an address and stays here."))
    if st.session_state.get(TEXT_STAYS):
        found.append(t("The text is too long for an address and stays here."))
    if st.session_state.get(MAP_STAYS):
        found.append(t("The map is no longer the one of its seed: what was changed stays here."))
    if st.session_state.get(STAYS):
        found.append(t("A picture of your own does not travel: it stays here."))
    return found


def _is_own(run_id: str) -> bool:
    if not run_id:
        return False
    try:
        return find_run(run_id, settings.runs_dir()).origin != "shipped"
    except DPNError:
        return True
