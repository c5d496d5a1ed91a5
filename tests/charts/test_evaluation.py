"""Figures of an evaluation: what they show of the arrays given, and what a click selects."""

import json

import numpy as np
import pytest

from dpn.charts.confusion import CELL, confusion_chart, confusion_words
from dpn.charts.evaluation import calibration_chart, class_chart
from dpn.charts.style import FAINT, ON_COLOUR, TRAINING, VALIDATION, ink
from dpn.evaluation.scores import calibration

NAMES = ["common", "rare", "none"]


def confusion():
    """Three classes: a common one, a rare one, and one without test images."""
    return np.array([[1900, 100, 0], [1, 3, 0], [0, 0, 0]])


def square(data, column):
    side = round(len(data) ** 0.5)
    return data[column].to_numpy().reshape(side, side)


def layers(spec, kind):
    return [layer for layer in spec["layer"] if layer["mark"]["type"] == kind]


# The confusion matrix


def test_the_matrix_tells_counts_and_shares():
    data, spec = confusion_chart(confusion(), NAMES, dark=False)
    np.testing.assert_array_equal(square(data, "images"), confusion())
    np.testing.assert_array_equal(square(data, "truth")[:, 0], [0, 1, 2])
    np.testing.assert_array_equal(square(data, "answer")[0], [0, 1, 2])
    words = square(data, "words")
    assert words[0, 1] == "true common, answered rare: 100 images, 5.0% of its class"
    assert words[1, 0] == "true rare, answered common: 1 image, 25.0% of its class"
    assert words[0, 0] == "true common, answered common: 1,900 images, 95.0% of its class"
    assert words[2, 2] == "true none, answered none: 0 images, 0.0% of its class"
    of_texts, _ = confusion_chart(confusion(), NAMES, dark=False, world="text")
    assert "answered rare: 100 texts, 5.0%" in square(of_texts, "words")[0, 1]
    x, y = spec["encoding"]["x"], spec["encoding"]["y"]
    assert (x["field"], x["title"]) == ("answer", "answer")
    assert (y["field"], y["title"]) == ("truth", "true class")
    assert spec["encoding"]["tooltip"]["field"] == "words"
    json.dumps(spec)


def test_one_mistake_of_a_rare_class_is_seen_beside_many_of_a_common_one():
    data, spec = confusion_chart(confusion(), NAMES, dark=False)
    shade = square(data, "shade")
    assert shade[1, 0] > shade[0, 1] > 0
    assert shade[1, 0] == pytest.approx(0.5)
    assert shade.min() == 0
    assert shade.max() <= 1
    opacity = layers(spec, "rect")[0]["encoding"]["fillOpacity"]
    assert opacity["field"] == "shade"
    assert opacity["scale"]["domain"] == [0, 1]  # the same colour in every run
    assert layers(spec, "rect")[0]["mark"]["color"] == TRAINING


def test_right_answers_do_not_drown_mistakes():
    data, _ = confusion_chart(np.array([[90, 10], [0, 100]]), ["a", "b"], dark=False)
    shade = square(data, "shade")
    assert shade[0, 1] > shade[0, 0] > 0
    assert shade[0, 1] > shade[1, 1]


@pytest.mark.parametrize("dark", [False, True])
def test_numbers_and_outline_stand_out_from_the_page(dark):
    _, spec = confusion_chart(confusion(), NAMES, dark=dark)
    (numbers,), (_, outline) = layers(spec, "text"), layers(spec, "rect")
    assert numbers["mark"]["color"] == outline["mark"]["stroke"] == ink(dark)
    assert numbers["encoding"]["text"]["condition"]["test"] == "datum.images > 0"
    assert numbers["encoding"]["text"]["value"] == ""


def test_many_classes_have_no_numbers_in_their_cells():
    for classes, numbered in ((15, True), (16, False), (100, False)):
        names = [f"class {i}" for i in range(classes)]
        data, spec = confusion_chart(np.eye(classes, dtype=np.int64), names, dark=False)
        assert bool(layers(spec, "text")) == numbered
        assert len(data) == classes**2
        assert 180 <= spec["height"] <= 600
        assert (
            data["words"].iloc[0] == "true class 0, answered class 0: 1 image, 100.0% of its class"
        )


def test_names_that_lie_slanted_take_no_room_from_few_cells():
    def spec(*names):
        return confusion_chart(np.eye(len(names), dtype=np.int64), names, dark=False)[1]

    short, long = spec("a", "b", "c"), spec("a", "b", "a name that is a sentence")
    assert long["height"] - short["height"] > 60
    assert spec("鞋", "包")["encoding"]["x"]["axis"]["labelAngle"] == 0
    assert spec("牛仔裤", "包")["encoding"]["x"]["axis"]["labelAngle"] == -45


