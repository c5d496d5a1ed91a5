"""The live charts are made once for all who watch, and never show less than what is over."""

import json
import types

import numpy as np
import pytest
import streamlit as st

from dpn.evaluation.scores import least_loss
from dpn.jobs.job import JobView
from dpn.jobs.look import Look
from dpn.models.config import ModelConfig
from dpn.models.train_config import TrainConfig
from dpn.runs.config import RunConfig
from dpn.runs.history import NOTHING_YET, Curves
from dpn.runs.run import Run
from dpn.ui.train import curves as live_curves
from dpn.ui.train import live, result
from dpn.ui.train import watch as watching
from dpn.ui.train.curves import LiveCurves
from dpn.ui.train.dial import Dials
from dpn.ui.train.live import curve_words

STEP = {"kind": "step", "loss": 1.0, "accuracy": 0.5, "learning_rate": 0.1, "examples": 8}


@pytest.fixture
def metrics(tmp_path, monkeypatch):
    """A function that writes one more step, and the clock that the follower sees."""
    now = [100.0]
    monkeypatch.setattr(live_curves.time, "monotonic", lambda: now[0])
    path = tmp_path / "metrics.jsonl"

    def write(step):
        with open(path, "a") as file:
            file.write(json.dumps(STEP | {"step": step, "seconds": 0.1 * step}) + "\n")

    write(1)
    return path, write, now


def test_two_looks_at_the_same_time_share_their_charts(metrics):
    path, write, now = metrics
    follower = LiveCurves(str(path))
    first = follower.look(9, fresh=False)
    write(2)
    assert follower.look(9, fresh=False) is first
    now[0] += 2 * live_curves.SHARED_AT_LEAST
    second = follower.look(9, fresh=False)
    assert second.curves.steps["step"].tolist() == [1, 2]
    assert second.loss[0]["step"].to_pylist() == [1, 2, 1, 2]  # each batch, and smoothed


def test_the_more_watch_the_longer_they_share_their_charts(metrics):
    path, write, now = metrics
    follower = LiveCurves(str(path))
    first = follower.look(9, fresh=False)
    pace = [follower.pace(f"viewer {number}") for number in range(20)][-1]
    write(2)
    now[0] += 0.4 * pace
    assert follower.look(9, fresh=False) is first
    now[0] += 0.2 * pace
    assert follower.look(9, fresh=False).curves.steps["step"].tolist() == [1, 2]


def test_the_last_look_is_at_everything(metrics):
    path, write, _ = metrics
    follower = LiveCurves(str(path))
    follower.look(9, fresh=False)
    write(2)
    assert follower.look(9, fresh=True).curves.steps["step"].tolist() == [1, 2]


def test_another_length_of_the_training_is_drawn_at_once(metrics):
    path, _, _ = metrics
    follower = LiveCurves(str(path))
    for total in (9, 20):
        _, spec = follower.look(total, fresh=False).loss
        assert spec["encoding"]["x"]["scale"]["domain"] == [0, total]


def test_the_more_watch_the_less_often_each_looks_and_who_left_counts_no_more(metrics):
    path, _, now = metrics
    follower = LiveCurves(str(path))
    assert [follower.pace("a") for _ in range(9)] == [live_curves.LIVE] * 9  # one and the same
    paces = [follower.pace(f"viewer {number}") for number in range(39)]
    assert paces == sorted(paces)
    assert all(viewers / pace <= 26 for viewers, pace in enumerate(paces, start=2))
    now[0] += live_curves.GONE + 0.1
    assert follower.pace("a") == live_curves.LIVE


def test_the_charts_are_told_to_those_who_do_not_see_them():
    assert curve_words(NOTHING_YET) == ("Loss: nothing yet", "Accuracy: nothing yet")
    steps = {"step": np.array([1200.0]), "loss": np.array([0.3141]), "accuracy": np.array([0.5])}
    curves = Curves(steps, NOTHING_YET.validation, version=1)
    assert curve_words(curves) == (
        "Loss, now 0.314, after batch 1,200",
        "Accuracy, now 50.0% on training images, after batch 1,200",
    )
    measured = Curves(steps, {"accuracy": np.array([0.6, 0.75])}, version=2)
    assert "50.0% on training images and 75.0% on validation images" in curve_words(measured)[1]


