"""Series in lists: samples of a data set, and test series that open on Moves."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import streamlit as st

from dpn import ui
from dpn.charts.series.thumbs import thumb
from dpn.data.samples import DOZEN, one_of_each
from dpn.errors import DPNError
from dpn.language import t
from dpn.runs.config import RunConfig
from dpn.runs.run import Run
from dpn.series.sets import SeriesSet
from dpn.ui.inside.tiles import Tile
from dpn.ui.model import answering
from dpn.ui.texts.lists import list_tiles

MOVES_PAGE = "pages/9_Moves.py"
Indices = npt.NDArray[np.int64]
#: Series of each class on Data.
SAMPLES = 8
#: Series that stand beside each other, as many as there is room for.
STYLE = """<style>.series { display: flex; flex-wrap: wrap; gap: 0.4rem 0.8rem; }
.series figure { margin: 0; } .series figcaption { font-size: 0.85rem; }
.series img { display: block; }</style>"""


def some_series(name: str) -> None:
    """Draw a dozen training series of a data set, some of each class."""
    found = ui.loaded.series(name)
    chosen = one_of_each(found.y_train, DOZEN)
    _figures(found, chosen, [found.class_names[found.y_train[i]] for i in chosen])


def samples_of(name: str, label: int, rng: np.random.Generator) -> None:
    """Draw a few training series of one class of a data set."""
    found = ui.loaded.series(name)
    chosen = rng.permutation(np.flatnonzero(found.y_train == label))[:SAMPLES]
    st.markdown(f"**{ui.plain(found.class_names[label])}**")
    _figures(found, chosen, [""] * len(chosen))


def _figures(found: SeriesSet, chosen: Indices, captions: Sequence[str]) -> None:
    figures = []
    for i, caption in zip(chosen, captions, strict=True):
        name = found.class_names[found.y_train[i]]
        drawn = thumb(found.train[i], found.channels, t("A series of {name}", name=name))
        words = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
        figures.append(f"<figure>{drawn}{words}</figure>")
    st.html(f'{STYLE}<div class="series">{"".join(figures)}</div>')


def show_series(run: Run, config: RunConfig, tiles: Sequence[Tile]) -> None:
    """Draw what was said of test series of a run; a press opens one on Moves."""
    try:
        ui.test_images(run)  # says so, if they are no longer those of the run
    except DPNError as error:
        st.info(ui.plain(str(error)))
        return
    rows = [(t("Test series {number}", number=tile.index + 1), tile.index) for tile in tiles]
    list_tiles(run, config, tiles, rows, "series", point_at, MOVES_PAGE)
    st.caption(t("True class → answer, and its probability. Press one to see what decided."))


def point_at(run: Run, index: int) -> None:
    """Make a test series the one that Moves shows, answered by a run; call it as ``let_answer``."""
    answering.let_answer(run)
    st.session_state["moves_way"] = "example"
    st.session_state["moves_part"] = "test"
    st.session_state["moves_number"] = index + 1
