"""Drawings and photographs are told apart, and read, in every light and at every size."""

import numpy as np
import pytest
import torch

from dpn.errors import ImageError
from dpn.pictures.ink import area_average
from dpn.pictures.prepare import InputSpec, prepare
from dpn.pictures.reading import is_photo
from dpn.robustness.changes import changed
from tests.pictures.photographs import as_jpeg, board, inked, lit, rgba, sheet
from tests.pictures.prepared.drawn import likeness_nearby

MNIST = InputSpec(1, 28, 28, "mnist")
SIDES = (40, 80, 140, 200)


def coloured(ink):
    return rgba(np.dstack([252 - 200 * ink, 252 - 170 * ink, 252 - 60 * ink]))


def noise(ink, rng, level):
    return rng.normal(0, level, ink.shape)


DRAWINGS = {
    "canvas": lambda ink, rng: rgba(255 - 238 * ink),
    "light on dark": lambda ink, rng: rgba(255 * ink),
    "clear": lambda ink, rng: np.dstack([rgba(0 * ink)[..., :3], np.uint8(255 * ink)]),
    "scan": lambda ink, rng: rgba(240 - 190 * ink + noise(ink, rng, 4)),
    "scan as jpeg": lambda ink, rng: as_jpeg(rgba(248 - 200 * ink + noise(ink, rng, 1.5)), 60),
    "blue pen": lambda ink, rng: as_jpeg(coloured(ink), 75),
    "near the fold": lambda ink, rng: rgba(
        (250 - 200 * ink) * lit(len(ink), rng, falls=0.05) + noise(ink, rng, 1.5)
    ),
    "blurred": lambda ink, rng: sheet(ink, rng, grain=0, blur=len(ink) / 30, falls=0),
    "grey": lambda ink, rng: rgba(255 - 230 * ink * (0.3 + 0.7 * np.linspace(0, 1, len(ink)))),
}
PHOTOS = {
    "light that falls off": lambda ink, rng: sheet(ink, rng, falls=0.5, blur=len(ink) / 200),
    "dim": lambda ink, rng: sheet(ink, rng, paper=110, falls=0.4, dark=0.6),
    "soft shadow": lambda ink, rng: sheet(ink, rng, falls=0.2, shadow=0.4, soft=0.3),
    "desk": lambda ink, rng: sheet(ink, rng, falls=0.2, desk=0.06, blur=len(ink) / 200),
    "desk in even light": lambda ink, rng: sheet(ink, rng, falls=0, grain=2, desk=0.06),
    "jpeg": lambda ink, rng: as_jpeg(sheet(ink, rng, falls=0.4), 60),
    "overexposed": lambda ink, rng: rgba(
        400 * (1 - 0.75 * ink) * lit(len(ink), rng, falls=0.6) + noise(ink, rng, 3)
    ),
    "board": lambda ink, rng: board(ink, rng, falls=0.3),
    "dim board": lambda ink, rng: board(ink, rng, slate=70, chalk=150, falls=0.4),
}


def figures(count, seed=0):
    """Digits of every size and width that stand well inside the picture, with a generator."""
    rng = np.random.default_rng(seed)
    for number in range(count):
        share, thick = rng.uniform(0.45, 0.75), rng.choice([0, 0.05, 0.1])
        at = tuple(rng.uniform(0.46, 0.54, 2))
        yield inked(int(rng.integers(1400)), SIDES[number % 4], share, thick, at), rng


@pytest.mark.parametrize("kind", [*DRAWINGS, *PHOTOS])
def test_a_photo_is_told_from_a_drawing(kind):
    make = {**DRAWINGS, **PHOTOS}[kind]
    told = [is_photo(make(ink, rng)) for ink, rng in figures(24)]
    assert np.mean(told) >= 0.95 if kind in PHOTOS else np.mean(told) <= 0.05


def read(picture, kind="auto"):
    try:
        return prepare(picture, MNIST, kind)
    except ImageError:
        return None


