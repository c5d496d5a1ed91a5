"""What is marked in a drawing, and where."""

import numpy as np

from dpn.explain.drawings.marks import inked, ring_at, side_by_side
from dpn.explain.drawings.shapes import loops
from dpn.explain.drawings.traits import placed
from tests.explain.drawings.test_traits import FOUR, THREE

DRAWN = FOUR >= 0.3


def test_strokes_are_marked_in_the_middle_of_their_rows():
    rows = np.arange(28) < 12
    mark = side_by_side(DRAWN, rows)
    (row,) = np.flatnonzero(mark.mask.any(axis=1))
    inked_rows = np.flatnonzero(DRAWN.any(axis=1) & rows)
    assert row == inked_rows[len(inked_rows) // 2]
    np.testing.assert_array_equal(mark.mask[row], DRAWN[row])
    assert side_by_side(DRAWN, np.zeros(28, bool)) is None


def test_a_missing_loop_is_marked_as_it_lies_in_other_drawings():
    ring = np.zeros((28, 28))
    ring[4:15, 9:20] = 1
    ring[7:12, 12:17] = 0
    ring[14:24, 17:20] = 1
    (loop,) = loops(ring)
    place = placed(loop, ring)
    moved = ring_at(place, np.roll(ring, (2, -3), (0, 1)) > 0)
    assert moved.kind == "missing"
    there = np.roll(loop, (2, -3), (0, 1))
    assert (moved.mask & there).sum() > 0.7 * (moved.mask | there).sum()
    assert ring_at((0.0, 0.0, 0.0, 0.0), DRAWN).mask.any()
    assert ring_at((5.0, 5.0, 0.1, 0.1), DRAWN).mask.any()


def test_ink_that_is_missing_is_that_of_the_other_drawing():
    mask = np.zeros((28, 28), bool)
    mask[:12] = True
    np.testing.assert_array_equal(inked(mask, THREE).mask, mask & (THREE >= 0.3))
    assert inked(mask & False, THREE) is None
