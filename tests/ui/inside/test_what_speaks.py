"""Why a place of a drawing is said to speak for its class, and what comes without it."""

import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from dpn.explain.account import Term
from dpn.explain.regions import Region
from dpn.ui.inside.places import drawn
from dpn.ui.inside.places.drawn import by_eye
from dpn.ui.inside.places.place import Place, Places
from dpn.ui.inside.places.reasons import why
from dpn.ui.inside.places.short import short_words
from dpn.ui.inside.places.usual import Loops
from dpn.ui.inside.places.words import place_words
from dpn.ui.inside.sum_words import verdict

RING = np.zeros((9, 9))
RING[2:7, 2:7] = 1
RING[3:6, 3:6] = 0
TOP = np.zeros((9, 9), bool)
TOP[2:4, 2:7] = True
#: Of a class without loops, of one that has it in the middle, or at the top, and of one with two.
NONE = Loops(0.0, 0.0, {"top": 0.0, "middle": 0.0, "bottom": 0.0})
MIDDLE, ABOVE, BELOW = (
    Loops(0.9, 0.0, NONE.at | {where: 0.9}) for where in ("middle", "top", "bottom")
)
TWO = Loops(0.9, 0.8, NONE.at | {"top": 0.8, "bottom": 0.8})
CONFIG = SimpleNamespace(class_names=tuple("0123456789"))


def case(ink=RING, score=2.0, contrast="9", **more):
    image = np.rint(ink * 255).astype(np.uint8)[None]
    found = {"score": np.array([score]), "target": np.array([8]), "contrast": np.array([9])}
    if contrast is None:
        found["contrast"] = None
    plain = {"target": "8", "contrast": contrast, "stuff": "ink", "is_photo": False}
    plain |= {"run": None, "config": CONFIG}
    subject = SimpleNamespace(image=image)
    return SimpleNamespace(**plain | more, ink=ink, subject=subject, found=SimpleNamespace(**found))


def usually(
    monkeypatch, one=NONE, other=NONE, *, turns=(None, None), inks=(None, None), third=NONE
):
    """What 8 and 9 usually have, as the case's classes, and any third."""
    of = dict(zip((8, 9), zip((one, other), turns, inks, strict=True), strict=True))
    known = lambda label: of.get(label, (third, None, None))  # noqa: E731
    monkeypatch.setattr(drawn, "usual_loops", lambda _, label: known(label)[0])
    monkeypatch.setattr(drawn, "share_with_stroke", lambda _, label, *__: known(label)[1])
    monkeypatch.setattr(drawn, "share_with_ink", lambda _, label, *__: known(label)[2])


UNCLEAR = "no single reason is clear"


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (MIDDLE, NONE, "it closes the loop (9 usually has no loop)"),
        (MIDDLE, ABOVE, "it closes the loop (9 usually has only one, at the top)"),
        (MIDDLE, TWO, "it closes the loop (9 usually has two loops)"),
        (MIDDLE, MIDDLE, UNCLEAR),
        (TWO, NONE, UNCLEAR),  # no such loop as is drawn
        (None, NONE, UNCLEAR),  # without test images nobody knows
    ],
)
def test_a_loop_is_a_reason_only_where_the_other_class_has_no_such_one(
    monkeypatch, one, other, told
):
    usually(monkeypatch, one, other)
    assert why(case(), Place(Region(1.0, TOP, "top"), 1.0), None) == told
    assert why(case(stuff="light"), Place(Region(1.0, TOP, "top"), 1.0), None) == UNCLEAR


def test_which_of_two_loops_is_closed_is_said_or_that_both_are(monkeypatch):
    eight = np.concatenate([RING[:7], RING[3:7], np.zeros((2, 9))])
    top, middle = np.zeros_like(eight, bool), np.zeros_like(eight, bool)
    top[2, 2:7] = middle[6, 2:7] = True
    middle[2:11, 2] = True
    usually(monkeypatch, TWO, MIDDLE)
    above, both = (Place(Region(1.0, mask, "top"), 1.0) for mask in (top, middle))
    told = "it closes the loop at the top (9 usually has only one, at the middle)"
    assert why(case(eight), above, None) == told
    assert why(case(eight), both, None) == "it closes both loops (9 usually has fewer loops)"
    usually(monkeypatch, TWO, NONE)
    assert why(case(eight), both, None) == "it closes both loops (9 usually has no loop)"


