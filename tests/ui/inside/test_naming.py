"""What places of a drawing are called: within the digit, and none like another."""

from types import SimpleNamespace

import numpy as np
import pytest

from dpn.explain.regions import Region
from dpn.ui.inside.places.naming import named, numbered, told_apart
from dpn.ui.inside.places.place import Place, Places
from tests.ui.inside.drawing import case

BLOT = np.zeros((9, 9))
BLOT[1:8, 1:8] = 1


def spots(*corners):
    """Places of 2×2 pixels, all of them called ink in the middle."""
    found = []
    for row, column in corners:
        mask = np.zeros((9, 9), bool)
        mask[row : row + 2, column : column + 2] = True
        found.append(Place(Region(1.0, mask, "middle"), 1.0))
    return found


def names(*corners, **more):
    drawing = case(BLOT, **more)
    return [named(drawing, one.region) for one in told_apart(drawing, spots(*corners))]


@pytest.mark.parametrize(
    ("corners", "parts"),
    [
        ([(1, 3), (5, 4)], ["upper ", "lower "]),
        ([(5, 4), (1, 3)], ["lower ", "upper "]),
        ([(3, 6), (4, 1)], ["right-hand ", "left-hand "]),
        ([(3, 6), (4, 1), (3, 3)], ["right-hand ", "left-hand ", "inner "]),
        ([(3, 3)], [""]),
    ],
)
def test_places_of_one_name_are_told_apart(corners, parts):
    assert names(*corners) == [f"the {part}ink at the middle" for part in parts]


def test_an_empty_place_is_no_other_place_of_that_name():
    ink, empty = spots((1, 3), (5, 3))
    told = told_apart(case(BLOT), [ink, Place(empty.region, 1.0, is_empty=True)])
    assert [one.region.part for one in told] == ["", ""]


@pytest.mark.parametrize(
    ("classes", "stuff", "where"),
    [
        ("0123456789", "ink", "the digit's middle"),
        ("abcdefghij", "ink", "the drawing's middle"),
        ("0123456789", "light", "the middle"),
    ],
)
def test_a_place_is_named_within_what_is_drawn(classes, stuff, where):
    drawing = case(BLOT, stuff=stuff, config=SimpleNamespace(class_names=tuple(classes)))
    ink, other = spots((1, 3), (5, 3))
    empty = Place(other.region, 1.0, is_empty=True)
    told = [numbered(drawing, Places([ink, empty], None), one) for one in (ink, empty)]
    assert told[0].endswith(f"**the {stuff} at {where}** (place 1)</span>")
    assert told[1].endswith(f"**the empty spot at {where}** (place 2)</span>")