def test_the_numbers_are_of_the_moment_at_which_the_curves_end(monkeypatch):
    """While it rises fast, a mean over more batches would lag far behind."""
    shown = {}
    monkeypatch.setattr(st, "metric", lambda label, text, **_: shown.update({label: text}))
    accuracy = np.linspace(0.1, 0.9, 60)
    steps = {name: np.arange(1.0, 61) for name in ("step", "examples", "seconds", "loss")}
    curves = Curves({**steps, "accuracy": accuracy}, NOTHING_YET.validation, 1)
    lines = []
    monkeypatch.setattr(st, "progress", lambda share, text: lines.append((share, text)))
    view = JobView("x", "running", step=20, total_steps=100, seconds=20.0)
    live._numbers(view, "running", curves, 100, "images", "")
    assert lines == [(0.6, "Batch 60 of 100: training, 60%, 40 s left")]
    data, _ = live_curves.accuracy_chart(curves, 100)
    assert shown["Training accuracy"] == f"{data['value'].iloc[-1]:.1%}"
    assert shown["Training accuracy"] in curve_words(curves)[1]


def test_what_is_all_right_for_long_is_said_to_be():
    assert live._share(np.r_[np.zeros(9), np.ones(200)]) == "100.0%"
    assert live._share(np.r_[np.ones(200), 0.9]) == "99.0%"


def test_a_dial_that_stands_at_none_takes_a_step_that_is_felt(monkeypatch):
    asked = {}
    monkeypatch.setattr(st, "number_input", lambda **how: asked.update(how) or how["value"])
    Dials("maze").number("Weight decay", "weight_decay", 0.0, "")
    assert asked["step"] == 0.01
    Dials("maze").number("Weight decay", "weight_decay", 0.05, "")
    assert asked["step"] == 0.01


def test_a_batch_that_is_the_whole_set_is_told_by_its_own_size(metrics):
    config = RunConfig(ModelConfig(), TrainConfig(batch_size=5_000), (), "", "")
    size = result._batch_size(Run(metrics[0].parent), config)
    assert "1 image a batch" in result.settings_words(config, 1)
    assert "8 images a batch" in result.settings_words(config, size)
    assert "5,000 images a batch" in result.settings_words(config)


def test_a_training_whose_folder_is_gone_shows_no_answers_without_their_names(monkeypatch):
    shown = []
    monkeypatch.setattr(st, "html", shown.append)
    one, none = np.zeros((1, 1, 8, 8), np.uint8), np.zeros((0, 1, 1))
    look = Look(3, one, np.zeros(1, int), np.zeros(1, int), np.ones(1), none)
    jobs = types.SimpleNamespace(look=lambda *_: look)
    monkeypatch.setattr(watching.ui, "jobs", lambda: jobs)
    watching.watch(JobView("x", "running", step=3, total_steps=9), None, 1.0)
    assert len(shown) == 2
    assert not any("<img" in each for each in shown)


def test_with_label_smoothing_the_loss_is_said_to_end_above_0(tmp_path):
    """The least is what a cross-entropy is that says of each class just what the target does."""
    target = np.full(10, 0.01) + np.eye(10)[0] * 0.9
    assert least_loss(10, 0.1) == pytest.approx(-(target * np.log(target)).sum())
    assert least_loss(10, 0.0) == 0
    words = []
    for smoothing in (0.1, 0.0):
        config = RunConfig(
            ModelConfig(), TrainConfig(label_smoothing=smoothing), tuple("0123456789"), "mnist", ""
        )
        config.write(tmp_path / "config.json")
        words.append(live._loss_words(Run(tmp_path)))
    assert words[0].endswith("With label smoothing 0.1 the least is 0.50.")
    assert words[1] == live._loss_words(None) == live.LOSS
