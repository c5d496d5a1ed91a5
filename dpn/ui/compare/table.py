"""The table of the runs: how good, how large, how long, and every setting that differs."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from dpn import ui
from dpn.address.panel import CHOICES, option_words, setting_words
from dpn.charts.style import DASHES
from dpn.data.known import title_of_set
from dpn.evaluation.compare import LETTERS, accuracy_with_error
from dpn.evaluation.scores import calibration
from dpn.language import percent, t
from dpn.runs.differences import NOTHING, differences
from dpn.runs.title import MODEL_WORDS
from dpn.ui.compare.sides import Side, still_open
from dpn.ui.words import how_many

if TYPE_CHECKING:
    from dpn.evaluation.evaluate import Evaluation

#: One element for all; on a phone it is scrolled sideways under names that stay.
STYLE = """
<style>
.compared { overflow-x: auto; }
.compared table { border-collapse: collapse; font-size: 0.9rem; min-width: 50%; }
.compared :is(th, td) { padding: 0.3rem 0.7rem; text-align: right; white-space: nowrap;
  border-bottom: 1px solid rgba(128, 140, 155, 0.25); vertical-align: top; }
.compared td { font-variant-numeric: tabular-nums; }
.compared tbody th { text-align: left; font-weight: 400; position: sticky; left: 0;
  background: var(--page); }
.compared td.long { white-space: normal; overflow-wrap: anywhere; max-width: 14rem; }
.compared tr.part th { font-weight: 600; padding-top: 0.8rem; }
.legend { display: flex; flex-direction: column; gap: 0.25rem; margin: 0.2rem 0 0.6rem; }
.legend p { display: flex; gap: 0.6rem; align-items: baseline; margin: 0; }
.legend span:last-child { min-width: 0; overflow-wrap: anywhere; }
.letter { font-weight: 700; border-bottom: 3px solid; padding: 0 0.25rem; }
.letter.dashed { border-bottom-style: dashed; }
.st-key-same > [data-testid="stLayoutWrapper"] > [data-testid="stHorizontalBlock"]
  > [data-testid="stColumn"]:first-child { min-width: 292px; }
@media (max-width: 640px) { .compared table { font-size: 0.82rem; }
  .compared :is(th, td) { padding: 0.3rem 0.45rem; } .compared tbody th { min-width: 5rem;
  max-width: 7.5rem; white-space: normal; } }
</style>
"""
PAGE = {True: "#10161d", False: "#ffffff"}
#: Seconds between two looks at trainings under way.
LOOK = 4.0
#: Characters from which a cell may break into lines.
LONG = 22


def show_legend(sides: Sequence[Side]) -> None:
    """Say which letter and colour is which run."""
    lines = [f"<p>{_letter(side)}<span>{html.escape(side.title)}</span></p>" for side in sides]
    st.html(STYLE + f'<div class="legend">{"".join(lines)}</div>')


def show_table(sides: Sequence[Side], scores: dict[str, Evaluation]) -> None:
    """Draw a column for each run; those of trainings under way follow them, as their curves do."""
    live = any(side.live for side in sides)
    st.fragment(_table, run_every=LOOK if live else None)([side.run.id for side in sides], scores)


def _table(ids: list[str], scores: dict[str, Evaluation]) -> None:
    with ui.guard():
        _draw(still_open(ids), scores)


def _draw(sides: Sequence[Side], scores: dict[str, Evaluation]) -> None:
    ui.warm_up().wait()  # multiply-adds are counted with torch
    from dpn.models.build import model_size

    sizes = [model_size(side.config.model) for side in sides]
    rows = {
        t("Test accuracy ± standard error"): [_tested(side, scores) for side in sides],
        t("Validation accuracy"): _row(sides, lambda side: _share(side.facts.validation_accuracy)),
        t("Calibration error"): _row(sides, lambda side: _calibrated(scores.get(side.letter))),
        t("Training time"): _row(sides, _time),
        t("Parameters"): [f"{parameters:,}" for parameters, _ in sizes],
        t("Multiply-adds an image"): [f"{count:,}" for _, count in sizes],
    }
    if any(side.facts.state != "finished" for side in sides):
        rows[t("State")] = [_state(side) for side in sides]
    different = {
        _upper(setting_words(name)): [*map(_SAID.get(name, str), values)]
        for name, values in differences([side.config for side in sides]).items()
    }
    head = "".join(f'<th scope="col">{_letter(side)}</th>' for side in sides)
    span = len(sides) + 1
    differ, same = t("Settings that differ"), t("None: all settings are the same.")
    part = f'<tr class="part"><th colspan="{span}" scope="colgroup">{differ}</th></tr>'
    none = f'<tr><th colspan="{span}">{same}</th></tr>'
    body = _lines(rows) + part + (_lines(different) or none)
    label = t("The runs side by side")
    # Read by whoever uses the keyboard to scroll it, too.
    st.html(
        f'<div class="compared" tabindex="0" role="region" aria-label="{label}" '
        f'style="--page:{PAGE[ui.is_dark()]}"><table><thead><tr><td></td>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
    st.caption(
        t(
            "Choose by the validation accuracy: what is chosen by test images looks better on them "
            "than it is."
        )
    )


#: What is said of the value of a setting, where that is a name.
_SAID: dict[str, Callable[[str], str]] = {
    **dict.fromkeys((*CHOICES, "pictures"), option_words),
    "data set": title_of_set,
    "model": lambda name: t(MODEL_WORDS[name]),
}


def _upper(name: str) -> str:
    return name[:1].upper() + name[1:]


def _letter(side: Side) -> str:
    dashed = " dashed" if DASHES[LETTERS.index(side.letter)] != (1, 0) else ""
    return f'<span class="letter{dashed}" style="border-color:{side.colour}">{side.letter}</span>'


def _lines(rows: dict[str, list[str]]) -> str:
    return "".join(
        f'<tr><th scope="row">{html.escape(name)}</th>{"".join(map(_cell, values))}</tr>'
        for name, values in rows.items()
    )


def _cell(value: str) -> str:
    kind = ' class="long"' if len(value) > LONG else ""
    return f"<td{kind}>{html.escape(value)}</td>"


def _row(sides: Sequence[Side], of: Callable[[Side], str | None]) -> list[str]:
    return [of(side) or NOTHING for side in sides]


def _tested(side: Side, scores: dict[str, Evaluation]) -> str:
    found = scores.get(side.letter)
    if found is not None:
        return accuracy_with_error(found.accuracy, len(found.labels))
    facts = side.facts
    if facts.test_accuracy is None or facts.test_images is None:
        return NOTHING
    return accuracy_with_error(facts.test_accuracy, facts.test_images)


def _share(share: float | None) -> str | None:
    return None if share is None else percent(share, 2)


def _calibrated(found: Evaluation | None) -> str | None:
    return None if found is None else _share(calibration(found.probabilities, found.labels).error)


def _time(side: Side) -> str | None:
    seconds = side.facts.seconds
    # What a lesson took is not what the training before it took.
    return None if seconds is None or side.config.lesson else ui.took(seconds)


def _state(side: Side) -> str:
    steps = side.facts.steps
    batches = [how_many(steps, "batch")] if steps else []
    return t(", ").join([t(side.facts.state), *batches])
