"""Type a text and see what each word of it added to the answer; ask a file of them."""

import streamlit as st

from dpn import ui
from dpn.ui import answers
from dpn.ui.texts import batch, begin, lesson, page

ui.start_page("Words")
name_the_rest = ui.head("Words")

with ui.guard():
    chosen = answers.choose_run(worlds=("text",), otherwise=begin.offer)
    if chosen:
        page.read(*chosen)
        lesson.panel(chosen[0])
        st.subheader("A file of texts")
        batch.batch(*chosen)
name_the_rest()
