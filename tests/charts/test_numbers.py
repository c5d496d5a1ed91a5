"""The picture of a number and its trellis, as data."""

import json

import numpy as np
import pytest

from dpn.charts.number.boxes import coloured, number_picture
from dpn.charts.number.trellis import number_trellis
from dpn.charts.style import ON_COLOUR, ink
from dpn.numbers.reading import Digit, LineRead, Part, Reading, Sheet, SheetRead


@pytest.fixture
def found():
    """A sheet that says 42, or else 9."""
    ink = np.zeros((20, 40), np.uint8)
    ink[4:16, 5:15], ink[4:16, 22:32] = 255, 255
    owners = np.zeros_like(ink)
    owners[4:16, 5:15], owners[4:16, 22:32] = 1, 2
    four, two = Part("4", 3.0, -0.1, (0, 1)), Part("2", 2.0, -0.2, (1, 2))
    best = Reading("42", 0.9, (four, two))
    other = Reading("9", 0.1, (Part("9", -2.0, -0.5, (0, 2)),))
    image = np.zeros((1, 28, 28), np.uint8)
    digits = Digit(four, (10, 8, 20, 24), image, 0.95), Digit(two, (44, 8, 20, 24), image, 0.91)
    columns = np.array([0.0, 18.0, 40.0])
    line = LineRead((best, other), digits, (other,), ("a minus",), ink, owners, columns)
    picture = np.stack([255 - ink] * 3, axis=2)
    return SheetRead(Sheet(picture, ink, 2.0, "drawing"), (line,), owners)


def test_each_digit_has_its_box_its_colour_and_its_probability(found):
    data, spec = number_picture(found)
    boxes = data[data["kind"] == "box"]
    assert boxes["words"].tolist() == ["4 (95%)", "2 (91%)"]
    assert boxes["x2"].tolist() == [x + 10 for x in boxes["x"]]  # the picture is twice as large
    assert boxes["colour"].nunique() == 2
    json.dumps(spec)


@pytest.mark.parametrize("dark", [False, True])
def test_what_is_said_of_a_digit_is_read_on_paper_and_on_a_dark_photo(found, dark):
    _, spec = number_picture(found, dark=dark)
    halo, words = (layer["mark"] for layer in spec["layer"] if layer["mark"]["type"] == "text")
    assert halo["stroke"] == halo["color"] == ink(not dark)
    assert halo["strokeWidth"] >= 3
    assert words["color"] == ink(dark)
    assert "stroke" not in words  # it would be drawn over the letters


def test_ink_is_in_the_colour_of_its_digit(found):
    picture = coloured(found.sheet.picture, found.owners)
    first, second = picture[8, 8], picture[8, 25]
    assert (first != second).any()
    assert (picture[0, 0] == 255).all()


@pytest.mark.parametrize("dark", [False, True])
def test_the_trellis_has_a_way_for_each_reading_and_one_stands_out(found, dark):
    data, spec = number_trellis(found.lines[0], dark=dark)
    ways = data[data["kind"] == "way"]
    assert ways["reading"].tolist()[-2:] == ["42, 90.0%", "42, 90.0%"]
    assert ways["width"].max() == ways["width"].tolist()[-1]
    names = data[data["kind"] == "name"]["text"].tolist()
    assert names == ["2", "4", "9"]
    nodes = data[data["kind"] == "node"].set_index("text")
    assert nodes.loc["9", "x"] == nodes.loc["2", "x"] == 40
    assert nodes["on"].to_dict() == {"2": "#ffffff", "4": "#ffffff", "9": ON_COLOUR}
    for layer in spec["layer"]:
        assert layer["mark"].get("aria") is False or "description" in layer["encoding"]
    json.dumps(spec)
