"""Draw a digit or upload pictures, and see them classified."""

import streamlit as st

from dpn import ui
from dpn.language import msg, t
from dpn.ui.address import state
from dpn.ui.classify import draw, export, number, teach, upload
from dpn.ui.model import answering

entered = ui.start_page("Classify")
name_the_rest = ui.head(t("Classify"))

WAYS = {
    "draw": (":material/draw:", msg("Draw")),
    "upload": (":material/upload:", msg("Upload")),
    "camera": (":material/photo_camera:", msg("Camera")),
}

#: How many digits there are to read.
WHAT = {
    "digit": (":material/looks_one:", msg("Digit")),
    "number": (":material/pin:", msg("Number")),
}


def label(icon: str, words: str) -> str:
    """Return what a choice says."""
    return f"{icon} {t(words)}"


with ui.guard():
    with st.container(key="choices"):  # as wide as the canvas and the answer below
        left, right = st.columns([1, 1.6], gap="large")
    ways = left.container(horizontal=True, gap="small", key="ways")
    with right:
        chosen = answering.choose_run()
    if chosen:
        run, config = chosen
        reads_photos = config.preparation == "photo"
        with ways:
            what = "digit"
            if not reads_photos:
                if asked := state.take("what"):
                    ui.put("what", asked)
                what = st.segmented_control(
                    t("What"),
                    list(WHAT),
                    format_func=lambda name: label(*WHAT[name]),
                    default=st.session_state.get("what", "digit"),
                    required=True,
                    key="what",
                    persist_state="session",
                )
            usual, key = ("upload", "way-photo") if reads_photos else ("draw", "way-ink")
            if asked := state.take("way"):
                ui.put(key, asked)
            way = st.segmented_control(
                t("Picture"),
                list(WAYS),
                format_func=lambda name: label(*WAYS[name]),
                default=st.session_state.get(key, usual),
                required=True,
                key=key,
                persist_state="session",
            )
        state.put(what=None if what == "digit" else what, way=None if way == usual else way)
        if way != "draw":
            state.put(drawing=None)
        st.session_state[state.STAYS] = way != "draw"
        if what == "number" and not number.can_read(config):
            pass
        elif way == "draw":
            (number if what == "number" else draw).draw(run.id, entered=entered)
        elif way == "upload":
            (number if what == "number" else upload).upload(run, config)
        else:
            (number if what == "number" else upload).camera(run, config)
        teach.panel(run, config)
        export.panel(run)
name_the_rest()
