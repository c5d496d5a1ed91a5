"""What the strokes of a drawing do, and where."""

from collections import Counter

import numpy as np
import pytest
from scipy import ndimage

from dpn.explain.drawings.thin import thinned
from dpn.explain.drawings.traits import (
    HEIGHTS,
    crossed,
    heights_of,
    is_kept,
    strokes_across,
    traits,
)
from tests.explain.drawings.pen import drawn

TOP, BOTTOM = (8, 3, 20, 14), (8, 13, 20, 24)
THREE = drawn([(10, 13), (15, 13)], bows=[(TOP, 200, 450), (BOTTOM, -90, 160)])
FOUR = drawn([(7, 4), (7, 14), (22, 14)], [(17, 4), (17, 25)])
NINE = drawn([(19, 9), (19, 25)], closed=[TOP])
FIVE = drawn([(20, 4), (9, 4), (9, 12), (13, 12)], bows=[((6, 12, 20, 24), -90, 150)])


def kinds(ink):
    return Counter(one.kind for one in traits(ink[None])[0])


@pytest.mark.parametrize(
    ("ink", "has"),
    [
        (drawn([(14, 4), (14, 24)]), {"end": 2}),
        (drawn(closed=[(6, 6, 22, 22)]), {}),
        (drawn(bows=[((6, 6, 22, 22), 60, 300)]), {"right": 1, "end": 2}),
        (drawn(bows=[((6, 6, 22, 22), 240, 480)]), {"left": 1, "end": 2}),
        (drawn(bows=[((6, 6, 22, 22), -30, 210)]), {"top": 1, "end": 2}),
        (drawn(bows=[((6, 6, 22, 22), 150, 390)]), {"bottom": 1, "end": 2}),
        (drawn([(14, 4), (14, 24)], [(4, 14), (24, 14)]), {"end": 4, "meet": 1}),
        (drawn([(14, 6), (14, 24)], [(4, 6), (24, 6)]), {"end": 3, "meet": 1}),
        (THREE, {"left": 2, "end": 3, "meet": 1}),
        (drawn(bows=[(TOP, 200, 450), (BOTTOM, -90, 160)]), {"left": 2, "end": 2}),  # run together
        (FOUR, {"top": 1, "end": 4, "meet": 1}),
        (FIVE, {"right": 1, "left": 1, "end": 2}),
        (np.zeros((28, 28)), {}),
    ],
)
def test_strokes_bend_end_and_meet(ink, has):
    assert kinds(ink) == has


def test_where_a_trait_is_counts_from_the_middle_of_the_ink_in_its_longer_sides():
    up, down = sorted(one.at for one in traits(THREE[None])[0] if one.kind == "left")
    assert -0.35 < up[0] < -0.1 < 0.1 < down[0] < 0.35
    ends = sorted(one.at for one in traits(drawn([(14, 4), (14, 23)])[None])[0])
    np.testing.assert_allclose(ends, [(-0.5, 0), (0.5, 0)], atol=0.08)
    moved = np.roll(THREE, (2, -3), (0, 1))
    before, after = ([one.at for one in traits(ink[None])[0]] for ink in (THREE, moved))
    np.testing.assert_allclose(before, after)


def test_of_many_drawings_each_has_what_it_has_alone():
    inks = np.stack([THREE, np.zeros((28, 28)), FOUR, NINE, FIVE])
    for ink, found in zip(inks, traits(inks), strict=True):
        (alone,) = traits(ink[None])
        assert [(one.kind, one.at) for one in found] == [(one.kind, one.at) for one in alone]
        for one, other in zip(found, alone, strict=True):
            np.testing.assert_array_equal(one.mask, other.mask)


def test_the_roughness_of_a_rim_is_no_stroke_and_coarse_drawings_have_none():
    line = drawn([(14, 4), (14, 24)])
    line[12, 16:18] = line[18, 12:14] = 1
    assert kinds(line) == {"end": 2}
    assert kinds(THREE[::2, ::2]) == {}


def test_what_is_erased_is_kept_no_more():
    every = traits(THREE[None])[0]
    assert all(is_kept(one, every) for one in every)
    without = THREE.copy()
    without[:13] = 0  # the upper bow
    left = traits(without[None])[0]
    kept = [one for one in every if is_kept(one, left)]
    assert Counter(one.kind for one in kept) == {"left": 1, "end": 2}  # of the arm, too
    assert all(one.at[0] > -0.1 for one in kept)


@pytest.mark.parametrize("ink", [THREE, FOUR, NINE, FIVE, drawn([(4, 4), (24, 22)], width=6)])
def test_thin_strokes_are_one_pixel_wide_and_hang_together_as_before(ink):
    (line,) = thinned(ink[None] > 0)
    around = np.ones((3, 3))
    assert ndimage.label(line, around)[1] == ndimage.label(ink, around)[1]
    assert ndimage.label(~line)[1] == ndimage.label(ink == 0)[1]  # and closes as many loops
    assert not ndimage.binary_erosion(line, np.ones((2, 2))).any()
    assert (line & (ink == 0)).sum() == 0


def test_strokes_are_counted_side_by_side_at_each_height():
    found = strokes_across(np.stack([FOUR, drawn([(14, 4), (14, 24)]), np.zeros((28, 28))]))
    assert found.shape == (3, HEIGHTS)
    assert set(found[0][1:8]) == {2}
    assert set(found[0][-8:]) == {1}
    assert set(found[1]) == {1}
    assert not found[2].any()
    rows = np.array([[1, 0, 1, 1], [0, 0, 0, 0], [1, 1, 1, 1], [0, 1, 0, 1]], bool)
    assert list(crossed(rows)) == [2, 0, 1, 2]
    stem = np.zeros((28, 28), bool)
    stem[16:26, 17] = True
    heights = heights_of(stem, FOUR)
    assert heights.stop == HEIGHTS
    assert heights.start == pytest.approx(HEIGHTS * 12 / 22, abs=1)
