"""A sweep as one chart, which fills while its trainings end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st

from dpn import settings, ui
from dpn.address.panel import setting_words
from dpn.address.table import MOST_RUNS as MOST
from dpn.charts.comparison import sweep_chart
from dpn.data.known import title_of_set
from dpn.language import msg, percent, t
from dpn.runs.run import CAN_GO_ON
from dpn.runs.title import MODEL_WORDS, STATE_WORDS
from dpn.sweeps.record import Sweep, list_sweeps, read_sweep, words_of
from dpn.ui import access, menus
from dpn.ui.compare.address import asked_sweep, put_sweep
from dpn.ui.compare.choose import tick
from dpn.ui.compare.sides import facts_of
from dpn.ui.words import how_many

#: Sweeps in the menu, newest first, and seconds between two looks at one under way.
OFFERED, LOOK = 30, 1.0
#: What is said of the chart, whatever is in it.
CAUTION = msg(
    "Accuracy on validation images, so that the test images stay unseen. The best of many was also "
    "a little lucky: several seeds show how much."
)


#: What of a sweep is not over, or can go on.
UNDONE = ("waiting", "not started", "under way", *(STATE_WORDS[state] for state in CAN_GO_ON))


@dataclass
class Found:
    """How far a sweep is: what came out, and what is said of the others."""

    rows: list[tuple[str, str, str, float]] = field(default_factory=list)
    runs: list[tuple[float, str]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def count(self, words: str) -> None:
        """Note one training of a kind."""
        self.counts[words] = self.counts.get(words, 0) + 1


def show_sweeps(*, entered: bool) -> None:
    """Draw the menu of sweeps, and the one that is chosen."""
    _welcome(entered)
    sweeps = {sweep.id: sweep for sweep in list_sweeps(settings.runs_dir(), OFFERED)}
    asked = st.session_state.get("sweep")
    if asked and asked not in sweeps:
        with ui.guard():
            sweeps[asked] = read_sweep(asked, settings.runs_dir())
    if not sweeps:
        st.info(
            t(
                "A sweep trains the same settings again and again, with one or two of them varied. "
                "Start one on Train, under **Try several values**."
            )
        )
        st.page_link("pages/1_Train.py", label=t("Train"), icon=":material/play_circle:")
        return
    ids = list(sweeps)
    usual = asked if asked in sweeps else ids[0]
    chosen = menus.choose(
        t("Sweep"), "chosen_sweep", ids, lambda s: _title(sweeps[s]), lambda s: s[9:15], usual
    )
    st.session_state["sweep"] = chosen
    put_sweep(chosen)
    live = ui.jobs().sweeps.is_live(chosen)
    st.fragment(_sweep, run_every=LOOK if live else None)(chosen, live)


def _welcome(entered: bool) -> None:
    """Take the sweep that was just started on Train, or else the one in the address."""
    asked = st.session_state.pop("sweep_started", None) or (asked_sweep() if entered else None)
    if asked:
        st.session_state["sweep"] = asked
        if asked in {sweep.id for sweep in list_sweeps(settings.runs_dir(), OFFERED)}:
            ui.put("chosen_sweep", asked)


def _title(sweep: Sweep) -> str:
    data = title_of_set(sweep.training.dataset)
    names = " × ".join(map(setting_words, sweep.names))
    when = sweep.created[:16].replace("T", " ")
    return f"{names} · {data} · {t(MODEL_WORDS[sweep.model.model])} · {when}"


def _sweep(sweep_id: str, drawn_for: bool) -> None:
    with ui.guard():  # of its own: it is redrawn alone
        live = ui.jobs().sweeps.is_live(sweep_id)
        if live != drawn_for:
            st.rerun()
        sweep = read_sweep(sweep_id, settings.runs_dir())
        found = look(sweep, live)
        done = len(sweep.trials) - sum(
            count for words, count in found.counts.items() if words in UNDONE
        )
        words = t(", ").join(
            t("{count} {state}", count=count, state=t(state))
            for state, count in found.counts.items()
        )
        count = len(sweep.trials)
        text = t("{trainings}: {words}", trainings=how_many(count, "training"), words=words)
        st.progress(done / count, text=text)
        names = list(map(setting_words, sweep.names))
        values = [list(map(_said, sweep.values(place))) for place in range(len(names))]
        table = pd.DataFrame(found.rows, columns=["first", "second", "seed", "accuracy"])
        data, spec = sweep_chart(names, values, table)
        told = t("; ").join(
            f"{a} {b} {percent(accuracy)}".strip() for a, b, _, accuracy in found.rows
        )
        alt = t(
            "Validation accuracy by {names}: {told}.",
            names=t(" and ").join(names),
            told=told or t("nothing yet"),
        )
        st.vega_lite_chart(data, spec, key="sweep_chart", width="stretch", alt=alt)
        st.caption(t(CAUTION))
        for problem in found.problems:
            st.warning(ui.plain(problem))
        _buttons(sweep, found, live)


def look(sweep: Sweep, live: bool) -> Found:
    """Return how far a sweep is, from the runs on disk and those under way.

    ``live`` is whether more of it will be started by itself.
    """
    found = Found()
    for trial in sweep.trials:
        if trial.run is None:
            found.count(msg("waiting") if live else msg("not started"))
            continue
        view, run = ui.jobs().view(trial.run), ui.run_here(trial.run)
        if view and view.live:
            found.count(msg("waiting") if view.state == "queued" else msg("under way"))
        elif run is None:
            # What is finished had a folder.
            ended = STATE_WORDS[view.state] if view and view.state != "finished" else None
            found.count(ended or msg("deleted"))
            if view and view.message:
                found.problems.append(f"{sweep.title(trial)}: {view.message}")
        else:
            facts = facts_of(run)
            if facts.state == "finished" and facts.validation_accuracy is not None:
                first, *second = map(_said, trial.values)
                row = first, second[0] if second else "", str(trial.seed)
                found.rows.append((*row, facts.validation_accuracy))
                found.runs.append((facts.validation_accuracy, trial.run))
                found.count("finished")
            else:
                found.count(facts.state)
                problem = facts.problem or str(run.status()["message"])
                found.problems.append(f"{sweep.title(trial)}: {problem or t(facts.state)}")
    return found


def _said(value: Any) -> str:
    """Return a value of a setting as the panel of Train calls it."""
    return t(words_of(value))


def _buttons(sweep: Sweep, found: Found, live: bool) -> None:
    mine = access.owns(sweep.owner) and access.may_train()
    with st.container(horizontal=True, gap="small"):
        best = [run_id for _, run_id in sorted(found.runs, reverse=True)[:MOST]]
        if len(best) > 1 and st.button(
            t("Compare the best"), key="sweep_best", icon=":material/compare_arrows:"
        ):
            tick(best)
            st.session_state["compare_next"] = "runs"
            st.rerun()
        if (
            live
            and mine
            and st.button(t("Stop the sweep"), key="sweep_stop", icon=":material/stop:")
        ):
            ui.jobs().sweeps.stop(sweep.id)
            st.rerun()
        left = 0 if live else ui.jobs().sweeps.left(sweep, settings.runs_dir())
        if mine and left:
            label = t("Train the other {count}", count=left)
            if st.button(label, key="sweep_on", icon=":material/resume:"):
                access.start_sweep(sweep, ui.sets.folder_of(sweep.training.dataset))
                st.rerun()
