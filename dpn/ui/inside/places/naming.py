"""What the places of an image are called: by their numbers, by what lies there, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dpn.explain.drawings.shapes import stroke
from dpn.explain.regions import Region
from dpn.language import msg, t
from dpn.ui.inside.case import Case
from dpn.ui.inside.places.place import Place, Places

#: What parts places of one name, down and across: the first, those between and the last.
PARTS = (
    (msg("upper"), msg("inner"), msg("lower")),
    (msg("left-hand"), "inner", msg("right-hand")),
)


def those(count: int) -> str:
    """Return what the first places are called by their numbers."""
    if count == 1:
        return t("place 1")
    return t("places 1 and 2") if count == 2 else t("places 1 to {count}", count=count)


def pointed(number: int, words: str) -> str:
    """Return words that show their place in the figures when they are pointed at or focused."""
    return f'<span tabindex="0" class="place-{number}">{words}</span>'


def called(places: Places, place: Place) -> str:
    """Return what a place is called by its number alone, to be pointed at."""
    return pointed(places.told.index(place) + 1, by_number(places, place))


def by_number(places: Places, place: Place) -> str:
    """Return what a place is called by its number alone, as Markdown."""
    return t("place **{number}**", number=places.told.index(place) + 1)


def numbered(case: Case, places: Places, place: Place) -> str:
    """Return what a place is called, with its number in the figures."""
    number = places.told.index(place) + 1
    name = (
        spot(place, whole_of(case)) if place.is_empty else named(case, place.region, whole_of(case))
    )
    return pointed(number, f"**{name}** {t('(place {number})', number=number)}")


def whole_of(case: Case) -> str:
    """Return what the places of a drawing are named within, for ``t``; "" of other pictures."""
    if case.stuff != "ink":
        return ""
    is_digit = all(name.isdigit() for name in case.config.class_names)
    return msg("digit") if is_digit else msg("drawing")


def named(case: Case, place: Region, whole: str = "") -> str:
    """Return what lies at a place, and where that is, perhaps within the ``whole``."""
    if case.is_photo:
        return t("the square at the {where}", where=t(place.where))
    what = t(shape_of(case, place))
    if place.part:
        what = t("{part} {what}", part=t(place.part), what=what)
    if whole:
        return t(
            "the {what} at the {whole}'s {where}", what=what, whole=t(whole), where=t(place.where)
        )
    return t("the {what} at the {where}", what=what, where=t(place.where))


def shape_of(case: Case, place: Region) -> str:
    """Return what lies at a place of a drawing, for ``t``."""
    return stroke(case.ink, place.mask) if case.stuff == "ink" else case.stuff


def spot(place: Place, whole: str = "") -> str:
    """Return what an empty place is called, perhaps within the ``whole``."""
    where = t(place.region.where)
    if whole:
        return t("the empty spot at the {whole}'s {where}", whole=t(whole), where=where)
    return t("the empty spot at the {where}", where=where)


def nothing_at(case: Case, place: Place) -> str:
    """Return what an empty place has not."""
    return t("no {stuff} at the {where}", stuff=t(case.stuff), where=t(place.region.where))


def told_apart(case: Case, told: list[Place]) -> list[Place]:
    """Return the places of a drawing such that no two of them have one name."""
    if case.is_photo:
        return told
    alike: dict[str, list[Place]] = {}
    for place in told:
        if not place.is_empty:
            alike.setdefault(named(case, place.region), []).append(place)
    names = dict[Region, Region]()
    for those in alike.values():
        if len(those) > 1:
            regions = [one.region for one in those]
            names |= zip(regions, parted(regions), strict=True)
    return [replace(one, region=names.get(one.region, one.region)) for one in told]


def parted(alike: Sequence[Region]) -> list[Region]:
    """Return places that are called alike with what parts them, in the order in which they came.

    They are parted down or across, in whichever direction their middles lie further apart.
    """
    middles = np.array([np.argwhere(one.mask).mean(axis=0) for one in alike])
    axis = int(np.ptp(middles, axis=0).argmax())
    first, between, last = PARTS[axis]
    names = [between] * len(alike)
    order = middles[:, axis].argsort(kind="stable")
    names[int(order[0])], names[int(order[-1])] = first, last
    return [replace(one, part=part) for one, part in zip(alike, names, strict=True)]