def test_of_very_many_classes_the_cells_that_are_not_empty_are_drawn_and_the_chosen_one():
    counts = np.eye(3_000, dtype=np.int64)
    counts[7, 9] = 4
    names = [f"class {i}" for i in range(3_000)]
    data, spec = confusion_chart(counts, names, dark=False, selected=(5, 6))
    assert len(data) == 3_002
    np.testing.assert_array_equal(counts[data["truth"], data["answer"]], data["images"])
    chosen = data[data["chosen"]]
    assert chosen[["truth", "answer", "images"]].to_numpy().tolist() == [[5, 6, 0]]
    told = data[(data["truth"] == 7) & (data["answer"] == 9)]["words"].item()
    assert told == "true class 7, answered class 9: 4 images, 80.0% of its class"
    for axis in ("x", "y"):
        assert spec["encoding"][axis]["scale"]["domain"] == [*range(3_000)]
    assert "class 7 as class 9, 4." in confusion_words(counts, names)
    assert spec["layer"][0]["mark"]["size"] > 4  # a cell would be a tenth of a pixel wide


@pytest.mark.parametrize(
    ("selected", "outlined"),
    [
        (None, []),
        ((None, None), []),
        ((1, 0), [(1, 0)]),
        ((0, None), [(0, 0), (0, 1), (0, 2)]),
        ((None, 2), [(0, 2), (1, 2), (2, 2)]),
    ],
)
def test_the_chosen_cells_are_outlined(selected, outlined):
    data, spec = confusion_chart(confusion(), NAMES, dark=False, selected=selected)
    chosen = data[data["chosen"]]
    assert list(zip(chosen["truth"], chosen["answer"], strict=True)) == outlined
    assert layers(spec, "rect")[1]["transform"] == [{"filter": "datum.chosen"}]


def test_a_click_selects_the_true_class_and_the_answer():
    _, spec = confusion_chart(confusion(), NAMES, dark=False, selected=(None, None))
    cells = layers(spec, "rect")[0]
    (param,) = cells["params"]
    assert param["name"] == CELL
    assert param["select"]["type"] == "point"
    assert param["select"]["fields"] == ["truth", "answer"]
    assert cells["mark"]["cursor"] == "pointer"
    cells = layers(confusion_chart(confusion(), NAMES, dark=False)[1], "rect")[0]
    assert not cells["params"]  # nothing to click, and no hand that says there is
    assert "cursor" not in cells["mark"]


def test_a_choice_or_other_counts_change_the_chart_in_place():
    """A chart whose spec changes is made anew, and is blank for a moment."""
    first = confusion_chart(confusion(), NAMES, dark=False, selected=(None, None))[1]
    assert confusion_chart(confusion().T, NAMES, dark=False, selected=(0, 1))[1] == first


def test_class_names_are_text_whatever_they_contain():
    names = ["10", "2020-01-01", "<b>bold</b>", "datum.x", "', alert(1), '", "__proto__"]
    data, spec = confusion_chart(np.eye(6, dtype=np.int64), names, dark=False)
    assert spec["params"] == [{"name": "names", "value": names}]
    for axis in (spec["encoding"]["x"], spec["encoding"]["y"]):
        assert axis["axis"]["labelExpr"] == "names[datum.value]"
        assert axis["type"] == "ordinal"
    assert set(data["truth"]) == set(range(6))
    assert "<b>bold</b>" in data["words"].iloc[-1 - 3 * 6]
    bars, spec = class_chart(np.eye(6, dtype=np.int64), names)
    assert spec["params"] == [{"name": "names", "value": names}]
    assert spec["encoding"]["x"]["axis"]["labelExpr"] == "names[datum.value]"
    assert bars["words"][2].startswith("<b>bold</b>: 100.0%")


def test_a_matrix_is_told_in_words_too():
    assert confusion_words(confusion(), NAMES) == (
        "Confusion matrix: 1,903 of 2,004 images answered right. "
        "Most mistakes: common as rare, 100; rare as common, 1."
    )
    assert confusion_words(np.eye(3, dtype=int), NAMES).endswith("Most mistakes: none.")
    assert "1,903 of 2,004 texts" in confusion_words(confusion(), NAMES, world="text")
    many = confusion_words(np.ones((9, 9), int), [str(i) for i in range(9)], most=2)
    assert many.endswith("Most mistakes: 0 as 1, 1; 0 as 2, 1.")


# Each class


def test_each_of_few_classes_has_its_name_below_also_one_without_images():
    counts = np.diag([3, 0, *[1] * 13])
    for classes, overlap in ((15, False), (16, "greedy")):
        names = [f"class number {i}" for i in range(classes)]
        _, spec = class_chart(np.pad(counts, (0, classes - 15)), names)
        x = spec["encoding"]["x"]
        assert x["scale"]["domain"] == [*range(classes)]
        assert x["axis"]["labelOverlap"] == overlap


