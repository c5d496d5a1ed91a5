"""Save the chosen model as a file that is used elsewhere, and open one that was saved."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import streamlit as st

from dpn import settings, ui
from dpn.export.apart import make_apart
from dpn.export.kinds import KINDS
from dpn.export.opening import open_bundle
from dpn.language import msg, t
from dpn.runs.run import Run
from dpn.ui import access

#: Kind -> what it is called, and what one does with it.
WORDS = {
    "bundle": (
        msg("Bundle"),
        msg("A zip that brings the model back into a lab, here or elsewhere."),
    ),
    "onnx": (
        msg("ONNX"),
        msg("For other programs: answers, and what each part added. It takes a while."),
    ),
    "html": (
        msg("Web page"),
        msg("One file that answers by itself: open it from disk, no network needed."),
    ),
}
#: Files are made one at a time, each computes for a moment: those here, and those made apart.
_turn, _slow_turn = threading.Lock(), threading.Lock()


@dataclass(frozen=True)
class Made:
    """The file that was made last in a session, and of what."""

    of: tuple[str, int, str]
    data: bytes


def panel(run: Run) -> None:
    """Draw *Export* and *Open a bundle*."""
    with st.container(horizontal=True, gap="small", key="leave"):
        with st.popover(t("Export"), icon=":material/download:"), ui.guard():
            _export(run)
        with st.popover(t("Open a bundle"), icon=":material/upload_file:"), ui.guard():
            _open()
    if st.session_state.get("bundle_run") == run.id:
        title = ui.plain(ui.title_of(run))
        st.success(t("Opened: {title}. It is the model that answers now.", title=title))


def _export(run: Run) -> None:
    if not access.may_export(run):
        st.caption(t(access.NOT_YOURS_TO_EXPORT))
        return
    kind = (
        st.segmented_control(
            t("As"),
            list(WORDS),
            format_func=lambda name: t(WORDS[name][0]),
            default="bundle",
            required=True,
            key="export_as",
        )
        or "bundle"
    )
    st.caption(t(WORDS[kind][1]))
    wanted = (run.id, run.answers_stamp(), kind)
    if st.button(t("Make the file"), key="export_make", type="primary"):
        st.session_state.pop("exported", None)
        with st.spinner(t("Making the file …")):
            st.session_state["exported"] = Made(wanted, _make(run, kind))
    made = st.session_state.get("exported")
    if type(made) is Made and made.of == wanted:
        st.download_button(
            t("Download ({size:.1f} MB)", size=len(made.data) / 1e6),
            made.data,
            f"{run.id}{KINDS[kind].suffix}",
            KINDS[kind].mime,
            key="export_save",
            on_click="ignore",
            icon=":material/download:",
        )


def _make(run: Run, kind: str) -> bytes:
    ui.warm_up().wait()
    folders = ui.sets.folder_of(run.config().training.dataset), settings.runs_dir()
    if KINDS[kind].is_slow:
        with _slow_turn:
            return make_apart(run, kind, *folders)
    with _turn:
        return KINDS[kind].make(run, *folders)


def _open() -> None:
    if not access.may_train():
        st.caption(t(access.SIGN_IN_FIRST))
        return
    sent = st.file_uploader(t("A bundle (zip)"), ["zip"], key="bundle")
    if sent is None or st.session_state.get("bundle_opened") == sent.file_id:
        return
    ui.warm_up().wait()
    with _turn:
        run = open_bundle(
            sent.getvalue(), sent.name, settings.runs_dir(), access.owner(), access.check_model
        )
    st.session_state["bundle_opened"] = sent.file_id
    st.session_state["bundle_run"] = run.id
    ui.look_at(run.id)
    st.rerun()
