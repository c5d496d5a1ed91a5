"""The places of an image drawn: tinted in the picture, and beside it as bars that add up."""

from __future__ import annotations

from collections import Counter

import numpy as np
import streamlit as st

from dpn import ui
from dpn.charts.placed.place_bars import place_bars
from dpn.charts.placed.places import Shown, place_picture
from dpn.charts.placed.strip import strip
from dpn.explain.account import Term, adding_up, signed
from dpn.explain.regions import Region
from dpn.explain.windows import Mask, find_squares
from dpn.language import joined, listed, t
from dpn.pictures.png import png
from dpn.ui.inside.case import Case
from dpn.ui.inside.places.alike import COUNT, box_of
from dpn.ui.inside.places.naming import by_number, named, nothing_at, pointed, those
from dpn.ui.inside.places.place import Place, Places, decisive, tips
from dpn.ui.inside.places.seen import looks_like
from dpn.ui.inside.places.why.reasons import like
from dpn.ui.inside.sum_words import head_start, whose


def show_places(case: Case, places: Places, terms: list[Term], verdict: str) -> None:
    """Draw the picture, the bars, and under them what they come to."""
    shown = [
        Shown(
            nothing_at(case, one) if one.is_empty else _briefly(case, one),
            one.region,
            one.is_empty,
        )
        for one in places.told
    ]
    words = [bar_words(case, places), joined([verdict, *rest_words(case, places, terms)])]
    with st.container(key="placed"):
        _draw(case, shown, terms, words, "place")


def _briefly(case: Case, place: Place) -> str:
    """Return what lies at a place, and where, as short as the name of a bar has to be."""
    if not place.seen:
        return named(case, place.region)
    return t("{what}? ({where})", what=looks_like(place, 1), where=t(place.region.where))


def show_squares(case: Case, terms: list[Term]) -> None:
    """Draw the squares of a photo that add most and that take most, with their exact shares."""
    if squares := exact_squares(case):
        st.markdown(f"#### {t('Exactly, square by square')}")
        shown = [Shown(named(case, one), one) for one in squares]
        words = [t("A square counts with a little of what lies around it."), head_start(case)]
        _draw(case, shown, terms, [joined(words)], "square")


def show_likeness(case: Case, places: Places) -> None:
    """Draw the test images that are most like this one at a place, where they speak for it."""
    decide = decisive(case, places) if case.is_photo else []
    told = [
        (number, one)
        for number, one in enumerate(places.told, start=1)
        if one.alike and (like(case, one) or one in decide or (case.is_photo and tips(case, one)))
    ]
    if not told or case.contrast is None:
        return
    pair = {"one": case.target, "other": case.contrast}
    words = [
        t(
            "First this picture, then the test images of {one} and {other} most like it there.",
            **pair,
        )
    ]
    if case.is_photo:
        words = [
            t(
                "First this picture, then the squares most like its own in test images of {one} "
                "and {other}. Look what they share.",
                **pair,
            )
        ]
    if case.config.model.model == "residual":
        words.append(t("What lies around a place counts a little, too."))
    st.markdown(f"#### {t('What is each place like?')}")
    st.caption(joined(words))
    for number, place in told:
        _show_alike(case, number, place)


def _show_alike(case: Case, number: int, place: Place) -> None:
    """Draw those most like a place; of a photo's, those of the other class below them."""
    assert place.alike is not None
    alike, names = place.alike, case.config.class_names
    counted = Counter(alike.labels).most_common()
    each = t(", ").join(
        t(
            "{count} of {all} is {name}" if count == 1 else "{count} of {all} are {name}",
            count=count,
            all=COUNT,
            name=ui.plain(names[of]),
        )
        for of, count in counted
    )
    said = f"{named(case, place.region)} {t('(place {number})', number=number)}"
    line = t("{place}: **{each}**", place=said, each=each)
    st.markdown(pointed(number, line), unsafe_allow_html=True)
    _strip(case, place, alike.found, alike.masks, line.replace("*", ""))
    if place.region.value > 0 and case.found.contrast is not None:
        rival = int(case.found.contrast[0])
        if place.rival is not None and place.rival in alike.of_class:
            rival = place.rival
        nearest = alike.of_class[rival]
        words = t("To compare, those of {name} most like it:", name=ui.plain(names[rival]))
        st.caption(words)
        _strip(case, place, [at for at, _ in nearest], [mask for _, mask in nearest], words)


