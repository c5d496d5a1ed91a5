"""Bring your own: files in the layout they have, or pictures class by class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st

from dpn import ui
from dpn.errors import DPNError
from dpn.language import msg, t
from dpn.own.bringing import bring, suggested_name
from dpn.own.files import PAGE, VISITORS, upload
from dpn.own.parts import Raw, Refused
from dpn.ui import access, menus
from dpn.ui.data import draft, others, understood
from dpn.ui.kept import kept

WAYS = {
    "files": (":material/folder_zip:", msg("Files")),
    "classes": (":material/photo_camera:", msg("Class by class")),
    "others": (":material/notes:", msg("Texts, series, lists")),
}
HELP = msg(
    "A **zip** of folders named as the classes, with pictures in them (`train/`, `val/`, `test/` "
    "on top or not)  \n**npz** as Keras or MedMNIST have it, or one pair `x`, `y`  \n**idx** files "
    "as MNIST's (`…-ubyte`, `.gz` or not): images and labels together  \n**CSV** of pixels with a "
    "label column  \n**Parquet** with a column of pictures and one called label  \n"
    "Quick, Draw! **.npy**: one file a class"
)
_OPEN = "bringing_open"
#: Characters of a name.
_LONGEST = 60


@dataclass(eq=False)
class Bringing:
    """What this window has brought and not used yet.

    ``files`` are the uploads that ``raw`` was read from, or ``refused`` with its sentences.
    """

    files: tuple[str, ...] = ()
    raw: Raw | None = None
    refused: tuple[str, ...] = ()
    draft: draft.Draft = field(default_factory=draft.Draft)
    problem: str = ""


def offer() -> None:
    """Draw the button, and the panel while it is open."""
    st.button(
        t("Bring your own"),
        icon=":material/add_photo_alternate:",
        key="bring",
        on_click=lambda: st.session_state.update({_OPEN: True}),
    )
    if st.session_state.get(_OPEN):
        _panel()


def _close() -> None:
    """Close the panel; with it go its files, and what was read of them, which may be much."""
    st.session_state[_OPEN] = False
    for name in ("bringing", "own_made"):
        st.session_state.pop(name, None)
    kept().pop("brought", None)


def _bringing() -> Bringing:
    """Return what this window has brought; a reload finds the pictures class by class again."""
    found = st.session_state.get("bringing")
    if type(found) is not Bringing:
        left = kept().get("draft")
        found = Bringing(draft=left) if type(left) is draft.Draft else Bringing()
        st.session_state["bringing"] = found
    kept()["draft"] = found.draft
    return found


def _panel() -> None:
    """Draw the panel, whose title is made when it opens."""
    st.dialog(t("Bring your own"), width="medium", on_dismiss=_close)(_inside)()


def _inside() -> None:
    if not st.session_state.get(_OPEN):
        st.rerun()  # it was used: the page around it is drawn with the new set
    with ui.guard():
        if not access.may_train():
            st.caption(t(access.SIGN_IN_FIRST))
            return
        _way(_bringing())


def _way(state: Bringing) -> None:
    way = menus.ways(WAYS, t("What you have"), "bring_way", "files", label_visibility="collapsed")
    if way == "others":
        others.offer(_close)
        return
    if way == "classes":
        raw, called = draft.classes(state.draft), t("my pictures")
        version = state.draft.version
    else:
        raw, called = _files(state)
        version = "|".join(state.files)
    if raw is not None:
        own = understood.show(raw, version)
        if own is not None:
            with st.container(key="bring_end"):
                name = st.text_input(
                    t("Name"), called, max_chars=_LONGEST, key=f"own-name-{version}"
                )
                balanced = own.is_uneven and st.toggle(
                    t("Show each class equally often"), True, key=f"own-balanced-{version}"
                )
                keep = _keep_choice(version)
                st.button(
                    t("Use these pictures"),
                    type="primary",
                    icon=":material/check:",
                    key="bring_use",
                    on_click=_use,
                    args=(state, own, name.strip() or called, balanced, keep),
                )
            if state.problem:
                ui.show_error(state.problem)


def _keep_choice(version: str) -> bool:
    if access.may_keep():
        return st.checkbox(
            t("Keep on the server"),
            key=f"own-keep-{version}",
            help=t(
                "It is then there for all, under this name. If not, it is yours alone, and gone "
                "an hour after you leave."
            ),
        )
    st.caption(
        t("It is yours alone, and gone an hour after you leave. Who is signed in can keep it.")
    )
    return False


def _use(state: Bringing, own: understood.OwnSet, name: str, balanced: bool, keep: bool) -> None:
    """Take it as the data set of this page; what is wrong is said in the panel."""
    try:
        if keep and access.may_keep():
            full = ui.sets.keep(own, name, balanced=balanced)
        else:
            full = ui.sets.hold(own, name, balanced=balanced)
    except DPNError as error:
        state.problem = str(error)
        return
    kept().pop("draft", None)
    st.session_state["dataset"] = full
    _close()


def _files(state: Bringing) -> tuple[Raw | None, str]:
    """Draw the place to drop files; return what was read of them, and a name for it."""
    sent = st.file_uploader(
        t("Drop a zip of class folders, or data files"),
        accept_multiple_files=True,
        key="bring_files",
        help=t(HELP),
    )
    if sent:
        ids = tuple(file.file_id for file in sent)
        if ids != state.files:
            state.files, state.problem = ids, ""
            _read(state, sent)
    elif state.files:
        state.files, state.raw, state.refused = (), None, ()
    if state.refused and sent and not others.tell(sent, _close):
        understood.refused(state.refused)
        if len(sent) == 1 and not sent[0].name.lower().endswith((".zip", ".npz")):
            others.say_why_not(sent)
    called = suggested_name([file.name for file in sent])[:_LONGEST] if sent else ""
    clean = "".join(c if c.isalnum() or c in " _-" else " " for c in called).strip()
    return state.raw, clean or t("my pictures")


def _read(state: Bringing, sent: Sequence[understood.Upload]) -> None:
    bar = st.progress(0.0, text=t("Reading …"))

    def show(done: int, total: int) -> None:
        bar.progress(
            done / max(total, 1),
            text=t("Reading {done:,} of {total:,} pictures …", done=done, total=total),
        )

    try:
        files = [upload(file.name, file.getvalue()) for file in sent]
        bounds = PAGE if access.owner() is None else VISITORS
        state.raw, state.refused = bring(files, bounds, show), ()
    except Refused as error:
        state.raw, state.refused = None, error.sentences
    bar.empty()
