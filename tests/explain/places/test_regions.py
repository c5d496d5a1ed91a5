"""Places in an image that decided a score."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dpn.explain.regions import (
    MOST,
    Region,
    find_missing,
    find_regions,
    look_of,
    usual_ink,
)
from dpn.explain.windows import (
    find_squares,
)


def test_strokes_are_found_with_their_exact_sums_strongest_first():
    pixel_map = np.zeros((1, 28, 28), np.float32)
    pixel_map[0, 3:6, 4:12] = 1.0  # 24 pixels at the top left
    pixel_map[0, 22:25, 12:16] = -1.5  # 12 pixels at the bottom
    pixel_map[0, 13:16, 20:26] = 1.2  # 18 pixels at the right
    pixel_map[0, 13, 5] = 0.3  # too little
    found = find_regions(pixel_map)
    assert [round(region.value, 3) for region in found] == [24, 21.6, -18]
    assert [region.where for region in found] == ["top left", "middle right", "bottom"]
    assert found[2].middle() in [(23.5, 13.5), (23.5, 14.5)]
    assert all(region.mask.shape == (28, 28) for region in found)


def test_a_pixel_of_the_other_sign_within_a_stroke_belongs_to_it():
    pixel_map = np.zeros((1, 28, 28))
    pixel_map[0, 10:13, 5:20] = 1.0
    pixel_map[0, 11, 12] = -0.4
    (stroke,) = find_regions(pixel_map)
    assert stroke.value == pytest.approx(44 - 0.4)
    assert stroke.mask[11, 12]


def test_the_number_of_a_bow_lies_on_it():
    pixel_map = np.zeros((1, 28, 28))
    pixel_map[0, 5:23, 5:7] = pixel_map[0, 5:7, 5:23] = pixel_map[0, 21:23, 5:23] = 1
    (bow,) = find_regions(pixel_map)
    row, column = bow.middle()
    assert bow.mask[int(row), int(column)]
    assert not bow.mask[14, 12]


def test_where_is_told_within_the_drawing_however_small():
    pixel_map = np.zeros((1, 28, 28))
    pixel_map[0, 10:19, 12:21] = 0.001
    pixel_map[0, 10:12, 12:14] = 1
    assert [region.where for region in find_regions(pixel_map)] == ["top left"]


def test_the_class_with_more_ink_in_a_place_is_named():
    mask = np.zeros((4, 4), bool)
    mask[1, 1:3] = True
    much, little = np.full((4, 4), 0.1), np.full((4, 4), 0.4)
    much[1, 1:3], little[1, 1:3] = 0.6, 0.3
    place = Region(1.0, mask, "middle")
    assert usual_ink(place, much, little) == "first"
    assert usual_ink(place, little, much) == "second"
    assert usual_ink(place, much, 0.9 * much) == ""
    assert usual_ink(place, 0.3 * much, 0.3 * much) == ""


def test_channels_are_added_up():
    pixel_map = np.zeros((3, 32, 32))
    pixel_map += 1e-6
    pixel_map[:, 20:24, 24:28] = np.array([2.0, -0.5, 0.5])[:, None, None]
    (place,) = find_regions(pixel_map)
    assert place.value == pytest.approx(32, abs=1e-3)
    assert place.where == "bottom right"


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 32, 20), (1, 1, 1)])
def test_where_nothing_adds_there_is_no_place(shape):
    assert find_regions(np.zeros(shape, np.float32)) == []


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 3), st.integers(1, 40), st.integers(1, 40))
def test_places_do_not_overlap_and_add_up_to_part_of_the_map(seed, channels, height, width):
    pixel_map = np.random.default_rng(seed).normal(size=(channels, height, width))
    found = find_regions(pixel_map)
    assert len(found) <= MOST
    assert (
        sum((region.mask.astype(int) for region in found), np.zeros((height, width), int)).max()
        <= 1
    )
    for region in found:
        assert region.value == pytest.approx(pixel_map.sum(axis=0)[region.mask].sum())
        assert region.where


def blot(pixel_map, row, column, value, size=3):
    """Add a place of so many pixels a side with this sum."""
    pixel_map[0, row : row + size, column : column + size] = value / size**2


def test_the_strongest_against_is_named_however_much_stronger_those_for_it_are():
    pixel_map = np.zeros((1, 28, 28))
    for index, value in enumerate((9.0, 8.0, 7.0, 6.0, 5.0, 4.0)):
        blot(pixel_map, 2 + 8 * (index // 3), 2 + 9 * (index % 3), value)
    blot(pixel_map, 22, 12, -0.4)
    values = [place.value for place in find_regions(pixel_map)]
    assert len(values) == MOST
    assert values[0] == pytest.approx(9)
    assert values[-1] == pytest.approx(-0.4)


def test_what_is_not_named_is_less_than_what_is():
    """Two for it and one against it used to be named: the rest, -5.4, was more than one of them."""
    pixel_map = np.zeros((1, 28, 28))
    for index, value in enumerate((10.0, -2.0, -1.9, -1.8, 8.0, -1.7)):
        blot(pixel_map, 2 + 8 * (index // 3), 2 + 9 * (index % 3), value)
    found = find_regions(pixel_map)
    named = [place.value for place in found]
    rest = pixel_map.sum() - sum(named)
    assert abs(rest) < min(map(abs, named))
    assert named == pytest.approx([10.0, 8.0, -2.0, -1.9, -1.8])


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_of_strokes_on_paper_the_strongest_of_both_sides_are_named_and_the_rest_is_less(seed):
    rng = np.random.default_rng(seed)
    pixel_map, values = np.zeros((1, 28, 28)), rng.uniform(1, 9, 4) * [1, -1, 1, -1]
    for index, value in enumerate(values):
        blot(pixel_map, 3 + 13 * (index // 2), 3 + 13 * (index % 2), value, size=4)
    named = [place.value for place in find_regions(pixel_map)]
    assert max(named) == pytest.approx(values.max())
    assert min(named) == pytest.approx(values.min())
    assert abs(values.sum() - sum(named)) < min(map(abs, named))


def test_a_faint_place_is_looked_for_where_strong_ones_do_not_tell_enough():
    pixel_map = np.zeros((1, 28, 28))
    blot(pixel_map, 4, 4, 9.0)
    pixel_map[0, 16:26, 4:24] = -0.06  # 12 in all, and each pixel far below the strong ones
    values = [place.value for place in find_regions(pixel_map)]
    assert values == pytest.approx([-12, 9])


def means(height=12, width=12):
    return np.zeros((height, width)), np.zeros((height, width))


def test_empty_paper_where_only_the_other_class_has_ink_is_missing():
    ink, (first, second) = np.zeros((12, 12)), means()
    second[1:3, 2:9] = 0.8  # the closed top of a 9, which a 4 has not
    first[8, 2:9] = second[8, 2:9] = ink[8, 2:9] = 0.9
    template = np.where(second > first, -1.0, 0.1)
    place = find_missing(template, ink, first, second)
    assert place.where.startswith("top")
    assert place.mask[1:3, 3:8].all()
    assert not place.mask[6:].any()
    inside = place.mask & (second > first)
    assert place.value == pytest.approx(0.8 * inside.sum())
    assert find_missing(-template, ink, first, second) is None  # ink there would speak for it
    assert find_missing(template, second, first, second) is None  # it has that ink
    assert find_missing(template, ink, second, second) is None  # both classes have it
    assert find_missing(template, ink, first, 0.2 * second) is None  # so rarely that it says little


@pytest.mark.parametrize(
    ("colour", "words"),
    [
        ((10, 10, 12), "dark"),
        ((250, 250, 250), "bright"),
        ((128, 128, 128), "grey"),
        ((240, 120, 120), "red"),
        ((20, 30, 120), "dark and blue"),
        ((120, 230, 120), "bright and green"),
    ],
)
def test_how_a_place_looks(colour, words):
    image = np.zeros((3, 8, 8), np.uint8)
    image[:, 2:4, 2:4] = np.array(colour)[:, None, None]
    assert look_of(image, image.sum(axis=0) > 0) == words


def test_a_word_is_written_away_from_others_where_the_place_is_large_enough():
    mask = np.zeros((28, 28), bool)
    mask[4:14, 10:14] = True
    place = Region(1.0, mask, "top")
    row, column = place.middle()
    assert 8 <= row <= 10
    other, _ = place.middle([(row, column), (row - 2, column)])
    assert mask[int(other), int(column)]
    assert abs(other - row) >= 0.08 * 28
    assert abs(other - (row - 2)) >= 0.08 * 28
    small = np.zeros_like(mask)
    small[9, 11] = True
    assert Region(1.0, small, "top").middle([(9.5, 11.5)]) == (9.5, 11.5)  # it has no other


def test_squares_are_cells_with_what_they_add():
    cells = np.array([[3.0, 2.5, 0, 0], [0, 0, 0, -2], [0, 0, 0, 0], [0.1, 0, 0, 0]])
    found = find_squares(cells, 30, 32)  # of 8 pixels, the last row of 6
    assert [(one.value, one.where) for one in found] == [
        *[(3.0, "top left"), (2.5, "top, left of centre"), (-2.0, "right, above centre")]
    ]
    expected = np.zeros((30, 32), bool)
    expected[8:16, 24:] = True
    np.testing.assert_array_equal(found[2].mask, expected)
    (low,) = find_squares(np.diag([0, 0, 0, 1.0]), 30, 32)
    assert low.mask.sum() == 6 * 8
    assert find_squares(np.zeros((4, 4)), 32, 32) == []
    pixels = np.zeros((30, 32))
    pixels[3:9, 4:9] = 1.0
    (place,) = find_squares(pixels, 30, 32)
    np.testing.assert_array_equal(place.mask, find_regions(pixels[None])[0].mask)
