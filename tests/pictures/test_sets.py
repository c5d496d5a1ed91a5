"""A picture meets a model as its training images did, whatever kind of set that was."""

import numpy as np
import pytest

from dpn.data.look import is_alike, measure
from dpn.pictures.png import to_picture
from dpn.pictures.prepare import InputSpec, prepare
from tests.pictures.photographs import as_jpeg, board, inked, rgba, sheet
from tests.pictures.sets import KINDS, made


@pytest.fixture(scope="module", params=KINDS)
def own(request):
    """A set and how its pictures are prepared."""
    images, labels = made(request.param, 0, 400)
    said = "digits" if request.param == "tiny digits" else "auto"
    name, look = measure(images, said)
    return request.param, images, labels, InputSpec(*images.shape[1:], name, look)


def answers(images, labels, asked):
    """The class of the nearest training image: a model that learnt them by heart."""
    known, asked = (x.reshape(len(x), -1).astype(np.float32) for x in (images, asked))
    known, asked = (x - x.mean(axis=1, keepdims=True) for x in (known, asked))
    known /= np.linalg.norm(known, axis=1, keepdims=True)
    return labels[(asked @ known.T).argmax(axis=1)]


def file_of(image):
    """A test image as a file that holds its pixels, decoded."""
    return rgba(to_picture(image))


def test_test_images_that_are_uploaded_are_answered_as_in_the_test(own):
    """One test for all forms, and one for all ways: to make a set takes longer than to ask it."""
    kind, images, labels, spec = own
    test, truth = made(kind, 700, 800)
    expected = answers(images, labels, test)
    assert (expected == truth).mean() > 0.4  # it did learn something, of ten classes
    files = [file_of(image) for image in test]
    forms = {
        "png": files,
        "jpeg": [as_jpeg(file, 92) for file in files],
        "larger": [file.repeat(6, axis=0).repeat(6, axis=1) for file in files],
    }
    if kind == "tiny digits":
        del forms["larger"]  # for them that is a drawing, and is made a digit
    for form, sent in forms.items():
        met = np.array([prepare(file, spec).input for file in sent])
        assert (answers(images, labels, met) == expected).mean() >= 0.98, form


WAYS = {
    "canvas": lambda ink, rng: rgba(255 - 238 * ink),
    "light": lambda ink, rng: rgba(255 * ink),
    "clear": lambda ink, rng: np.dstack([rgba(0 * ink)[..., :3], np.uint8(255 * ink)]),
    "paper": lambda ink, rng: sheet(ink, rng, falls=0.5),
    "board": lambda ink, rng: board(ink, rng, falls=0.3),
}


def test_a_drawing_stands_as_the_figures_of_the_set_do(own):
    kind, images, labels, spec = own
    if spec.preparation == "photo":
        return
    truth = made(kind, 700, 740)[1]
    inks = [inked(index, 200, 0.6, 0.04, (0.55, 0.5)) for index in range(700, 740)]
    for way, picture in WAYS.items():
        rng = np.random.default_rng(0)
        made_so = [prepare(picture(ink, rng), spec).input for ink in inks]
        if spec.look:
            assert np.mean([is_alike(image, spec.look) for image in made_so]) > 0.9, way
        right = (answers(images, labels, np.array(made_so)) == truth).mean()
        assert right >= 0.7, way  # as of test images, with so few to learn from
