"""Curves of runs in one chart, and what a sweep found."""

import json

import numpy as np
import pandas as pd
import pytest

from dpn.charts.comparison import AXES, MEASURES, runs_chart, sweep_chart
from dpn.charts.style import RUNS
from dpn.runs.history import NOTHING_YET, Curves


def curves(accuracy, count=60, every=1, pace=0.1):
    step = np.arange(1, count + 1, dtype=float) * every
    columns = {"step": step, "seconds": step * pace, "loss": 2 / step}
    steps = {**columns, "accuracy": step / 100, "learning_rate": step, "examples": step}
    validation = {**{k: v[9::10] for k, v in columns.items()}, "accuracy": np.full(6, accuracy)}
    return Curves(steps, validation, 1)


@pytest.mark.parametrize("over", AXES)
@pytest.mark.parametrize("measure", MEASURES)
def test_each_run_has_a_curve_of_its_own_colour(measure, over):
    data, spec = runs_chart(
        {"A": curves(0.9), "B": NOTHING_YET, "C": curves(0.98, pace=1)}, measure, over
    )
    json.dumps(spec)
    place = next(tip for tip in spec["encoding"]["tooltip"] if tip["field"] == "x")
    assert place["format"] == (",d" if over == "batches" else ",.1f")  # 12,345 and not 12,340
    assert set(data["run"]) == {"A", "C"}
    scale = spec["encoding"]["color"]["scale"]
    assert dict(zip(scale["domain"], scale["range"], strict=True))["C"] == RUNS[2]
    last = data[data["run"] == "C"]["x"].max()
    assert last == 60
    assert data[data["run"] == "A"]["x"].max() == (6 if over == "seconds" else 60)
    if measure == MEASURES[0]:
        assert spec["encoding"]["y"]["scale"]["domain"] == pytest.approx([0.6, 1])
        assert data[data["run"] == "A"]["value"].unique() == [0.9]


def test_where_no_run_has_curves_there_is_no_chart():
    assert runs_chart({"A": NOTHING_YET, "B": NOTHING_YET}, MEASURES[0], "batches") is None


def test_a_loss_kept_of_some_batches_is_smoothed_over_as_many_batches():
    dense, _ = runs_chart({"A": curves(0.9, 600)}, MEASURES[1], "batches")
    sparse, _ = runs_chart({"A": curves(0.9, 30, every=20)}, MEASURES[1], "batches")
    at = sparse["x"] == 400
    here = dense["value"][(dense["x"] - 400).abs().idxmin()]
    assert sparse["value"][at].item() == pytest.approx(here, rel=0.1)


def test_the_colours_of_runs_stand_out_from_both_pages():
    def light(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return np.dot(linear, (0.2126, 0.7152, 0.0722)) + 0.05

    for colour in RUNS:
        assert light("#ffffff") / light(colour) >= 3, colour
        assert light(colour) / light("#10161d") >= 3, colour


def test_a_sweep_is_a_dot_a_training_and_a_line_of_means():
    found = pd.DataFrame(
        [("0.1", "8", "0", 0.9), ("0.1", "8", "1", 0.8), ("1", "16", "0", 0.95)],
        columns=["first", "second", "seed", "accuracy"],
    )
    data, spec = sweep_chart(["learning rate", "states"], [["0.1", "1"], ["8", "16"]], found)
    json.dumps(spec)
    assert len(data) == 3
    assert spec["encoding"]["x"]["scale"]["domain"] == ["0.1", "1"]
    assert spec["encoding"]["color"]["scale"]["domain"] == ["8", "16"]
    assert [layer["mark"]["type"] for layer in spec["layer"]] == ["line", "point"]
    domain = spec["layer"][1]["encoding"]["y"]["scale"]["domain"]
    assert domain == pytest.approx([0.68, 1])


def test_a_sweep_of_one_setting_has_no_second_and_may_be_empty():
    none = pd.DataFrame(columns=["first", "second", "seed", "accuracy"])
    data, spec = sweep_chart(["maximum"], [["hard", "soft"]], none)
    assert data.empty
    assert spec["encoding"]["color"]["legend"] is None
    assert all("second" not in tip.values() for tip in spec["layer"][1]["encoding"]["tooltip"])