@pytest.mark.parametrize("kind", PHOTOS)
def test_a_photo_is_read_like_the_drawing_at_every_size(kind):
    good = []
    for ink, rng in figures(24, seed=1):
        prepared = read(PHOTOS[kind](ink, rng))
        expected = read(rgba(255 * ink)).input
        is_board = "board" in kind
        good.append(
            prepared is not None
            and prepared.kind == "photo"
            and prepared.inverted is not is_board
            and likeness_nearby(prepared.input, expected) > 0.88
        )
    assert np.mean(good) >= 0.87


@pytest.mark.parametrize("side", SIDES)
def test_thick_chalk_keeps_its_strokes_in_small_pictures(side):
    rng, alike = np.random.default_rng(2), []
    for index in range(12):
        ink = inked(index, side, 0.7, thick=0.06)
        prepared = read(board(ink, rng, falls=0.3), "photo")
        alike.append(likeness_nearby(prepared.input, read(rgba(255 * ink)).input))
    assert np.mean(np.array(alike) > 0.9) >= 0.9


def test_a_figure_that_was_cut_out_is_a_drawing():
    told = []
    for ink, _ in figures(24):
        cut = ink[ink.any(axis=1)][:, ink.any(axis=0)]
        told += [is_photo(rgba(255 - 238 * cut)), is_photo(as_jpeg(rgba(255 * cut), 85))]
    assert np.mean(told) <= 0.05


def test_a_person_can_say_what_it_is():
    picture = sheet(inked(0), np.random.default_rng(0), falls=0.5)
    assert [prepare(picture, MNIST, kind).kind for kind in ("auto", "drawing", "photo")] == [
        "photo",
        "drawing",
        "photo",
    ]
    plain = prepare(picture, MNIST, "plain")
    assert (plain.kind, plain.inverted) == ("plain", None)
    assert plain.input.mean() == pytest.approx(picture[..., :3].mean(), abs=1)


def test_an_mnist_image_is_taken_as_it_is_and_a_drawing_of_its_size_is_not():
    image = prepare(rgba(255 * inked(3)), MNIST).input
    sent = prepare(rgba(image[0]), MNIST)
    assert sent.kind == "plain"
    np.testing.assert_array_equal(sent.input, image)
    moved = prepare(rgba(np.roll(image[0], -4, axis=1)), MNIST)
    assert moved.kind == "drawing"
    assert likeness_nearby(moved.input, image) > 0.98
    assert prepare(rgba(255 - image[0]), MNIST).kind == "drawing"
    assert prepare(rgba(image[0]), MNIST, "auto", True).kind == "drawing"


@pytest.mark.parametrize(
    "kind", ["gaussian_noise", "impulse_noise", "dotted_line", "zigzag", "stripe"]
)
def test_an_mnist_image_under_marks_is_taken_as_it_is(kind):
    for index in (3, 5, 8):
        image = prepare(rgba(255 * inked(index)), MNIST).input
        made = changed(torch.from_numpy(image)[None], kind, 4, index).numpy()[0]
        sent = prepare(rgba(made[0]), MNIST)
        assert sent.kind == "plain"
        np.testing.assert_array_equal(sent.input, made)
        assert prepare(rgba(255 - made[0]), MNIST).kind != "plain"
        large = rgba(np.kron(made[0], np.ones((5, 5))))
        assert prepare(large, MNIST).kind != "plain"


def test_a_drawing_of_the_size_of_mnists_images_is_no_mark_on_one():
    image = prepare(rgba(255 * inked(3)), MNIST).input[0]
    rows, columns = (np.flatnonzero(image.any(axis=axis)) for axis in (1, 0))
    tight = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    side = area_average(tight, 28, 28).astype(np.uint8)  # reaches all four sides
    assert prepare(rgba(side), MNIST).kind == "drawing"
    light = 255 - image
    light[:, :7] -= 40  # a shadow at one side
    assert prepare(rgba(light), MNIST).kind != "plain"
    light[:, 21:] -= 40  # and at the other: the paper between is no ground of MNIST's
    assert prepare(rgba(light), MNIST).kind != "plain"
