"""Why a place of a drawing is said to speak for its class, and what comes without it."""

import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from dpn.explain.account import Term
from dpn.explain.regions import Region
from dpn.ui.inside.places import reasons
from dpn.ui.inside.places.place import Place, Places
from dpn.ui.inside.places.reasons import why
from dpn.ui.inside.places.short import short_words
from dpn.ui.inside.places.words import place_words
from dpn.ui.inside.sum_words import verdict

RING = np.zeros((9, 9))
RING[2:7, 2:7] = 1
RING[3:6, 3:6] = 0
TOP = np.zeros((9, 9), bool)
TOP[2:4, 2:7] = True


def case(ink=RING, score=2.0, contrast="9", **more):
    image = np.rint(ink * 255).astype(np.uint8)[None]
    found = {"score": np.array([score]), "target": np.array([8]), "contrast": np.array([9])}
    plain = {"target": "8", "contrast": contrast, "stuff": "ink", "is_photo": False, "run": None}
    subject = SimpleNamespace(image=image)
    return SimpleNamespace(**plain | more, ink=ink, subject=subject, found=SimpleNamespace(**found))


def usually(monkeypatch, one, other, shares=None):
    monkeypatch.setattr(reasons, "usual_loops", lambda _: (one, other))
    monkeypatch.setattr(reasons.ui, "class_means", lambda _: None)
    monkeypatch.setattr(reasons, "share_with", lambda *_: shares)


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (1, 0, "it closes the loop (9 usually has none)"),
        (2, 1, ""),  # as many as 9 usually has are drawn
        (1, 1, ""),
        (0, 1, ""),
        (float("nan"), 0, ""),
    ],
)
def test_a_loop_is_a_reason_only_where_the_other_class_has_fewer(monkeypatch, one, other, told):
    usually(monkeypatch, one, other)
    assert why(case(), Place(Region(1.0, TOP, "top"), 1.0), None) == told


def test_a_second_loop_is_a_reason_against_a_class_that_usually_has_one(monkeypatch):
    eight = np.concatenate([RING[:7], RING[3:7], np.zeros((2, 9))])
    top = np.zeros_like(eight, bool)
    top[2, 2:7] = True
    usually(monkeypatch, 2, 1)
    told = why(case(eight), Place(Region(1.0, top, "top"), 1.0), None)
    assert told == "it closes a loop (9 usually has fewer)"


@pytest.mark.parametrize(
    ("shares", "told"),
    [
        ((0.6, 0.1), "8 often has such a stroke there (60%), 9 seldom (10%)"),
        ((0.6, 0.35), ""),  # not twice as often
        ((0.3, 0.1), ""),  # not often
        ((0.1, 0.6), ""),
        (None, ""),
    ],
)
def test_a_strokes_direction_is_a_reason_where_only_its_class_often_has_it(
    monkeypatch, shares, told
):
    usually(monkeypatch, 0, 0, shares)
    assert why(case(), Place(Region(1.0, TOP, "top"), 1.0), None) == told
    against = shares and shares[::-1]
    usually(monkeypatch, 0, 0, against)
    said = why(case(), Place(Region(-1.0, TOP, "top"), 3.0), None)
    assert said == (told and "9 often has such a stroke there (60%), 8 seldom (10%)")


def test_ink_in_no_direction_is_no_reason(monkeypatch):
    usually(monkeypatch, 0, 0, (0.9, 0.0))
    square = np.zeros((9, 9), bool)
    square[3:6, 3:6] = True
    blot = case(np.where(square, 1.0, 0.0))
    assert why(blot, Place(Region(1.0, square, "middle"), 1.0), None) == ""
    assert why(case(stuff="light"), Place(Region(1.0, TOP, "top"), 1.0), None) == ""


# In short


def in_short(places, together=None, rest=0.5, start=0.0, blank=0.0, **more):
    told = Places(places, together, blank=blank)
    seen = rest + sum(place.region.value for place in places)
    terms = [Term("rows", seen, (0, 9, 0, 9)), Term("read-out", start)]
    said = short_words(case(**more), told, terms)
    return [re.sub(r"</?span[^>]*>|:gray\[|\*\*", "", line)[2:] for line in said.splitlines()]


