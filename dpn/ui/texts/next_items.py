"""Next in a list: items are chosen, the next ones named, and each shows what it added."""

from __future__ import annotations

import numpy as np
import streamlit as st

from dpn import ui
from dpn.errors import DPNError
from dpn.items.examples import READ
from dpn.language import t
from dpn.runs.config import RunConfig
from dpn.runs.run import Run
from dpn.ui import answers, menus
from dpn.ui.address import state
from dpn.ui.kept import kept
from dpn.ui.model import answering
from dpn.ui.texts import sums
from dpn.ui.texts.following import Following, ask, following
from dpn.ui.texts.sentence import sentence
from dpn.ui.texts.struck import say_moved

#: Seconds between two answers of a model that is still training.
AGAIN = 1.0
#: Where the session keeps the whole list, which of it is struck out, of which items, and what it
#: goes on with.
LIST, STRUCK, OF, TRUTH = "list_items", "struck_items", "struck_items_of", "list_goes_on"
STYLE = """
.st-key-next button { justify-content: flex-start; min-height: 2.2rem; border: 0;
  border-radius: 6px; padding: 0.1rem 0.5rem; }
.st-key-next button > div { justify-content: flex-start; }
.st-key-next { gap: 0.2rem; }
.st-key-asked > div:has([data-testid="stSelectbox"]) { min-width: 15rem; }
"""


def read(run: Run, config: RunConfig) -> None:
    """Draw a list of items, what comes next, and what each item added."""
    names = config.class_names
    if (asked := state.take("items")) is not None:
        if max(asked) < len(names):
            shown, whole = [names[i] for i in asked], kept().get(LIST, [])
            put_list(whole if whole[-READ:] == shown else shown)  # an address has the last alone
        else:
            state.refuse("items", ",".join(map(str, asked)), t("numbers below {n}", n=len(names)))
    held = st.session_state.get(LIST)
    if held is None or (held and not _numbers(config)):  # of a run that knows other items
        _example(config)
    live = answering.is_live(run)
    st.fragment(_read, run_every=AGAIN if live else None)(run.id, live)


def put_list(items: list[str], goes_on: str | None = None) -> None:
    """Make these the items that the page shows; ``goes_on`` is what is known to come next."""
    st.session_state[LIST] = kept()[LIST] = items
    st.session_state[TRUTH] = goes_on
    st.session_state[STRUCK] = set()


def _numbers(config: RunConfig) -> list[int]:
    number = {name: i for i, name in enumerate(config.class_names)}
    return [number[one] for one in st.session_state.get(LIST, ()) if one in number]


def _example(config: RunConfig) -> None:
    """Take a test list of the run's data set, where it is here."""
    try:
        found = ui.loaded.lists(config.training.dataset)
    except DPNError:
        return
    tested = [one for one in found.lists if len(one) > 2]
    items = tested[int(np.random.default_rng().integers(len(tested)))]
    put_list([found.items[i] for i in items[:-1]], found.items[items[-1]])


def _another(run_id: str) -> None:
    with ui.guard():
        if run := ui.run_here(run_id):  # one that was deleted is missed by what is drawn next
            _example(run.config())


def _add() -> None:
    if (item := st.session_state.get("add_item")) is not None:
        st.session_state["add_item"] = None  # of one that is only gone the browser keeps the words
        put_list([*st.session_state.get(LIST, ()), item])


def _append(item: str) -> None:
    put_list([*st.session_state.get(LIST, ()), item])


def _read(run_id: str, was_live: bool) -> None:
    with ui.guard():
        run, config = answering.followed(run_id, was_live)
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="asked"):
            st.selectbox(
                t("Add an item"),
                config.class_names,
                index=None,
                format_func=menus.labels(config.class_names),
                placeholder=t("Choose or type one of {n:,}", n=len(config.class_names)),
                key="add_item",
                on_change=_add,
            )
            st.button(
                t("A test list"),
                icon=":material/shuffle:",
                on_click=_another,
                args=(run_id,),
                key="other",
            )
            st.button(
                t("Clear"), icon=":material/close:", on_click=put_list, args=([],), key="clear"
            )
        numbers = _numbers(config)
        items, earlier = numbers[-READ:], numbers[:-READ]
        state.put(items=items or None)
        if not items:
            st.info(t("Add an item: what comes next is answered here."))
            return
        _answer(run, config, items, earlier)


