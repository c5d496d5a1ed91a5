"""What is said to count in a photo's squares, sentence by sentence."""

from types import SimpleNamespace

import numpy as np
import pytest

from dpn.explain.photos.kinds import Change, Kinds
from dpn.explain.regions import Region
from dpn.ui.inside.places.kinds import kind_words
from dpn.ui.inside.places.place import Place, Places

CASE = SimpleNamespace(
    target="cat",
    contrast="dog",
    found=SimpleNamespace(score=np.array([2.0])),
    config=SimpleNamespace(class_names=("cat", "dog", "frog")),
)
#: Shares of the lead that no change loses to speak of, or too much for nothing to be said.
FEW = {"detail": 0.3, "pattern": 0.3, "order": 0.3, "colour": 0.3}


def said(after=-1.0, together=-1.0, count=1, even=(), halves=(), ahead=2, **lost):
    """The sentences where the strongest place leaves a lead ``after``, and all ``together``."""
    image = np.zeros((3, 8, 8), np.uint8)

    def changes(shares):
        return {
            name: Change(image, 1 - share, ahead if share > 1 else 0, share)
            for name, share in dict(shares).items()
        }

    kinds = Kinds(1.0, changes(FEW | lost), changes(even), changes(halves))
    place = Place(Region(1.0, np.ones((8, 8), bool), "top"), after)
    whole = Place(Region(1.0, np.ones((8, 8), bool), ""), together)
    return kind_words(CASE, Places([place] * count, whole, None, kinds))


def test_what_counts_is_told_with_what_comes_without_it():
    assert said(detail=1.2, pattern=1.3, order=0.5, colour=0.2) == [
        "What counts there is **fine detail** (blurred a little, **frog would be ahead**) and "
        "**where the parts lie** (with quarters swapped, most of the lead would go).",
        "Not the colours: in grey, cat would stay ahead.",
        "Once it is changed, any class may come ahead, not only dog.",
    ]
    assert said(pattern=0.6, order=0.6, colour=0.6) == [
        "All of it counts there: **the lines and shapes** (blurred a lot, most of the lead would "
        "go), **where the parts lie** (with quarters swapped, most of the lead would go) and "
        "**the colours** (in grey, most of the lead would go)."
    ]


def test_what_does_not_count_is_told_beside_what_does():
    assert said(colour=0.7, detail=0.1, pattern=0.1, order=0.1)[1] == (
        "Not fine detail or where the parts lie: blurred a lot or with quarters swapped, cat would "
        "stay ahead."
    )


@pytest.mark.parametrize(
    ("even", "told"),
    [
        ((), "A rough look is enough there: blurred a lot, with quarters swapped or in grey, "),
        ({"grey": 0.6, "hue": 0.5}, "A rough look is enough there: blurred a lot, with quarters "),
        ({"grey": 0.4, "hue": 0.1}, "Brightness alone is enough there: in one even grey, "),
        ({"grey": 0.6, "hue": 0.1}, "One colour alone is enough there: in one even colour, "),
    ],
)
def test_where_nothing_counts_what_is_left_is_enough(even, told):
    (sentence,) = said(even=even)
    assert sentence.startswith(told)
    assert sentence.endswith(", **cat would stay ahead**.")


def test_the_half_that_counts_is_told_last():
    halves = {"upper": 1.5, "lower": 0.1, "left": 0.6, "right": 0.6}
    assert said(colour=0.7, halves=halves)[-2:] == [
        "The square's upper half counts most: without it, **frog would be ahead**; without its "
        "lower half, cat would stay ahead.",
        "Once it is changed, any class may come ahead, not only dog.",
    ]


def test_what_is_left_out_of_all_that_counts_is_told():
    assert said(detail=0.1, pattern=0.6, order=0.6, colour=0.6) == [
        "What counts there is **the lines and shapes** (blurred a lot, most of the lead would go), "
        "**where the parts lie** (with quarters swapped, most of the lead would go) and "
        "**the colours** (in grey, most of the lead would go).",
        "Not fine detail: blurred a little, cat would stay ahead.",
    ]


def test_where_only_the_two_classes_come_ahead_no_other_is_spoken_of():
    assert not any("any class" in one for one in said(order=1.2, ahead=1))
    assert any("any class" in one for one in said(order=1.2, ahead=2))


def test_where_no_place_decides_it_is_of_the_picture():
    (told,) = said(after=1.0, together=0.5, detail=0.6)
    assert told.startswith("What counts in the picture as a whole is **fine detail** (")
    assert said(after=1.0, together=-0.5, count=2, detail=0.6)[0].startswith("What counts there is")


def test_nothing_is_said_where_the_class_is_not_ahead():
    assert kind_words(CASE, Places([], None)) == []