def test_what_decides_is_told_alone_together_or_not_at_all(monkeypatch):
    usually(monkeypatch, 0, 0)
    tips, keeps = (Place(Region(1.0, TOP, "top"), after) for after in (-1.0, 1.0))
    falls, stays = (Place(Region(2.0, TOP, ""), after) for after in (-1.0, 0.7))
    first, why, *_ = in_short([tips], falls)
    assert first == (
        "What decides]: the curved stroke at the top (place 1) alone. Without it 9 would be ahead."
    )
    assert why == "Why]: no single reason is clear."
    first, *_ = in_short([tips, Place(Region(0.5, TOP, "top"), -0.1)], falls)
    assert first.endswith("(place 2), each. Without either 9 would be ahead.")
    both = [keeps, Place(Region(0.5, TOP, "top"), 1.0)]
    first, *_ = in_short(both, falls)
    assert first.endswith("(place 2), together. Without them 9 would be ahead.")
    first, *_ = in_short([keeps, Place(Region(0.5, TOP, "top"), -0.1)], falls)
    assert first.endswith("9 would be ahead. The same without place 2 alone.")
    first, *_, also, against = in_short(both, stays)
    assert first.startswith(
        "What decides]: no single place; the curved stroke at the top (place 1) counts most. Even "
        "without places 1 and 2, 8 would"
    )
    assert first.endswith("2.0 to 1, for much of the rest of the picture speaks for it.")
    assert also == "Also for 8]: the curved stroke at the top (place 2)."
    assert against == "Against it]: nothing clear."
    first, *_ = in_short([keeps, Place(Region(0.5, TOP, "top"), -0.1)], stays)
    assert first.startswith("What decides]: Without place 2 alone 9 would be ahead. Of all, the ")
    first, *_ = in_short([keeps], falls, score=-1.0)
    assert first == "What counts most]: the curved stroke at the top (place 1)."


def test_a_third_class_that_would_be_ahead_of_both_is_told(monkeypatch):
    usually(monkeypatch, 0, 0)
    config = SimpleNamespace(class_names=tuple("0123456789"))
    tips = Place(Region(1.0, TOP, "top"), -1.0, 5)
    keeps, other = Place(Region(1.0, TOP, "top"), 1.0, 3), Place(Region(0.5, TOP, "top"), -0.1, 4)
    falls, stays = (Place(Region(2.0, TOP, ""), after, 7) for after in (-1.0, 0.7))
    said = lambda *places: in_short(*places, config=config)[0]  # noqa: E731
    assert said([tips], falls).endswith("(place 1) alone. Without it 5 would be ahead.")
    assert said([keeps], stays).endswith("(place 1) alone. Without it 3 would be ahead.")
    any_one = "each. Without either another class would be ahead."
    assert said([tips, other], falls).endswith(any_one)
    same = Place(Region(0.5, TOP, "top"), 0.1, 5)
    assert said([tips, same], falls).endswith("each. Without either 5 would be ahead.")
    three = said([tips, same, same], falls)
    assert three.endswith("each. Without any one of them 5 would be ahead.")
    calm = Place(Region(1.0, TOP, "top"), 1.0)
    told = said([calm, other], falls)
    assert told.endswith(
        "together. Without them 7 would be ahead. Without place 2 alone 4 would be ahead."
    )
    assert said([calm, replace(other, instead=7)], falls).endswith(
        "The same without place 2 alone."
    )
    assert said([calm], stays).endswith("together. Without them 7 would be ahead.")
    against = Place(Region(-1.0, TOP, "top"), 3.0, 6)
    *_, words = in_short([calm, against], falls, config=config)
    assert words.endswith("(place 2). Yet without it 6 would be ahead.")
    lines = place_words(case(config=config), Places([tips, keeps, other], falls)).splitlines()
    assert "alone, **5 would be ahead**, and 9 of 8, 2.7 to 1." in lines[0]
    assert "alone, **3 would be ahead**, and 8 still of 9, 2.7 to 1." in lines[1]


