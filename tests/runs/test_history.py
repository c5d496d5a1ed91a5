"""Metrics read while they are written, and the arithmetic of the curves."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpn.runs.history import (
    STEP_FIELDS,
    VALIDATION_FIELDS,
    History,
    downsample,
    seconds_to,
    seconds_trained,
    smooth,
)


def step(number, loss=1.0, **changes):
    fields = {"accuracy": 0.5, "learning_rate": 0.1, "examples": 10 * number, "seconds": number / 4}
    return {"kind": "step", "step": number, "loss": loss, **fields, **changes}


def validation(number, accuracy=0.5):
    return {"kind": "validation", "step": number, "accuracy": accuracy, "loss": 1.0, "seconds": 2.0}


class Pen:
    """Writes a metrics file as a training does."""

    def __init__(self, path):
        self.path = path

    def raw(self, data):
        with open(self.path, "ab") as file:
            file.write(data)

    def __call__(self, *records):
        for record in records:
            self.raw(json.dumps(record).encode() + b"\n")


@pytest.fixture
def pen(tmp_path):
    return Pen(tmp_path / "metrics.jsonl")


def steps_of(curves):
    return curves.steps["step"].tolist()


def test_nothing_yet(pen):
    curves = History(pen.path).poll()
    assert set(curves.steps) == set(STEP_FIELDS)
    assert set(curves.validation) == set(VALIDATION_FIELDS)
    assert all(len(values) == 0 for values in (*curves.steps.values(), *curves.validation.values()))


def test_the_end_alone_tells_for_how_long_it_was_trained(pen):
    assert seconds_trained(pen.path) == 0
    pen(step(1), *[step(n, seconds=n / 4) for n in range(2, 2_000)], validation(1_999))
    pen.raw(b'{"kind": "step", "step": 2')
    assert seconds_trained(pen.path) == 1_999 / 4


def test_every_field_comes_back(pen):
    pen(step(1, loss=0.25), validation(1, accuracy=0.75), step(2, loss=0.125))
    curves = History(pen.path).poll()
    assert {name: values.tolist() for name, values in curves.steps.items()} == {
        "step": [1, 2],
        "loss": [0.25, 0.125],
        "accuracy": [0.5, 0.5],
        "learning_rate": [0.1, 0.1],
        "examples": [10, 20],
        "seconds": [0.25, 0.5],
    }
    assert {name: values.tolist() for name, values in curves.validation.items()} == {
        "step": [1],
        "loss": [1],
        "accuracy": [0.75],
        "seconds": [2],
    }


def test_what_is_new_is_added_and_what_was_read_stays(pen):
    history = History(pen.path)
    assert history.poll().version == 0
    pen(step(1))
    first = history.poll()
    assert history.poll() is first
    pen(step(2))
    second = history.poll()
    assert second.version > first.version
    assert steps_of(first) == [1]
    assert steps_of(second) == [1, 2]


def test_a_line_still_being_written_is_left_for_the_next_time(pen):
    history = History(pen.path)
    line = json.dumps(step(2)).encode() + b"\n"
    pen(step(1))
    for part in (line[:1], line[1:20], line[20:-1]):
        pen.raw(part)
        assert steps_of(history.poll()) == [1]
    pen.raw(line[-1:])
    assert steps_of(history.poll()) == [1, 2]


DAMAGED = [
    b"",
    b"{",
    b"\xff\xfe",
    b"3",
    b"null",
    b"[]",
    b"[" * 100_000,
    b"{}",
    b'{"kind": []}',
    b'{"kind": "step", "step": 9}',
    json.dumps(step(9, loss="high")).encode(),
    json.dumps(step(9, loss=None)).encode(),
    json.dumps(step(9, loss=math.nan)).encode(),
    json.dumps(step(9, loss=math.inf)).encode(),
    json.dumps(step(9, loss=10**400)).encode(),
    b'{"kind": "resume"}',
    b'{"kind": "resume", "step": NaN}',
    b'{"kind": "resume", "step": "x"}',
    json.dumps({"kind": "resume", "step": 10**400}).encode(),
    b'{"kind": "something new", "step": 1}',
]


@pytest.mark.parametrize("line", DAMAGED)
def test_a_damaged_line_is_skipped_and_the_others_count(pen, line):
    pen(step(1))
    pen.raw(line + b"\n")
    pen(step(2))
    assert steps_of(History(pen.path).poll()) == [1, 2]


@given(st.lists(st.binary(max_size=40), max_size=4))
def test_whatever_the_lines_the_good_ones_count(tmp_path_factory, lines):
    pen = Pen(tmp_path_factory.mktemp("metrics") / "metrics.jsonl")
    pen(step(1))
    for line in lines:
        pen.raw(line + b"\n")
    pen(step(2))
    assert steps_of(History(pen.path).poll()) == [1, 2]


def test_a_resumed_run_drops_what_happened_after_its_checkpoint(pen):
    history = History(pen.path)
    pen(step(1), step(2), validation(2), step(3, loss=3.0), step(4), validation(4))
    assert steps_of(history.poll()) == [1, 2, 3, 4]
    pen({"kind": "resume", "step": 2}, step(3, loss=7.0))
    for reader in (history, History(pen.path)):  # one that has seen it all, and a newcomer
        curves = reader.poll()
        assert steps_of(curves) == [1, 2, 3]
        assert curves.steps["loss"].tolist() == [1, 1, 7]
        assert curves.validation["step"].tolist() == [2]


def test_time_to_a_level_is_the_first_time(pen):
    for number, accuracy in enumerate((0.5, 0.96, 0.94, 0.985, 0.97), start=1):
        pen({**validation(number, accuracy), "seconds": number * 10.0})
    reached = seconds_to(History(pen.path).poll(), (0.95, 0.98, 0.99))
    assert reached == {"0.95": 20.0, "0.98": 40.0, "0.99": None}
    assert seconds_to(History(pen.path.with_name("none")).poll(), (0.95,)) == {"0.95": None}


@pytest.mark.parametrize("window", [1.0, 5.0, 20.0])
def test_smoothing_is_the_formula(window):
    values = np.random.default_rng(0).normal(size=60)
    a = 2 / (window + 1)
    expected = []
    for t in range(60):
        weights = [a * (1 - a) ** (t - i) for i in range(t + 1)]
        expected.append(sum(w * v for w, v in zip(weights, values, strict=False)) / sum(weights))
    np.testing.assert_allclose(smooth(values, window), expected, rtol=1e-9)


def test_smoothing_keeps_a_constant_and_an_empty_curve():
    np.testing.assert_allclose(smooth(np.full(30, 2.5)), 2.5)
    assert len(smooth(np.empty(0))) == 0


@given(st.integers(0, 400), st.integers(2, 120), st.integers(0, 10**6))
def test_downsampling_keeps_the_ends_and_the_extremes(size, points, seed):
    values = np.random.default_rng(seed).normal(size=size)
    x, y = np.arange(len(values), dtype=float), np.array(values)
    few_x, few_y = downsample(x, y, points)
    assert len(few_x) == len(few_y) <= max(points, 2)
    assert (np.diff(few_x) > 0).all()
    assert (y[few_x.astype(int)] == few_y).all()
    if len(values) <= points:
        assert len(few_x) == len(values)
    else:
        assert (few_x[0], few_x[-1]) == (0, len(values) - 1)
    if len(values) and points >= 4:
        assert (few_y.min(), few_y.max()) == (y.min(), y.max())


def test_downsampling_keeps_a_spike_and_uses_its_points():
    y = np.zeros(100_000)
    y[54_321] = 9
    x, few = downsample(np.arange(100_000.0), y)
    assert few.max() == 9
    assert 54_321 in x
    noise = np.random.default_rng(0).normal(size=100_000)
    assert 450 < len(downsample(np.arange(100_000.0), noise)[0]) <= 500
