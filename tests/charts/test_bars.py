"""Bars: the probabilities of classes, and how many images there are of each."""

import json

import numpy as np
import pytest

from dpn.charts.bars import ALL, LIKELIEST, NUMBERS, balance_figure, probability_chart
from dpn.charts.style import FAINT, TRAINING, VALIDATION


def test_classes_stay_in_their_places():
    rng = np.random.default_rng(0)
    names = list("abcdefghij")
    for _ in range(5):
        p = rng.dirichlet(np.ones(10))
        data, spec = probability_chart(names, p)
        assert data["class"].tolist() == names
        assert data["place"].tolist() == list(range(10))
        assert data["probability"].tolist() == p.tolist()
        first, second = np.argsort(-p)[:2]
        assert data["rank"][first] == "answer"
        assert data["rank"][second] == "runner-up"
        assert (data["rank"] == "other").sum() == 8
        assert spec["encoding"]["y"]["scale"]["domain"] == list(range(10))


@pytest.mark.parametrize("classes", [1, 2, 11, ALL])
def test_all_classes_have_a_bar_in_their_own_order(classes):
    """A bar's place is a number in the data: a chart that is changed in place keeps no names."""
    names = [f"class {i}" for i in reversed(range(classes))]
    p = np.random.default_rng(1).dirichlet(np.ones(classes))
    data, spec = probability_chart(names, p)
    assert data["class"].tolist() == names
    y = spec["encoding"]["y"]
    assert (y["field"], y["scale"]["domain"]) == ("place", list(range(classes)))
    assert not any(name in json.dumps(spec) for name in names)
    assert spec["height"] < 460
    assert data["words"].tolist() == [
        f"{n}: {d}" for n, d in zip(names, data["label"], strict=True)
    ]


def test_chinese_names_have_room_for_as_many_signs():
    def room(*names):
        _, spec = probability_chart(list(names), np.ones(len(names)) / len(names))
        return spec["layer"][-1]["mark"]["limit"]

    assert room("短袖", "鞋") >= 2 * 14  # pixels of the letters
    assert room("短袖", "鞋") == room("coat", "bags")


@pytest.mark.parametrize("classes", [ALL + 1, 49, 100])
def test_of_many_classes_the_likeliest_have_a_bar_in_their_order_and_the_others_one(classes):
    p = np.random.default_rng(1).permutation(np.arange(1.0, classes + 1))
    p /= p.sum()
    names = [f"class {i}" for i in range(classes)]
    data, spec = probability_chart(names, p)
    likeliest = sorted(np.argsort(-p)[:LIKELIEST])
    assert data["class"].tolist() == [
        *(names[i] for i in likeliest),
        f"the other {classes - LIKELIEST}",
    ]
    assert data["probability"].sum() == pytest.approx(1)
    assert data["rank"].tolist().count("answer") == data["rank"].tolist().count("runner-up") == 1
    assert data["class"][data["rank"].tolist().index("answer")] == names[p.argmax()]
    other = probability_chart(names, p[::-1])[1]
    assert other == spec  # so that it is changed in place


@pytest.mark.parametrize("classes", [2, ALL, ALL + 1])
def test_of_a_model_that_doubts_a_last_bar_has_what_is_missing(classes):
    names, p = [f"class {i}" for i in range(classes)], np.full(classes, 0.4 / classes)
    data, spec = probability_chart(names, p, doubts=True)
    assert data["class"].tolist()[-1] == "none of them"
    assert (data["label"].tolist()[-1], data["rank"].tolist()[-1]) == ("60.0%", "other")
    assert data["probability"].sum() == pytest.approx(1)
    sure, of_sure = probability_chart(names, p * 2.5, doubts=True)
    assert sure["probability"].tolist()[-1] == pytest.approx(0, abs=1e-9)
    assert of_sure == spec  # so that it is changed in place
    assert "none of them" not in probability_chart(names, p)[0]["class"].tolist()


def test_a_bar_too_small_to_see_is_not_called_nothing():
    data, spec = probability_chart(["a", "b", "c"], np.array([0.9982, 0.0012, 0.0006]))
    assert data["label"].tolist() == ["99.8%", "0.1%", "<0.1%"]
    almost, _ = probability_chart(["a", "b"], np.array([0.9996, 0.0004]))
    assert almost["label"].tolist() == [">99.9%", "<0.1%"]
    bar, number, name = spec["layer"]
    assert name["encoding"]["text"]["field"] == "class"
    assert bar["mark"]["type"] == "bar"
    assert bar["encoding"]["color"]["scale"] == {
        "domain": ["answer", "runner-up", "other"],
        "range": [TRAINING, VALIDATION, FAINT],
    }
    assert number["encoding"]["text"]["field"] == "label"
    scale = bar["encoding"]["x"]["scale"]
    assert scale["domain"] == [0, 1]
    assert scale["range"][1] == {"expr": f"width - {NUMBERS}"}  # room for the number of a full bar
    json.dumps(spec)


def test_balance_counts_images_of_each_class_and_part():
    counts = {
        "training": np.array([5, 6]),
        "validation": np.array([1, 2]),
        "test": np.array([0, 3]),
    }
    figure = balance_figure(counts, ["cat", "dog"])
    assert {bar.name: list(bar.y) for bar in figure.data} == {
        "training part": [5, 6],
        "validation part": [1, 2],
        "test part": [0, 3],
    }
    assert all(list(bar.x) == ["cat", "dog"] for bar in figure.data)
    shown = {bar.name: bar.marker.color for bar in figure.data}
    assert shown["training part"] == TRAINING
    assert shown["validation part"] == VALIDATION
    assert len(set(shown.values())) == 3
    assert figure.layout.barmode == "stack"
    assert figure.layout.legend.yanchor == "bottom"  # two lines of it are above the bars
    assert figure.layout.legend.y > 1
    assert figure.layout.yaxis.tickformat == ","  # 8,000 as everywhere
    assert "validation images" in figure.data[1].hovertemplate


def test_names_that_look_like_numbers_or_html_are_shown_as_they_are():
    """Plotly would make numbers or dates of some, and markup of others."""
    names = ["10", "2020-01-01", "<b>bold</b>", "a & b"]
    shown = ["10", "2020-01-01", "&lt;b&gt;bold&lt;/b&gt;", "a &amp; b"]
    balance = balance_figure({"test": np.ones(4, dtype=np.int64)}, names)
    assert list(balance.data[0].x) == shown
    assert balance.layout.xaxis.type == "category"