def _strip(case: Case, place: Place, found: list[int], masks: list[Mask], alt: str) -> None:
    """Draw the picture with its place, and beside it test images with theirs."""
    both = np.concatenate([case.subject.image[None], ui.test_images(case.run)[0][found].numpy()])
    picture = strip(both, [box_of(place.region.mask), *masks])
    st.image(png(picture), output_format="PNG", alt=alt)


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
        alt = t("The picture with its places")
        st.vega_lite_chart(data, spec, key=f"{key}s", width="stretch", alt=alt)
    with right:
        total = t("score") if case.contrast is None else t("lead")
        data, spec = place_bars(shown, rest_of(shown, terms), total, dark=ui.is_dark())
        alt = t("What each place and all else adds")
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
    return [Term(t("the rest of the image"), seen - told), Term(t("before looking"), start)]


def rest_words(case: Case, places: Places, terms: list[Term]) -> list[str]:
    """Return what speaks against the class in all that is no place, if that is much.

    It is what a blank sheet gives beyond what the model begins with and, beside it, what is
    not of the places.
    """
    values = [one.region.value for one in places.told if not one.is_empty]
    seen, start = (sum(x.value for x in terms if bool(x.box) == part) for part in (True, False))
    rest, score = seen - sum(values), float(case.found.score[0])
    if case.contrast is None or score <= 0 or not values:
        return []
    sizes = [abs(value) for value in values]
    if -rest <= min(*sizes, max(sizes) / 2):
        return []
    empty = places.blank - start
    shown = adding_up([*values, rest, start], len(values))[-2]
    numbers = {
        "rest": signed(shown),
        "empty": signed(empty),
        "own": signed(shown - round(empty, 2)),
    }
    if rest - empty < empty:
        if places.together is None or places.together.after >= 0:
            return [
                t(
                    "The rest of the image, **{rest}**, speaks for {other}.",
                    other=case.contrast,
                    **numbers,
                )
            ]
        return [
            t(
                "The rest of the image, **{rest}**, speaks for {other}: what is left without "
                "{places} looks more like {other} than {name}.",
                places=those(len(places.on("for"))),
                other=case.contrast,
                name=case.target,
                **numbers,
            )
        ]
    if case.is_photo:
        return [
            t(
                "The rest of the image counts **{rest}**: a picture all in one grey has {empty}, "
                "what is left of this one adds {own}.",
                **numbers,
            )
        ]
    return [
        t(
            "The rest of the image counts **{rest}**: an empty picture has {empty}, the other ink "
            "adds {own}.",
            **numbers,
        )
    ]


def bar_words(case: Case, places: Places) -> str:
    """Return how the bars are to be read."""
    each = t(
        "Each bar starts where the last one ended; the grey one is {total}.", total=whose(case)
    )
    words = [each]
    gone = t("greyed out") if case.is_photo else t("erased")
    one, many = len(places.on("for")) == 1, len(places.on("for")) > 1
    if one:
        words.append(t("Blue: what is lost when that place is {gone}.", gone=gone))
    if many:
        shared = t(
            "Blue: what is lost when these places are all {gone}; each has its fair share (its "
            "Shapley value).",
            gone=gone,
        )
        words.append(shared)
    if places.opposed:
        those_won = listed([by_number(places, one) for one in places.on("against")])
        won = t("Orange: what is won without {places}.", places=those_won)
        words.append(won)
    words.append(t("Before looking: what the model begins with, whatever the picture."))
    if any(one.seen for one in places.told):
        words.append(t("What a square looks like to the model is right 6 times of 7."))
    if places.empty:
        stuff = t(case.stuff)
        words.append(t("Dashed: what {stuff} there would change, no part of the sum.", stuff=stuff))
    return joined(words)
