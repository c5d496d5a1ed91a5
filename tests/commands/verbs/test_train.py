"""The verb train: its words, its JSON, and that a stopped run goes on."""

import json
import signal

import numpy as np
import pytest
import torch

from dpn import settings
from dpn.__main__ import main
from dpn.commands.arguments.said import read_setting
from dpn.commands.train import _seconds
from dpn.runs.folder import find_run
from dpn.runs.history import History
from dpn.training.trainer import Trainer
from tests.commands.verbs.small import RESULT, TRAIN, own_runs, stopped_run
from tests.helpers import (
    pictures,
    same_tensors,
    write_npz,
)


def test_train_ends_with_its_result_as_json(capsys):
    assert main([*TRAIN, "--json"]) == 0
    out, err = capsys.readouterr()
    (line,) = out.splitlines()
    result = json.loads(line)
    assert result.keys() >= RESULT
    assert result.keys() - RESULT == {
        *("multiply_adds", "precision", "validation_accuracy", "test_loss")
    }
    run = find_run("latest", settings.runs_dir())
    assert (result["run"], result["dataset"], result["model"]) == (run.id, "small", "dpn")
    assert result["seconds_to"].keys() == {"0.95", "0.98", "0.99"}
    assert 0 <= result["test_accuracy"] <= 1
    assert result["train_seconds"] > 0
    assert result["examples_per_second"] > 0
    assert result["parameters"] == sum(p.numel() for p in run.load_model().parameters())
    assert result["torch"] == torch.__version__.split("+")[0]
    assert result["threads"] == 1
    assert f"run {run.id}" in err
    assert "6/6" in err


def test_train_says_what_was_assumed_of_the_data_and_the_run_keeps_it(capsys):
    images, labels = pictures(40)
    own = {"train_images": images / 250, "train_labels": labels + 1}
    own |= {"test_images": images / 250, "test_labels": labels + 1}
    np.savez(settings.data_dir() / "odd.npz", **own)
    assert main(["train", "--dataset", "odd", *TRAIN[3:]]) == 0
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("dpn train")]
    assert lines[0] == "dpn train: The arrays are read as MedMNIST names them."
    assert lines[-1].startswith("dpn train: Labels are 1 to 3: each is a class")
    run = find_run("latest", settings.runs_dir())
    assert [f"dpn train: {note}" for note in run.config().notes] == lines
    assert run.config().class_names == ("1", "2", "3")
    assert main(["datasets"]) == 0
    assert "dpn datasets: odd: The arrays are read as MedMNIST" in capsys.readouterr().err


def test_train_tells_people_its_result(capsys):
    assert main(TRAIN) == 0
    (line,) = capsys.readouterr().out.splitlines()
    result = find_run("latest", settings.runs_dir()).result()
    assert line.startswith(f"{result['run']}: test accuracy {result['test_accuracy']:.2%} after ")


def test_a_training_of_a_moment_is_not_said_to_have_taken_none():
    assert [_seconds(of) for of in (0.0123, 0.96, 1.26, 64)] == ["0.012", "0.96", "1.3", "64.0"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("a=.5", 0.5), ("a=+.5e-3", 5e-4), ("a=5.", 5.0), ("a=1e-3", 1e-3), ("a=-2", -2)),
        *(("a=True", True), ("a=false", False), ("a=None", None), ("a=null", None)),
        *(("a=soft", "soft"), ("a=1e", "1e"), ("a=.", "."), ("a=x=1", "x=1"), ("a=", "")),
    ],
)
def test_a_value_is_read_as_it_is_meant(text, value):
    name, found = read_setting(text)
    assert (name, found, type(found)) == ("a", value, type(value))


def test_every_setting_can_be_said():
    changes = {
        "operator": "soft", "temperature": 0.5, "states": 6, "optimizer": "sgd",
        "label_smoothing": 0.1, "augmentation": "shift", "schedule": "constant",
    }  # fmt: skip
    said_so = [word for name, value in changes.items() for word in ("--set", f"{name}={value}")]
    assert main([*TRAIN, "--lr", "0.03", "--seed", "7", *said_so]) == 0
    config = find_run("latest", settings.runs_dir()).config()
    values = {**config.model.to_dict(), **config.training.to_dict()}
    assert {name: values[name] for name in changes} == changes
    assert (config.training.learning_rate, config.training.seed) == (0.03, 7)
    assert main([*TRAIN[:3], "--epochs", "0.5", "--model", "mlp", "--set", "steps=null"]) == 0
    config = find_run("latest", settings.runs_dir()).config()
    assert (config.model.model, config.training.epochs) == ("mlp", 0.5)
    assert config.training.steps is None


def test_what_is_said_and_changes_nothing_is_remarked_on(capsys, monkeypatch, one_thread):
    said_so = ("hidden=9", "temperature=2", "batch_size=100", "steps=1", "threads=2")
    monkeypatch.setattr("dpn.models.devices.cpu_count", lambda: 1)
    sets = [word for each in said_so for word in ("--set", each)]
    assert main(["train", "--dataset", "small", "--device", "cpu", *sets]) == 0
    remarks = [line for line in capsys.readouterr().err.splitlines() if line.startswith("dpn ")]
    assert remarks == [
        "dpn train: hidden changes nothing: model 'dpn' does not use it here",
        "dpn train: temperature changes nothing: model 'dpn' does not use it here",
        "dpn train: each batch is all 60 that it learns from: batch_size is 100",
        "dpn train: threads is 2, the cores here are 1: with more threads than cores it is slower",
    ]


def test_the_folders_said_win_over_the_environment(tmp_path):
    write_npz(tmp_path / "other", "elsewhere")
    folders = ["--data-dir", str(tmp_path / "other"), "--runs-dir", str(tmp_path / "here")]
    assert main([*TRAIN, "--dataset", "elsewhere", *folders]) == 0
    assert len(own_runs(tmp_path / "here")) == 1
    assert own_runs(tmp_path / "runs") == []


def test_train_digits_needs_nothing(said):
    (result,) = said("train", "--steps", "3", "--device", "cpu", "--preset", "best")
    assert (result["dataset"], result["model"]) == ("digits", "dpn")


def test_a_stopped_run_is_resumed(said):
    run = stopped_run()
    (result,) = said("train", "--resume", run.id)
    assert result["run"] == run.id
    assert run.status()["state"] == "finished"
    steps = History(run.path / "metrics.jsonl").poll().steps["step"]
    assert steps.tolist() == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_in_a_step_leaves_a_run_that_goes_on_as_if_nothing_had_been(
    capsys, monkeypatch, times
):
    """Pressed once it ends after the step under way, pressed again it ends at once."""
    whole = stopped_run()
    assert main(["train", "--resume", whole.id]) == 0
    run = stopped_run()
    step = Trainer.step

    def pressed(trainer):
        if trainer.step_count == 3:
            for _ in range(times):
                signal.raise_signal(signal.SIGINT)
        return step(trainer)

    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "step", pressed)
        assert main(["train", "--resume", run.id]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    hint = f"Go on with: python -m dpn train --resume {run.id}"
    assert last == f"dpn train: stopped. {hint}"
    assert run.status()["state"] == "stopped"
    assert run.status()["step"] == 4 - (times - 1)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert main(["train", "--resume", run.id]) == 0
    assert same_tensors(dict(run.load_model().state_dict()), dict(whole.load_model().state_dict()))


def test_an_ignored_ctrl_c_stays_ignored(monkeypatch):
    monkeypatch.setattr(signal, "getsignal", lambda _: signal.SIG_IGN)
    monkeypatch.setattr(signal, "signal", None)
    assert main(TRAIN) == 0
