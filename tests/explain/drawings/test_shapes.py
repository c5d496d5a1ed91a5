"""What shape a place of a drawing has."""

import numpy as np
import pytest
from PIL import Image, ImageDraw
from scipy import ndimage

from dpn.explain.drawings.shapes import height_of, loops, rim_drawn, stroke
from tests.explain.drawings.pen import drawn

HERE = np.ones((28, 28), bool)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ([(14, 4), (14, 24)], "steep stroke"),
        ([(12, 4), (16, 24)], "steep stroke"),
        ([(4, 14), (24, 14)], "level stroke"),
        ([(4, 12), (24, 16)], "level stroke"),
        ([(5, 5), (23, 23)], "slanted stroke"),
        ([(5, 23), (23, 5)], "slanted stroke"),
    ],
)
def test_a_stroke_has_a_direction(line, words):
    assert stroke(drawn(line), HERE) == words


@pytest.mark.parametrize("start", range(0, 360, 45))
@pytest.mark.parametrize("width", [2, 4])
def test_a_bow_is_curved_whichever_way_it_lies(start, width):
    picture = Image.new("L", (56, 56))
    ImageDraw.Draw(picture).arc((8, 8, 48, 48), start, start + 150, 255, width)
    assert stroke(np.asarray(picture) / 255, np.ones((56, 56), bool)) == "curved stroke"


@pytest.mark.parametrize("rise", range(0, 25, 4))
@pytest.mark.parametrize("width", [2, 3, 4])
def test_a_straight_stroke_is_none_however_it_leans(rise, width):
    assert "curved" not in stroke(drawn([(3, 3), (27, 3 + rise)], width=width), HERE)


def test_what_is_as_wide_as_long_is_ink():
    assert stroke(drawn(closed=[(6, 6, 22, 22)]), HERE) == "ink"
    assert stroke(np.zeros((28, 28)), HERE) == "ink"
    assert stroke(drawn([(10, 10), (11, 10)]), HERE) == "ink"


def test_only_the_ink_of_the_place_counts():
    both = drawn([(4, 6), (24, 6)], [(14, 10), (14, 26)])
    assert stroke(both, np.indices((28, 28))[0] < 9) == "level stroke"
    assert stroke(both, np.indices((28, 28))[0] > 9) == "steep stroke"


@pytest.mark.parametrize(
    ("image", "count"),
    [
        (drawn([(14, 4), (14, 24)]), 0),
        (drawn(closed=[(6, 6, 22, 22)]), 1),
        (drawn(closed=[(8, 2, 20, 13), (8, 13, 20, 25)]), 2),
        (drawn([(6, 4), (6, 24), (22, 24), (22, 4)]), 0),  # open at the top
        (drawn([(6, 0), (6, 27), (22, 27), (22, 0)]), 0),  # closed by the border alone
        (np.zeros((28, 28)), 0),
        (np.ones((28, 28)), 0),
    ],
)
def test_loops_are_counted(image, count):
    assert len(loops(image)) == count


def test_a_gap_of_one_pixel_between_strokes_is_no_loop():
    ink = np.ones((28, 28))
    ink[14, 14] = 0
    assert len(loops(ink)) == 0
    ink[13:16, 13:16] = 0
    assert len(loops(ink)) == 1


def test_a_loop_that_only_touches_at_corners_is_closed():
    ink = drawn(closed=[(6, 6, 22, 22)])
    ring = np.argwhere(ink > 0)
    assert len(loops(ink)) == 1
    row, column = ring[len(ring) // 2]
    ink[row - 2 : row + 3, column - 2 : column + 3] = 0
    assert len(loops(ink)) == 0


@pytest.mark.parametrize(("grey", "count"), [(0.4, 1), (0.65, 1), (0.8, 0)])
def test_a_loop_may_be_filled_with_faint_ink(grey, count):
    ink = drawn(closed=[(6, 6, 22, 22)])
    inside = ndimage.binary_fill_holes(ink > 0) & (ink == 0)
    ink[inside] = grey
    assert len(loops(ink)) == count


@pytest.mark.parametrize(("top", "where"), [(6, "top"), (13, "middle"), (20, "bottom")])
def test_a_loop_is_where_it_is_of_what_the_ink_spans(top, where):
    ink = drawn(closed=[(12, top, 18, top + 6)])
    ink[4:28, 9] = 1
    (loop,) = loops(ink)
    assert height_of(loop, ink) == where


def test_how_much_of_the_rim_of_a_loop_is_drawn():
    ink = drawn(closed=[(6, 6, 22, 22)])
    (loop,) = loops(ink)
    assert rim_drawn(loop, ink) == 1
    assert rim_drawn(loop, np.where(np.arange(len(ink)) < 14, ink, 0)) == pytest.approx(
        0.5, abs=0.1
    )
