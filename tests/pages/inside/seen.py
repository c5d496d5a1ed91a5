"""What Inside shows, read back from its page, and what it has to be."""

import math
import re

import numpy as np
import pytest

from dpn import ui
from dpn.explain.account import account
from dpn.explain.regions import (
    find_regions,
)
from dpn.explain.what_if import without
from dpn.explain.windows import SHARES, find_decisive, windows
from dpn.jobs.questions import Question
from dpn.runs.run import SHIPPED, Run
from tests.pages.session import Session

INSIDE = "pages/3_Inside.py"


DIGITS = Run(SHIPPED / "shipped-digits-dpn")


def explained(run, index, moment=None, **question):
    images, _ = ui.test_images(run)
    return ui.model_server().explain(
        run, images[index : index + 1].numpy(), Question(**question), moment
    )


def values(session):
    """What each bar of the sum adds, the score last."""
    if session.chart("bar") is None:
        unfold(session)
    return session.chart("bar")["value"].to_numpy()


def unfold(session):
    """Open what is drawn only then; return it."""
    session.at.session_state["by_parts"] = True
    session.run()
    return next(e for e in session.at.expander if e.label == "By bands and by pixels")


def assert_shows(session, found, run):
    """The bars are the account of ``found``, and the probabilities and pixels are its own."""
    expected = [term.value for term in account(found, run.config().model)]
    np.testing.assert_allclose(values(session), [*expected, found.score[0]], atol=1e-3)
    pixels = session.chart("pixel")["adds"][: found.pixel_map[0, 0].size].astype(float)
    adds = found.pixel_map[0].sum(axis=0).ravel()
    np.testing.assert_allclose(pixels, adds, atol=5e-4 + 1e-6)
    best, second = np.argsort(-found.probabilities[0])[:2]
    names = [ui.plain(name) for name in run.config().class_names]
    heading = next(text for text in session.texts if text.startswith(f"## {names[best]}, "))
    second = f"**{names[second]}** with"
    assert f"Its second choice is {second}" in heading or f", then {second}" in heading


def assert_the_rest_adds_up(session, found, *, exact):
    """The places and all else, as the bars show them, add up to the score."""
    bars = session.chart("share")
    counted = bars[~bars["empty"].astype(bool)]
    total, terms = counted.iloc[-1], counted.iloc[:-1]
    assert total["value"] == pytest.approx(found.score[0], abs=1e-4)
    assert terms["value"].sum() == pytest.approx(total["value"], abs=1e-4)
    if exact:  # what the places and the rest of the image add is what the parts add
        pixels = terms[terms["words"].str.startswith(("place ", "the rest"))]["value"].sum()
        assert pixels == pytest.approx(found.pixels[0], abs=1e-4)
        assert pixels == pytest.approx(found.contributions[0].sum(), abs=1e-3)


def unspanned(text):
    """The words without what links them to their place, and without pictures."""
    return re.sub(r"</?span[^>]*>|<img[^>]*>", "", text)


def bullets(session):
    """What is said of each place; each is linked to the place with its number."""
    (told,) = (text for text in session.texts if re.match(r"1\. <span", text))
    lines = told.splitlines()
    for number, line in enumerate(lines, start=1):
        assert line.startswith(f'{number}. <span tabindex="0" class="place-{number}">')
        assert line.endswith("</span>")
    return [unspanned(line)[3:] for line in lines]


def called_alike(line):
    """The line without what parts places of one name."""
    return re.sub(r"\*\*the (upper|lower|left-hand|right-hand|inner) ", "**the ", line)


def in_short(session):
    """What is said of each question: the name of a line and its words.

    Where each of several places has a line below, these come first, with semicolons between.
    """
    (told,) = (text for text in session.texts if text.startswith("- :gray["))
    found = {}
    for line in re.split(r"\n(?=- )", told):
        name, words = re.fullmatch(r"- :gray\[(.+?)\]: ?(.+)", line, re.DOTALL).groups()
        first, *each = unspanned(words).split("\n    - ")
        below = ["; ".join(one.removesuffix(".") for one in each) + "."] if each else []
        is_marked = '<span class="reason">' in words
        assert is_marked == name.endswith(", marked in yellow") or name.startswith("By eye")
        found[name.removesuffix(", marked in yellow")] = " ".join(
            filter(None, [*below, first.strip()])
        )
    return found


