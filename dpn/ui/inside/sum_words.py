"""The sum in words: what it comes to, how its bars are read, and what places have to do with it."""

from __future__ import annotations

import numpy as np

from dpn.explain.account import Term, deciding, signed
from dpn.ui.inside.case import Case, odds
from dpn.ui.inside.places import Places, by_windows, named


def verdict(case: Case, terms: list[Term]) -> str:
    """Return in words what the sum comes to, and what part of it sees no pixel if that is much."""
    target, contrast = case.target, case.contrast
    if target == contrast:
        return "A class set against itself: everything is 0. Choose another one above."
    best, _ = deciding(terms)
    biases = next(term for term in terms if term.name.endswith("biases"))
    score, seen = sum(term.value for term in terms), sum(term.value for term in terms if term.box)
    what = f"{target}'s score" if contrast is None else f"{target}'s lead over {contrast}"
    words = f"All bars add up to {what}: **{signed(score)}**"
    if contrast is not None:
        ahead = target if score >= 0 else contrast
        behind = contrast if score >= 0 else target
        words += f". So **{ahead}** is ahead of {behind}, {odds(score)}"
    if abs(biases.value) > min(abs(seen), abs(best.value) / 2):
        words += f". The picture adds {signed(seen)}, the {biases.name} {signed(biases.value)}"
    return words + "."


def band_words(case: Case, places: Places, terms: list[Term]) -> str:
    """Return why the band of the place that decided is not the one that adds most; "" where it is.

    Args:
        case: the image explained.
        places: its places.
        terms: the account of its score.
    """
    if places.strongest is None:
        return ""
    place, (best, _) = places.strongest.region, deciding(terms)
    inside = {
        term: tuple(slice(low, high) for low, high in (term.box[:2], term.box[2:]))
        for term in terms
        if term.box
    }
    band = max(inside, key=lambda term: int(place.mask[inside[term]].sum()))
    if band is best:
        return ""
    spot = f"**{named(case, place)}**"
    if case.config.model.model == "dpn" and not by_windows(case):
        assert case.found.pixel_map is not None
        adds = case.found.pixel_map[0].sum(axis=0, dtype=np.float64)
        own = float(adds[inside[band]][place.mask[inside[band]]].sum())
        rest = f"all else there {signed(band.value - own)}"
        return f" In {band.name}, {spot} adds {signed(own)}, {rest}."
    words = f" {spot[:2]}{spot[2].upper()}{spot[3:]} changes other bars than its own, too"
    return f"{words}: go by what happens without it."


def sum_words(case: Case) -> str:
    """Return how the bars of the bands are to be read."""
    words = "Each bar is one band of the picture; it starts where the last one ended."
    if case.config.model.model == "residual":
        words += " A band counts with what lies around it."
    return words + (f" {head_start(case)}" if by_windows(case) else "")


def head_start(case: Case) -> str:
    """Return what those bars are that belong to no place of the image."""
    biases = "layer biases" if case.config.model.model == "mlp" else "decision biases"
    words = f"The {biases} and the read-out count whatever the picture shows: a head start."
    if case.found.smoothing.any():
        words += " The smoothing is what mixing decisions adds or takes."
    return words
