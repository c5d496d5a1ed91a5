"""Curves of a training: what they show of the numbers, and that their axes do not move."""

import json

import numpy as np
import pytest

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
    assert spec["encoding"]["x"]["axis"]["tickMinStep"] == 1  # of one batch: 0, 0, 0, 1, 1, 1


@pytest.mark.parametrize("at", [1, 60, 100])
def test_a_single_value_is_seen_as_a_dash_that_ends_there(at):
    only = {name: values[at - 1 : at] for name, values in curves(100).steps.items()}
    first = {"step": np.zeros(1), "loss": np.ones(1), "accuracy": np.ones(1), "seconds": np.ones(1)}
    one = Curves(only, first, version=1)
    for name, (data, _) in {
        "smoothed": loss_chart(one, 100),
        "on training": accuracy_chart(one, 100),
    }.items():
        x = series(data, name)["step"]
        assert 1 < x.iloc[1] - x.iloc[0] < 3
        assert x.iloc[1] == max(at, 1.5)
    assert series(data, "on validation")["step"].tolist() == [0, 1.5]
    assert series(data, "on validation")["value"].tolist() == [1, 1]


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


def colours(spec):
    """What each series is drawn in."""
    scale = spec["encoding"]["color"]["scale"]
    return dict(zip(scale["domain"], scale["range"], strict=True))
