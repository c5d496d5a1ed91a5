"""As MNIST and the 8x8 digits were made: what marks each set is there in what is prepared."""

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from dpn.pictures.prepare import InputSpec, prepare
from tests.pictures.prepared.drawn import (
    DIGITS,
    MNIST,
    SEVEN,
    big_digit,
    centre_of_mass,
    data_set,
    drawing,
    likeness,
    pen,
    sides,
)


@pytest.mark.parametrize("index", range(40))
def test_mnist_has_its_box_peak_and_centre(index):
    image = prepare(drawing(big_digit(index)), MNIST).input
    assert image.shape == (1, 28, 28)
    assert image.dtype == np.uint8
    assert image.max() == 255
    assert max(sides(image[0])) == 20
    crop = prepare(drawing(big_digit(index)), MNIST).stages[2].image
    aspect = np.array(crop.shape) / max(crop.shape)
    assert np.abs(sides(image[0]) - 20 * aspect).max() <= 2
    # MNIST centres on 14, to the nearest whole pixel.
    assert np.abs(centre_of_mass(image[0]) - 14).max() <= 0.51
    assert ((image > 0) & (image < 255)).any(), "it is not binarised"


@pytest.mark.parametrize("index", range(20))
def test_an_mnist_image_comes_back_unchanged(index):
    image = prepare(drawing(big_digit(index)), MNIST).input[0]
    again = prepare(drawing(image), MNIST).input[0].astype(int)
    assert np.abs(again - image).max() <= 1


def test_mnist_is_proportional_at_other_sizes():
    image = prepare(drawing(big_digit(3)), InputSpec(1, 56, 70, "mnist")).input[0]
    assert image.shape == (56, 70)
    assert max(sides(image)) == 40
    small = prepare(drawing(pen(SEVEN, 14)), InputSpec(1, 14, 14, "mnist")).input
    assert small.max() == 255, "strokes of less than a pixel are made bright again"
    assert np.abs(centre_of_mass(image) - (28, 35)).max() <= 0.51


def test_the_box_never_leaves_the_image():
    """All the mass in one corner asks for a shift of more than there is room for."""
    ink = np.zeros((280, 280), np.uint8)
    ink[40:240, 40:44] = ink[40:44, 40:240] = 255
    ink[40:130, 40:130] = 255
    image = prepare(drawing(ink), MNIST).input[0]
    box = prepare(drawing(ink), MNIST).stages[-2]
    assert box.title == "box"
    assert image.sum() == box.image.sum()


def test_the_digits_come_back_nearly_as_they_are():
    made = [prepare(drawing(big_digit(i)), DIGITS).input[0] for i in range(200)]
    back = np.array(made) / 255 * 16
    assert back.shape == (200, 8, 8)
    np.testing.assert_allclose(back, np.rint(back), atol=0.05)  # counts of 16 pixels
    original = data_set()[:200]
    assert np.abs(back - original).mean() < 2  # of 16; between different digits it is 5
    assert np.mean([likeness(a, b) for a, b in zip(back, original, strict=True)]) > 0.86
    nearest = ((back[:, None] - original[None]) ** 2).sum(axis=(2, 3)).argmin(axis=1)
    labels = load_digits().target[:200]
    assert (labels[nearest] == labels).mean() > 0.93


def left_edges(counts, row):
    return (counts[:, row] > 0).argmax(axis=1)


def test_the_digits_have_what_marks_the_set():
    """Full height, even ink, no slant: in the set itself these are 100%, 313 +- 34 and 82%."""
    slanted = [Image.fromarray(big_digit(i, 130, at=(75, 75))) for i in range(60)]
    shear = (1, 0.4, -56, 0, 1, 0)
    slanted = [np.asarray(i.transform(i.size, Image.Transform.AFFINE, shear)) for i in slanted]
    counts = np.array([prepare(drawing(ink), DIGITS).input[0] for ink in slanted]) / 255 * 16
    assert (counts.sum(axis=2) > 0).all()
    assert abs(counts.sum(axis=(1, 2)).mean() - data_set().sum(axis=(1, 2)).mean()) < 3
    assert (left_edges(counts, 0) == left_edges(counts, 7)).mean() > 0.7
    original = data_set()
    assert (left_edges(original, 0) == left_edges(original, 7)).mean() == pytest.approx(
        0.82, abs=0.01
    )
    across = (counts * np.arange(8)).sum(axis=(1, 2)) / counts.sum(axis=(1, 2))
    assert np.abs(across - 3.5).max() < 0.2


@pytest.mark.parametrize("width", [2, 6, 14, 30])
def test_the_digits_have_even_ink_for_every_pen(width):
    counts = prepare(drawing(pen(SEVEN, width)), DIGITS).input / 255 * 16
    assert 300 < counts.sum() < 330


def test_digits_at_other_sizes():
    image = prepare(drawing(big_digit(2)), InputSpec(1, 16, 12, "digits")).input
    assert image.shape == (1, 16, 12)
    assert image[0].any(axis=1).all()


@pytest.mark.parametrize("index", range(20))
def test_the_bitmap_of_a_digit_fills_the_height(index):
    prepared = prepare(drawing(big_digit(index)), DIGITS)
    titles = [stage.title for stage in prepared.stages]
    assert titles == ["drawing", "ink", "crop", "bitmap", "upright", "block counts"]
    bitmap = prepared.stages[3].image
    assert bitmap.shape == (32, 32)
    assert np.isin(bitmap, (0, 255)).all()
    assert bitmap[0].any()
    assert bitmap[-1].any()
