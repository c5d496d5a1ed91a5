"""What the strokes of a place do, as a reason why it speaks for its class."""

import numpy as np
import pytest

from dpn.explain.regions import Region
from dpn.ui.inside.places.place import Place
from dpn.ui.inside.places.why import shaped, usual
from dpn.ui.inside.places.why.drawn import by_eye
from dpn.ui.inside.places.why.marked import picture_of
from dpn.ui.inside.places.why.reason import Reason
from dpn.ui.inside.places.why.reasons import clear_reason, why
from tests.explain.drawings.pen import drawn
from tests.explain.drawings.test_traits import FIVE, FOUR, THREE
from tests.ui.inside.drawing import case, usually

UNCLEAR = "no single reason is clear"
UPPER, LOWER, ALL = (np.zeros((28, 28), bool) for _ in range(3))
UPPER[:12], LOWER[15:], ALL[:] = True, True, True
LINE = drawn([(14, 4), (14, 24)])


def shares(monkeypatch, **of):
    """What share of 8, 9 and any third class has each kind of trait, or so many strokes."""
    usually(monkeypatch)
    known = lambda label, kind: of.get(kind, (0.0, 0.0, 0.0))[{8: 0, 9: 1}.get(label, 2)]  # noqa: E731
    monkeypatch.setattr(shaped, "share_with_trait", lambda _, of, trait: known(of, trait.kind))
    monkeypatch.setattr(
        shaped, "share_with_strokes", lambda _, of, heights, count: known(of, f"side{count}")
    )
    monkeypatch.setattr(shaped, "share_straight", lambda _, of: known(of, "straight"))


def told(ink, mask, value=1.0, third=None, **of_case):
    mask = mask & (ink > 0)
    return why(case(ink, **of_case), Place(Region(value, mask, "top"), 1.0, third), None)


@pytest.mark.parametrize(
    ("ink", "mask", "kind", "what"),
    [
        (THREE, UPPER, "left", "a bend is open to the left at the top"),
        (THREE, LOWER, "left", "a bend is open to the left at the bottom"),
        (FIVE, UPPER, "right", "a bend is open to the right at the top"),
        (FOUR, UPPER, "top", "a bend is open upward at the top"),
        (FOUR[::-1], LOWER, "bottom", "a bend is open downward at the bottom"),
        (FOUR, LOWER, "end", "a stroke ends there"),
        (FOUR, np.roll(LOWER, -3, 0), "meet", "strokes meet there"),
        (LINE, UPPER, "side1", "it is the only stroke at its height"),
        (FOUR, UPPER & (np.arange(28) < 10), "side2", "two strokes are side by side at its height"),
    ],
)
def test_what_strokes_do_at_a_place_is_a_reason_where_only_its_class_usually_has_it(
    monkeypatch, ink, mask, kind, what
):
    shares(monkeypatch, **{kind: (0.8, 0.1, 0.0)})
    assert told(ink, mask) == f"{what}, as 8 usually has it (80%), 9 seldom (10%)"
    assert told(ink, mask, stuff="light") == UNCLEAR
    shares(monkeypatch, **{kind: (0.1, 0.8, 0.0)})
    assert told(ink, mask) == UNCLEAR
    assert told(ink, mask, -1.0) == f"{what}, as 9 usually has it (80%), 8 seldom (10%)"
    for less in ((0.8, 0.5, 0), (0.45, 0.0, 0), (None, None, None)):
        shares(monkeypatch, **{kind: less})
        assert told(ink, mask) == UNCLEAR


@pytest.mark.parametrize(
    ("ink", "mask", "kind"),
    [
        (THREE, np.roll(UPPER, -4, 0), "meet"),  # it is elsewhere
        (LINE, UPPER, "top"),  # it does nothing of the kind
        (FOUR, UPPER, "side1"),
        (LINE, UPPER & (np.arange(28) < 15), "side1"),  # half of its breadth: the rest is left
        (LINE, np.roll(UPPER, 7, 0) & np.roll(UPPER, 11, 0), "end"),  # the ends are left
        (THREE, LOWER & (np.arange(28) < 10), "left"),  # nor is the bend gone without its tip
    ],
)
def test_what_is_left_without_a_place_is_no_reason(monkeypatch, ink, mask, kind):
    shares(monkeypatch, **{kind: (0.9, 0.0, 0.0)})
    assert told(ink, mask) == UNCLEAR


def test_the_clearest_is_told_and_once_where_it_tells_from_all(monkeypatch):
    shares(monkeypatch, left=(0.8, 0.1, 0.1), end=(0.9, 0.3, 0.9))
    bend = "a bend is open to the left at the top, as 8 usually has it (80%), 9 seldom (10%)"
    assert told(THREE, UPPER) == bend
    both = bend.replace("9 seldom (10%)", "5 seldom (10%) and 9 seldom (10%)")
    assert told(THREE, UPPER, third=5) == both
    shares(monkeypatch, left=(0.8, 0.1, 0.7), end=(0.9, 0.8, 0.0))
    end = "a stroke ends there, as 8 usually has it (90%), 5 hardly ever (0%)"
    assert told(THREE, UPPER, third=5) == f"{end}; {bend}"
    usually(monkeypatch, inks=(0.9, 0.1))
    shares(monkeypatch, end=(0.9, 0.8, 0.0))
    assert told(THREE, UPPER, third=5) == end


