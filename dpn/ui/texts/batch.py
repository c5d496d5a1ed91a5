"""A file of texts answered: a table to download, and the share of each class from day to day."""

from __future__ import annotations

import datetime
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from dpn import ui
from dpn.charts.texts.days import days_chart
from dpn.evaluation.counted import counted
from dpn.explain.account import signed
from dpn.explain.explanation import RUNNER_UP, Floats
from dpn.jobs.questions import Question
from dpn.language import percent, t
from dpn.names import harmless, shown
from dpn.runs.config import RunConfig
from dpn.runs.run import Run
from dpn.texts.days import find_days
from dpn.texts.reading import Columns, read_columns
from dpn.texts.vocabulary import OF_LONG_TEXTS, tokens_of
from dpn.ui import menus
from dpn.ui.texts.ask import encode, words_of

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

#: Megabytes of a file. Which endings it has decides nothing: what is none is told so in words.
MEGABYTES = 20
#: Texts of a file that are answered, so many at a time: others are answered in between.
MOST, CHUNK = 10_000, 250


@dataclass(frozen=True)
class Batch:
    """What a model said of a file: a row each text, the day of each, and what was assumed."""

    table: pd.DataFrame
    days: list[datetime.date | None] | None
    notes: tuple[str, ...]


def batch(run: Run, config: RunConfig) -> None:
    """Draw where a file is dropped, and the answers to its texts."""
    sent = st.file_uploader(
        t(
            "A text a line, or a table with a column of texts. With a column of dates you see the "
            "share of each class from day to day."
        ),
        key="batch",
        max_upload_size=MEGABYTES,
    )
    if sent is None:
        return
    with ui.guard():
        columns = _choose_column(sent, config.class_names)
        name = (sent.file_id, columns.text, run.id, run.weights_stamp())
        kept = st.session_state.get("batch_answers")
        if kept is None or kept[0] != name:
            kept = name, answered(run, config, columns)
            st.session_state["batch_answers"] = kept
        _show(kept[1])


def _choose_column(sent: UploadedFile, classes: Sequence[str]) -> Columns:
    found = _read(sent, None, classes)
    if len(found.names) == 1 or len({*found.names}) < len(found.names):
        return found
    chosen = st.selectbox(
        t("The texts are in"),
        found.names,
        index=found.text,
        format_func=menus.labels(found.names),
        key=f"batch-column-{sent.file_id}",
        width=280,
    )
    return found if chosen == found.names[found.text] else _read(sent, chosen, classes)


def _read(sent: UploadedFile, column: str | None, classes: Sequence[str]) -> Columns:
    path = Path(sent.name)
    name = re.sub(r"[^\w .+-]+", "-", path.stem)[:60] + path.suffix.lower()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(sent.getvalue())
        return read_columns(file, column, classes)


def answered(run: Run, config: RunConfig, columns: Columns) -> Batch:
    """Return the answers of a run's model to the texts of a file, the first ``MOST`` of them.

    Raises:
        DPNError: the run has no usable weights.
    """
    texts, notes = columns.texts[:MOST], list(columns.notes)
    if len(columns.rows) > MOST:
        words = t(
            "Of {count:,} texts the first {most:,} are answered.",
            count=len(columns.rows),
            most=MOST,
        )
        notes.append(words)
    dated = find_days(columns.names, columns.rows[:MOST], columns.text)
    labels, sure, decided, long = [], [], [], 0
    most = words_of(run).most
    bar = st.progress(0.0, text=t("Answering …"))
    for start in range(0, len(texts), CHUNK):
        chunk = texts[start : start + CHUNK]
        found = ui.model_server().explain(
            run, encode(run, chunk), Question(None, RUNNER_UP, details=False)
        )
        for i, text in enumerate(chunk):
            best = int(found.target[i])
            labels.append(config.class_names[best])
            sure.append(float(found.probabilities[i, best]))
            tokens = tokens_of(text)
            long += len(tokens) > most
            decided.append(_deciding(tokens, found.contributions[i]))
        bar.progress(min(1.0, (start + CHUNK) / len(texts)), text=t("Answering …"))
    bar.empty()
    if long:
        notes.append(t(OF_LONG_TEXTS, count=long, most=most))
    table = pd.DataFrame(
        {"text": texts, "label": labels, "probability": sure, "decided by": decided}
    )
    if dated is None:
        return Batch(table, None, tuple(notes))
    table.insert(0, "day", [day.isoformat() if day else "" for day in dated[0]])
    return Batch(table, dated[0], (*notes, dated[1]))


def _deciding(tokens: list[str], added: Floats) -> str:
    """Return the two words that spoke most for the answer against the runner-up."""
    values = added[: len(tokens)]
    best = [int(i) for i in np.argsort(-values, kind="stable")[:2] if values[i] > 0]
    return ", ".join(f"{shown(tokens[i], most=30)} {signed(float(values[i]))}" for i in best)


def _show(found: Batch) -> None:
    if found.notes:
        st.caption(ui.plain(" ".join(found.notes)))
    shares = found.table["label"].value_counts(normalize=True)
    first = " · ".join(f"{ui.plain(str(k))} {percent(v, 0)}" for k, v in shares.head(6).items())
    st.markdown(t("**{texts}**: {first}", texts=counted(len(found.table), "text"), first=first))
    st.dataframe(
        found.table,
        hide_index=True,
        width="stretch",
        column_config={
            "probability": st.column_config.NumberColumn(t("probability"), format="percent"),
            "text": st.column_config.TextColumn(t("text"), width="large"),
            "label": t("answer"),
            "decided by": t("decided by"),
            "day": t("day"),
        },
    )
    st.download_button(
        t("Download (CSV)"),
        to_csv(found.table),
        "answers.csv",
        icon=":material/download:",
        key="batch_csv",
    )
    if found.days is not None:
        pairs = [
            (day, label)
            for day, label in zip(found.days, found.table["label"], strict=True)
            if day is not None
        ]
        data, spec = days_chart(*zip(*pairs, strict=True), dark=ui.is_dark())
        st.markdown(t("**From day to day**: the share of each class"))
        count = data["day"].nunique()
        alt = t(
            "The share of each class on {count} day."
            if count == 1
            else "The share of each class on {count} days.",
            count=count,
        )
        st.vega_lite_chart(data, spec, key="days", width="stretch", alt=alt)


def to_csv(table: pd.DataFrame) -> bytes:
    """Return a table as CSV; what a spreadsheet would take for a formula has a ' in front."""
    safe = table.map(lambda cell: harmless(cell) if isinstance(cell, str) else cell)
    return safe.to_csv(index=False).encode("utf-8-sig")
