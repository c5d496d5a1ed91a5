"""A drawing gives one input, whatever its colours, size and pen; a blank one is told gently."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from dpn.errors import ConfigError, ImageError
from dpn.pictures.ink import NORMAL_STROKE, THIN_STROKE, BlankDrawing, area_average, stroke_width
from dpn.pictures.prepare import PREPARATIONS, InputSpec, prepare
from tests.pictures.prepared.drawn import (
    BLACK,
    CIFAR,
    DIGITS,
    MNIST,
    SEVEN,
    WHITE,
    as_jpeg,
    big_digit,
    drawing,
    likeness,
    likeness_nearby,
    pen,
    photograph,
)

GROUNDS = [
    (BLACK, WHITE, True),
    (WHITE, BLACK, False),
    ((200, 40, 30), (250, 250, 240), True),
    ((250, 240, 0), WHITE, True),  # yellow on white: only the blue channel tells
    ((90, 255, 90), (20, 40, 70), False),
    (BLACK, None, True),
    (WHITE, None, False),
]


@pytest.mark.parametrize(("stroke", "ground", "inverted"), GROUNDS)
@pytest.mark.parametrize("spec", [MNIST, DIGITS], ids=["mnist", "digits"])
def test_every_colour_and_ground_gives_the_same_input(stroke, ground, inverted, spec):
    ink = pen(SEVEN, 18)
    expected = prepare(drawing(ink), spec).input
    prepared = prepare(drawing(ink, stroke, ground), spec)
    assert prepared.inverted is inverted
    assert likeness(prepared.input, expected) > 0.995


def test_transparent_corners_and_a_thin_frame_are_no_ink():
    rgba = drawing(pen(SEVEN, 18), BLACK, WHITE)
    expected = prepare(rgba, MNIST)
    rgba[:9, :9] = (0, 0, 0, 0)  # round corners, as of a screenshot
    np.testing.assert_array_equal(prepare(rgba, MNIST).input, expected.input)
    rgba[:2] = rgba[-2:] = rgba[:, :2] = rgba[:, -2:] = (0, 0, 0, 255)
    assert prepare(rgba, MNIST).inverted is True


@pytest.mark.parametrize("index", range(0, 60, 2))
def test_a_figure_cut_tightly_is_read_the_right_way(index):
    ink = big_digit(index)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    tight = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    assert prepare(drawing(tight), MNIST).inverted is False
    assert prepare(drawing(tight, BLACK, WHITE), MNIST).inverted is True


def test_a_person_can_say_which_is_the_ink():
    rgba = drawing(pen(SEVEN, 18), BLACK, WHITE)
    found = prepare(rgba, MNIST)
    np.testing.assert_array_equal(prepare(rgba, MNIST, dark_on_light=True).input, found.input)
    other = prepare(rgba, MNIST, dark_on_light=False)
    assert other.inverted is False
    ink = other.stages[1].image
    assert ink[5, 5] == 255
    assert ink[60, 100] == 0


@given(st.integers(0, 120), st.integers(0, 120), st.integers(0, 9))
def test_where_it_is_drawn_makes_no_difference(top, left, index):
    expected = prepare(drawing(big_digit(index, at=(60, 60))), MNIST).input
    moved = prepare(drawing(big_digit(index, at=(top, left))), MNIST).input
    np.testing.assert_array_equal(moved, expected)


@settings(max_examples=40)
@given(st.sampled_from([90, 130, 200, 280, 500]), st.integers(0, 29))
def test_how_large_it_is_drawn_makes_little_difference(size, index):
    expected = prepare(drawing(big_digit(index)), MNIST).input
    scaled = prepare(drawing(big_digit(index, size, 560, (20, 30))), MNIST).input
    assert likeness_nearby(scaled, expected) > 0.97


def dot(radius, canvas=280):
    y, x = np.ogrid[:canvas, :canvas]
    return (np.hypot(y - 90, x - 130) <= radius).astype(np.uint8) * 255


@pytest.mark.parametrize(
    ("rgba", "words"),
    [
        (drawing(np.zeros((280, 280), np.uint8)), "Nothing is drawn yet"),
        (drawing(np.zeros((280, 280), np.uint8), BLACK, WHITE), "Nothing is drawn yet"),
        (np.zeros((280, 280, 4), np.uint8), "Nothing is drawn yet"),
        (drawing(pen(SEVEN, 18), (240, 240, 240), WHITE), "Nothing is drawn yet"),
        (np.full((1, 1, 4), 255, np.uint8), "Nothing is drawn yet"),
        (drawing(dot(0)), "Only a dot"),
        (drawing(dot(4)), "Only a dot"),
        (drawing(dot(10)), "Only a dot"),
    ],
)
@pytest.mark.parametrize("dark_on_light", [None, True, False])
def test_a_blank_drawing_is_told_gently(rgba, words, dark_on_light):
    if dark_on_light is not None and words != "Nothing is drawn yet":
        dark_on_light = False  # with black for the ink, a dot is a hole in a large square
    with pytest.raises(BlankDrawing, match=words):
        prepare(rgba, MNIST, dark_on_light=dark_on_light)
    assert issubclass(BlankDrawing, ImageError)


def test_a_small_figure_and_a_solid_one_are_no_dots():
    small = Image.fromarray(pen(SEVEN, 40)).reduce(8)
    canvas = np.zeros((280, 280), np.uint8)
    canvas[100:135, 100:135] = small
    assert prepare(drawing(canvas), MNIST).input.max() == 255
    assert prepare(drawing(dot(40)), MNIST).input.max() == 255


@pytest.mark.parametrize("quality", [30, 60, 90])
@pytest.mark.parametrize("colours", [(WHITE, BLACK), (BLACK, WHITE), ((0, 0, 160), WHITE)])
def test_the_ripples_of_jpeg_are_no_ink(quality, colours):
    clean = drawing(pen(SEVEN, 14), *colours)
    expected = prepare(clean, MNIST)
    rippled = prepare(as_jpeg(clean, quality), MNIST)
    taller, wider = np.subtract(rippled.stages[2].image.shape, expected.stages[2].image.shape)
    assert max(abs(taller), abs(wider)) <= 5
    assert likeness_nearby(rippled.input, expected.input) > 0.96


def test_soft_edges_are_kept():
    ink = pen(SEVEN, 14)
    np.testing.assert_array_equal(prepare(drawing(ink), MNIST).stages[1].image, ink)


@pytest.mark.parametrize("width", [2, 3, 5])
def test_thin_strokes_become_as_wide_as_mnists(width):
    prepared = prepare(drawing(pen(SEVEN, width)), MNIST)
    titles = [stage.title for stage in prepared.stages]
    assert titles == ["drawing", "ink", "crop", "thicker strokes", "square", "box", "centred input"]
    before, after = prepared.stages[2].image, prepared.stages[3].image
    assert stroke_width(before) < THIN_STROKE
    assert stroke_width(after) == pytest.approx(NORMAL_STROKE, abs=0.2)
    assert after[after > 0].mean() > 230, "a thin line would average to grey"
    normal = prepare(drawing(pen(SEVEN, 20)), MNIST)
    assert "thicker strokes" not in [stage.title for stage in normal.stages]
    assert likeness_nearby(prepared.input, normal.input) > 0.85


@pytest.mark.parametrize("width", [10, 20, 50])
def test_stroke_width_measures_a_bar(width):
    """2 area / perimeter of a bar is width x length / (width + length)."""
    bar = np.full((400, width), 255, np.uint8)
    assert stroke_width(bar) == pytest.approx(20 * width / (width + 400), rel=0.01)
    soft = area_average(np.pad(bar, 7), 230, round((width + 14) * 230 / 414)).astype(np.uint8)
    soft = soft[soft.any(axis=1)][:, soft.any(axis=0)]
    assert stroke_width(soft) == pytest.approx(stroke_width(bar), rel=0.1)


def test_kinds_and_preparations_are_named_when_wrong():
    rgba = drawing(pen(SEVEN, 18))
    with pytest.raises(
        ConfigError, match="kind must be one of auto, drawing, photo, plain, got 'foto'"
    ):
        prepare(rgba, MNIST, "foto")
    with pytest.raises(ConfigError, match="got 'mnis'; did you mean 'mnist'"):
        prepare(rgba, InputSpec(1, 28, 28, "mnis"))
    assert list(PREPARATIONS) == ["mnist", "digits", "dark_ink", "light_ink", "photo"]


@pytest.mark.parametrize("preparation", PREPARATIONS)
@pytest.mark.parametrize("kind", ["drawing", "photo"])
def test_stages_lead_from_what_came_in_to_the_input(preparation, kind):
    prepared = prepare(photograph(pen(SEVEN, 16)), InputSpec(1, 24, 20, preparation), kind)
    assert prepared.stages[0].title == kind
    for stage in prepared.stages:
        assert stage.image.dtype == np.uint8
        assert stage.image.ndim == 2 or stage.image.shape[2:] == (3,)
    np.testing.assert_array_equal(prepared.stages[-1].image, prepared.input[0])
    assert prepared.input.flags.c_contiguous


shapes = st.tuples(st.integers(1, 40), st.integers(1, 40), st.just(4))


@given(
    arrays(np.uint8, shapes, elements=st.sampled_from([0, 3, 120, 250, 255])),
    st.sampled_from([MNIST, DIGITS, CIFAR, InputSpec(3, 9, 13, "mnist")]),
    st.sampled_from(["auto", "drawing", "photo"]),
    st.sampled_from([None, True, False]),
)
def test_any_pixels_give_an_input_or_a_blank_drawing(rgba, spec, kind, dark_on_light):
    before = rgba.copy()
    try:
        prepared = prepare(rgba, spec, kind, dark_on_light)
    except BlankDrawing:
        pass
    else:
        assert prepared.input.shape == (spec.channels, spec.height, spec.width)
        assert prepared.input.dtype == np.uint8
    np.testing.assert_array_equal(rgba, before)
