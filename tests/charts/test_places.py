"""The places that decided as figures: in the picture and the bars the same numbers, and a sum."""

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

from dpn.charts.placed.place_bars import place_bars
from dpn.charts.placed.places import Shown, area_path, edge_path, place_picture
from dpn.charts.sum import AGAINST, FOR
from dpn.explain.account import Term
from dpn.explain.regions import Region

IMAGE = np.full((1, 9, 9), 90, np.uint8)


def place(value, rows, columns, name="the ink at the top", **more):
    mask = np.zeros((9, 9), bool)
    mask[rows, columns] = True
    return Shown(name, Region(value, mask, "top"), **more)


PLACES = [
    place(4.0, slice(1, 3), slice(1, 3), "the level stroke at the top left"),
    place(-6.0, slice(6, 8), slice(5, 8), "the ink at the bottom right"),
    place(2.5, slice(4, 5), slice(4, 6), "no ink at the middle", is_empty=True),
]
OTHERS = [Term("the rest of the image", -0.5), Term("read-out", 1.25)]


def rows(data, kind):
    return data[data["kind"] == kind].reset_index(drop=True)


def bars(**changes):
    return rows(place_bars(PLACES, OTHERS, "lead", **changes)[0], "share")


def test_each_bar_begins_where_the_one_before_it_ended_and_the_last_is_the_sum():
    found = bars()
    assert found["start"].tolist() == [0, 4, -2, -2.5, 0, -1.25]
    assert found["end"].tolist() == [4, -2, -2.5, -1.25, -1.25, -3.75]
    assert found["role"].tolist() == ["for", "against", "against", "for", "total", "for"]
    counted = found[~found["empty"].astype(bool)]["value"].tolist()
    assert sum(counted[:-1]) == counted[-1] == -1.25


def test_ink_that_is_not_there_is_no_part_of_the_sum():
    found = bars()
    assert found["number"].tolist()[2:] == ["-0.50", "+1.25", "-1.25", "(-2.50)"]
    assert found["name"][5] == "3: if there were ink at the middle"
    assert found["empty"].tolist() == [False, False, False, False, False, True]


def test_what_rounding_leaves_over_is_in_the_rest():
    others = [Term("the rest of the image", -3.004), Term("before looking", 1.004)]
    data, _ = place_bars([place(4.004, 1, 1), place(2.004, 5, 5)], others, "lead")
    found = rows(data, "share")
    assert found["number"].tolist() == ["+4.00", "+2.00", "-2.99", "+1.00", "+4.01"]
    assert found["words"][2] == "the rest of the image: -2.99"


def test_a_place_is_called_the_same_in_the_picture_and_in_the_bars():
    picture = rows(place_picture(IMAGE, PLACES)[0], "place")
    found = bars().iloc[[0, 1, 5]]
    for column in ("words", "number", "role", "empty"):
        assert picture[column].tolist() == found[column].tolist()
    assert picture["place"].tolist() == [1, 2, 3]
    assert found["words"][0] == "place 1: the level stroke at the top left, +4.00"
    assert not bars()["words"][2:5].str.startswith("place ").any()


def test_all_that_is_drawn_of_a_place_is_described_so_that_it_can_be_lit():
    for _, spec in (place_picture(IMAGE, PLACES), place_bars(PLACES, OTHERS, "lead")):
        layers = [layer for layer in spec["layer"] if layer["mark"].get("aria") is not False]
        assert len(layers) >= 4
        assert all(layer["encoding"]["description"]["field"] == "words" for layer in layers)
        assert f'"{FOR}", "{AGAINST}"' in json.dumps(spec)


def test_the_numbers_lie_on_their_places_in_the_picture():
    data, spec = place_picture(IMAGE, PLACES)
    found = rows(data, "place")
    assert [(int(one.row), int(one.column)) for one in found.itertuples()][:2] == [(1, 1), (6, 6)]
    assert spec["layer"][0]["mark"]["tooltip"] is None  # else the browser shows its address
    url = rows(data, "image")["url"][0]
    picture = np.asarray(Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))))
    assert (picture == 90).all()


def test_the_paths_of_a_place_are_its_pixels_and_their_edge():
    mask = np.array([[0, 0, 0], [1, 1, 0], [1, 0, 1]], bool)
    assert area_path(mask) == "M0,1h2v1h-2zM0,2h1v1h-1zM2,2h1v1h-1z"
    edge = edge_path(mask)
    assert edge.count("v1") == 6
    assert edge.count("h1") == 6
    assert "M2,1v1" in edge
    assert "M0,2h1" not in edge  # between two of its pixels there is none
    assert area_path(np.zeros((2, 2), bool)) == edge_path(np.zeros((2, 2), bool)) == ""


def test_without_places_all_else_is_the_sum():
    found = rows(place_bars([], [Term("the rest of the image", 0.0)], "lead")[0], "share")
    assert found["number"].tolist() == ["0.00", "0.00"]
    data, spec = place_picture(IMAGE, [])
    assert data["words"].tolist() == ["none stands out"]
    json.dumps(spec)


@pytest.mark.parametrize("dark", [False, True])
def test_words_are_readable_on_the_page(dark):
    spec = place_bars(PLACES, OTHERS, "lead", dark=dark)[1]
    assert ("#e8edf2" if dark else "#17202a") in json.dumps(spec)
    assert "background" not in spec
