"""Strings made of single digits, and the pieces that "no digit" is learned from."""

import itertools

import numpy as np
import pytest
from scipy import ndimage
from sklearn.datasets import load_digits

from dpn.numbers.examples import NONE, make_examples
from dpn.numbers.strings import make_strings


def digits():
    data = load_digits()
    return (data.images * (255 / 16)).astype(np.uint8), data.target


@pytest.mark.parametrize("kind", ["spaced", "touching", "overlapping"])
def test_strings_are_as_they_say(kind):
    images, labels = digits()
    for made in make_strings(images, labels, 8, kind, np.random.default_rng(0), height=40):
        assert 2 <= len(made.text) == len(made.digits) <= 6
        assert (made.ink == made.digits.max(axis=0)).all()
        columns = [np.flatnonzero(digit.any(axis=0)) for digit in made.digits]
        gaps = [b[0] - a[-1] - 1 for a, b in itertools.pairwise(columns)]
        parts = ndimage.label(made.ink >= 64, np.ones((3, 3)))[1]
        if kind == "spaced":
            assert min(gaps) >= 4
        elif kind == "overlapping":
            assert max(gaps) < 0
        else:
            assert parts < len(made.text)


def test_examples_are_digits_and_what_is_none():
    images, labels = digits()
    pieces, shown = make_examples(images, labels, range(10), 0)
    assert pieces.shape[1:] == (3, 28, 28)
    assert len(pieces) == len(shown)
    assert {0, NONE} < set(np.unique(shown)) <= set(range(NONE + 1))
    assert 0.03 < (shown < NONE).mean() < 0.6
    first, last = (make_examples(images, labels, of, 0)[0] for of in (range(4), range(4, 10)))
    assert (pieces == np.concatenate([first, last])).all()
