"""Figures of an evaluation: what they show of the arrays given, and what a click selects."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from dpn.charts.confusion import CELL, confusion_chart, confusion_words
from dpn.charts.evaluation import calibration_figure, class_figure, class_words
from dpn.charts.style import FAINT, TRAINING, VALIDATION, ink
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
    bars = class_figure(np.eye(6, dtype=np.int64), names)
    assert list(bars.data[0].x)[:3] == ["10", "2020-01-01", "&lt;b&gt;bold&lt;/b&gt;"]
    assert bars.layout.xaxis.type == "category"


def test_a_matrix_is_told_in_words_too():
    assert confusion_words(confusion(), NAMES) == (
        "Confusion matrix: 1,903 of 2,004 images answered right. "
        "Most mistakes: common as rare, 100; rare as common, 1."
    )
    assert confusion_words(np.eye(3, dtype=int), NAMES).endswith("Most mistakes: none.")
    many = confusion_words(np.ones((9, 9), int), [str(i) for i in range(9)], most=2)
    assert many.endswith("Most mistakes: 0 as 1, 1; 0 as 2, 1.")


# Each class


def test_a_bar_is_the_share_of_a_class_that_was_answered_right():
    (bars,) = class_figure(confusion(), NAMES).data
    assert list(bars.x) == NAMES
    np.testing.assert_allclose(bars.y, [0.95, 0.75, np.nan])
    assert bars.customdata.tolist() == [[1900, 2000], [3, 4], [0, 0]]
    assert list(bars.text) == ["95.0% of 2,000", "75.0% of 4", ""]
    assert class_words(confusion(), NAMES)["words"].tolist()[1] == f"{NAMES[1]} 75.0% of 4"
    assert "%{customdata[0]:,} of %{customdata[1]:,}" in bars.hovertemplate
    assert bars.marker.color == TRAINING
    many = class_figure(np.eye(16, dtype=np.int64), [str(i) for i in range(16)])
    assert many.data[0].text is None
    assert tuple(many.layout.yaxis.range) == (0, 1)


# Calibration

#: Two images at 0.62 of which one is right, and one at 0.9 that is right.
P = np.array([[0.62, 0.38], [0.38, 0.62], [0.9, 0.1]])


def test_a_dot_is_a_bin_and_its_gap_goes_to_the_diagonal():
    scores = calibration(P, np.array([0, 0, 0]))
    diagonal, gaps, dots = calibration_figure(scores).data
    assert list(diagonal.x) == list(diagonal.y) == [0, 1]
    np.testing.assert_allclose(dots.x, [0.62, 0.9])
    np.testing.assert_allclose(dots.y, [0.5, 1])
    np.testing.assert_allclose(gaps.x, [0.62, 0.62, 0.62, 0.9, 0.9, 0.9])
    np.testing.assert_allclose(gaps.y, [0.62, 0.5, np.nan, 0.9, 1, np.nan])
    assert [row[1] for row in dots.customdata] == [2, 1]
    assert [row[0] for row in dots.customdata] == ["60% to 67% sure", "87% to 93% sure"]
    assert dots.marker.size[0] > dots.marker.size[1] > 5  # the smallest can be pointed at
    assert "%{customdata[1]:,} images" in dots.hovertemplate
    used = (dots.marker.color, gaps.line.color, diagonal.line.color)
    assert used == (TRAINING, VALIDATION, FAINT)


# All that stand still

FIGURES = {
    "classes": lambda: class_figure(confusion(), NAMES),
    "calibration": lambda: calibration_figure(calibration(P, np.array([0, 0, 0]))),
}


@pytest.mark.parametrize("name", FIGURES)
def test_the_page_shows_through_and_every_axis_says_what_it_is(name):
    figure = FIGURES[name]()
    assert isinstance(figure, go.Figure)
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0,0,0,0)"
    assert figure.layout.height
    for axis in (figure.layout.xaxis, figure.layout.yaxis):
        assert axis.title.text
    json.loads(figure.to_json())
    assert "background" not in confusion_chart(confusion(), NAMES, dark=False)[1]
