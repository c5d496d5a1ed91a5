"""The places of an image in words: which class each speaks for, why, and what comes without it."""

from __future__ import annotations

import numpy as np

from dpn.account import signed
from dpn.explanation import Floats
from dpn.regions import Region, look_of, usual_ink
from dpn.shapes import loops, stroke
from dpn.ui.alike import Alike
from dpn.ui.case import Case
from dpn.ui.places import Places, by_windows
from dpn.ui.words import plain
from dpn.what_if import with_ink


def short_words(case: Case, places: Places, near: Alike | None) -> str:
    """Return in a few sentences which place speaks most for the class, and why."""
    told = []
    if near:
        of, count = near.counted[0]
        name = plain(case.config.class_names[of])
        told.append(
            f"to the model it is most like **{name}**: {count} of the {len(near.found)} test "
            "images nearest to it are."
        )
    told += _strongest(case, places)
    sentences = [words[0].upper() + words[1:] for words in told]
    return f"**In short.** {' '.join(sentences)}" if told else ""


def _strongest(case: Case, places: Places) -> list[str]:
    """Return what speaks most for the class: a place or empty paper, whichever changes more."""
    score, told = float(case.found.score[0]), []
    pairs = zip(places.found, places.after, strict=True)
    best = next(((place, after) for place, after in pairs if place.value > 0), None)
    if best:
        place, after = best
        words = f"**{_named(case, place)}**"
        reasons = _reasons(case, place, places.usual)
        words += f": {' and '.join(reasons)}." if reasons else "."
        if score > after:
            words += f" Without it {_outcome(case, after)}."
        told.append((score - after, words))
    if places.missing:
        words = f"that there is **no ink at the {places.missing.where}**, where {case.contrast} "
        words += f"usually has some{_open(case, places.missing, places.usual)}."
        told.append(
            (score - places.drawn, f"{words} With ink there {_outcome(case, places.drawn)}.")
        )
    told.sort(key=lambda one: -one[0])
    rather = "" if case.contrast is None else f" rather than {case.contrast}"
    starts = (f"what speaks most for {case.target}{rather} is", "next comes")
    return [f"{start} {words}" for start, (_, words) in zip(starts, told, strict=False)]


def place_words(case: Case, places: Places) -> str:
    """Return one bullet for each place: which class it speaks for, why, and what without it."""
    pairs = zip(places.found, places.after, strict=True)
    told = [_place(case, place, after, places.usual) for place, after in pairs]
    if places.missing:
        told.append(_missing(case, places.missing, places.drawn, places.usual))
    told = told or ["No place speaks for it or against it."]
    return "\n".join(f"- {words}" for words in told)


def rest_words(case: Case, places: Places) -> str:
    """Return how the places and all else add up to what the chart of the sum shows."""
    found, model = case.found, case.config.model.model
    total = "score" if case.contrast is None else "lead"
    score, makes = float(found.score[0]), float(found.pixels[0] + found.encoder_bias[0])
    terms = []
    if by_windows(case):
        terms.append(f"All pixels together {signed(float(found.pixels[0]))}")
    else:
        terms += [f"the place at the {place.where} {signed(place.value)}" for place in places.found]
        rest = float(found.pixels[0]) - sum(place.value for place in places.found)
        terms.append(f"the rest of the image {signed(rest)}")
    if model != "dpn":
        whose = "encoder" if model == "residual" else "layer"
        terms.append(f"the {whose} biases {signed(float(found.encoder_bias[0]))}")
    words = ", ".join(terms)
    besides = "the read-out"
    if model != "mlp":
        words += f": that makes {signed(makes)}, what all parts add"
        smoothing = ", the smoothing" if found.smoothing.any() else ""
        besides = f"the decision biases{smoothing} and the read-out"
    words += f". With {besides}, {signed(score - makes)}, it is the {total}, {signed(score)}."
    return words[0].upper() + words[1:]


