"""What is said of a drawing in short, and what comes without each of its places."""

import re
from dataclasses import replace

import numpy as np
import pytest

from dpn.explain.account import Term
from dpn.explain.regions import Region
from dpn.ui.inside.places.place import Place, Places
from dpn.ui.inside.places.short import short_words
from dpn.ui.inside.places.words import place_words
from dpn.ui.inside.sum_words import verdict
from tests.ui.inside.drawing import TOP, case, usually


def in_short(places, together=None, rest=0.5, start=0.0, blank=0.0, **more):
    told = Places(places, together, blank=blank)
    seen = rest + sum(place.region.value for place in places)
    terms = [Term("rows", seen, (0, 9, 0, 9)), Term("read-out", start)]
    said = short_words(case(**more), told, terms)
    return [re.sub(r"</?span[^>]*>|:gray\[|\*\*", "", line)[2:] for line in said.splitlines()]


def test_what_decides_is_told_alone_together_or_not_at_all(monkeypatch):
    usually(monkeypatch)
    tips, keeps = (Place(Region(1.0, TOP, "top"), after) for after in (-1.0, 1.0))
    falls, stays = (Place(Region(2.0, TOP, ""), after) for after in (-1.0, 0.7))
    first, why, *_ = in_short([tips], falls)
    assert first == (
        "What decides]: the curved stroke at the digit's top (place 1) alone. Without it 9 would "
        "be ahead."
    )
    assert why == "Why]: no single reason is clear."
    first, *_ = in_short([tips, Place(Region(0.5, TOP, "top"), -0.1)], falls)
    assert first.endswith("(place 2), each alone. If either is gone, 9 would be ahead.")
    both = [keeps, Place(Region(0.5, TOP, "top"), 1.0)]
    first, *_ = in_short(both, falls)
    assert first.endswith("(place 2), together. Without them 9 would be ahead.")
    first, *_ = in_short([keeps, Place(Region(0.5, TOP, "top"), -0.1)], falls)
    assert first.endswith("9 would be ahead. The same without place 2 alone.")
    first, *_, also, against = in_short(both, stays)
    assert first.startswith(
        "What decides]: no single place; the strongest is the curved stroke at the digit's top "
        "(place 1). Even without places 1 and 2, 8 would"
    )
    assert first.endswith("2.0 to 1, for much of the rest of the picture speaks for it.")
    assert also == "Also for 8]: the curved stroke at the digit's top (place 2)."
    assert against == "Against it]: nothing clear."
    first, *_ = in_short([keeps, Place(Region(0.5, TOP, "top"), -0.1)], stays)
    assert first.startswith("What decides]: Without place 2 alone 9 would be ahead. Of all, the ")
    first, *_ = in_short([keeps], falls, score=-1.0)
    assert first == "What counts most]: the curved stroke at the digit's top (place 1)."


def test_classes_that_are_nearly_level_are_said_to_be(monkeypatch):
    usually(monkeypatch)
    tips = Place(Region(1.0, TOP, "top"), -1.0)
    first, *_ = in_short([tips], tips, score=0.3)
    assert first == "Mind]: 8 and 9 are nearly level, 1.3 to 1: little turns it."
    for score in (0.5, -0.3):
        assert not any("level" in line for line in in_short([tips], tips, score=score)[:1])
    assert not any("level" in line for line in in_short([tips], score=0.3, contrast=None))