def _answer(run: Run, config: RunConfig, items: list[int], earlier: list[int]) -> None:
    names = [ui.plain(name) for name in config.class_names]
    asked = [config.class_names[item] for item in items]
    if st.session_state.get(OF) != asked:  # another list, or another model, which knows fewer
        st.session_state[OF], st.session_state[STRUCK] = asked, set()
    struck = {place for place in st.session_state.get(STRUCK, ()) if place < len(items)}
    if len(struck) == len(items):
        st.info(t("All is struck out. Click an item to take it back."))
        struck = set(list(struck)[1:])
    whole = following(run, config, items, earlier)
    if not whole.items:
        st.info(
            t(
                "All {n:,} items are in the list: none is left to come next.",
                n=len(config.class_names),
            )
        )
        return
    left = [item for place, item in enumerate(items) if place not in struck]
    now = following(run, config, left, earlier) if struck else whole
    answers.say_answer(config, now.probabilities, figures=1)
    if struck:
        before, after = whole.items[0], now.items[0]
        shares = (float(whole.probabilities[before]), float(now.probabilities[before]))
        gone = [names[items[place]] for place in sorted(struck)]
        say_moved(gone, names[before], shares, names[after], STRUCK)
    elif (truth := st.session_state.get(TRUTH)) in config.class_names:
        _truth(config, now, truth)
    target = _choose_target(config, now)
    shown = ask(run, config, items, struck, target)
    st.markdown(
        t(
            "What each item added to the score of **{name}**. Click one to strike it out.",
            name=names[target],
        )
    )
    sentence(shown, STRUCK)
    st.caption(
        t(
            "Blue speaks for {name}, orange against it; the last {n} are read.",
            name=names[target],
            n=READ,
        )
    )
    ten, account = st.columns([1, 1.3], gap="large")
    with ten:
        _ten(config, now)
    with account:
        st.markdown(t("**The sum**"))
        sums.show_sum(sums.terms_of(t("items"), shown.added, shown.found), shown.found)


def _truth(config: RunConfig, now: Following, truth: str) -> None:
    item = config.class_names.index(truth)
    share = now.probabilities[item]
    place = 1 + int((now.probabilities > share).sum())
    st.caption(
        t(
            "This test list goes on with **{name}**: place {place:,} of {n:,}, {share}.",
            name=ui.plain(truth),
            place=place,
            n=len(config.class_names),
            share=answers.percent(float(share)),
        )
    )


def _choose_target(config: RunConfig, now: Following) -> int:
    chosen: int = st.selectbox(
        t("Why"),
        now.items,
        format_func=menus.labels(now.items, lambda item: config.class_names[item]),
        key=f"why-{'-'.join(map(str, now.items))}",
        width=230,
    )
    return chosen


def _ten(config: RunConfig, now: Following) -> None:
    """Draw the likeliest next items, each a button with a bar behind it that adds it."""
    st.markdown(t("**What comes next.** Click one to add it."))
    dark, rules = ui.is_dark(), [STYLE]
    most = float(now.probabilities[now.items[0]]) or 1.0
    ground = "rgba(127, 160, 200, 0.35)" if dark else "rgba(47, 143, 216, 0.22)"
    for place, item in enumerate(now.items):
        width = 100 * float(now.probabilities[item]) / most
        rules.append(
            f".st-key-next-{place} button {{ background: "
            f"linear-gradient(90deg, {ground} {width:.1f}%, transparent {width:.1f}%); }}"
        )
    st.html(f"<style>{''.join(rules)}</style>")
    with st.container(key="next"):
        for place, item in enumerate(now.items):
            share = answers.percent(float(now.probabilities[item]))
            st.button(
                f"{ui.plain(config.class_names[item])} :small[{share}]",
                key=f"next-{place}",
                width="stretch",
                on_click=_append,
                args=(config.class_names[item],),
            )
