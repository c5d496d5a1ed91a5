"""Average templates against sums written out by hand."""

import numpy as np

from dpn.explain.averages import average_templates, largest

LABELS = np.array([0, 1, 0, 0, 1, 2])
ANSWERS = np.array([0, 1, 1, 0, 0, 0])
#: (6, 2, 1, 2): the value tells the image, the channel and the place.
IMAGES = (
    100 * np.arange(6)[:, None, None, None]
    + 10 * np.arange(2)[None, :, None, None]
    + np.arange(2)[None, None, None, :]
).astype(np.uint8)


def average(classes=(0, 1, 2), **changes):
    """Templates that are the images themselves, times −1 for the class 1."""
    asked = []

    def templates(images, target):
        asked.append((target, len(images)))
        return images.astype(np.float32) * (-1 if target == 1 else 1)

    found = average_templates(templates, IMAGES, LABELS, ANSWERS, classes, **changes)
    return found, asked


def test_a_class_is_the_mean_over_its_right_answers_and_channels_are_added():
    (zero, one, _), _ = average()
    assert (zero.target, zero.count) == (0, 2)
    first, second = (IMAGES[i].astype(float).sum(axis=0) for i in (0, 3))
    np.testing.assert_allclose(zero.template, (first + second) / 2)
    assert zero.template.shape == (1, 2)
    assert one.count == 1
    np.testing.assert_allclose(one.template, -IMAGES[1].astype(float).sum(axis=0))


def test_a_class_that_is_never_right_is_nothing_and_not_asked_for():
    found, asked = average()
    assert found[2].count == 0
    assert found[2].template.tolist() == [[0, 0]]
    assert asked == [(0, 2), (1, 1)]


def test_no_more_images_are_averaged_than_asked_for():
    (zero,), asked = average([0], most=1)
    assert asked == [(0, 1)]
    np.testing.assert_allclose(zero.template, IMAGES[0].astype(float).sum(axis=0))


def test_one_scale_serves_all():
    found, _ = average()
    assert largest(found) == max(np.abs(each.template).max() for each in found)
    assert largest(found) == -found[1].template.min()  # the largest speaks against
    assert largest([]) == largest([found[2]]) == 1
