"""A run on disk: what is written comes back as it was."""

import json
import re

import pytest
import torch

from dpn.data.look import Look
from dpn.runs.files import write_bytes
from dpn.runs.run import DOUBT, Run
from dpn.runs.start import create_run
from tests.helpers import (
    NAMES,
    RESULT,
    same_tensors,
    short_training,
    small_model,
)
from tests.runs.made import make_run, whole_run


def test_settings_come_back_as_they_were(tmp_path):
    model, training = small_model("mlp", double_softmax=True), short_training(steps=None, seed=4)
    run = create_run(tmp_path, model, training, ("a", "ü", "c"), "photo")
    config = Run(run.path).config()
    assert (config.model, config.training) == (model, training)
    assert config.class_names == ("a", "ü", "c")
    assert config.preparation == "photo"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", config.created)
    assert run.status()["state"] == "queued"
    assert run.origin == "trained"
    assert run.result() is None
    assert run.weights_stamp() == 0


def test_what_was_assumed_of_the_data_comes_back_and_an_old_run_has_none(tmp_path):
    old = make_run(tmp_path)
    assert "notes" not in (old.path / "config.json").read_text()
    assert old.config().notes == ()
    notes = ("x_train lies in 0..1.02.", "Labels are 1 to 3.")
    settings = small_model(), short_training(), NAMES, "mnist"
    assert create_run(tmp_path, *settings, notes=notes).config().notes == notes


def test_how_figures_stand_comes_back_as_it_was(tmp_path):
    look = Look((245,), (30,), 5.5, (5.0, 6.0), (4.0, 4.25), False, 0.75)
    run = create_run(
        tmp_path, small_model(), short_training(), ("a", "b", "c"), "dark_ink", look=look
    )
    assert Run(run.path).config().look == look
    old = create_run(tmp_path, small_model(), short_training(), ("a", "b", "c"), "mnist", "old")
    assert "look" not in json.loads((old.path / "config.json").read_text())["data"]
    assert Run(old.path).config().look is None


@pytest.mark.parametrize("name", ["dpn", "residual", "mlp"])
def test_weights_come_back_as_they_were(tmp_path, name):
    run, trainer = whole_run(tmp_path, name=name)
    assert same_tensors(run.load_checkpoint(), trainer.state())
    model = run.load_model()
    assert not model.training
    assert same_tensors(dict(model.state_dict()), dict(trainer.model.state_dict()))
    kernels = [one.weight for one in model.modules() if isinstance(one, torch.nn.Conv2d)]
    assert all(one.is_contiguous(memory_format=torch.channels_last) for one in kernels)
    images = torch.rand(2, 1, 8, 8)
    assert torch.equal(model(images), trainer.model.eval()(images))


def test_the_stamp_changes_with_the_weights(tmp_path):
    run, trainer = whole_run(tmp_path)
    stamps = {run.weights_stamp()}
    for _ in range(3):
        run.save_checkpoint(trainer.state())
        stamps.add(run.weights_stamp())
    assert len(stamps) == 4
    assert 0 not in stamps


def test_the_stamp_of_answers_changes_with_the_weights_and_with_what_doubts_them(tmp_path):
    run, trainer = whole_run(tmp_path)
    stamps = {run.answers_stamp()}
    for content in (b"one", b"another"):
        write_bytes(run.path / DOUBT, content)
        stamps.add(run.answers_stamp())
    run.save_checkpoint(trainer.state())
    stamps.add(run.answers_stamp())
    assert len(stamps) == 4


def test_metrics_are_appended_a_line_each(tmp_path):
    run = make_run(tmp_path)
    records = [{"kind": "step", "step": step, "loss": 0.1 + 0.2} for step in range(3)]
    for record in records:
        run.append(record)
    lines = (run.path / "metrics.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == records


def test_a_line_cut_off_by_a_crash_does_not_swallow_the_next(tmp_path):
    run = make_run(tmp_path)
    run.append({"kind": "step", "step": 1})
    with open(run.path / "metrics.jsonl", "a") as file:
        file.write('{"kind": "step", "st')
    run.append({"kind": "resume", "step": 0})
    lines = (run.path / "metrics.jsonl").read_text().splitlines()
    assert json.loads(lines[0]) == {"kind": "step", "step": 1}
    assert json.loads(lines[-1]) == {"kind": "resume", "step": 0}


def test_the_result_is_there_once_it_is_written(tmp_path):
    run = make_run(tmp_path)
    run.set_result(RESULT)
    assert run.result() == RESULT
    run.set_result(RESULT | {"test_loss": 6.8e29})  # nearly diverged
    assert run.result()["test_loss"] == 6.8e29
