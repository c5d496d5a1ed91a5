"""Changing an image by hand: strokes cover what they cover, and nothing else."""

import numpy as np
import pytest

from dpn.explain.exact import explain
from dpn.explain.what_if import blanked, evened, painted, with_ink, without, without_colour
from tests.explain.samples import make_images, make_model

IMAGE = np.arange(2 * 3 * 16, dtype=np.uint8).reshape(-1, 4, 8)[:3] * 2


def strokes(height=40, width=80):
    return np.zeros((height, width, 4), np.uint8)


def test_without_strokes_nothing_changes():
    np.testing.assert_array_equal(painted(IMAGE, strokes()), IMAGE)


def test_a_stroke_colours_the_pixels_it_covers():
    pen = strokes()
    pen[10:20, 30:50] = (200, 100, 0, 255)  # row 1, columns 3 and 4
    changed = painted(IMAGE, pen)
    expected = IMAGE.copy()
    expected[:, 1, 3:5] = np.array([200, 100, 0])[:, None]
    np.testing.assert_array_equal(changed, expected)


def test_a_pixel_covered_in_part_is_mixed_in_that_part():
    pen = strokes()
    pen[0:5, 0:10] = (240, 240, 240, 255)  # half of the first pixel
    pen[10:20, 0:10] = (240, 240, 240, 51)  # a fifth of its colour over all of the one below
    changed = painted(np.full((1, 4, 8), 40, np.uint8), pen)
    assert changed[0, 0, 0] == 140
    assert changed[0, 1, 0] == 80
    assert (np.delete(changed.ravel(), [0, 8]) == 40).all()


def test_a_grey_image_takes_the_first_channel():
    pen = strokes()
    pen[..., 0], pen[..., 3] = 255, 255
    assert (painted(IMAGE[:1], pen) == 255).all()


def test_blank_parts_have_the_colour_of_the_ground():
    ground = np.array([7, 8, 9], np.uint8)
    changed = blanked(IMAGE, [(0, 2, 0, 3), (3, 4, 0, 8)], ground)
    assert (changed[:, :2, :3] == ground[:, None, None]).all()
    assert (changed[:, 3] == ground[:, None]).all()
    np.testing.assert_array_equal(changed[:, 2], IMAGE[:, 2])
    assert not np.shares_memory(changed, IMAGE)
    np.testing.assert_array_equal(blanked(IMAGE, [], ground), IMAGE)


@pytest.mark.parametrize("name", ["dpn", "mlp"])
def test_a_blank_pixel_adds_nothing(name):
    model = make_model(name)
    mean = (model.mean * 255).round() / 255
    model.mean.copy_(mean)  # one that a pixel can have exactly
    ground = (mean.flatten() * 255).round().byte().numpy()
    image = blanked(make_images(1)[0], [(2, 6, 1, 8)], ground)
    found = explain(model, image[None])
    np.testing.assert_allclose(found.pixel_map[0, :, 2:6, 1:8], 0, atol=1e-12)


def test_a_place_gets_the_ground_or_the_ink_that_is_usual_there():
    image = np.full((1, 4, 4), 100, np.uint8)
    mask = np.zeros((4, 4), bool)
    mask[1, 1:3] = True
    erased = without(image, mask, np.array([7], np.uint8))
    assert erased[0][mask].tolist() == [7, 7]
    assert (erased[0][~mask] == 100).all()
    usual = np.full((4, 4), 0.4)
    usual[1, 1] = 0.1
    assert with_ink(image, mask, usual)[0, 1].tolist() == [100, 100, 255, 100]
    assert (image == 100).all()


def test_a_place_loses_its_pattern_or_its_colour():
    mask = np.zeros((4, 8), bool)
    mask[1:3, 2:5] = True
    even, grey = evened(IMAGE, mask), without_colour(IMAGE, mask)
    for changed in (even, grey):
        np.testing.assert_array_equal(changed[:, ~mask], IMAGE[:, ~mask])
    means = IMAGE[:, mask].mean(axis=1)
    np.testing.assert_array_equal(even[:, mask], np.rint(means)[:, None].repeat(6, axis=1))
    light = 0.299 * IMAGE[0, mask] + 0.587 * IMAGE[1, mask] + 0.114 * IMAGE[2, mask]
    np.testing.assert_array_equal(grey[:, mask], np.rint(light)[None].repeat(3, axis=0))
    np.testing.assert_array_equal(without_colour(IMAGE[:1], mask), IMAGE[:1])  # it has none
