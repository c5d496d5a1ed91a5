"""The places of an image drawn: tinted in the picture, and beside it as bars that add up."""

from __future__ import annotations

import streamlit as st

from dpn import ui
from dpn.charts.place_bars import place_bars
from dpn.charts.places import Shown, place_picture
from dpn.explain.account import Term
from dpn.language import joined, t
from dpn.ui.inside.case import Case, by_squares, by_windows
from dpn.ui.inside.places import Places, named, nothing_at
from dpn.ui.inside.sum_words import head_start, whose


def show_places(case: Case, places: Places, terms: list[Term], verdict: str) -> None:
    """Draw the picture, the bars, and under them what they come to."""
    shown = [
        Shown(
            nothing_at(case, one) if one.is_empty else named(case, one.region),
            one.region,
            one.is_empty,
        )
        for one in places.told
    ]
    with st.container(key="placed"):
        left, right = st.columns([1, 1.9], gap="medium")
    with left:
        data, spec = place_picture(case.subject.image, shown)
        alt = ui.spoken(t("The picture with its places"), data)
        st.vega_lite_chart(data, spec, key="places", width="stretch", alt=alt)
    with right:
        total = t("score") if case.contrast is None else t("lead")
        rest = rest_of(case, places, terms)
        data, spec = place_bars(shown, rest, total, dark=ui.is_dark())
        alt = ui.spoken(t("What each place and all else adds"), data)
        st.vega_lite_chart(data, spec, key="place_bars", width="stretch", alt=alt)
        st.caption(bar_words(case, places))
        st.markdown(verdict)


def rest_of(case: Case, places: Places, terms: list[Term]) -> list[Term]:
    """Return what the score is made of besides the places, so that all of it adds up.

    Args:
        case: the image explained.
        places: its places.
        terms: the account of its score.
    """
    named_sum = sum(one.region.value for one in places.told if not one.is_empty)
    if by_windows(case):
        return [Term(t("everything else"), float(case.found.score[0]) - named_sum)]
    seen = case.found.contributions if by_squares(case) else case.found.pixels[:, None]
    rest = Term(t("the rest of the image"), float(seen[0].sum()) - named_sum)
    return [rest, *(term for term in terms if not term.box)]


def bar_words(case: Case, places: Places) -> str:
    """Return how the bars are to be read."""
    each = t(
        "Each bar starts where the last one ended; the final one is {total}.", total=whose(case)
    )
    words = [each]
    if by_windows(case):
        grey = t("A place's bar: what is lost when it alone is greyed out.")
        erased = t("A place's bar: what is lost when it alone is erased.")
        words.append(grey if case.is_photo else erased)
    elif by_squares(case):
        words.append(t("A square counts with a little of what lies around it."))
    if not by_windows(case):
        words.append(head_start(case))
    if places.empty:
        stuff = t(case.stuff)
        words.append(t("Dashed: what {stuff} there would change, no part of the sum.", stuff=stuff))
    return joined(words)
