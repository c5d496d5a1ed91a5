"""Draw, and be answered after each stroke."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st
from streamlit.errors import StreamlitAPIException

from dpn import ui
from dpn.errors import ImageError
from dpn.language import t
from dpn.pictures.decode import decode
from dpn.pictures.files import input_spec
from dpn.pictures.ink import BlankDrawing
from dpn.pictures.prepare import prepare
from dpn.teaching.lesson_files import Picture
from dpn.ui.classify import corrections
from dpn.ui.classify.shown import show_answer
from dpn.ui.classify.sketch import INK, PAPER, SIDE, Sketch, put_drawing, sketch, take_drawing
from dpn.ui.model import answering, travel

#: Seconds between two answers about the same drawing while the model is training.
AGAIN = 0.5
BRUSH = 18  # pixels wide, until it is changed


def draw(run_id: str, *, entered: bool) -> None:
    """Draw the canvas and the answer beside it; a stroke redraws nothing else."""
    take_drawing()
    if entered:
        sketch().renew()  # the canvas forgets its strokes when its page is left
    st.fragment(_canvas_and_answer)(run_id)


def canvas(
    drawing: Sketch, name: str, brush: int, size: tuple[int, int] = (SIDE, SIDE), **look: Any
) -> None:
    """Draw a canvas with Undo, Clear and the brush, and take what was drawn on it.

    Args:
        drawing: what is drawn; it is kept up to date.
        name: tells this canvas from others in the app.
        brush: the width of the brush in pixels, until it is changed.
        size: its width and height in pixels.
        look: colours and background, as ``st_canvas`` takes them.
    """
    # Imported here: outside a running app its import raises.
    from streamlit_drawable_canvas import st_canvas

    with st.container(key=f"paper-{name}", width=size[0] + 2), ui.guard():
        sent = st_canvas(
            stroke_width=st.session_state.get(f"brush-{name}", brush),
            width=size[0],
            height=size[1],
            initial_drawing=drawing.seed,
            return_image_data=True,
            key=f"canvas-{name}-{drawing.version}",
            **look,
        )
        _take(drawing, sent)
    with st.container(horizontal=True, gap="small"):
        empty = not drawing.strokes
        undo = st.button(t("Undo"), key=f"undo-{name}", icon=":material/undo:", disabled=empty)
        clear = st.button(t("Clear"), key=f"clear-{name}", icon=":material/delete:", disabled=empty)
        with st.popover(t("Brush"), icon=":material/brush:"):
            key = f"brush-{name}"
            st.slider(t("Brush width"), 6, 40, brush, key=key, persist_state="session")
    if undo or clear:
        (drawing.undo if undo else drawing.clear)()
        _draw_again()


def _take(drawing: Sketch, sent: Any) -> None:
    """Note what a canvas sent; it comes from a browser, so it may be anything.

    Raises:
        ImageError: it is not what a canvas sends.
    """
    try:
        if sent.json_data is not None and sent.image_bytes:
            strokes = sent.json_data.get("objects", [])
            if not (isinstance(strokes, list) and all(isinstance(s, dict) for s in strokes)):
                raise TypeError
            drawing.take(strokes, bytes(sent.image_bytes))
    except (TypeError, ValueError, AttributeError, RecursionError) as error:
        sentence = t("The canvas sent no drawing. Reload the page and draw again.")
        raise ImageError(sentence) from error


def pixels(picture: bytes) -> npt.NDArray[np.uint8]:
    """Return what a canvas looked like, (H, W, 4) uint8.

    Raises:
        ImageError: it is no picture, or a much too large one.
    """
    return decode(picture, t("the drawing"))


def _canvas_and_answer(run_id: str) -> None:
    with st.container(key="sketch"):
        left, right = st.columns([1, 1.6], gap="large")
    with left:
        canvas(sketch(), "draw", BRUSH, stroke_color=INK, background_color=PAPER)
    put_drawing()
    with right, ui.guard():
        live = answering.is_live(answering.still_here(run_id))
        st.fragment(_answer, run_every=AGAIN if live else None)(run_id)


def _draw_again() -> None:
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:  # the click came while the whole page was due
        st.rerun()


def _answer(run_id: str) -> None:
    pictures = sketch().pictures
    with ui.guard():
        run = answering.still_here(run_id)
        config = run.config()
        if not pictures:
            st.info(t("Draw with the mouse, a pen or a finger: each stroke is answered here."))
            return
        assert pictures[-1] is not None
        try:
            prepared = prepare(
                pixels(pictures[-1]), input_spec(config), "drawing", dark_on_light=True
            )
        except BlankDrawing as blank:
            st.info(ui.plain(str(blank)))
            return
        moment = travel.choose_moment(run)
        answer = ui.model_server().predict(run, prepared.input[None], moment)
        show_answer(config, prepared, answer)
        answering.offer_inside("drawing", run)
        picture = Picture("", pictures[-1], dark_on_light=True)
        corrections.correct(config, f"drawing-{sketch().number}", picture)
