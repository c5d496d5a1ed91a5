"""Type a text and see what each word of it added to the answer; or what is next in a list."""

from functools import partial

import streamlit as st

from dpn import ui
from dpn.language import t
from dpn.ui.model import answering
from dpn.ui.texts import batch, begin, lesson, next_items, page

ui.start_page("Words")
name_the_rest = ui.head(t("Words"))

with ui.guard():
    if page.choose_what() == "list":
        own = partial(begin.offer, begin.CLICKS)
        if chosen := answering.choose_run(worlds=("list",), beside=own):
            next_items.read(*chosen)
    elif chosen := answering.choose_run(worlds=("text",), beside=begin.offer):
        page.read(*chosen)
        lesson.panel(chosen[0])
        st.subheader(t("A file of texts"))
        batch.batch(*chosen)
name_the_rest()