@pytest.mark.parametrize(
    ("start", "blank", "told"),
    [
        (0.2, 0.1, ", for much of the rest of the picture speaks for it."),
        (0.6, 0.6, ", for it has a head start, which comes from no part of the picture."),
        (0.6, 0.1, "."),  # a blank sheet has less than half of it: neither is said
        (0.2, 0.6, "."),
    ],
)
def test_what_is_left_without_the_places_comes_from_the_rest_or_the_start(
    monkeypatch, start, blank, told
):
    usually(monkeypatch, 0, 0)
    stays = Place(Region(1.0, TOP, ""), 0.7)
    (first, *_) = in_short([stays], stays, rest=0.5, start=start, blank=blank)
    assert first.endswith(f"8 would still be ahead, 2.0 to 1{told}")


@pytest.mark.parametrize(("after", "needed"), [(-1.0, True), (1.0, False)])
def test_paper_that_must_be_empty_decides_too(monkeypatch, after, needed):
    usually(monkeypatch, 0, 0)
    usual = np.zeros((9, 9)), np.where(TOP, 1.0, 0.0)
    empty = Place(Region(2.0, TOP, "top"), after, is_empty=True)
    places = [Place(Region(1.0, TOP, "top"), -1.0), empty]
    together = Place(Region(1.0, TOP, ""), -1.0)
    found = Places(places, together, usual)
    said = short_words(case(), found, [Term("rows", 2.0, (0, 9, 0, 9))])
    plain = re.sub(r"</?span[^>]*>|\*\*", "", said)
    must = "Needed, too: no ink at the top (place 2). With ink there 9 would be ahead."
    assert (must in plain) == needed
    assert ("place 2: 9 usually has some there." in plain) == needed
    also = ":gray[Also for 8]: no ink at the top (place 2), since 9 usually has some there."
    assert (also in plain) != needed


def test_without_another_class_a_loop_is_told_alone(monkeypatch):
    usually(monkeypatch, 1, 0)
    place = Place(Region(1.0, TOP, "top"), 1.0)
    assert why(case(contrast=None), place, None) == "it closes the loop"


@pytest.mark.parametrize(("other", "closes"), [(0, True), (1, False)])
def test_ink_that_would_close_a_loop_is_told_where_the_other_class_has_more(
    monkeypatch, other, closes
):
    usually(monkeypatch, other, 1)
    usual = np.zeros((9, 9)), np.where(TOP, 1.0, 0.0)
    empty = Place(Region(1.0, TOP, "top"), 1.0, is_empty=True)
    told = why(case(np.where(TOP, 0, RING)), empty, usual)
    loop = ", which would close the gap to a loop" if closes else ""
    assert told == f"9 usually has some there{loop}"


def test_of_a_place_that_is_not_missed_alone_it_is_said_which_one_stands_in_for_it(monkeypatch):
    usually(monkeypatch, 0, 0)
    first, second, third = (Place(Region(1.0, TOP, "top"), after) for after in (1.0, 1.99, 1.99))
    together = Place(Region(2.0, TOP, ""), -1.0)
    lines = place_words(case(), Places([first, second], together)).splitlines()
    assert lines[0].endswith("Erased alone, 8 would still be ahead, 2.7 to 1.</span>")
    assert lines[1].endswith("Erased alone, nothing is lost, as place 1 stands in for it.</span>")
    lines = place_words(case(), Places([first, second, third], together)).splitlines()
    assert lines[2].endswith("alone, nothing is lost, as other places stand in for it.</span>")


def test_what_the_picture_and_the_head_start_add_is_what_is_read_of_the_lead():
    terms = [Term("rows", -1.104, (0, 9, 0, 9)), Term("read-out", 8.0)]
    assert "lead over 9: **+6.90**" in verdict(case(), terms)
    assert "The picture adds -1.10, the head start +8.00." in verdict(case(), terms)
    terms = [Term("rows", 4.104, (0, 9, 0, 9)), Term("read-out", 2.804)]
    assert "lead over 9: **+6.91**" in verdict(case(), terms)
    assert "The picture adds +4.11, the head start +2.80." in verdict(case(), terms)
