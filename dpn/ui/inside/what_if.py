"""Ask "what if": erase or paint pixels, blank parts, and watch the sum change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import streamlit as st
from PIL import Image

from dpn import ui
from dpn.charts.sum import sum_chart
from dpn.explain.account import Term, account, signed
from dpn.explain.explanation import part_boxes, part_names
from dpn.explain.what_if import blanked, painted
from dpn.language import joined, msg, t
from dpn.pictures.png import enlarge, png, to_picture
from dpn.ui import menus
from dpn.ui.answers import percent
from dpn.ui.classify.draw import canvas, pixels
from dpn.ui.classify.sketch import SIDE, Sketch
from dpn.ui.explainers import explainer
from dpn.ui.inside.case import Case
from dpn.ui.inside.sum_words import whose

PENS = {
    "erase": (":material/ink_eraser:", msg("Erase")),
    "paint": (":material/brush:", msg("Paint")),
}
#: Width of the pen in pixels of the image.
PEN = 2.5


def enter() -> None:
    """Make the canvas anew: it forgets its strokes when its page is left."""
    if "what_if" in st.session_state:
        st.session_state["what_if"][1].renew()


def what_if(case: Case, before: list[Term]) -> None:
    """Draw the canvas, and the sum of the changed image beside it."""
    st.fragment(_what_if)(case, before)


def _what_if(case: Case, before: list[Term]) -> None:
    with ui.guard():
        ground = ui.model_server().ground(case.run)
        strokes = _strokes(case.subject.name)
        with st.container(key="sketch"):
            left, right = st.columns([1, 1.9], gap="large")
        with left:
            _canvas(case, strokes, ground)
            boxes = _blank_parts(case)
        image = blanked(case.subject.image, boxes, ground)
        if strokes.pictures and (picture := strokes.pictures[-1]):
            image = painted(image, pixels(picture))
        with right:
            _effect(case, before, image)
        explainer("what_if")


def _strokes(name: str) -> Sketch:
    """Return this session's strokes over the image with this name; another one has none yet."""
    kept = st.session_state.get("what_if")
    if kept is None or kept[0] != name or type(kept[1]) is not Sketch:
        kept = st.session_state["what_if"] = (name, Sketch(version=hash(name)))
        st.session_state.pop("blank", None)
    strokes: Sketch = kept[1]
    return strokes


def _canvas(case: Case, strokes: Sketch, ground: npt.NDArray[np.uint8]) -> None:
    image = case.subject.image
    pen = menus.ways(PENS, t("Pen"), "pen", "erase")
    colour = "#" + "".join(f"{value:02x}" for value in np.resize(ground, 3))
    if pen == "paint":
        colour = "#ffffff"
        if len(image) == 3:
            colour = st.color_picker(t("Colour"), "#d02020", key="pen_colour")
    background = Image.fromarray(enlarge(to_picture(image), SIDE)).resize((SIDE, SIDE), 0)
    pixel = SIDE / max(image.shape[1:])
    canvas(strokes, "if", min(round(PEN * pixel), 40), stroke_color=colour, background_image=png(
        np.asarray(background)))  # fmt: skip


def _blank_parts(case: Case) -> list[tuple[int, int, int, int]]:
    names, boxes = part_names(case.config.model), part_boxes(case.config.model)
    if not names:
        return []
    chosen = st.multiselect(
        t("Blank whole parts"),
        range(len(names)),
        format_func=menus.labels(range(len(names)), names.__getitem__),
        placeholder=t("none"),
        key="blank",
    )
    return [boxes[index] for index in chosen if index < len(boxes)]


def _effect(case: Case, before: list[Term], image: npt.NDArray[np.uint8]) -> None:
    """Draw the sum of the changed image, for the same two classes, and what changed."""
    if np.array_equal(image, case.subject.image):
        st.info(t("Erase or paint on the image, or blank a part: the new sum is drawn here."))
        return
    target = int(case.found.target[0])
    contrast = None if case.found.contrast is None else int(case.found.contrast[0])
    question = replace(case.question, target=target, contrast=contrast)
    found = ui.model_server().explain(case.run, image[None], question, case.moment)
    terms = account(found, case.config.model)
    names, p = case.config.class_names, found.probabilities[0]
    answer, old = int(p.argmax()), int(case.found.probabilities[0].argmax())
    name, share = ui.plain(names[answer]), percent(p[answer])
    still = t("It still reads **{name}**, {share}.", name=name, share=share)
    reads = t("It now reads **{name}**, {share}.", name=name, share=share)
    total = t("score") if contrast is None else t("lead")
    was, now = (sum(term.value for term in these) for these in (before, terms))
    with st.container(key="effect"):
        went = t(
            "{what} went from {was} to **{now}**.",
            what=whose(case),
            was=signed(was),
            now=signed(now),
        )
        st.markdown(joined([still if answer == old else reads, went]))
    data, spec = sum_chart(image, terms, total, dark=ui.is_dark())
    alt = t("What each part of the changed image adds to the {total}", total=total)
    st.vega_lite_chart(data, spec, key="sum_after", width="stretch", alt=alt)
    st.caption(_biggest_change(before, terms))


def _biggest_change(before: list[Term], after: list[Term]) -> str:
    """Say which term changed most; both lists have the parts in the same order."""
    old = {term.name: term.value for term in before}
    changes = {term.name: term.value - old.get(term.name, 0.0) for term in after}
    name = max(changes, key=lambda key: abs(changes[key]))
    return t("The largest change: {name}, {value}.", name=name, value=signed(changes[name]))
