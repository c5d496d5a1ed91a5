"""The places of an image drawn: tinted in the picture, and beside it as bars that add up."""

from __future__ import annotations

import streamlit as st

from dpn import ui
from dpn.charts.place_bars import place_bars
from dpn.charts.places import Shown, place_picture
from dpn.explain.account import Term
from dpn.explain.regions import Region
from dpn.explain.windows import find_squares
from dpn.language import joined, t
from dpn.ui.inside.case import Case, by_windows
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
        _draw(case, shown, terms, [bar_words(case, places), verdict], "place")


def show_squares(case: Case, terms: list[Term]) -> None:
    """Draw the squares of a photo that add most and that take most, with their exact shares."""
    if squares := exact_squares(case):
        st.markdown(f"#### {t('Exactly, square by square')}")
        shown = [Shown(named(case, one), one) for one in squares]
        words = [t("A square counts with a little of what lies around it."), head_start(case)]
        _draw(case, shown, terms, [joined(words)], "square")


def exact_squares(case: Case) -> list[Region]:
    """Return the squares of a photo that add most and that take most, with their exact shares.

    They are cells of the map that is cut into parts; none where there is no such map.
    """
    if not case.is_photo or case.found.cells is None:
        return []
    return find_squares(case.found.cells[0], *case.subject.image.shape[1:])


def _draw(case: Case, shown: list[Shown], terms: list[Term], words: list[str], key: str) -> None:
    left, right = st.columns([1, 1.9], gap="medium")
    with left:
        data, spec = place_picture(case.subject.image, shown)
        alt = ui.spoken(t("The picture with its places"), data)
        st.vega_lite_chart(data, spec, key=f"{key}s", width="stretch", alt=alt)
    with right:
        total = t("score") if case.contrast is None else t("lead")
        data, spec = place_bars(shown, rest_of(shown, terms), total, dark=ui.is_dark())
        alt = ui.spoken(t("What each place and all else adds"), data)
        st.vega_lite_chart(data, spec, key=f"{key}_bars", width="stretch", alt=alt)
        st.caption(words[0])
        for more in words[1:]:
            st.markdown(more)


def rest_of(shown: list[Shown], terms: list[Term]) -> list[Term]:
    """Return what the score is made of besides the places, so that all of it adds up.

    Args:
        shown: the places.
        terms: the account of the score.
    """
    told = sum(one.region.value for one in shown if not one.is_empty)
    seen = sum(term.value for term in terms if term.box)
    start = sum(term.value for term in terms if not term.box)
    return [Term(t("the rest of the image"), seen - told), Term(t("head start"), start)]


def bar_words(case: Case, places: Places) -> str:
    """Return how the bars are to be read."""
    each = t(
        "Each bar starts where the last one ended; the final one is {total}.", total=whose(case)
    )
    words = [each]
    if by_windows(case):
        grey = t(
            "A blue place's bar: what is lost when it is greyed out, too, after those above it; an "
            "orange one's: what is won when it alone is."
        )
        erased = t(
            "A blue place's bar: what is lost when it is erased, too, after those above it; an "
            "orange one's: what is won when it alone is."
        )
        words.append(grey if case.is_photo else erased)
    else:
        words.append(t("A place's bar: what its pixels add."))
    words.append(t("The head start counts whatever the picture shows."))
    if places.empty:
        stuff = t(case.stuff)
        words.append(t("Dashed: what {stuff} there would change, no part of the sum.", stuff=stuff))
    return joined(words)
