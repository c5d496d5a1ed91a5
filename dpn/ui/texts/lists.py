"""Texts in lists: samples of a data set, and test texts that open on Words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from dpn import ui
from dpn.data.samples import DOZEN, one_of_each
from dpn.errors import DPNError
from dpn.language import percent, t
from dpn.names import shown
from dpn.runs.config import RunConfig
from dpn.runs.run import Run
from dpn.ui.inside.tiles import Tile
from dpn.ui.model import answering

WORDS_PAGE = "pages/7_Words.py"
#: Letters of a text in a list, and texts of each class on Data.
LETTERS, SAMPLES = 140, 5


def some_texts(name: str) -> None:
    """Draw a dozen training texts of a data set, some of each class."""
    found = ui.loaded.texts(name)
    rows = [
        f"- **{ui.plain(found.class_names[found.y_train[i]])}**: "
        f"{ui.plain(shown(found.train[i], most=LETTERS))}"
        for i in one_of_each(found.y_train, DOZEN)
    ]
    st.markdown("\n".join(rows))


def samples_of(name: str, label: int, rng: np.random.Generator) -> None:
    """Draw a few training texts of one class of a data set."""
    found = ui.loaded.texts(name)
    chosen = rng.permutation(np.flatnonzero(found.y_train == label))[:SAMPLES]
    texts = [f"- {ui.plain(shown(found.train[i], most=LETTERS))}" for i in chosen]
    st.markdown("\n".join([f"**{ui.plain(found.class_names[label])}**", "", *texts]))


def show_texts(run: Run, config: RunConfig, tiles: Sequence[Tile]) -> None:
    """Draw test texts of a run with what was said of each; a press opens one on Words."""
    try:
        found = ui.loaded.texts(config.training.dataset)
        ui.test_images(run)  # says so, if they are no longer those of the run
    except DPNError as error:
        st.info(ui.plain(str(error)))
        return
    rows = [
        (ui.plain(shown(found.test[tile.index], most=LETTERS)), found.test[tile.index])
        for tile in tiles
    ]
    list_tiles(run, config, tiles, rows, "text", point_at, WORDS_PAGE)
    st.caption(
        t("True class → answer, and its probability. Press one to see what each word added.")
    )


def point_at(run: Run, text: str) -> None:
    """Make a text the one that Words shows, answered by a run; call it as ``let_answer``."""
    answering.let_answer(run)
    st.session_state["words_what"] = "text"
    st.session_state["text"] = text


def list_tiles(
    run: Run,
    config: RunConfig,
    tiles: Sequence[Tile],
    rows: Sequence[tuple[str, Any]],
    kind: str,
    point_at: Callable[[Run, Any], None],
    page: str,
) -> None:
    """Draw what was said of test inputs, a row each; a press opens one on its page.

    Args:
        run: the run.
        config: its settings.
        tiles: what was said.
        rows: the words of each row, and what ``point_at`` takes to show it.
        kind: "text" or "series": it names the widgets.
        point_at: is called with the run and that, before the page is opened.
        page: its file.
    """
    names = config.class_names
    with st.container(gap="xsmall", key=f"{kind}_rows"):
        for tile, (words, what) in zip(tiles, rows, strict=True):
            truth, answer = (ui.plain(names[i]) for i in (tile.label, tile.answer))
            opening(
                f"{words} :small[{truth} → **{answer}** · {percent(tile.probability, 0)}]",
                f"{kind}_{tile.index}",
                page,
                partial(point_at, run, what),
            )


def opening(words: str, key: str, page: str, point_at: Callable[[], None]) -> None:
    """Draw a row, Markdown, that is made another page's subject and opens that page."""
    if st.button(words, key=f"open_{key}", type="tertiary", on_click=point_at):
        st.switch_page(page)