@pytest.mark.parametrize(
    ("shares", "told"),
    [
        ((0.6, 0.1), "8 usually has {what} (60%), 9 seldom (10%)"),
        ((0.6, 0.04), "8 usually has {what} (60%), 9 hardly ever (4%)"),
        ((0.7, 0.3), "8 usually has {what} (70%), 9 less often (30%)"),
        ((0.4, 0.1), "8 often has {what} (40%), 9 seldom (10%)"),
        ((0.6, 0.35), UNCLEAR),  # not twice as often
        ((0.3, 0.1), UNCLEAR),  # not often
        ((0.1, 0.6), UNCLEAR),
        ((None, None), UNCLEAR),
    ],
)
@pytest.mark.parametrize(
    ("kind", "what"), [("turns", "such a stroke there"), ("inks", "most of this ink")]
)
def test_a_stroke_or_ink_is_a_reason_where_only_its_class_often_has_it(
    monkeypatch, kind, what, shares, told
):
    # a straight stroke, which has a direction
    line = case(np.where(TOP & (np.arange(9)[:, None] == 2), 1.0, 0.0))
    told = told.format(what=what)
    usually(monkeypatch, **{kind: shares})
    assert why(line, Place(Region(1.0, TOP, "top"), 1.0), None) == told
    usually(monkeypatch, **{kind: shares[::-1]})
    said = why(line, Place(Region(-1.0, TOP, "top"), 3.0), None)
    assert said == told.replace("8", "x").replace("9", "8").replace("x", "9")


def test_ink_in_no_direction_is_no_reason(monkeypatch):
    usually(monkeypatch, turns=(0.9, 0.0))
    square = np.zeros((9, 9), bool)
    square[3:6, 3:6] = True
    blot = case(np.where(square, 1.0, 0.0))
    assert why(blot, Place(Region(1.0, square, "middle"), 1.0), None) == UNCLEAR
    assert why(case(stuff="light"), Place(Region(1.0, TOP, "top"), 1.0), None) == UNCLEAR


def test_a_third_class_that_comes_without_a_place_has_its_reason_too(monkeypatch):
    place = Place(Region(1.0, TOP, "top"), -1.0, 5)
    usually(monkeypatch, MIDDLE, NONE, third=ABOVE)
    one = "it closes the loop (9 usually has no loop; 5 usually has only one, at the top)"
    assert why(case(), place, None) == one
    usually(monkeypatch, MIDDLE, NONE, third=MIDDLE)
    assert why(case(), place, None) == "it closes the loop (9 usually has no loop)"
    usually(monkeypatch, MIDDLE, MIDDLE, third=NONE)
    alone = "not 5, for it closes the loop (5 usually has no loop); against 9 none is clear"
    assert why(case(), place, None) == alone
    usually(monkeypatch, MIDDLE, MIDDLE, third=NONE, inks=(0.9, 0.1))
    mixed = (
        "8 usually has most of this ink (90%), 9 seldom (10%); and not 5, for it closes the loop "
    )
    assert why(case(), place, None) == f"{mixed}(5 usually has no loop)"
    shares = {8: 0.9, 9: 0.1, 5: 0.02}
    monkeypatch.setattr(drawn, "usual_loops", lambda *_: NONE)
    monkeypatch.setattr(drawn, "share_with_ink", lambda _, label, *__: shares[label])
    both = "8 usually has most of this ink (90%), 9 seldom (10%) and 5 hardly ever (2%)"
    assert why(case(), place, None) == both


# In short


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
        "What decides]: no single place; the strongest is the curved stroke at the top (place 1). "
        "Even without places 1 and 2, 8 would"
    )
    assert first.endswith("2.0 to 1, for much of the rest of the picture speaks for it.")
    assert also == "Also for 8]: the curved stroke at the top (place 2)."
    assert against == "Against it]: nothing clear."
    first, *_ = in_short([keeps, Place(Region(0.5, TOP, "top"), -0.1)], stays)
    assert first.startswith("What decides]: Without place 2 alone 9 would be ahead. Of all, the ")
    first, *_ = in_short([keeps], falls, score=-1.0)
    assert first == "What counts most]: the curved stroke at the top (place 1)."


