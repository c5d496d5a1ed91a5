"""Why a place of a drawing is said to speak for its class."""

from dataclasses import replace

import numpy as np
import pytest

from dpn.explain.regions import Region
from dpn.ui.inside.places.place import Place, Places, with_together
from dpn.ui.inside.places.why import drawn
from dpn.ui.inside.places.why.drawn import by_eye
from dpn.ui.inside.places.why.marked import picture_of
from dpn.ui.inside.places.why.reasons import clear_reason, why
from tests.ui.inside.drawing import ABOVE, BELOW, MIDDLE, NONE, RING, TOP, TWO, case, usually

UNCLEAR = "no single reason is clear"


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (MIDDLE, NONE, "it closes the loop (9 usually has no loop)"),
        (MIDDLE, ABOVE, "it closes the loop (9 usually has only one, at the top)"),
        (MIDDLE, TWO, "it closes the loop (9 usually has two loops)"),
        (MIDDLE, MIDDLE, UNCLEAR),
        (TWO, NONE, "it closes the loop (9 usually has no loop)"),  # wherever it has them
        (TWO, TWO, UNCLEAR),
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
        ((0.4, 0.1), "9 seldom (10%), but 8 sometimes (40%) has {what}"),
        ((0.6, 0.35), UNCLEAR),  # not twice as often
        ((0.3, 0.1), UNCLEAR),  # not often
        ((0.1, 0.6), UNCLEAR),
        ((None, None), UNCLEAR),
    ],
)
@pytest.mark.parametrize(
    ("kind", "what"), [("turns", "only a level stroke there"), ("inks", "ink all over this place")]
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
    one = "it closes the loop (5 usually has only one, at the top; 9 usually has no loop)"
    assert why(case(), place, None) == one
    usually(monkeypatch, MIDDLE, NONE, third=MIDDLE)
    loop = "it closes the loop (9 usually has no loop)"
    assert why(case(), place, None) == f"{loop}; against 5 no reason is clear"
    usually(monkeypatch, MIDDLE, MIDDLE, third=NONE)
    alone = "it closes the loop (5 usually has no loop)"  # the class that would be ahead
    assert why(case(), place, None) == alone
    usually(monkeypatch, MIDDLE, MIDDLE, third=NONE, inks=(0.9, 0.1))
    ink = "8 usually has ink all over this place (90%), 9 seldom (10%)"
    assert why(case(), place, None) == f"{alone}; {ink}"
    usually(monkeypatch, NONE, NONE, inks=(0.9, 0.1))
    shares = {8: 0.9, 9: 0.1, 5: 0.8}
    monkeypatch.setattr(drawn, "share_with_ink", lambda _, label, *__: shares[label])
    assert why(case(), place, None) == f"{ink}; against 5 no reason is clear"
    shares = {8: 0.9, 9: 0.1, 5: 0.02}
    monkeypatch.setattr(drawn, "usual_loops", lambda *_: NONE)
    monkeypatch.setattr(drawn, "share_with_ink", lambda _, label, *__: shares[label])
    both = "8 usually has ink all over this place (90%), 5 hardly ever (2%) and 9 seldom (10%)"
    assert why(case(), place, None) == both


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
    assert told == f"9 usually has ink there{loop}"
    usually(monkeypatch, one, other, inks=(0.1, 0.8))
    told = why(case(np.where(TOP, 0, RING)), empty, usual)
    assert told == f"9 usually has ink there (80%), 8 seldom (10%){loop}"


@pytest.mark.parametrize(("wide", "closes"), [(2, False), (3, True)])
def test_a_tiny_gap_is_no_loop_that_ink_would_close(monkeypatch, wide, closes):
    usually(monkeypatch, NONE, MIDDLE, inks=(0.1, 0.8))
    ring = np.zeros((28, 28))
    ring[8:20, 8:20] = 1
    ring[13 : 13 + wide, 12 : 12 + wide] = 0  # 4 or 9 of 784 pixels
    gap = np.zeros((28, 28), bool)
    gap[8:13, 12] = True
    empty = Place(Region(1.0, gap, "top"), 1.0, is_empty=True)
    told = why(case(np.where(gap, 0, ring)), empty, (np.zeros((28, 28)), np.where(gap, 1.0, 0.0)))
    assert told.endswith(", which would close the loop") == closes


@pytest.mark.parametrize(("drawn_before", "closes"), [(2, True), (5, False)])
def test_what_would_be_most_of_a_loop_closes_no_gap(monkeypatch, drawn_before, closes):
    usually(monkeypatch, NONE, MIDDLE, inks=(0.1, 0.8))
    rows = np.arange(9)[:, None]
    rest = np.where(rows <= drawn_before, RING, 0)
    empty = Place(Region(1.0, rest > 0, "top"), 1.0, is_empty=True)
    told = why(case(RING - rest), empty, (np.zeros((9, 9)), rest))
    loop = ", which would close the loop" if closes else ""
    assert told == f"9 usually has ink there (80%), 8 seldom (10%){loop}"


def test_a_loop_that_others_have_and_the_picture_lacks_is_told_by_eye(monkeypatch):
    open_one = case(np.where(TOP, 0, RING))
    usually(monkeypatch, NONE, ABOVE, third=TWO)
    assert (
        by_eye(open_one, [None], "").words == "it has no loop; 9 usually has one at the top (90%)"
    )
    both = "it has no loop; 9 usually has one at the top (90%), 5 usually has two"
    assert by_eye(open_one, [5, None, 5, 8], "").words == both
    assert len(by_eye(open_one, [5, None, 5, 8], "").marks) == 1  # of the first alone
    usually(monkeypatch, NONE, ABOVE, third=BELOW)
    assert len(by_eye(open_one, [5], "").marks) == 1
    usually(monkeypatch, NONE, ABOVE, third=TWO)
    for nothing in (case(), case(np.where(TOP, 0, RING), score=-1.0), case(stuff="light")):
        assert not by_eye(nothing, [], "")
    some = ABOVE._replace(any=0.4, at=NONE.at | {"top": 0.4})
    for one, other in ((ABOVE, ABOVE), (MIDDLE, ABOVE), (NONE, some)):
        usually(monkeypatch, one, other)  # a class with loops that is drawn open, or few have one
        assert not by_eye(open_one, [], "")
    usually(monkeypatch, None, ABOVE)
    assert not by_eye(open_one, [], "")


def test_a_loop_is_marked_and_what_would_close_it_and_one_that_is_missing(monkeypatch):
    usually(monkeypatch, MIDDLE, NONE)
    place = Place(Region(1.0, TOP, "top"), 1.0)
    (loop,) = clear_reason(case(), place, None).marks
    assert (loop.kind, loop.side) == ("hollow", "")
    np.testing.assert_array_equal(loop.mask, np.pad(np.ones((3, 3), bool), 3))
    assert 'alt="Marked in the picture: the inside of the loop."' in picture_of(
        case(), clear_reason(case(), place, None), [place]
    )
    usually(monkeypatch, NONE, BELOW)
    usual = np.zeros((9, 9)), np.where(TOP, 1.0, 0.0)
    empty = Place(Region(1.0, TOP, "top"), 1.0, is_empty=True)
    closed, ink = clear_reason(case(np.where(TOP, 0, RING)), empty, usual).marks
    assert (closed.kind, ink.kind) == ("hollow", "gap")
    np.testing.assert_array_equal(ink.mask, TOP)
    usually(monkeypatch, NONE, ABOVE)
    (ring,) = by_eye(case(np.where(TOP, 0, RING)), [], "").marks
    assert ring.kind == "missing"
    assert np.argwhere(ring.mask).mean(axis=0)[0] < 5
    usually(monkeypatch, NONE, TWO)
    assert len(by_eye(case(np.where(TOP, 0, RING)), [], "").marks) == 2
    monkeypatch.setattr(drawn, "usual_ring", lambda *_: None)
    assert by_eye(case(np.where(TOP, 0, RING)), [], "").marks == ()


def test_ink_and_a_stroke_of_a_direction_are_marked(monkeypatch):
    line = case(np.where(TOP & (np.arange(9)[:, None] == 2), 1.0, 0.0))
    place = Place(Region(1.0, TOP, "top"), 1.0)
    for shares, kind in (({"turns": (0.8, 0.1)}, "line"), ({"inks": (0.8, 0.1)}, "ink")):
        usually(monkeypatch, **shares)
        (mark,) = clear_reason(line, place, None).marks
        assert mark.kind == kind
        np.testing.assert_array_equal(mark.mask, line.ink > 0)


def test_an_empty_place_tells_from_the_class_that_ink_there_would_make_of_it(monkeypatch):
    usual = np.zeros((9, 9)), np.where(TOP, 1.0, 0.0)
    empty = Place(Region(1.0, TOP, "top"), -1.0, 5, is_empty=True)
    gap = case(np.where(TOP, 0, RING))
    shares = {8: 0.1, 9: 0.8, 5: 0.7}
    means = np.zeros((10, 9, 9))
    means[5, 2, 2:5] = 1.0
    monkeypatch.setattr(drawn.ui, "class_means", lambda _: means)
    for closes, third in (("", NONE), (", which would close the loop", BELOW)):
        usually(monkeypatch, NONE, NONE, third=third)
        monkeypatch.setattr(drawn, "share_with_ink", lambda _, label, *__: shares[label])
        told = f"5 usually has ink there (70%), 8 seldom (10%){closes}"
        assert why(gap, empty, usual) == told
        ink = clear_reason(gap, empty, usual).marks[-1]
        assert ink.kind == "gap"
        np.testing.assert_array_equal(ink.mask, means[5] > 0)  # its own, and not that of 9
    shares[5], shares[9] = 0.2, 0.2
    told = clear_reason(gap, empty, usual)
    assert told.words == "ink there would close the loop, as 5 usually has one"
    assert told.rival == 5
    few = BELOW._replace(at=BELOW.at | {"bottom": 0.4})
    usually(monkeypatch, NONE, NONE, third=few)
    monkeypatch.setattr(drawn, "share_with_ink", lambda _, label, *__: shares[label])
    assert why(gap, empty, usual) == "9 usually has ink there"
    shares[9] = 0.8
    assert why(gap, empty, usual) == "9 usually has ink there (80%), 8 seldom (10%)"
    shares[9] = 0.2
    assert why(gap, empty, usual) == "9 usually has ink there"


def test_a_place_that_decides_with_others_tells_from_the_class_that_comes_without_all(monkeypatch):
    usually(monkeypatch, MIDDLE, MIDDLE, third=NONE)
    keeps, tips = (Place(Region(1.0, TOP, "top"), after) for after in (1.0, -1.0))
    against_it = Place(Region(-1.0, TOP, "top"), 3.0)
    falls = Place(Region(2.0, TOP, ""), -1.0, 5)
    told = with_together(case(), Places([keeps, tips, against_it], falls)).told
    assert [one.rival for one in told] == [5, None, None]  # one decides against 9 by itself
    assert why(case(), told[0], None) == "it closes the loop (5 usually has no loop)"
    stays = Place(Region(2.0, TOP, ""), 1.0)
    assert with_together(case(), Places([keeps], stays)).told == [keeps]
    assert with_together(case(), Places([replace(tips, instead=3)], falls)).told[0].rival == 3