def test_by_eye_it_is_told_of_the_whole_drawing_where_no_place_tells(monkeypatch):
    shares(monkeypatch, left=(0.8, 0.1, 0.0), straight=(0.9, 0.0, 0.0))
    bend = "a bend is open to the left at the {}, as 8 usually has it (80%), 9 seldom (10%)"
    assert by_eye(case(THREE), [], UNCLEAR).words in [
        bend.format(where) for where in ("top", "bottom")
    ]
    for said in (bend.format("top"), "it closes the loop at the top (9 usually has no loop)"):
        assert by_eye(case(THREE), [], said).words == ""
    shares(monkeypatch, end=(0.9, 0.0, 0.0))
    assert by_eye(case(THREE), [], "").words.startswith("a stroke ends at the ")
    assert by_eye(case(THREE), [], "place 1: a stroke ends there").words == ""
    assert by_eye(case(THREE), [], "", [THREE > 0]).words == ""  # where it speaks against it
    shares(monkeypatch, left=(0.8, 0.1, 0.0), straight=(0.9, 0.0, 0.0))
    straight = "all of it is one straight stroke, as 8 usually has it (90%), 9 hardly ever (0%)"
    assert by_eye(case(LINE), [], "").words == straight
    shares(monkeypatch)
    assert by_eye(case(LINE), [], "").words == ""


def test_by_eye_it_is_told_from_a_class_that_would_be_ahead_first(monkeypatch):
    shares(monkeypatch, left=(0.8, 0.1, 0.6), end=(0.9, 0.8, 0.0))
    assert "5 hardly ever (0%)" in by_eye(case(THREE), [None, 5], "").words
    shares(monkeypatch, left=(0.8, 0.1, 0.6))
    assert by_eye(case(THREE), [5], "").words.endswith("9 seldom (10%)")


def test_shares_are_of_drawings_that_do_the_same_about_there(monkeypatch):
    low = drawn([(7, 15), (7, 23), (22, 23)], [(17, 3), (17, 26)])
    drawings = np.stack([FOUR, np.roll(FOUR, 2, 1), low, FIVE, LINE])
    monkeypatch.setattr(usual, "_asked", lambda _, label: ("shaped", 0, label))
    monkeypatch.setattr(usual, "_inks", lambda *_: drawings)
    (bend,) = (one for one in shaped.traits_of(FOUR) if one.kind == "top")
    assert usual.share_with_trait(None, 0, bend) == 2 / 5  # one is lower
    (right,) = (one for one in shaped.traits_of(FIVE) if one.kind == "right")
    assert usual.share_with_trait(None, 0, right) == 1 / 5
    assert usual.share_with_trait(None, 0, right.__class__("none", (0, 0), right.mask)) == 0
    assert usual.share_straight(None, 0) == 1 / 5
    assert usual.share_with_strokes(None, 0, slice(1, 7), 2) == 2 / 5
    monkeypatch.setattr(usual, "_asked", lambda *_: None)
    for share in (
        usual.share_with_trait(None, 0, bend),
        usual.share_straight(None, 0),
        usual.share_with_strokes(None, 0, slice(3), 1),
    ):
        assert share is None


@pytest.mark.parametrize(
    ("ink", "mask", "kind", "marks"),
    [
        (THREE, UPPER, "left", [("hollow", "left")]),
        (FOUR, LOWER, "end", [("point", "")]),
        (LINE, UPPER, "side1", [("strokes", "")]),
    ],
)
def test_what_is_told_is_marked_where_it_is(monkeypatch, ink, mask, kind, marks):
    shares(monkeypatch, **{kind: (0.8, 0.1, 0.0)})
    place = Place(Region(1.0, mask & (ink > 0), "top"), 1.0)
    reason = clear_reason(case(ink), place, None)
    assert [(one.kind, one.side) for one in reason.marks] == marks
    (mark,) = reason.marks
    assert abs(np.argwhere(mark.mask)[:, 0].mean() - np.argwhere(mask)[:, 0].mean()) < 7
    seen = picture_of(case(ink), reason, [place])
    assert seen.startswith('<span class="reason"><span title="this picture"><img src="data:image/')
    words = {"hollow": "the inside of the bend, and an arrow to its open side"}
    words |= {"point": "a ring around the point"}
    words |= {"strokes": "a dot on each stroke at one height"}
    assert f'alt="Marked in the picture: {words[mark.kind]}."' in seen


def test_where_all_is_one_straight_stroke_a_line_is_along_it(monkeypatch):
    shares(monkeypatch, straight=(0.9, 0.0, 0.0))
    (mark,) = by_eye(case(LINE), [], "").marks
    assert mark.kind == "line"
    np.testing.assert_array_equal(mark.mask, LINE >= 0.3)
    assert picture_of(case(LINE), Reason("a", ()), []) == ""
