"""Photos, of objects and of paper, as the model's training images were."""

import numpy as np
import pytest

from dpn.pictures.ink import BlankDrawing, area_average
from dpn.pictures.prepare import InputSpec, prepare
from tests.pictures.prepared.drawn import (
    CIFAR,
    DIGITS,
    MNIST,
    SEVEN,
    WHITE,
    drawing,
    likeness_nearby,
    pen,
    photograph,
)


def test_averages_over_areas_are_exact():
    image = np.arange(9.0).reshape(3, 3)
    fine = image.repeat(2, axis=0).repeat(2, axis=1)  # 3 -> 2 is 6 -> 2 by blocks of 3
    expected = fine.reshape(2, 3, 2, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(area_average(image, 2, 2), expected, rtol=1e-6)
    np.testing.assert_array_equal(area_average(image, 3, 3), image)
    grown = area_average(image, 7, 5)
    assert grown.mean() == pytest.approx(image.mean())


def test_a_photo_is_cut_to_its_middle_and_averaged():
    rng = np.random.default_rng(0)
    rgba = rng.integers(0, 256, (64, 100, 4), dtype=np.uint8)
    rgba[..., 3] = 255
    prepared = prepare(rgba, CIFAR)
    middle = rgba[:, 18:82, :3].astype(float)
    expected = middle.reshape(32, 2, 32, 2, 3).mean(axis=(1, 3)).transpose(2, 0, 1)
    assert prepared.input.shape == (3, 32, 32)
    assert np.abs(prepared.input - expected).max() <= 0.51
    assert prepared.inverted is None
    same = prepare(rgba[:32, :32], CIFAR).input
    np.testing.assert_array_equal(same, rgba[:32, :32, :3].transpose(2, 0, 1))


def test_photos_become_grey_wide_or_white_behind():
    rgba = np.zeros((50, 90, 4), np.uint8)
    rgba[...] = (200, 100, 0, 255)
    grey = prepare(rgba, InputSpec(1, 32, 32, "photo")).input
    assert grey.shape == (1, 32, 32)
    assert (grey == round(0.299 * 200 + 0.587 * 100)).all()
    assert prepare(rgba, InputSpec(3, 20, 36, "photo")).stages[1].image.shape == (50, 90, 3)
    rgba[..., 3] = 0
    assert (prepare(rgba, CIFAR).input == 255).all()
    assert prepare(np.full((1, 1, 4), 255, np.uint8), CIFAR).input.shape == (3, 32, 32)


def test_a_drawing_for_three_channels_is_grey_ink_in_each():
    spec = InputSpec(3, 32, 32, "mnist")
    prepared = prepare(drawing(pen(SEVEN, 18), (200, 0, 0), WHITE), spec, "drawing")
    assert prepared.input.shape == (3, 32, 32)
    assert prepared.inverted is True
    for plane in prepared.input[1:]:
        np.testing.assert_array_equal(plane, prepared.input[0])


def test_a_model_of_photos_sees_a_drawing_as_it_was_drawn():
    rgba = drawing(pen(SEVEN, 18), (200, 0, 0), WHITE)
    prepared = prepare(rgba, CIFAR, "drawing")
    np.testing.assert_array_equal(prepared.input, prepare(rgba, CIFAR, "plain").input)
    assert (prepared.kind, prepared.inverted) == ("drawing", True)
    clear = prepare(drawing(pen(SEVEN, 18), (200, 0, 0), None), CIFAR, "drawing")
    np.testing.assert_array_equal(clear.input, prepared.input)
    light = prepare(drawing(pen(SEVEN, 18), (250, 240, 0), (0, 0, 60)), CIFAR, "drawing")
    assert (light.input[:, 0, 0].tolist(), light.inverted) == ([0, 0, 60], False)
    with pytest.raises(BlankDrawing):
        prepare(np.full((280, 280, 4), 255, np.uint8), CIFAR, "drawing")


@pytest.mark.parametrize("spec", [MNIST, DIGITS], ids=["mnist", "digits"])
@pytest.mark.parametrize("width", [8, 16, 26])
@pytest.mark.parametrize("contrast", [0.4, 0.8])
def test_a_photographed_figure_is_read_like_a_drawn_one(spec, width, contrast):
    ink = pen(SEVEN, width)
    prepared = prepare(photograph(ink, contrast=contrast), spec, "photo")
    assert prepared.inverted is True
    assert prepared.stages[0].title == "photo"
    expected = prepare(drawing(ink), spec).input
    assert likeness_nearby(prepared.input, expected) > 0.9
    as_drawing = prepare(photograph(ink, contrast=contrast), spec, "drawing").input
    assert likeness_nearby(as_drawing, expected) < 0.8, "this is not as easy as a drawing"


def test_chalk_on_a_board_is_light_on_dark():
    ink = pen(SEVEN, 16)
    prepared = prepare(photograph(ink, paper=60.0, contrast=-2.5), MNIST, "photo")
    assert prepared.inverted is False
    assert likeness_nearby(prepared.input, prepare(drawing(ink), MNIST).input) > 0.9
    forced = prepare(photograph(ink), MNIST, "photo", dark_on_light=True)
    assert forced.inverted is True


def test_a_photo_of_empty_paper_is_blank():
    nothing = np.zeros((280, 280), np.uint8)
    rgba = photograph(nothing)[20:250, 20:]
    with pytest.raises(BlankDrawing, match="No writing stands out"):
        prepare(rgba, MNIST, "photo")
    with pytest.raises(BlankDrawing):
        prepare(np.full((1, 1, 4), 255, np.uint8), MNIST, "photo")
