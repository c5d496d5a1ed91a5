"""Figures: what they show of the arrays given, and that each colour has its meaning."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from dpn.charts.bars import ALL, LIKELIEST, NUMBERS, balance_figure, probability_chart
from dpn.charts.curves import accuracy_chart, loss_chart
from dpn.charts.style import FAINT, TRAINING, VALIDATION
from dpn.runs.history import NOTHING_YET, Curves

POINTS = 500


def curves(steps, validations=0, loss=None):
    """Curves of so many batches, and of so many validations spread over them."""
    step = np.arange(1.0, steps + 1)
    values = {
        "step": step,
        "loss": 2 / np.sqrt(step) if loss is None else loss,
        "accuracy": 1 - 1 / np.sqrt(step),
        "learning_rate": np.full(steps, 0.01),
        "examples": step * 64,
        "seconds": step / 100,
    }
    at = np.linspace(0, steps, validations + 1)[1:]
    validation = {"step": at, "loss": 1 / at, "accuracy": 1 - 1 / at, "seconds": at / 100}
    return Curves(values, validation, version=1)


def series(data, name):
    return data[data["series"] == name]


def colours(spec):
    """What each series is drawn in."""
    scale = spec["encoding"]["color"]["scale"]
    return dict(zip(scale["domain"], scale["range"], strict=True))


# What moves: loss and accuracy


@pytest.mark.parametrize("chart", [loss_chart, accuracy_chart])
@pytest.mark.parametrize("steps", [0, 1, 7, 500, 501, 100_000])
def test_no_series_is_longer_than_an_eye_can_see(chart, steps):
    data, spec = chart(curves(steps, validations=min(steps, 21)), steps)
    assert data.groupby("series").size().le(POINTS).all()
    assert set(data["series"]) <= set(colours(spec))
    for _, line in data.groupby("series"):
        assert line["step"].is_monotonic_increasing
        assert line["step"].iloc[-1] == steps
    json.dumps(spec)


@pytest.mark.parametrize("chart", [loss_chart, accuracy_chart])
def test_a_moment_is_marked_by_data_alone(chart):
    plain, _ = chart(curves(30, 3), 30)
    specs = []
    for moment in (0, 17):
        data, spec = chart(curves(30, 3), 30, moment)
        mark = data[data["series"] == "moment"]
        assert mark["step"].tolist() == [moment]
        assert len(data) == len(plain) + 1
        lines, rule = spec["layer"]
        assert lines["transform"] == [{"filter": "datum.series != 'moment'"}]
        assert rule["transform"] == [{"filter": "datum.series == 'moment'"}]
        assert rule["encoding"]["x"] == lines["encoding"]["x"]
        specs.append(spec)
    assert specs[0] == specs[1]  # so that it moves in place


def test_nothing_yet_is_an_empty_chart():
    for chart in (loss_chart, accuracy_chart):
        data, spec = chart(NOTHING_YET, 0)
        assert list(data.columns) == ["step", "value", "series"]
        assert data.empty
        assert spec["encoding"]["x"]["scale"]["domain"] == [0, 1]


def test_a_spike_among_many_batches_is_still_there():
    loss = np.ones(50_000)
    loss[31_234] = 40
    loss[31_235] = 0.01
    data, _ = loss_chart(curves(50_000, loss=loss), 50_000)
    raw = series(data, "each batch").set_index("step")["value"]
    assert raw[31_235] == 40
    assert raw[31_236] == 0.01


def test_few_batches_are_shown_as_they_are_and_smoothed():
    loss = np.array([4.0, 2.0, 3.0])
    data, _ = loss_chart(curves(3, loss=loss), 9)
    assert series(data, "each batch")["value"].tolist() == [4, 2, 3]
    smoothed = series(data, "smoothed")["value"].tolist()
    assert smoothed[0] == 4
    assert 2 < smoothed[1] < 4
    assert smoothed[1] == pytest.approx((4 * 19 / 21 + 2) / (19 / 21 + 1))


def test_accuracy_shows_training_smoothed_and_each_validation():
    given = curves(40, validations=4)
    data, _ = accuracy_chart(given, 40)
    assert len(series(data, "on training")) == 40
    validation = series(data, "on validation")
    assert validation["step"].tolist() == [10, 20, 30, 40]
    assert validation["value"].tolist() == pytest.approx([0.9, 0.95, 1 - 1 / 30, 0.975])


def test_the_curves_lie_on_axes_that_do_not_move():
    for steps in (3, 300):
        loss = loss_chart(curves(steps), 1000)[1]["encoding"]
        accuracy = accuracy_chart(curves(steps), 1000)[1]["encoding"]
        for encoding in (loss, accuracy):
            assert encoding["x"]["scale"] == {"domain": [0, 1000], "nice": False}
            assert encoding["x"]["title"] == "batch"
        assert loss["y"]["title"] == "loss (nats)"
        assert loss["y"]["scale"] == {"zero": True}
        assert accuracy["y"]["title"] == "accuracy"
        assert accuracy["y"]["scale"] == {"domain": [0, 1]}
        assert accuracy["y"]["axis"]["format"] == ".0%"


def test_a_colour_means_the_same_in_both_charts():
    loss = colours(loss_chart(curves(3), 3)[1])
    accuracy = colours(accuracy_chart(curves(3), 3)[1])
    assert loss["smoothed"] == accuracy["on training"] == TRAINING
    assert accuracy["on validation"] == VALIDATION
    assert len({TRAINING, VALIDATION, FAINT}) == 3


# The answer


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


# Data


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
    assert "validation images" in figure.data[1].hovertemplate


def test_names_that_look_like_numbers_or_html_are_shown_as_they_are():
    """Plotly would make numbers or dates of some, and markup of others."""
    names = ["10", "2020-01-01", "<b>bold</b>", "a & b"]
    shown = ["10", "2020-01-01", "&lt;b&gt;bold&lt;/b&gt;", "a &amp; b"]
    balance = balance_figure({"test": np.ones(4, dtype=np.int64)}, names)
    assert list(balance.data[0].x) == shown
    assert balance.layout.xaxis.type == "category"


# All that stand still


FIGURES = {
    "balance": lambda: balance_figure({"test": np.ones(2, dtype=np.int64)}, ["a", "b"]),
}


@pytest.mark.parametrize("name", FIGURES)
def test_the_page_shows_through_every_figure(name):
    figure = FIGURES[name]()
    assert isinstance(figure, go.Figure)
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0,0,0,0)"
    assert figure.layout.height
    json.loads(figure.to_json())


@pytest.mark.parametrize("name", FIGURES)
def test_every_axis_that_is_seen_says_what_it_is(name):
    figure = FIGURES[name]()
    above = [note for note in figure.layout.annotations if note.text]
    for axis in (*figure.select_xaxes(), *figure.select_yaxes()):
        if axis.visible is False:
            continue
        low, high = axis.domain or (0, 1)
        titles = [note.text for note in above if low <= note.x <= high]
        assert axis.title.text or titles


def test_no_chart_that_moves_has_a_ground_of_its_own():
    specs = [
        loss_chart(curves(3), 3)[1],
        accuracy_chart(curves(3), 3)[1],
        probability_chart(["a", "b"], np.array([0.5, 0.5]))[1],
    ]
    for spec in specs:
        assert "background" not in {**spec, **spec.get("config", {})}