def test_a_third_class_that_would_be_ahead_of_both_is_told(monkeypatch):
    usually(monkeypatch)
    tips = Place(Region(1.0, TOP, "top"), -1.0, 5)
    keeps, other = Place(Region(1.0, TOP, "top"), 1.0, 3), Place(Region(0.5, TOP, "top"), -0.1, 4)
    falls, stays = (Place(Region(2.0, TOP, ""), after, 7) for after in (-1.0, 0.7))
    said = lambda *places: in_short(*places)[0]  # noqa: E731
    assert said([tips], falls).endswith("(place 1) alone. Without it 5 would be ahead.")
    assert said([keeps], stays).endswith("(place 1) alone. Without it 3 would be ahead.")
    each = "each. Without place 1, 5 would be ahead. Without place 2, 4 would be ahead."
    assert said([tips, other], falls).endswith(each)
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
    *_, words = in_short([calm, against], falls)
    assert words.endswith("(place 2). Yet without it 6 would be ahead.")
    lines = place_words(case(), Places([tips, keeps, other], falls)).splitlines()
    assert "alone, **5 would be ahead**." in lines[0]
    assert "alone, **3 would be ahead**." in lines[1]


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
    must = "Needed, too: the empty spot at the top (place 2). With ink there 9 would be ahead."
    assert (must in plain) == needed
    assert ("place 2: 9 usually has some there." in plain) == needed
    also = ":gray[Also for 8]: the empty spot at the top (place 2), since 9 usually has some there."
    assert (also in plain) != needed


def test_without_another_class_a_loop_is_told_alone(monkeypatch):
    usually(monkeypatch, MIDDLE)
    place = Place(Region(1.0, TOP, "top"), 1.0)
    assert why(case(contrast=None), place, None) == "it closes the loop"


@pytest.mark.parametrize(
    ("one", "other", "closes"), [(NONE, BELOW, True), (BELOW, BELOW, False), (None, None, False)]
)
def test_ink_that_would_close_a_loop_is_told_where_the_other_class_has_more(
    monkeypatch, one, other, closes
):
    usually(monkeypatch, one, other)
    usual = np.zeros((9, 9)), np.where(TOP, 1.0, 0.0)
    empty = Place(Region(1.0, TOP, "top"), 1.0, is_empty=True)
    loop = ", which would close the loop" if closes else ""
    told = why(case(np.where(TOP, 0, RING)), empty, usual)
    assert told == f"9 usually has some there{loop}"
    usually(monkeypatch, one, other, inks=(0.1, 0.8))
    told = why(case(np.where(TOP, 0, RING)), empty, usual)
    assert told == f"9 usually has ink there (80%), 8 seldom (10%){loop}"


@pytest.mark.parametrize(("drawn_before", "closes"), [(2, True), (5, False)])
def test_what_would_be_most_of_a_loop_closes_no_gap(monkeypatch, drawn_before, closes):
    usually(monkeypatch, NONE, MIDDLE, inks=(0.1, 0.8))
    rows = np.arange(9)[:, None]
    rest = np.where(rows <= drawn_before, RING, 0)
    empty = Place(Region(1.0, rest > 0, "top"), 1.0, is_empty=True)
    told = why(case(RING - rest), empty, (np.zeros((9, 9)), rest))
    loop = ", which would close the loop" if closes else ""
    assert told == f"9 usually has ink there (80%), 8 seldom (10%){loop}"


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
    assert "The picture adds -1.10, the head start +8.00." in verdict(case(), terms)
    terms = [Term("rows", 4.104, (0, 9, 0, 9)), Term("read-out", 2.804)]
    assert "lead over 9: **+6.91**" in verdict(case(), terms)
    assert "The picture adds +4.11, the head start +2.80." in verdict(case(), terms)


def test_a_loop_that_others_have_and_the_picture_lacks_is_told_by_eye(monkeypatch):
    open_one = case(np.where(TOP, 0, RING))
    usually(monkeypatch, NONE, ABOVE, third=TWO)
    assert by_eye(open_one, [None]) == "it has no loop; 9 usually has one at the top (90%)."
    both = "it has no loop; 9 usually has one at the top (90%), 5 usually has two."
    assert by_eye(open_one, [5, None, 5, 8]) == both
    for nothing in (case(), case(np.where(TOP, 0, RING), score=-1.0), case(stuff="light")):
        assert by_eye(nothing, []) == ""
    usually(monkeypatch, ABOVE, ABOVE)
    assert by_eye(open_one, []) == ""
    usually(monkeypatch, None, ABOVE)
    assert by_eye(open_one, []) == ""
