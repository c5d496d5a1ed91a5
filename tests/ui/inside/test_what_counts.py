"""What is said to count in a photo's squares, sentence by sentence."""

from types import SimpleNamespace

import numpy as np
import pytest

from dpn.explain.photos.kinds import Change, Kinds
from dpn.ui.inside.places.kinds import kind_words
from dpn.ui.inside.places.place import Places

CASE = SimpleNamespace(
    target="cat",
    contrast="dog",
    found=SimpleNamespace(score=np.array([2.0])),
    config=SimpleNamespace(class_names=("cat", "dog", "frog")),
)
#: Shares of the lead that no change loses to speak of, or too much for nothing to be said.
FEW = {"detail": 0.3, "pattern": 0.3, "order": 0.3, "colour": 0.3}


def said(even=(), halves=(), **lost):
    """The sentences where changes lose these shares of the lead; of more than 1 a frog is ahead."""
    image = np.zeros((3, 8, 8), np.uint8)

    def changes(shares):
        return {
            name: Change(image, 1 - share, 2 if share > 1 else 0, share)
            for name, share in dict(shares).items()
        }

    kinds = Kinds(1.0, changes(FEW | lost), changes(even), changes(halves))
    return kind_words(CASE, Places([], None, None, kinds))


def test_what_counts_is_told_with_what_comes_without_it():
    assert said(detail=1.2, pattern=1.3, order=0.5, colour=0.2) == [
        "**fine detail** (blurred a little, **frog would be ahead**) and "
        "**where the parts lie** (with quarters swapped, only 1.6 to 1).",
        "Not the colours.",
    ]
    assert said(pattern=0.6, order=0.6, colour=0.6) == [
        "all of it: **the lines and shapes** (blurred a lot, only 1.5 to "
        "1), **where the parts lie** (with quarters swapped, only 1.5 to 1) and "
        "**the colours** (in grey, only 1.5 to 1)."
    ]


def test_what_does_not_count_is_told_beside_what_does():
    assert said(colour=0.7, detail=0.1, pattern=0.1, order=0.1)[1] == (
        "Not fine detail or where the parts lie."
    )


@pytest.mark.parametrize(
    ("even", "told"),
    [
        ((), "a rough look is enough (blurred a lot, with quarters swapped or in grey, "),
        ({"grey": 0.6, "hue": 0.5}, "a rough look is enough (blurred a lot, with quarters "),
        ({"grey": 0.4, "hue": 0.1}, "brightness alone is enough (in its own mean grey, "),
        ({"grey": 0.6, "hue": 0.1}, "one colour alone is enough (in its own mean colour, "),
    ],
)
def test_where_nothing_counts_what_is_left_is_enough(even, told):
    (sentence,) = said(even=even)
    assert sentence.startswith(told)
    assert sentence.endswith(", cat would stay ahead).")


def test_the_half_that_counts_is_told_last():
    halves = {"upper": 1.5, "lower": 0.1, "left": 0.6, "right": 0.6}
    assert said(colour=0.7, halves=halves)[-1] == "The upper half counts more."


def test_what_is_left_out_of_all_that_counts_is_told():
    assert said(detail=0.1, pattern=0.6, order=0.6, colour=0.6) == [
        "**the lines and shapes** (blurred a lot, only 1.5 to 1), "
        "**where the parts lie** (with quarters swapped, only 1.5 to 1) and "
        "**the colours** (in grey, only 1.5 to 1).",
        "Not fine detail.",
    ]


def test_nothing_is_said_where_the_class_is_not_ahead():
    assert kind_words(CASE, Places([], None)) == []