def lead(run, image, found, **question):
    """The score of a changed image, for the same two classes."""
    pair = [int(found.target[0]), None if found.contrast is None else int(found.contrast[0])]
    return float(ui.model_server().explain(run, image[None], Question(*pair, **question)).score[0])


def odds(lead):
    """How many times likelier a class is that leads by this much: the first two digits count."""
    ratio = math.exp(abs(lead))
    if ratio < 1.05:
        return "by a hair"
    if ratio > 1000:
        return "more than 1,000 to 1"
    return f"{ratio:.1f} to 1" if ratio < 10 else f"{int(float(f'{ratio:.1e}')):,} to 1"


def target_of(found):
    return int(found.target[0])


def third_class(run, image, found):
    """The class that is answered of a changed image, where it is none of the two; else None."""
    pair = [int(of[0]) for of in (found.target, found.contrast)]
    if int(found.probabilities[0].argmax()) != pair[0]:
        return None
    best = int(ui.model_server().predict(run, image[None]).probabilities[0].argmax())
    return None if best in pair else ui.plain(run.config().class_names[best])


def outcome(run, found, after, place=None, places=(), third=None):
    """What a bullet says of the lead without a place, or with ink in an empty one."""
    before = float(found.score[0])
    names = [
        ui.plain(run.config().class_names[int(of[0])]) for of in (found.target, found.contrast)
    ]
    ahead = names[0] if after > 0 else names[1]
    if third:
        return f"**{third} would be ahead**."
    if (after > 0) != (before > 0):
        return f"**{ahead} would be ahead**, {odds(after)}."
    less = place is not None and place.value > 0 and before - after < 0.75 * place.value
    others = [n for n, one in enumerate(places, 1) if one.value > 0 and one is not place]
    stand_in = ", as long as the other places are there" if less else ""
    if less and len(others) == 1:
        stand_in = f", as long as place {others[0]} is there"
    if abs(after - before) < math.log(1.05):
        return f"nothing is lost{stand_in}." if less else f"{ahead} would stay as far ahead."
    return f"{ahead} would still be ahead, {odds(after)}{stand_in}."


def chosen_places(run, image, ground, found):
    """Return the places of an image that decide: of the digits' model strokes, then windows."""
    score = float(found.score[0])
    pair = Question(int(found.target[0]), int(found.contrast[0]))

    def lost(masks):  # places with the same ink are told apart by the last bit
        images = np.stack([without(image, mask, ground) for mask in masks])
        logits = ui.model_server().logits(run, images, pair)
        return score - (logits[:, pair.target] - logits[:, pair.contrast])

    levels = [windows(*image.shape[1:], share) for share in SHARES]
    if run.config().model.model == "dpn" and run.config().preparation != "photo":
        ink = image[0] > 0
        strokes = (region.mask for region in find_regions(found.pixel_map[0]))
        levels.insert(0, [one for one in strokes if (one & ink).sum() <= ink.sum() / 2])
    speak, against = find_decisive(levels, lost, score)
    return speak + against


def erased(places, place, verb="Erased"):
    """How the sentence about a loss begins: more than one place is on most sides."""
    side = [one for one in places if (one.value > 0) == (place.value > 0)]
    return f"{verb} alone, " if len(side) > 1 else f"{verb}, "


def those(count):
    return {1: "place 1", 2: "places 1 and 2"}.get(count, f"places 1 to {count}")


def listed(words, last="and"):
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def changed_html(session):
    pages = [one.proto.body for one in session.at.get("html")]
    (found,) = (body for body in pages if 'class="changed"' in body)
    return found


def figures(session):
    """What stands under the pictures of what is changed: how, and who is ahead."""
    found = changed_html(session)
    captions = re.findall(r"<figcaption>(.*?)<br>(.*?)</figcaption>", found)
    assert found.count("<img src=") == len(captions)
    return dict(captions)


def what_if(**address):
    session = Session(INSIDE, **address)
    return session.set("button_group", "deeper", "what_if")
