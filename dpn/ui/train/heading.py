"""What the run on Train is called, and how its owner renames or deletes it."""

from __future__ import annotations

import streamlit as st

from dpn import ui
from dpn.jobs.job import JobView
from dpn.language import t
from dpn.names import MAX_NAME_LENGTH
from dpn.runs.run import OVER, Run
from dpn.runs.title import own_title
from dpn.ui import access
from dpn.ui.words import NEW

#: Pixels: no wider than a phone.
WIDTH = 320


def heading(view: JobView | None) -> None:
    """Draw the title of the run that this session looks at; nothing where there is none.

    ``view`` is its training, where that is under way or was in this process.
    """
    run = ui.current_run()
    if run is None and view is None:
        return
    title = ui.title_of(run, with_state=False) if run else t(NEW)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="run_heading"):
        st.subheader(ui.plain(title), anchor=False, width="content")
        if run and access.may_rename(run):
            _offer_to_rename(run)
            if (view.state if view else ui.on_disk(run)[0]) in (*OVER, "interrupted"):
                _offer_to_delete(run)


def _offer_to_rename(run: Run) -> None:
    own = own_title(run)
    # With each title it is another one, so that it is closed when the new one is there.
    key = f"rename-{run.id}-{hash(own)}"
    with (
        st.popover(t("Rename"), icon=":material/edit:", type="tertiary", key=key),
        st.container(width=WIDTH),
    ):
        with st.form(f"title-{run.id}", border=False):
            text = st.text_input(
                t("Title"),
                own,
                max_chars=MAX_NAME_LENGTH,
                key=f"title-text-{run.id}",
                help=t("Left empty, it is made of the data, the model, the result and the time."),
            )
            is_sent = st.form_submit_button(t("Save"), key="title_save")
        if is_sent:
            with ui.guard():
                access.rename(run, text)
                st.rerun()
        st.caption(t("Its address and the command line know it as"))
        st.code(run.id, language=None, wrap_lines=True)


def _offer_to_delete(run: Run) -> None:
    with st.popover(t("Delete"), icon=":material/delete:", type="tertiary", key="job_delete"):
        st.markdown(t("The run, its weights and its curves are deleted for good."))
        if st.button(t("Delete this run"), key="job_delete_sure", type="primary"):
            with ui.guard():
                run.delete()
                ui.jobs().forget(run.id)
                ui.look_away()
                st.rerun()
