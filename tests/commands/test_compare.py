"""The verb compare: a table, McNemar's sentence, and a sentence for what cannot be compared."""

import json
from dataclasses import replace

import numpy as np
import pytest

from dpn import settings
from dpn.__main__ import main
from dpn.commands import compare
from dpn.evaluation.evaluate import Evaluation
from dpn.runs.run import SHIPPED, Run
from tests.export.runs import LESSON
from tests.helpers import threads_of_torch, write_npz
from tests.pages.session import finished_run, stopped_run

SHIPPED_RUN = "shipped-digits-dpn"


@pytest.fixture(autouse=True)
def _runs():
    data, runs = settings.data_dir(), settings.runs_dir()
    write_npz(data)
    with threads_of_torch(1):
        finished_run(data, runs, "one", steps=20)
        finished_run(data, runs, "two", steps=3, seed=1)
        yield


def test_two_runs_side_by_side(capsys):
    assert main(["compare", "one", "two", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    first, second = answer["runs"]
    assert (first["letter"], first["run"], second["run"]) == ("A", "one", "two")
    assert first["test_images"] == 15
    assert first["test_accuracy"] > second["test_accuracy"]
    assert first["standard_error"] > 0
    assert first["multiply_adds"] > 0 < first["parameters"]
    assert first["problems"] == []
    assert answer["differences"] == {"steps": ["20", "3"], "seed": ["0", "1"]}
    (pair,) = answer["pairs"]
    gap = round(15 * (first["test_accuracy"] - second["test_accuracy"]))
    assert pair["only_first"] - pair["only_second"] == gap
    assert main(["compare", "one", "two"]) == 0
    out = capsys.readouterr().out
    assert pair["words"] in out
    assert "steps\t20\t3" in out


def test_plans_have_no_calibration():
    """What came of a plan is known, and not how sure the planner was."""
    run = Run(SHIPPED / "shipped-maze-planner")
    came = np.eye(3, dtype=np.float32)[[0, 2]]
    scores = Evaluation(0.5, 1.0, np.diag([0, 0, 2]), came, np.array([2, 2]))
    record = compare._record("A", run, run.config(), scores)
    assert (record["test_accuracy"], record["calibration_error"]) == (0.5, None)
    pictures = Run(SHIPPED / SHIPPED_RUN)
    assert compare._record("A", pictures, pictures.config(), scores)["calibration_error"] == 0.5


def test_what_cannot_be_compared_is_said_and_hides_nothing(capsys):
    stopped = stopped_run(settings.data_dir(), settings.runs_dir(), "stopped")
    (stopped.path / "weights.safetensors").write_bytes(b"no")
    assert main(["compare", "one", "stopped", SHIPPED_RUN, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    one, two, three = answer["runs"]
    assert one["problems"] == three["problems"] == []
    assert "weights.safetensors of run 'stopped' is damaged" in two["problems"][0]
    assert two["test_accuracy"] is None
    (pair,) = answer["pairs"]
    assert pair["words"] == "A and C are of different data sets: their answers cannot be compared."


def test_of_one_that_gets_nothing_right_the_error_is_told_too(capsys):
    run = finished_run(settings.data_dir(), settings.runs_dir(), "none", steps=1)
    wrong = {"test_accuracy": 0.0, "confusion": [[0, 5, 0], [0, 0, 5], [5, 0, 0]]}
    run.set_result({**run.result(), **wrong})
    (settings.data_dir() / "small.npz").unlink()
    assert main(["compare", "one", "none", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["runs"][1]["standard_error"] > 0


def test_what_a_lesson_took_is_not_told_as_the_time_of_a_training(capsys):
    run = finished_run(settings.data_dir(), settings.runs_dir(), "taught", steps=1)
    replace(run.config(), lesson={**LESSON, "parent": "one"}).write(run.path / "config.json")
    assert main(["compare", "one", "taught", "--json"]) == 0
    one, taught = json.loads(capsys.readouterr().out)["runs"]
    assert one["train_seconds"] > 0
    assert taught["train_seconds"] is None


def test_without_the_test_images_what_the_training_kept_is_compared(capsys):
    (settings.data_dir() / "small.npz").unlink()
    assert main(["compare", "one", "two"]) == 0
    out = capsys.readouterr().out
    assert " of 15\t" in out
    assert "A: dataset 'small' is not here: put its file into" in out
    assert "luck" not in out


@pytest.mark.parametrize(
    ("runs", "message"),
    [
        (["one"], "compare takes 2 to 6 different runs, got 1"),
        (["one", "one"], "got 1"),
        (["one", "{runs}/one"], "got 1"),
        (["one", "two", *(path.name for path in SHIPPED.glob("shipped-*")), "latest"], "got"),
        (["one", "gone"], "no run 'gone'"),
    ],
)
def test_too_few_too_many_and_unknown_runs(runs, message, capsys):
    if "latest" in runs:
        finished_run(settings.data_dir(), settings.runs_dir(), "zzz", steps=1)
    assert main(["compare", *(run.format(runs=settings.runs_dir()) for run in runs)]) == 2
    assert message in capsys.readouterr().err
