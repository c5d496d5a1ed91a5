"""A typical drawing of another class beside a reason, that has not what it tells of."""

import numpy as np
import pytest

from dpn.explain.drawings.marks import Mark
from dpn.explain.drawings.shapes import loops
from dpn.explain.drawings.traits import traits
from dpn.ui.inside.places.why import beside as module
from dpn.ui.inside.places.why import usual
from dpn.ui.inside.places.why.beside import beside
from dpn.ui.inside.places.why.marked import picture_of
from dpn.ui.inside.places.why.reason import Reason
from tests.explain.drawings.pen import drawn
from tests.explain.drawings.test_traits import FIVE, FOUR, THREE
from tests.ui.inside.drawing import case

LINE = drawn([(14, 4), (14, 24)])
RING = np.zeros((28, 28))
RING[4:14, 9:19] = 1
RING[7:11, 12:16] = 0
RING[14:24, 16:19] = 1
SPOT = np.zeros((28, 28), bool)
SPOT[5:9, 18:23] = True
UPPER = np.arange(28)[:, None] * np.ones(28) < 14


def trait(ink, kind):
    one = next(one for one in traits(ink[None])[0] if one.kind == kind)
    return Mark("point" if kind in ("end", "meet") else "hollow", one.mask, "", one)


def strokes(ink, row):
    mask = np.zeros((28, 28), bool)
    mask[row] = ink[row] >= 0.3
    return Mark("strokes", mask)


def found(monkeypatch, ink, mark, *others):
    """Which of some drawings stands beside a mark, and the kinds of what is marked in it."""
    monkeypatch.setattr(module, "typical", lambda *_: (np.stack(others)[:, None], np.stack(others)))
    it = beside(case(ink), Reason("a", (mark,), 9))
    if it is None:
        return None
    at = next(i for i, one in enumerate(others) if (it[0][0] == one).all())
    return at, [one.kind for one in it[2]]


@pytest.mark.parametrize(
    ("ink", "mark", "others", "kind"),
    [
        (THREE, trait(THREE, "left"), (THREE, FIVE[::-1], LINE), "missing"),
        (FOUR, trait(FOUR, "meet"), (FOUR, LINE), "missing"),
        (RING, Mark("hollow", loops(RING)[0]), (RING, LINE), "missing"),
        (RING, Mark("ink", SPOT), (np.where(SPOT, 1.0, LINE), LINE), "missing"),
        (LINE, Mark("line", (LINE > 0.3) & UPPER), (LINE, LINE.T), "missing"),
        (FOUR, strokes(FOUR, 8), (FOUR, LINE), "strokes"),
        (
            LINE,
            Mark("line", (LINE > 0.3) & UPPER),
            (np.where(np.arange(28)[:, None] < 7, LINE, 0), LINE.T),
            "missing",
        ),
        (LINE, Mark("gap", SPOT), (LINE, np.where(SPOT, 1.0, LINE)), "ink"),
        (LINE, Mark("missing", loops(RING)[0]), (LINE, RING), "hollow"),
    ],
)
def test_the_first_that_lacks_it_stands_beside_it(monkeypatch, ink, mark, others, kind):
    at, kinds = found(monkeypatch, ink, mark, *others)
    assert at > 0  # the first has it, or lacks what is missing
    assert set(kinds) == {kind}
    assert found(monkeypatch, ink, mark, others[0]) is None


def test_beside_a_drawing_that_is_one_stroke_nothing_is_marked(monkeypatch):
    assert found(monkeypatch, LINE, Mark("line", LINE >= 0.3), LINE, RING) == (1, [])


def test_of_a_loop_that_would_be_closed_only_the_ink_is_asked(monkeypatch):
    other = np.where(SPOT, 1.0, RING)
    monkeypatch.setattr(module, "typical", lambda *_: (other[None, None], other[None]))
    marks = Mark("hollow", loops(RING)[0]), Mark("gap", SPOT)
    _, ink, (mark,) = beside(case(LINE), Reason("a", marks, 9))
    np.testing.assert_array_equal(mark.mask, SPOT)
    np.testing.assert_array_equal(ink, other >= 0.3)


def test_the_picture_has_both_with_their_names(monkeypatch):
    image = np.rint(LINE * 255).astype(np.uint8)[None]
    monkeypatch.setattr(module, "typical", lambda *_: (image[None], LINE[None]))
    reason = Reason("a", (Mark("hollow", loops(RING)[0]),), 9)
    shown = picture_of(case(RING), reason, [])
    assert shown.count("<img") == 2
    assert 'title="9, to compare"' in shown
    assert 'alt="To compare, 9. Marked: dashed, what is not there."' in shown
    assert picture_of(case(RING), Reason("a", reason.marks), []).count("<img") == 1
    monkeypatch.setattr(module, "typical", lambda *_: None)
    assert beside(case(RING), reason) is None
    assert beside(case(RING), Reason("a", reason.marks)) is None


def test_the_most_typical_is_nearest_to_the_mean(monkeypatch):
    images = np.stack([FOUR, LINE, np.roll(LINE, 1, 1)])
    monkeypatch.setattr(usual, "_asked", lambda _, label: ("beside", 0, label))
    monkeypatch.setattr(usual, "_inks", lambda *_: images)
    monkeypatch.setattr(usual, "_images", lambda *_: np.arange(3)[:, None, None, None])
    order, inks = usual.typical(None, 9)
    far = ((images - images.mean(axis=0)) ** 2).sum(axis=(1, 2)).argsort()
    np.testing.assert_array_equal(order.ravel(), far)
    np.testing.assert_array_equal(inks, images[far])
    monkeypatch.setattr(usual, "_asked", lambda *_: None)
    assert usual.typical(None, 9) is None