def template_words(case: Case, places: Places) -> str:
    """Return what the colours of the pictures say."""
    target, contrast = case.target, case.contrast
    rather = target if contrast is None else f"{target} rather than {contrast}"
    words = ""
    if places.usual:
        words = f"Second picture, blue: where an average {target} has more ink than an average "
        words += f"{contrast}; orange: less. In the others, blue"
    words = words or "Blue"
    words += f": brightness there speaks for {rather}; orange: against it."
    if by_windows(case):
        words += " Numbers in the first picture: what is lost if the place is blanked."
        return f"{words} A bar above adds up a whole band, what is for and what is against."
    words += " A bar above adds up a whole band; a place here is one stroke, in one band or more."
    return f"{words} Black pixels add nothing; ink there could."


def _place(case: Case, place: Region, after: float, usual: tuple[Floats, Floats] | None) -> str:
    first, second = case.target, case.contrast
    is_for = place.value > 0
    role = f"For **{first}**" if is_for else "Against it" if second is None else f"For **{second}**"
    if case.config.preparation == "photo":
        return f"{role}: {_named(case, place)}. Greyed out, {_outcome(case, after)}."
    value = "" if by_windows(case) else f", **{signed(place.value)}**"
    words = f"{role}: {_named(case, place)}{value}"
    words = "; ".join([words, *_reasons(case, place, usual)])
    if (float(case.found.score[0]) - after) * place.value < 0:
        return f"{words}. Without it other decisions would win, and {_outcome(case, after)}."
    return f"{words}. Erased, {_outcome(case, after)}."


def _named(case: Case, place: Region) -> str:
    """Return what lies at a place, and where that is."""
    if case.config.preparation == "photo":
        return f"the {_look(case, place)} {place.where} of the photo"
    ink = case.subject.image.mean(axis=0) / 255
    return f"the {stroke(ink, place.mask)} at the {place.where}"


def _reasons(case: Case, place: Region, usual: tuple[Floats, Floats] | None) -> list[str]:
    """Return why a stroke speaks for its class, as clauses; what is no reason is not said."""
    if case.config.preparation == "photo":
        return []
    ink, is_for = case.subject.image.mean(axis=0) / 255, place.value > 0
    reasons = []
    if is_for and loops(np.where(place.mask, 0, ink)) < loops(ink):
        reasons.append("it closes a loop")
    if usual is not None and usual_ink(place, *usual) == ("first" if is_for else "second"):
        pair = (case.target, case.contrast)
        one, other = pair if is_for else pair[::-1]
        reasons.append(f"{one} has more ink there than {other}")
    return reasons


def _missing(case: Case, place: Region, drawn: float, usual: tuple[Floats, Floats] | None) -> str:
    """Return what is told of empty paper where the other class has ink."""
    words = f"For **{case.target}**: **no** ink at the {place.where}, where "
    words += f"{case.contrast} usually has some{_open(case, place, usual)}"
    return f"{words}. With ink there, {_outcome(case, drawn)}."


def _open(case: Case, place: Region, usual: tuple[Floats, Floats] | None) -> str:
    """Return that ink at an empty place would close a loop, where it would."""
    assert usual is not None
    ink = case.subject.image.mean(axis=0) / 255
    with_it = with_ink(case.subject.image, place.mask, usual[1]).mean(axis=0) / 255
    return ": there it is open, and that would close a loop" if loops(with_it) > loops(ink) else ""


def _look(case: Case, place: Region) -> str:
    image = case.subject.image
    return look_of(image if len(image) == 3 else np.repeat(image, 3, axis=0), place.mask)


def _outcome(case: Case, score: float) -> str:
    """Return what a change comes to, for a class or for the one it is set against."""
    before = float(case.found.score[0])
    if case.contrast is None:
        return f"its score would be {signed(score)} instead of {signed(before)}"
    if (score > 0) != (before > 0):
        ahead, behind = (case.target, case.contrast) if score > 0 else (case.contrast, case.target)
        return f"**{ahead} would win** over {behind} by {signed(abs(score))}"
    return f"the lead would be {signed(score)} instead of {signed(before)}"
