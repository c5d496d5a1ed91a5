"""The same test image, or the same drawing, answered by each of the runs."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import streamlit as st

from dpn import ui
from dpn.charts.bars import probability_chart
from dpn.doubt.known import claims, is_none
from dpn.errors import DPNError
from dpn.language import msg, t
from dpn.pictures.files import input_spec
from dpn.pictures.ink import BlankDrawing
from dpn.pictures.prepare import prepare
from dpn.ui import answers, menus
from dpn.ui.address import state
from dpn.ui.classify.draw import BRUSH, canvas, pixels
from dpn.ui.classify.sketch import INK, PAPER, put_drawing, sketch, take_drawing
from dpn.ui.compare.sides import Side, still_open
from dpn.ui.inside import tiles
from dpn.ui.model import answering

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator
    from torch import Tensor

KINDS = {
    "test": (":material/grid_view:", msg("Test image")),
    "drawing": (":material/draw:", msg("Drawing")),
}
#: Answers in a line, and pixels of the picture.
ACROSS, PICTURE = 3, 168
Image = npt.NDArray[np.uint8]


def show_same_picture(sides: list[Side]) -> None:
    """Draw one picture and the answer of each run; a stroke redraws nothing else."""
    asked = state.take("picture")
    if take_drawing():
        asked = asked or "drawing"
    if asked:
        ui.put("same_picture", asked)
    st.fragment(_section)([side.run.id for side in sides])


def _section(ids: list[str]) -> None:
    with ui.guard():
        sides = still_open(ids)
        kinds = {name: f"{icon} {t(words)}" for name, (icon, words) in KINDS.items()}
        kind = menus.switch(kinds, t("Picture"), "same_picture")
        with st.container(key="same"):
            left, right = st.columns([1, 2.2], gap="large")
        state.put(picture=None if kind == "test" else kind)
        if kind == "drawing":
            _drawing(sides, left, right)
        else:
            _test_image(sides, left, right)


def _drawing(sides: list[Side], left: DeltaGenerator, right: DeltaGenerator) -> None:
    with left:
        canvas(sketch(), "compare", BRUSH, stroke_color=INK, background_color=PAPER)
    put_drawing()
    state.put(image=None)
    drawn = sketch().pictures
    with right:
        if not drawn or drawn[-1] is None:
            st.info(t("Draw: each run answers after each stroke."))
            return
        rgba = pixels(drawn[-1])
        for side, place in zip(sides, _places(len(sides)), strict=True):
            with place, ui.guard():  # one that cannot answer hides no other
                try:
                    taken = prepare(rgba, input_spec(side.config), "drawing", dark_on_light=True)
                except BlankDrawing as blank:
                    st.info(ui.plain(str(blank)))
                    continue
                _answer(side, taken.input, None, None)


def _test_image(sides: list[Side], left: DeltaGenerator, right: DeltaGenerator) -> None:
    found: dict[str, tuple[Tensor, Tensor]] = {}
    for side in sides:
        with contextlib.suppress(DPNError):  # said above, with the scores
            found[side.letter] = ui.test_images(side.run)
    if not found:
        st.info(t("None of these runs has its test images on this machine. Draw instead."))
        return
    first = next(side for side in sides if side.letter in found)
    images, labels = found[first.letter]
    with left:
        index = _choose_index(first, len(labels))
        label = int(labels[index])
        words = t(
            "Test image {index:,} of {data}, class {name}",
            index=index,
            data=first.data_title,
            name=first.config.class_names[label],
        )
        tiles.show_picture(images[index].numpy(), PICTURE, words)
        st.caption(ui.plain(words))
    with right:
        for side, place in zip(sides, _places(len(sides)), strict=True):
            with place, ui.guard():
                if side.letter not in found:
                    _say(side, t("Its test images are not here."))
                elif side.data != first.data:
                    _say(side, t("It learned another data set: {data}.", data=side.data_title))
                else:
                    _answer(side, found[side.letter][0][index].numpy(), index, label)


def _choose_index(side: Side, count: int) -> int:
    """Draw the ways to an image; return its number."""
    key = f"compare-image-{side.data}"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        number = st.container(width=140)
        if st.button(t("Random"), icon=":material/casino:", key="compare_random"):
            st.session_state[key] = int(np.random.default_rng().integers(count))
    words = t("a whole number from {low} to {high}", low=0, high=count - 1)
    asked = state.take("image", range(count), words)
    here = min(int(st.session_state.get(key, 0) if asked is None else asked), count - 1)
    ui.put(key, here)
    with number:
        chosen = st.number_input(
            t("Image number"), 0, count - 1, here, key=key, persist_state="session"
        )
    state.put(image=int(chosen) or None, drawing=None)
    return int(chosen)


def _places(count: int) -> list[DeltaGenerator]:
    """Return a place for each of so many answers, a few in a line."""
    across = min(count, ACROSS)
    return [place for _ in range(0, count, across) for place in st.columns(across)][:count]


def _say(side: Side, words: str) -> None:
    st.markdown(f"**{side.letter}**")
    st.caption(ui.plain(words))


def _answer(side: Side, image: Image, index: int | None, label: int | None) -> None:
    """Draw what a run answers to an image (C, H, W), test image ``index`` of class ``label``."""
    found = ui.model_server().predict(side.run, image[None])
    p = claims(found.probabilities, found.known)[0]
    names, first = side.config.class_names, int(p.argmax())
    right, wrong = f":green-badge[{t('right')}]", f":red-badge[{t('wrong')}]"
    badge = "" if label is None else right if first == label else wrong
    name, sure = ui.plain(names[first]), answers.percent(float(p[first]))
    if found.known is not None and is_none(found.known[0]):
        st.markdown(f"**{side.letter}: {t('Not sure')}** {badge}")
        st.caption(answers.none_words(name))
    else:
        said = t("**{letter}: {name}**, {share} sure", letter=side.letter, name=name, share=sure)
        st.markdown(f"{said} {badge}")
    doubts = found.known is not None
    data, spec = probability_chart(names, p, doubts=doubts, dark=ui.is_dark())
    alt = t("How likely each class is to {letter}", letter=side.letter)
    st.vega_lite_chart(data, spec, key=f"same-{side.letter}", width="stretch", alt=alt)
    key = f"same_inside_{side.letter}"
    if index is not None:
        tiles.inside_button(side.run, index, t("Look inside"), key)
        return
    take = answering.take_along
    if st.button(
        t("Look inside"), key=key, type="tertiary", on_click=take, args=(side.run, "drawing")
    ):
        st.switch_page("pages/3_Inside.py")
