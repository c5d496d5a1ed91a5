"""The Moves page: a series is answered, and each moment of it shows what it added."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from dpn import ui
from dpn.data.known import title_of_set
from dpn.errors import DataError, DPNError
from dpn.language import msg, t
from dpn.runs.config import RunConfig
from dpn.runs.run import Run
from dpn.series.found import Series, Values, said_of_far
from dpn.series.reading import SUFFIXES, read_series
from dpn.series.sets import EMBEDDED
from dpn.ui import answers, menus
from dpn.ui.address import state
from dpn.ui.classify.draw import BRUSH, canvas
from dpn.ui.classify.sketch import INK, PAPER, put_drawing, sketch, take_drawing
from dpn.ui.model import answering
from dpn.ui.moves import blanked, lesson, pen
from dpn.ui.moves.ask import ask, channels_of
from dpn.ui.moves.why import show_why
from dpn.ui.texts import sums
from dpn.ui.words import how_many

#: Seconds between two answers of a model that is still training.
AGAIN = 1.0
#: Megabytes of a file. Which endings it has decides nothing: what is none is told so in words.
MEGABYTES = 20
WAYS = {"draw": msg("Draw"), "example": msg("An example"), "file": msg("A file")}
PARTS = {"test": msg("Test"), "training": msg("Training")}


@dataclass(frozen=True)
class Shown:
    """A series that is asked about.

    Attributes:
        values: (n, C).
        truth: its class, where that is known.
        title: what it is called; None for a drawing.
    """

    values: Values
    truth: int | None = None
    title: str | None = None


def read(run: Run, *, entered: bool) -> None:
    """Draw where a series comes from, its answer, and what each moment added."""
    if take_drawing("moves"):
        ui.put("moves_way", "draw")
    if entered:
        sketch("moves").renew()  # the canvas forgets its strokes when its page is left
    live = answering.is_live(run)
    st.fragment(_read, run_every=AGAIN if live else None)(run.id, live)


def _read(run_id: str, was_live: bool) -> None:
    with ui.guard():
        run, config = answering.followed(run_id, was_live)
        channels = channels_of(run)
        ways = {way: t(said) for way, said in WAYS.items() if way != "draw" or _can_draw(config)}
        if asked := state.take("source", ways, t("one of {names}", names=", ".join(ways))):
            ui.put("moves_way", asked)
        way = menus.switch(ways, t("Where from"), "moves_way")
        state.put(source=None if way == next(iter(ways)) else way)
        if way == "draw":
            _draw(run, config, channels)
            return
        found = _example(run, config) if way == "example" else _file(config, channels)
        if found is not None:
            _answer(run, config, found, channels)


def _can_draw(config: RunConfig) -> bool:
    return config.training.dataset in EMBEDDED


def _draw(run: Run, config: RunConfig, channels: Sequence[str]) -> None:
    """Draw the canvas; beside it what the way of the pen is taken for, and what the picture is."""
    left, right = st.columns([1, 1.6], gap="large")
    with left:
        canvas(sketch("moves"), "moves", BRUSH, stroke_color=INK, background_color=PAPER)
    put_drawing("moves")
    drawing = sketch("moves")
    with right:
        if not drawing.pictures:
            st.info(
                t(
                    "Draw with the mouse, a pen or a finger: each stroke is answered here, by how "
                    "it was drawn and not by what it looks like."
                )
            )
            return
        values = pen.series_of(drawing.strokes, len(channels))
        place = st.container()
        if channels[-1] == "pen":
            pen.say_picture(drawing.pictures[-1])
    _answer(run, config, Shown(values), channels, place)


def _example(run: Run, config: RunConfig) -> Shown | None:
    """Draw the choice of a test or training series; return it."""
    try:
        ui.test_images(run)  # says so, if they are no longer those of the run
        found = ui.loaded.series(config.training.dataset)
    except DPNError as error:
        none = t("There are no examples to look at here.")
        st.info(f"{none}  \n{ui.plain(str(error))}")
        return None
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="asked"):
        if asked := state.take("part", PARTS):
            ui.put("moves_part", asked)
        parts = {name: t(words) for name, words in PARTS.items()}
        part = menus.switch(parts, t("Part"), "moves_part")
        is_test = part == "test"
        x, y = (found.test, found.y_test) if is_test else (found.train, found.y_train)
        here = t("a whole number from {low} to {high}", low=1, high=len(x))
        if (number := state.take("example", range(1, len(x) + 1), here)) is not None:
            ui.put("moves_number", number)
        kept = int(st.session_state.get("moves_number", 1))
        st.session_state["moves_number"] = min(max(kept, 1), len(x))
        number = st.number_input(
            t("Which one"), 1, len(x), key="moves_number", persist_state="session", width=150
        )
        st.button(
            t("Another"), icon=":material/shuffle:", on_click=_another, args=(len(x),), key="other"
        )
    state.put(part=None if part == "test" else part, example=None if number == 1 else number)
    index = int(number) - 1
    title = title_of_set(config.training.dataset)
    return Shown(x[index], int(y[index]), f"{title}, {parts[part].lower()} {number}")


def _another(count: int) -> None:
    st.session_state["moves_number"] = int(np.random.default_rng().integers(count)) + 1


def _file(config: RunConfig, channels: Sequence[str]) -> Shown | None:
    """Draw where a file is dropped; return the series of it that is chosen."""
    sent = st.file_uploader(
        t("A file of series: .ts, .arff, npz with x (N, T, C), or a CSV with a row a step"),
        key="moves_file",
        max_upload_size=MEGABYTES,
    )
    if sent is None:
        return None
    found = opened(sent.name, sent.getvalue(), channels)
    if found.notes:
        st.caption(ui.plain(" ".join(found.notes)))
    count, number = len(found.values), 1
    if count > 1:
        key = f"moves_of_{sent.file_id}"
        number = int(
            st.number_input(
                t("Which of {count:,} series", count=count), 1, count, key=key, width=200
            )
        )
    label = found.labels[number - 1]
    names = config.class_names
    truth = names.index(label) if label in names else None
    return Shown(found.values[number - 1], truth, f"{sent.name}, {number}")


def opened(sent: str, content: bytes, channels: Sequence[str]) -> Series:
    """Return the series of a file that somebody sent.

    Args:
        sent: what they call it.
        content: its bytes.
        channels: what the model reads.

    Raises:
        DataError: it cannot be read, or has other channels.
    """
    path = Path(sent)
    name = re.sub(r"[^\w .+-]+", "-", path.stem)[:60] + path.suffix.lower()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(content)
        found = read_series(file, channels if path.suffix.lower() in SUFFIXES else None)
    if (width := found.values[0].shape[1]) != len(channels):
        raise DataError(
            t(
                "{name} must have {channels}, as what this model was trained on, got {got}.",
                name=name,
                channels=how_many(len(channels), "channel"),
                got=width,
            )
        )
    return found


def _answer(
    run: Run,
    config: RunConfig,
    what: Shown,
    channels: Sequence[str],
    place: Any = None,
) -> None:
    """Draw the answer (to ``place``, if there is one), and below it why."""
    names, values, truth = [ui.plain(name) for name in config.class_names], what.values, what.truth
    with place or st.container():
        whole = ask(run, values, contrast=None)
        answers.say_answer(config, whole.found.probabilities[0], figures=1)
        if truth is not None:
            right = int(whole.found.target[0]) == truth
            verdict = t("right" if right else "wrong")
            said = t("The file says **{name}**: {verdict}.", name=names[truth], verdict=verdict)
            st.caption(said)
        if far := said_of_far([values], config.model.length):
            st.caption(far)
    blank = blanked.choose(len(values))
    if blank:
        now = ask(run, values, blank, contrast=None)
        st.markdown(blanked.moved(whole, now, names, blank))
    shown = ask(run, values, blank, *sums.choose(config, "series"))
    show_why(run, shown, channels, config, blank, names)
    lesson.correct(config, values, int(whole.found.target[0]), what.title)
