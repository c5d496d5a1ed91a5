"""The sum in words: what it comes to, and how its bars and its pictures are read."""

from __future__ import annotations

import math

from dpn.explain.account import Term, adding_up, deciding, signed
from dpn.language import joined, listed, t
from dpn.ui.inside.case import Case, by_windows, odds
from dpn.ui.inside.places.naming import by_number, named
from dpn.ui.inside.places.place import NOTHING, Places

#: Below these odds to 1 two classes are nearly level.
TIE = 1.5


def verdict(case: Case, terms: list[Term]) -> str:
    """Return in words what the sum comes to, and what part of it sees no pixel if that is much."""
    target, contrast = case.target, case.contrast
    if target == contrast:
        return t("A class set against itself: everything is 0. Choose another one above.")
    best, _ = deciding(terms)
    seen, start = (sum(x.value for x in terms if bool(x.box) == part) for part in (True, False))
    score = seen + start
    words = [t("All bars add up to {what}: **{score}**.", what=whose(case), score=signed(score))]
    if contrast is not None:
        ahead = target if score >= 0 else contrast
        behind = contrast if score >= 0 else target
        words.append(
            t(
                "So **{ahead}** is ahead of {behind}, {odds}.",
                ahead=ahead,
                behind=behind,
                odds=odds(score),
            )
        )
    if abs(start) > min(abs(seen), abs(best.value) / 2):
        words.append(
            t(
                "The picture adds {seen}; the model began with {value}, before looking at it.",
                seen=signed(adding_up([seen, start], 0)[0]),
                value=signed(start),
            )
        )
    return joined(words)


def whose(case: Case) -> str:
    """Return what is explained: a class's score, or its lead over another one."""
    if case.contrast is None:
        return t("{name}'s score", name=case.target)
    return t("{name}'s lead over {other}", name=case.target, other=case.contrast)


def band_words(case: Case, places: Places, terms: list[Term]) -> str:
    """Return that the strongest place is not in the band that adds most, where it is not.

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
    if max(inside, key=lambda term: int(place.mask[inside[term]].sum())) is best:
        return ""
    spot = f"**{named(case, place)}**"
    return t(
        "{spot} changes other bars than its own, too: go by what happens without it.",
        spot=f"{spot[:2]}{spot[2].upper()}{spot[3:]}",
    )


def sum_words(case: Case) -> str:
    """Return how the bars of the bands are to be read."""
    words = [t("Each bar is one band of the picture; it starts where the last one ended.")]
    if case.config.model.model == "residual":
        words.append(t("A band counts with what lies around it."))
    if by_windows(case):
        return joined([*words, head_start(case)])
    exact = t(
        "These shares are exact for the picture as it is. Without a part the others may decide "
        "otherwise, so that more or less than its share is lost."
    )
    return joined([*words, exact])


def head_start(case: Case) -> str:
    """Return what those bars are that belong to no place of the image."""
    biases = t("layer biases") if case.config.model.model == "mlp" else t("decision biases")
    words = t(
        "The {biases} and the read-out come from no part of the picture: the model begins with "
        "them.",
        biases=biases,
    )
    if case.found.smoothing.any():
        words = joined([words, t("The smoothing is what mixing decisions adds or takes.")])
    return words


def mind(case: Case, terms: list[Term]) -> list[str]:
    """Return that it is nearly a tie, and that the picture as a whole speaks for the other class.

    Nothing where neither is so.
    """
    return [*_tie(case), *_against_the_picture(case, terms)]


def _tie(case: Case) -> list[str]:
    score = float(case.found.score[0])
    if case.contrast is None or case.target == case.contrast or not 0 < score < math.log(TIE):
        return []
    told = {"name": case.target, "other": case.contrast, "odds": odds(score)}
    return [t("{name} and {other} are nearly level, {odds}: little turns it.", **told)]


def _against_the_picture(case: Case, terms: list[Term]) -> list[str]:
    """Return that the class leads although the picture as a whole speaks for the other one."""
    seen = sum(term.value for term in terms if term.box)
    if case.contrast is None or not seen < -NOTHING < NOTHING < case.found.score[0]:
        return []
    return [
        t(
            "All in all the picture speaks for {other}: **{name} is ahead by what the model begins "
            "with**, before looking at any part.",
            other=case.contrast,
            name=case.target,
        )
    ]


def template_words(case: Case, places: Places) -> str:
    """Return what the colours of the pictures say."""
    rather = case.target
    if case.contrast is not None:
        rather = t("{name}, not {other}", name=case.target, other=case.contrast)
    bright = t("brightness") if case.is_photo else t(case.stuff)
    words = t(
        "Blue: {bright} there speaks for {rather}; orange: against it.",
        bright=bright,
        rather=rather,
    )
    if places.usual:
        first = t(
            "First picture: where an average {name} has more {bright} (blue) than an average "
            "{other}, or less.",
            name=case.target,
            bright=bright,
            other=case.contrast,
        )
        words = joined([words, first])
    assert case.found.pixel_map is not None
    pixels = case.found.pixel_map[0].sum(axis=0)
    orange = [place for place in places.on("for") if pixels[place.region.mask].sum() < 0]
    if orange:
        more = t(
            "Mostly orange in the last picture, and yet for {name}: {places}. Its own pixels speak "
            "against {name}, but without it the model also reads the rest in another way, which "
            "costs {name} more.",
            name=case.target,
            places=listed([by_number(places, place) for place in orange]),
        )
        words = joined([words, more])
    return words
