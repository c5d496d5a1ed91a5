"""What the squares of a photo look like to the model, and for which class that is usual."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import streamlit as st

from dpn.errors import RunError
from dpn.explain.photos.kept import read_probes
from dpn.explain.photos.seen import WORDS, Probes
from dpn.language import listed, msg, percent, t
from dpn.runs.run import Run
from dpn.ui.inside.case import Case
from dpn.ui.inside.places.place import Place, Places

log = logging.getLogger(__name__)

#: The share of a class's squares from which what they show is usual for it, and how many times as
#: much as the other class's it has to be to tell them apart.
USUAL, TWICE = 0.1, 2.0
#: Words that name a class: that they are usual for it goes without saying.
OF_A_CLASS = ("plane", "ship", "vehicle")
LOOKS = msg("it looks to the model like {what}")


def probes_of(case: Case) -> Probes | None:
    """Return what names the squares of a photo, if the run has it, as it is at the end."""
    if not case.is_photo or case.moment is not None:
        return None
    return _probes(str(case.run.path), case.run.answers_stamp())


@st.cache_resource(show_spinner=False, max_entries=16)
def _probes(path: str, stamp: int) -> Probes | None:  # noqa: ARG001 - part of the key
    try:
        return read_probes(Run(Path(path)))
    except RunError as error:  # it answers without
        log.warning("%s", error)
        return None


def with_seen(case: Case, places: Places) -> Places:
    """Return the places of a photo with what is seen in each, where the run can tell."""
    probes = probes_of(case)
    if probes is None or not places.told:
        return places
    feature_map = case.between[0]
    if len(feature_map) != len(probes.mean):
        return places
    seen = [tuple(probes.seen(feature_map, one.region.mask)) for one in places.told]
    told = [replace(one, seen=words) for one, words in zip(places.told, seen, strict=True)]
    return replace(places, told=told)


def looks_like(place: Place, most: int | None = None) -> str:
    """Return what a place of a photo looks like to the model: "a wheel and ground", or "".

    In all its words or in ``most`` of them, the surest first.
    """
    return listed([t(WORDS[word]) for word in place.seen[:most]])


def usual_for(case: Case, place: Place) -> tuple[str, bool]:
    """Return what a place looks like, with how usual that is, and whether it tells the classes.

    Where it is usual for both, or the other way round, the second is False; "" where nothing is
    known of what it looks like.
    """
    probes, found = probes_of(case), case.found
    if probes is None or found.contrast is None or not place.seen:
        return "", False
    sides = [(int(found.target[0]), case.target), (int(found.contrast[0]), case.contrast)]
    (one, name), (other, instead) = sides if place.region.value > 0 else sides[::-1]
    columns = {word: list(WORDS).index(word) for word in place.seen}
    often = {word: probes.often[[one, other], at] for word, at in columns.items()}
    word = max(often, key=lambda word: often[word][0] - often[word][1])
    share, less = (float(each) for each in often[word])
    if share < max(USUAL, TWICE * less):
        return t(LOOKS, what=looks_like(place)), False
    looks = t(LOOKS, what=t(WORDS[word]))
    if word in OF_A_CLASS:  # it goes without saying
        return looks, True
    words = t(
        "{looks}: usual for {one} ({share} of its squares), not for {other} ({less})",
        looks=looks,
        one=name,
        other=instead,
        share=percent(share, 0),
        less=percent(less, 0),
    )
    return words, True