def test_of_thousands_of_classes_an_axis_lays_out_a_few_names():
    names = [f"{i}" for i in range(1_001)]
    counts = np.eye(1_001, dtype=np.int64)
    for chart in (class_chart, confusion_chart):
        data, spec = chart(counts, names, dark=False)
        few = spec["encoding"]["x"]["axis"]["values"]
        assert len(data) == 1_001
        assert (few[0], few[1], len(few)) == (0, 26, 39)
        assert "text" not in [layer["mark"].get("type") for layer in spec["layer"]]
        _, spec = chart(counts[:100, :100], names[:100], dark=False)
        assert "values" not in spec["encoding"]["x"]["axis"]


def test_a_bar_is_the_share_of_a_class_that_was_answered_right():
    bars, spec = class_chart(confusion(), NAMES)
    assert bars["place"].tolist() == [0, 1, 2]
    np.testing.assert_allclose(bars["share"], [0.95, 0.75, np.nan])
    assert bars["words"].tolist()[:2] == ["common: 95.0%, 1,900 of 2,000", "rare: 75.0%, 3 of 4"]
    assert list(bars["text"]) == ["95.0% of 2,000", "75.0% of 4", ""]
    bar = spec["layer"][0]
    assert bar["mark"] == {"type": "bar", "color": TRAINING}
    assert bar["encoding"]["y"]["scale"]["domain"] == [0, 1]
    many, _ = class_chart(np.eye(16, dtype=np.int64), [str(i) for i in range(16)])
    assert set(many["text"]) == {""}


@pytest.mark.parametrize("dark", [False, True])
def test_a_number_that_has_no_room_in_its_bar_is_readable_above_it(dark):
    _, spec = class_chart(confusion(), NAMES, dark=dark)
    inside, above = layers(spec, "text")
    assert inside["mark"]["color"] == ON_COLOUR
    assert above["mark"]["color"] == ink(dark)
    assert above["encoding"]["y"]["field"] == "share"
    wheres = [layer["transform"][0]["filter"] for layer in (inside, above)]
    assert wheres == ["datum.share >= 0.45", "datum.share < 0.45"]


# Calibration

#: Two images at 0.62 of which one is right, and one at 0.9 that is right.
P = np.array([[0.62, 0.38], [0.38, 0.62], [0.9, 0.1]])


def test_a_dot_is_a_bin_and_its_gap_goes_to_the_diagonal():
    scores = calibration(P, np.array([0, 0, 0]))
    data, spec = calibration_chart(scores)
    diagonal, gaps, dots = spec["layer"]
    assert [list(one.values()) for one in diagonal["data"]["values"]] == [[0, 0], [1, 1]]
    np.testing.assert_allclose(data["sure"], [0.62, 0.9])
    np.testing.assert_allclose(data["right"], [0.5, 1])
    ends = gaps["encoding"]["y"]["field"], gaps["encoding"]["y2"]["field"]
    assert (*ends, dots["encoding"]["y"]["field"]) == ("sure", "right", "right")
    assert data["images"].tolist() == [2, 1]
    assert data["words"].tolist() == [
        "60% to 67% sure: 2 images, 62.0% sure, 50.0% right",
        "87% to 93% sure: 1 image, 90.0% sure, 100.0% right",
    ]
    assert "sure: 2 series, " in calibration_chart(scores, "series")[0]["words"][0]
    assert data["size"][0] > data["size"][1] > 50  # the smallest can be pointed at
    colours = [layer["encoding"]["color"] for layer in spec["layer"]]
    assert all(one["legend"]["orient"] == "bottom" for one in colours)  # above it was cut
    used = [one["scale"]["range"][one["scale"]["domain"].index(one["datum"])] for one in colours]
    assert used == [FAINT, VALIDATION, TRAINING]


# All that stand still

FIGURES = {
    "classes": lambda: class_chart(confusion(), NAMES),
    "calibration": lambda: calibration_chart(calibration(P, np.array([0, 0, 0]))),
}


@pytest.mark.parametrize("name", FIGURES)
def test_the_page_shows_through_and_every_axis_says_what_it_is(name):
    _, spec = FIGURES[name]()
    assert "background" not in spec
    assert spec["height"]
    for axis in ("x", "y"):
        found = [
            channels[axis]["title"]
            for one in (spec, *spec["layer"])
            if "field" in (channels := one.get("encoding", {})).get(axis, {})
        ]
        assert found
        assert all(found)
    json.dumps(spec)
    assert "background" not in confusion_chart(confusion(), NAMES, dark=False)[1]
