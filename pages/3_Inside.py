"""Take one decision apart: what each part of the image added, and how."""

import streamlit as st

from dpn import ui
from dpn.ui import answers, inside, subject

entered = ui.start_page("Inside")
st.title("Inside")

with ui.guard():
    left, right = st.columns([1, 1], gap="small", vertical_alignment="bottom")
    with left:
        chosen = answers.choose_run(with_data=subject.is_test_image())
    if chosen:
        with right:
            picture = st.container()
        image = subject.choose_subject(*chosen, picture)
        if image is not None:
            inside.inside(*chosen, image, entered=entered)
