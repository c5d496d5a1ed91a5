"""The image that Inside takes apart: the last drawing, the last upload, or a test image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dpn import ui
from dpn.errors import DPNError
from dpn.language import msg, t
from dpn.pictures.decode import decode
from dpn.pictures.files import input_spec
from dpn.pictures.ink import BlankDrawing
from dpn.pictures.prepare import prepare
from dpn.runs.config import RunConfig
from dpn.runs.run import Run
from dpn.ui import menus
from dpn.ui.address import state
from dpn.ui.classify.draw import pixels
from dpn.ui.classify.number_answer import FOR_INSIDE
from dpn.ui.classify.sketch import put_drawing, sketch, take_drawing
from dpn.ui.classify.upload import LastUpload
from dpn.ui.model import answering

KINDS = {
    "drawing": (":material/draw:", msg("My drawing")),
    "upload": (":material/upload:", msg("My upload")),
    "number": (":material/pin:", msg("A digit of my number")),
    "test": (":material/grid_view:", msg("Test image")),
}
ANY = msg("any class")


@dataclass(frozen=True)
class Subject:
    """One image to take apart.

    Attributes:
        image: (C, H, W) uint8, as the model takes it.
        words: what it is, for people.
        label: its true class, None where nobody knows.
        name: the same for the same image, whatever the model says of it.
        index: its number among the test images, None if it is none of them.
    """

    image: npt.NDArray[np.uint8]
    words: str
    label: int | None
    name: str
    index: int | None = None


def point_at(run: Run, index: int) -> None:
    """Make a test image, as the run's model sees it, the one that Inside shows.

    Call it before the widgets of a page are drawn, as a button's ``on_click``.
    """
    answering.take_along(run, "test")
    st.session_state[_index_key(run.config())] = index


def is_test_image() -> bool:
    """Return whether a test image is what Inside will show, unless another kind is chosen."""
    return bool(st.session_state.get("picture", _kinds()[0]) == "test")


def arrive() -> None:
    """Take from the address which kind of picture it shows."""
    if take_drawing():
        ui.put("picture", "drawing")
    if state.asks("image"):
        ui.put("picture", "test")


def choose_subject(run: Run, config: RunConfig, place: DeltaGenerator) -> Subject | None:
    """Draw what there is to choose from; return the chosen image, or None if there is none.

    ``place`` is where the kinds of pictures are offered; what one kind asks for comes below.
    """
    kinds = _kinds()
    if st.session_state.get("picture") not in kinds:
        st.session_state["picture"] = kinds[0]
    kind = place.segmented_control(
        t("Picture"),
        kinds,
        format_func=menus.labels(kinds, lambda kind: f"{KINDS[kind][0]} {t(KINDS[kind][1])}"),
        required=True,
        key="picture",
        persist_state="session",
    )
    st.session_state[state.STAYS] = kind in ("upload", "number")
    if kind != "test":
        state.put(image=None)
    if kind == "drawing":
        put_drawing()
    else:
        state.put(drawing=None)
    ways = {"drawing": _drawing, "upload": _upload, "number": _number, "test": _test_image}
    return ways[kind or "test"](run, config)


def _kinds() -> list[str]:
    """Return the kinds of pictures there are, the one to begin with first."""
    drawn, uploaded = bool(sketch().pictures), "last_upload" in st.session_state
    read = FOR_INSIDE in st.session_state
    return [*["drawing"] * drawn, *["upload"] * uploaded, *["number"] * read, "test"]


def _drawing(_run: Run, config: RunConfig) -> Subject | None:
    picture = sketch().pictures[-1]
    assert picture is not None  # only one that came with a later one has no picture of its own
    return _prepared(t("Your drawing"), pixels(picture), config, "drawing", True)


def _upload(_run: Run, config: RunConfig) -> Subject | None:
    return _sent(LastUpload(*st.session_state["last_upload"]), config)


def _number(_run: Run, config: RunConfig) -> Subject | None:
    return _sent(LastUpload(*st.session_state[FOR_INSIDE]), config)


def _sent(upload: LastUpload, config: RunConfig) -> Subject | None:
    try:
        rgba = decode(upload.data, upload.name)
    except DPNError as error:
        ui.show_error(str(error))
        return None
    return _prepared(upload.name, rgba, config, upload.kind, upload.dark_on_light)


def _prepared(
    words: str, rgba: Any, config: RunConfig, kind: str, dark_on_light: bool | None
) -> Subject | None:
    try:
        image = prepare(rgba, input_spec(config), kind, dark_on_light).input
    except BlankDrawing as blank:
        st.info(ui.plain(str(blank)))
        return None
    return Subject(image, words, None, f"{words}-{hash(image.tobytes())}")


def _test_image(run: Run, config: RunConfig) -> Subject | None:
    try:
        with st.spinner(t("Reading the test {things} …", things=t("images")), show_time=True):
            images, labels = ui.test_images(run)
    except DPNError as error:
        st.info(
            f"{ui.plain(str(error))}  \n"
            + t("Draw something instead, get the data, or choose another model above.")
        )
        with st.container(horizontal=True):
            st.page_link("pages/2_Classify.py", label=t("Draw"), icon=":material/draw:")
            st.page_link("pages/5_Data.py", label=t("Data"), icon=":material/grid_view:")
        return None
    index = _choose_index(run, config, labels.numpy())
    label = int(labels[index])
    words = t("Test image {index:,}, class {name}", index=index, name=config.class_names[label])
    name = f"{config.training.dataset}-{index}"
    return Subject(images[index].numpy(), words, label, name, index)


def _choose_index(run: Run, config: RunConfig, labels: npt.NDArray[np.int64]) -> int:
    """Draw the ways to a test image: by class, mistakes alone, one after the other, at random."""
    names, key = config.class_names, _index_key(config)
    count = len(labels)
    asked = state.take(
        "image", range(count), t("a whole number from {low} to {high}", low=0, high=count - 1)
    )
    here = st.session_state.get(key, 0) if asked is None else asked
    ui.put(key, min(here, count - 1))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="pick"):
        place = f"truth-{config.training.dataset}"
        among = state.take(
            "among", range(len(names)), t("a class from 0 to {last}", last=len(names) - 1)
        )
        if among is not None:
            ui.put(place, among)
        truth = menus.choose_class(t("True class"), (ANY,), names, place, 130)
        number = st.container(width=140)
        moves = st.container(horizontal=True, gap="small", width="content")
        # What a model in training gets wrong changes all the time.
        live = answering.is_live(run)
        if state.take("mistakes"):
            ui.put("mistakes_only", True)
        wrong = st.toggle(
            t("Mistakes only"), key="mistakes_only", persist_state="session", disabled=live
        )
    pool = np.arange(count) if truth == ANY else np.flatnonzero(labels == truth)
    if wrong and not live:
        answered = ui.evaluation(run).probabilities.argmax(axis=1)
        pool = pool[answered[pool] != labels[pool]]
    with moves:
        move = _moves(len(pool) == 0)
    if move is not None:
        st.session_state[key] = _next(pool, int(st.session_state[key]), move)
    here = int(st.session_state[key])
    number.number_input(t("Image number"), 0, count - 1, here, key=key, persist_state="session")
    if not len(pool):
        st.caption(t("There is no such image: the model makes no mistake here."))
    index = int(st.session_state[key])
    state.put(image=index, among=None if truth == ANY else truth, mistakes=wrong or None)
    return index


def _moves(empty: bool) -> str | None:
    """Draw the buttons; return the one that was pressed."""
    buttons = {
        "previous": (":material/chevron_left:", t("The image before")),
        "next": (":material/chevron_right:", t("The next image")),
        "random": (":material/casino:", t("Any other image")),
    }
    pressed = None
    for name, (icon, words) in buttons.items():
        label = t("Random") if name == "random" else ""
        if st.button(label, icon=icon, help=words, key=f"image_{name}", disabled=empty):
            pressed = name
    return pressed


def _next(pool: npt.NDArray[np.intp], here: int, move: str) -> int:
    """Return the image of the pool that a move leads to; past an end it begins at the other."""
    if move == "random":
        others = pool[pool != here]
        return int(np.random.default_rng().choice(others if len(others) else pool))
    place = int(np.searchsorted(pool, here, side="right" if move == "next" else "left"))
    return int(pool[(place if move == "next" else place - 1) % len(pool)])


def _index_key(config: RunConfig) -> str:
    return f"image-{config.training.dataset}"
