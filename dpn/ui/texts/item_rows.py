"""Lists of items on other pages: samples, how good next items are, lists that open on Words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from dpn import ui
from dpn.data.samples import DOZEN
from dpn.evaluation.counted import counted
from dpn.items.examples import BANDS
from dpn.language import msg, percent, t
from dpn.runs.config import RunConfig
from dpn.runs.run import Run
from dpn.ui import menus
from dpn.ui.model import answering
from dpn.ui.texts.lists import WORDS_PAGE, opening
from dpn.ui.texts.next_items import put_list

if TYPE_CHECKING:
    from dpn.evaluation.evaluate import Evaluation

#: Items of a list that are shown, the last ones; and lists shown at a time.
LAST, SHOWN = 6, 15
#: What the methods are called that learn nothing but counts.
BASELINES = {
    "popularity": msg("What is most popular"),
    "markov": msg("What came after the last item"),
    "item_knn": msg("Items most alike (item-kNN)"),
}
#: Where the right item stood, by its name in ``BANDS``.
WORDS = {
    "first": msg("1st"),
    "second or third": msg("2nd or 3rd"),
    "fourth to tenth": msg("4th to 10th"),
    "later": msg("missed"),
}
STYLE = """<style>.st-key-list_rows button { justify-content: flex-start; text-align: left;
  min-height: 0; padding: 0.2rem 0; }
.st-key-list_rows button > div { justify-content: flex-start; }</style>"""
RECALL = msg("Share of the lists whose next item is among the ten that are named first.")
MRR = msg("1 for first place, 1/2 for second, … 1/10 for tenth, 0 beyond: the mean.")


def some_lists(name: str, rng: np.random.Generator | None = None) -> None:
    """Draw a dozen lists of a data set: the first ones, or some by chance."""
    found = ui.loaded.lists(name)
    order = np.arange(len(found.lists)) if rng is None else rng.permutation(len(found.lists))
    chosen = order[:DOZEN]
    rows = [f"- {_words([found.items[j] for j in found.lists[i][: LAST + 2]])} …" for i in chosen]
    st.markdown("\n".join(rows))


def _words(items: Sequence[str]) -> str:
    return " → ".join(ui.plain(item) for item in items)


def quality(result: Mapping[str, Any]) -> None:
    """Draw recall@10 and MRR@10 of a finished run beside those of the baselines."""
    others = {t(BASELINES[name]): one for name, one in _known(result).items()}
    rows = {t("**This model**"): result, **others}
    lines = ["| | recall@10 | MRR@10 |", "|:--|--:|--:|"]
    for name, one in rows.items():
        lines.append(f"| {name} | {percent(one['recall_at_10'])} | {one['mrr_at_10']:.3f} |")
    st.markdown("\n".join(lines))
    st.caption(f"Recall@10: {t(RECALL)} MRR@10: {t(MRR)}")


def _known(result: Mapping[str, Any]) -> dict[str, Mapping[str, float]]:
    found = result.get("baselines")
    return {name: found[name] for name in BASELINES if isinstance(found, dict) and name in found}


def is_measured(result: Mapping[str, Any] | None) -> bool:
    """Return whether a result has what ``quality`` draws, all of it numbers."""
    rows = [result or {}, *_known(result or {}).values()]
    return all(
        isinstance(one, dict) and isinstance(one.get(name), float)
        for one in rows
        for name in ("recall_at_10", "mrr_at_10")
    )


def metrics(places: npt.NDArray[np.int64], loss: float) -> None:
    """Draw the numbers of places (N,) at which the right item stood."""
    first = places <= 10
    numbers = {
        "Recall@10": (percent(first.mean()), t(RECALL)),
        "MRR@10": (f"{(first / places).mean():.3f}", t(MRR)),
        t("Named first"): (percent((places == 1).mean()), None),
        t("Cross-entropy"): (f"{loss:.3f}", None),
        t("Test lists"): (f"{len(places):,}", None),
    }
    with st.container(horizontal=True, gap="small", key="numbers"):
        for label, (text, about) in numbers.items():
            st.metric(label, text, width=130, help=about)


def evaluate(run: Run, config: RunConfig, scores: Evaluation) -> None:
    """Draw how good a run's next items are on the last item of each list, and some of the lists."""
    assert scores.places is not None  # of lists there are places
    places = scores.places
    metrics(places, scores.loss)
    left, right = st.columns(2, gap="large")
    with left:
        if is_measured(result := run.result()):
            st.markdown(t("**Beside what counts alone give**, after the training"))
            quality(result or {})
        st.markdown(t("**Where the right item stood**"))
        shares = np.bincount(scores.probabilities.argmax(axis=1), minlength=len(BANDS))
        bands = [t(WORDS[band]) for band in BANDS]
        table = pd.DataFrame({"place": bands, "lists": shares, "share": shares / len(places)})
        st.dataframe(
            table,
            hide_index=True,
            column_config={
                "place": t("Place"),
                "lists": t("Lists"),
                "share": st.column_config.ProgressColumn(
                    t("Share"), format="percent", min_value=0.0, max_value=1.0
                ),
            },
        )
    with right:
        _rows(run, config, scores)


def _rows(run: Run, config: RunConfig, scores: Evaluation) -> None:
    words = {band: t(WORDS[band]) for band in reversed(BANDS)}
    band = menus.switch(words, t("Where the right item stood"), "list_band")
    chosen = np.flatnonzero(scores.probabilities.argmax(axis=1) == BANDS.index(band))
    st.markdown(
        t(
            "**{lists}**, and what came next. Press one to see why.",
            lists=counted(len(chosen), "list"),
        )
    )
    found = ui.loaded.lists(config.training.dataset)
    tested = [one for one in found.lists if len(one) > 2]
    assert scores.places is not None
    st.html(STYLE)
    with st.container(gap="xsmall", key="list_rows"):
        for index in chosen[:SHOWN]:
            items = [found.items[i] for i in tested[index]]
            said = t("place {n:,}", n=int(scores.places[index]))
            opening(
                f"{_words(items[:-1][-LAST:])} → **{ui.plain(items[-1])}** :small[{said}]",
                f"list_{index}",
                WORDS_PAGE,
                partial(point_at, run, items),
            )


def point_at(run: Run, items: list[str]) -> None:
    """Make a list the one that Words shows, answered by a run; call it as ``let_answer``."""
    answering.let_answer(run)
    st.session_state["words_what"] = "list"
    put_list(items[:-1], items[-1])
