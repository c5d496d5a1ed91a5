"""Draw a digit or upload pictures, and see them classified."""

import streamlit as st

from dpn import ui
from dpn.ui import answers
from dpn.ui.classify import draw, export, number, teach, upload

entered = ui.start_page("Classify")
st.title("Classify")

WAYS = {
    "draw": ":material/draw: Draw",
    "upload": ":material/upload: Upload",
    "camera": ":material/photo_camera: Camera",
}

#: How many digits there are to read.
WHAT = {"digit": ":material/looks_one: Digit", "number": ":material/pin: Number"}

with ui.guard():
    with st.container(key="choices"):  # as wide as the canvas and the answer below
        left, right = st.columns([1, 1.6], gap="large")
    ways = left.container(horizontal=True, gap="small", key="ways")
    with right:
        chosen = answers.choose_run()
    if chosen:
        run, config = chosen
        reads_photos = config.preparation == "photo"
        with ways:
            what = "digit"
            if not reads_photos:
                what = st.segmented_control(
                    "What",
                    list(WHAT),
                    format_func=WHAT.__getitem__,
                    default="digit",
                    required=True,
                    key="what",
                    persist_state="session",
                )
            way = st.segmented_control(
                "Picture",
                list(WAYS),
                format_func=WAYS.__getitem__,
                default="upload" if reads_photos else "draw",
                required=True,
                key=f"way-{'photo' if reads_photos else 'ink'}",
                persist_state="session",
            )
        if way == "draw":
            (number if what == "number" else draw).draw(run.id, entered=entered)
        elif way == "upload":
            (number if what == "number" else upload).upload(run, config)
        else:
            (number if what == "number" else upload).camera(run, config)
        teach.panel(run, config)
        export.panel(run)
