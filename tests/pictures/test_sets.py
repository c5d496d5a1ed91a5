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


@pytest.mark.parametrize("form", ["png", "jpeg", "larger"])
def test_test_images_that_are_uploaded_are_answered_as_in_the_test(own, form):
    kind, images, labels, spec = own
    test, truth = made(kind, 700, 800)
    if (kind, form) == ("tiny digits", "larger"):
        return  # the digits were no larger: a larger picture is a drawing, and made one of them
    files = [file_of(image) for image in test]
    if form == "jpeg":
        files = [as_jpeg(file, 92) for file in files]
    if form == "larger":
        files = [file.repeat(6, axis=0).repeat(6, axis=1) for file in files]
    sent = np.array([prepare(file, spec).input for file in files])
    expected = answers(images, labels, test)
    assert (expected == truth).mean() > 0.4  # it did learn something, of ten classes
    same = (answers(images, labels, sent) == expected).mean()
    assert same >= 0.98


@pytest.mark.parametrize("way", ["canvas", "light", "clear", "paper", "board"])
def test_a_drawing_stands_as_the_figures_of_the_set_do(own, way):
    kind, images, labels, spec = own
    if spec.preparation == "photo":
        return
    rng, truth, made_so = np.random.default_rng(0), made(kind, 700, 740)[1], []
    for index in range(700, 740):
        ink = inked(index, 200, 0.6, 0.04, (0.55, 0.5))
        picture = {
            "canvas": lambda ink: rgba(255 - 238 * ink),
            "light": lambda ink: rgba(255 * ink),
            "clear": lambda ink: np.dstack([rgba(0 * ink)[..., :3], np.uint8(255 * ink)]),
            "paper": lambda ink: sheet(ink, rng, falls=0.5),
            "board": lambda ink: board(ink, rng, falls=0.3),
        }[way](ink)
        made_so.append(prepare(picture, spec).input)
    if spec.look:
        assert np.mean([is_alike(image, spec.look) for image in made_so]) > 0.9
    right = (answers(images, labels, np.array(made_so)) == truth).mean()
    assert right >= 0.7  # as of test images, with so few to learn from
