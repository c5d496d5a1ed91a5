"""Two figures in one drawing are noticed, and a figure in pieces is one."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from dpn.pictures.prepare import InputSpec, prepare
from tests.pictures.photographs import inked, rgba, sheet

MNIST = InputSpec(1, 28, 28, "mnist")


def cut(ink):
    return ink[:, ink.any(axis=0)]


def beside(first, second, gap, share=0.7):
    """Two digits with a gap of so much of their height."""
    one, other = (cut(inked(index, 160, share)) for index in (first, second))
    between, edge = (np.zeros((160, round(wide * 160))) for wide in (gap * share, 0.15))
    return np.hstack([edge, one, between, other, edge])


@pytest.mark.parametrize("gap", [0.12, 0.25, 0.6])
@pytest.mark.parametrize("first", range(10))
def test_two_digits_side_by_side_are_two(first, gap):
    ink = beside(first, (3 * first + 11) % 40, gap)
    for picture in (rgba(255 - 238 * ink), rgba(255 * ink)):
        assert prepare(picture, MNIST).figures == 2
    assert prepare(rgba(255 * np.hstack([ink, ink])), MNIST).figures == 4


def test_two_digits_on_a_photographed_sheet_are_two():
    ink = beside(2, 7, 0.3)
    ink = np.pad(ink, ((max(0, ink.shape[1] - 160) // 2,) * 2, (0, 0)))
    side = min(ink.shape)
    picture = sheet(ink[:side, :side], np.random.default_rng(0), falls=0.4)
    assert prepare(picture, MNIST, "photo").figures == 2


@pytest.mark.parametrize("index", range(60))
def test_one_digit_is_one_whole_or_broken(index):
    ink, rng = inked(index, 160, 0.8), np.random.default_rng(index)
    assert prepare(rgba(255 * ink), MNIST).figures == 1
    erased = Image.fromarray((255 * ink).astype(np.uint8))
    for _ in range(2):
        ends = tuple(rng.uniform(20, 140, 4))
        ImageDraw.Draw(erased).line(ends, fill=0, width=int(rng.integers(3, 8)))
    assert prepare(rgba(np.asarray(erased)), MNIST).figures == 1


def test_a_bar_that_stands_off_a_figure_is_no_figure():
    image = Image.new("L", (180, 160))
    draw = ImageDraw.Draw(image)
    draw.line([(60, 40), (60, 80), (90, 90), (90, 120), (50, 130)], fill=255, width=10)
    draw.line([(112, 38), (138, 35)], fill=255, width=10)  # a 5's
    assert prepare(rgba(np.asarray(image)), MNIST).figures == 1
    draw.line([(160, 30), (160, 130)], fill=255, width=10)  # a 1 beside it
    assert prepare(rgba(np.asarray(image)), MNIST).figures == 2


def test_where_two_may_be_one_thing_they_are_not_counted():
    picture = rgba(255 * beside(1, 2, 0.3))
    for name in ("dark_ink", "light_ink", "photo"):
        assert prepare(picture, InputSpec(1, 28, 28, name)).figures == 1
