"""The Maze page: the map, the plan sweep by sweep, the verdict, and why."""

from __future__ import annotations

import streamlit as st

from dpn import ui
from dpn.address.panel import option_words
from dpn.language import t
from dpn.mazes.plans import plan_of, verdict
from dpn.mazes.truth import shortest_path
from dpn.models.config import OPERATOR_NAMES
from dpn.runs.config import RunConfig
from dpn.runs.run import Run
from dpn.ui import menus
from dpn.ui.maze import board, paper, why
from dpn.ui.model import answering

TEMPERATURES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
#: Sweeps that *Further* makes in any case.
FURTHER = 200
#: Where the session keeps how many sweeps the last plan took in all.
MOST = "maze_most"
#: Seconds between two plans of a network that is still learning.
AGAIN = 1.0


def show(run: Run, config: RunConfig) -> None:
    """Draw the map, and what a run's planner makes of it, again and again while it learns."""
    again = AGAIN if answering.is_live(run) else None
    st.fragment(_map_and_plan, run_every=again)(run, config)


def _map_and_plan(run: Run, config: RunConfig) -> None:
    with ui.guard():
        answering.still_here(run.id)
        _draw(run, config)


def _draw(run: Run, config: RunConfig) -> None:
    maze = board.board()
    model = config.model
    words = st.container(
        key="maze_verdict"
    )  # above the map, which on a phone comes before the rest
    left, right = st.columns([1, 1], gap="large")
    with right:
        is_further = st.toggle(
            t("Further"),
            key="maze_further",
            help=t("At least {count} sweeps, more than in training.", count=FURTHER),
        )
        with st.expander(t("How sharply it decides"), icon=":material/tune:"):
            operator = st.selectbox(
                t("Maximum"),
                OPERATOR_NAMES,
                format_func=option_words,
                index=OPERATOR_NAMES.index(model.operator),
                key=f"maze_operator-{run.id}",
            )
            choices = sorted({*TEMPERATURES, model.temperature})
            temperature = st.select_slider(
                t("Temperature τ"),
                choices,
                value=model.temperature,
                format_func=menus.labels(choices, lambda value: f"{value:g}"),
                key=f"maze_temperature-{run.id}",
                disabled=operator == "hard",
                help=t("How much the maximum mixes moves. The hard one mixes none."),
            )
    ui.warm_up().wait()
    least = FURTHER if is_further else 0
    # Most often it takes as many sweeps as the last time, and the slider stays: one plan is enough.
    asked = st.session_state.get(f"maze_sweeps-{st.session_state.get(MOST)}")
    server = ui.model_server()
    found = server.plan(run, maze, operator, temperature, asked, least)
    with right:
        sweeps = st.slider(
            t("Sweeps of the map"),
            1,
            max(2, found.most),
            max(2, found.most),
            key=f"maze_sweeps-{found.most}",
            help=t("Each sweep looks one step further from the goal."),
        )
    st.session_state[MOST] = found.most
    if sweeps != found.sweeps:
        found = server.plan(run, maze, operator, temperature, sweeps, least)
    plan = plan_of(maze, found.q)
    words.markdown(f"## {verdict(maze, plan, model.decisions)}")
    chosen = st.session_state[board.CHOSEN]
    with left:
        mode = st.radio(
            t("On the map"),
            list(board.MODES),
            format_func=menus.labels(board.MODES, lambda mode: t(board.MODES[mode])),
            key="maze_mode",
            horizontal=True,
            persist_state="session",
        )
        with st.container(width=420, key="maze_map"):
            data = paper.seen(
                maze,
                found,
                plan,
                shortest_path(maze, model.decisions),
                chosen,
                mode,
                dark=ui.is_dark(),
                version=board.version(),
            )
            paper.paper(data, board.done)
        st.caption(
            t(
                "Draw walls; drag S and G. Line: the plan. Dashed orange: a shortest way. The "
                "bluer a cell, the more it is worth. Arrows: the best move."
            )
        )
    with right:
        why.moves(found, chosen, maze)
        why.account(found, maze, plan)
