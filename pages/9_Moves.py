"""See a movement answered, and what each moment of it added; draw one with the pen."""

from functools import partial

from dpn import ui
from dpn.language import t
from dpn.ui.model import answering
from dpn.ui.moves import lesson, page
from dpn.ui.texts import begin

entered = ui.start_page("Moves")
name_the_rest = ui.head(t("Moves"))

with ui.guard():
    chosen = answering.choose_run(worlds=("series",), beside=partial(begin.offer, begin.STROKES))
    if chosen:
        page.read(chosen[0], entered=entered)
        lesson.panel(chosen[0])
name_the_rest()
