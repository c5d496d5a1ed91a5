"""What came of a lesson: what was judged and how, what changed, and whether to keep it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import streamlit as st

from dpn import settings, ui
from dpn.language import percent, t
from dpn.ui import access
from dpn.ui.words import THING, THINGS

if TYPE_CHECKING:
    from dpn.ui.classify.teachers import Outcome

#: Pictures of each class below which a share of right answers says nothing.
FEW = 3
#: Points on the test images that a lesson may cost before keeping it is no longer what is offered.
COST = 0.5
#: Changed answers that are named.
NAMED = 12


def decide(outcome: Outcome) -> bool:
    """Draw before and after, then Keep and Throw away; return whether it was decided."""
    taught, judged, told = outcome
    held = taught.config.lesson or {}
    before, after = held["accuracy_before"], held["accuracy_after"]
    world = taught.config.model.world
    things, thing = t("pictures"), t("picture")
    if world != "picture":
        things, thing = t(THINGS[world]), t(THING[world])
    test = t("Test {things}", things=t(THINGS[taught.config.model.world]))
    fewest = min(Counter(name for name, _, _ in told).values())
    with st.container(horizontal=True, gap="small", key="taught"):
        if judged and fewest >= FEW:
            _metric(
                t("Your {count} {things}", count=len(told), things=things),
                t("{share} right", share=percent(judged[1], 0)),
                judged[1] - judged[0],
                0,
                help=t("Each judged by a model that was taught the others (cross-validation)."),
            )
        if after is not None:
            _metric(
                test,
                percent(after, 2),
                after - before,
                2,
                help=t("What it knew before: the data set's own test part."),
            )
        else:
            st.metric(
                test,
                "–",
                width=170,
                help=t("The data set is not on this machine."),
            )
        st.metric(t("Taught in"), t("{time:.1f} s", time=taught.seconds), width=110)
    changed = [
        f"{n}: {a} → **{b}**" for n, a, b in ([ui.plain(w) for w in one] for one in told) if a != b
    ]
    count = (
        t("{part} of your {count} {things}", part=len(changed), count=len(told), things=things)
        if len(told) > 1
        else t("your {thing}", thing=thing)
    )
    if changed:
        comma = t(", ")
        shown = comma.join(changed[:NAMED]) + (f"{comma}…" if len(changed) > NAMED else "")
        st.markdown(
            t(
                "The answer changed on {count} (right class: before → after): {shown}",
                count=count,
                shown=shown,
            )
        )
    else:
        st.markdown(t("No answer about your {things} changed.", things=things))
    if fewest < FEW:
        st.caption(
            t(
                "With fewer than {few} {things} of a class nobody can say how well it learned "
                "that class: these are the {things} it was taught.",
                few=FEW,
                things=things,
            )
        )
    forgot = 100 * (before - after) if after is not None else 0.0
    if forgot > COST:
        st.warning(
            t(
                "It forgot some of what it knew: {points:.1f} points on the test part. More "
                "{things} of each class help.",
                points=forgot,
                things=things,
            ),
            icon=":material/warning:",
        )
    with st.container(horizontal=True, gap="small"):
        keep = _button(t("Keep it"), "keep", ":material/check:", first=forgot <= COST)
        drop = _button(t("Throw away"), "throw_away", ":material/delete:", first=forgot > COST)
    if keep:
        from dpn.teaching.lesson import keep_lesson

        ui.look_at(keep_lesson(taught, settings.runs_dir(), access.owner()).id)
    return keep or drop


def _metric(label: str, value: str, change: float, digits: int, help: str) -> None:
    """Draw a share and by how many points it changed; no change is neither good nor bad."""
    points = f"{100 * change:+.{digits}f}"
    is_change = float(points) != 0
    st.metric(
        label,
        value,
        t("{points} points", points=points) if is_change else t("no change"),
        delta_color="normal" if is_change else "off",
        delta_arrow="auto" if is_change else "off",
        width=170,
        help=help,
    )


def _button(label: str, key: str, icon: str, *, first: bool) -> bool:
    return st.button(label, key=key, icon=icon, type="primary" if first else "secondary")