def test_a_third_class_that_would_be_ahead_of_both_is_told(monkeypatch):
    usually(monkeypatch)
    tips = Place(Region(1.0, TOP, "top"), -1.0, 5)
    keeps, other = Place(Region(1.0, TOP, "top"), 1.0, 3), Place(Region(0.5, TOP, "top"), -0.1, 4)
    falls, stays = (Place(Region(2.0, TOP, ""), after, 7) for after in (-1.0, 0.7))
    said = lambda *places: in_short(*places)[0]  # noqa: E731
    assert said([tips], falls).endswith("(place 1) alone. Without it 5 would be ahead, not 9.")
    assert said([keeps], stays).endswith("(place 1) alone. Without it 3 would be ahead, not 9.")
    each = "each. Without place 1, 5 would be ahead. Without place 2, 4 would be ahead."
    assert said([tips, other], falls).endswith(each)
    same = Place(Region(0.5, TOP, "top"), 0.1, 5)
    assert said([tips, same], falls).endswith(
        "each alone. If either is gone, 5 would be ahead, not 9."
    )
    three = said([tips, same, same], falls)
    assert three.endswith("each. Without any one of them 5 would be ahead, not 9.")
    calm = Place(Region(1.0, TOP, "top"), 1.0)
    told = said([calm, other], falls)
    assert told.endswith(
        "together. Without them 7 would be ahead, not 9. Without place 2 alone 4 would be ahead."
    )
    assert said([calm, replace(other, instead=7)], falls).endswith(
        "The same without place 2 alone."
    )
    assert said([calm], stays).endswith("together. Without them 7 would be ahead, not 9.")
    against = Place(Region(-1.0, TOP, "top"), 3.0, 6)
    *_, words = in_short([calm, against], falls)
    assert words.endswith("(place 2). Yet without it 6 would be ahead.")
    lines = place_words(case(), Places([tips, keeps, other], falls)).splitlines()
    assert "alone, **5 would be ahead**." in lines[0]
    assert "alone, **3 would be ahead**." in lines[1]


@pytest.mark.parametrize(
    ("start", "blank", "told"),
    [
        (0.2, 0.1, ", for much of the rest of the picture speaks for it."),
        (0.6, 0.6, ", for the model begins with a lead for it, before looking at the picture."),
        (0.6, 0.1, "."),  # a blank sheet has less than half of it: neither is said
        (0.2, 0.6, "."),
    ],
)
def test_what_is_left_without_the_places_comes_from_the_rest_or_the_start(
    monkeypatch, start, blank, told
):
    usually(monkeypatch)
    stays = Place(Region(1.0, TOP, ""), 0.7)
    (first, *_) = in_short([stays], stays, rest=0.5, start=start, blank=blank)
    assert first.endswith(f"8 would still be ahead, 2.0 to 1{told}")


@pytest.mark.parametrize(("after", "needed"), [(-1.0, True), (1.0, False)])
def test_paper_that_must_be_empty_decides_too(monkeypatch, after, needed):
    usually(monkeypatch)
    usual = np.zeros((9, 9)), np.where(TOP, 1.0, 0.0)
    empty = Place(Region(2.0, TOP, "top"), after, is_empty=True)
    places = [Place(Region(1.0, TOP, "top"), -1.0), empty]
    together = Place(Region(1.0, TOP, ""), -1.0)
    found = Places(places, together, usual)
    said = short_words(case(), found, [Term("rows", 2.0, (0, 9, 0, 9))])
    plain = re.sub(r"</?span[^>]*>|\*\*", "", said)
    spot = "the empty spot at the digit's top (place 2)"
    must = f"Needed, too: {spot}. With ink there 9 would be ahead."
    assert (must in plain) == needed
    assert ("place 2: 9 usually has ink there." in plain) == needed
    also = f":gray[Also for 8]: {spot}, since 9 usually has ink there."
    assert (also in plain) != needed


def test_of_a_place_that_is_not_missed_alone_it_is_said_which_one_stands_in_for_it(monkeypatch):
    usually(monkeypatch)
    first, second, third = (Place(Region(1.0, TOP, "top"), after) for after in (1.0, 1.99, 1.99))
    together = Place(Region(2.0, TOP, ""), -1.0)
    lines = place_words(case(), Places([first, second], together)).splitlines()
    assert lines[0].endswith("Erased alone, 8 would still be ahead, 2.7 to 1.</span>")
    assert lines[1].endswith("Erased alone, nothing is lost, as long as place 1 is there.</span>")
    lines = place_words(case(), Places([first, second, third], together)).splitlines()
    assert lines[2].endswith(
        "alone, nothing is lost, as long as the other places are there.</span>"
    )


def test_what_the_picture_and_the_head_start_add_is_what_is_read_of_the_lead():
    terms = [Term("rows", -1.104, (0, 9, 0, 9)), Term("read-out", 8.0)]
    assert "lead over 9: **+6.90**" in verdict(case(), terms)
    assert "The picture adds -1.10; the model began with +8.00, before looking at it." in verdict(
        case(), terms
    )
    terms = [Term("rows", 4.104, (0, 9, 0, 9)), Term("read-out", 2.804)]
    assert "lead over 9: **+6.91**" in verdict(case(), terms)
    assert "The picture adds +4.11; the model began with +2.80, before looking at it." in verdict(
        case(), terms
    )
