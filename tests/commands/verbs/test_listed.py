"""The verbs evaluate, datasets and runs."""

import numpy as np
import pytest

from dpn import settings
from dpn.__main__ import main
from dpn.runs.files import write_json
from dpn.runs.run import Run
from dpn.runs.title import set_title, title_of
from tests.commands.verbs.small import stopped_run


def test_evaluate_finds_what_the_training_found(said, capsys, run):
    (scores,) = said("evaluate", "latest")
    result = run.result()
    assert scores == {
        "run": run.id,
        "dataset": "small",
        "model": "dpn",
        "images": 15,
        "test_accuracy": pytest.approx(result["test_accuracy"]),
        "test_loss": pytest.approx(result["test_loss"]),
    }
    assert main(["evaluate", run.id]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"{run.id}: test accuracy {result['test_accuracy']:.2%}, loss ")


def test_evaluate_refuses_other_data(capsys, run):
    with np.load(settings.data_dir() / "small.npz") as arrays:
        changed = {**arrays, "class_names": np.array(["a", "b", "c"])}
    np.savez(settings.data_dir() / "small.npz", **changed)
    assert main(["evaluate", run.id]) == 2
    assert "has changed since run" in capsys.readouterr().err


def test_datasets_are_listed_with_what_is_wrong(said, capsys):
    long = "a-name-longer-than-its-column"
    (settings.data_dir() / f"{long}.npz").write_bytes(b"PK not really")
    listed = {line["name"]: line for line in said("datasets")}
    assert list(listed)[:2] == ["digits", "mnist"]
    assert listed["digits"]["source"] == "embedded"
    assert listed["small"]["classes"] == 3
    assert listed["small"]["image_shape"] == [1, 8, 8]
    assert listed["small"]["path"] == str(settings.data_dir() / "small.npz")
    assert listed["small"]["problem"] is None
    assert f"{long}.npz" in listed[long]["problem"]
    assert main(["datasets"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(listed)
    assert [line.split()[0] for line in lines] == list(listed)


def test_runs_are_listed_newest_first_and_a_damaged_one_hides_no_other(said, capsys, run):
    stopped, damaged = stopped_run(), stopped_run()
    (damaged.path / "config.json").write_text("{")
    listed = [line for line in said("runs") if line["origin"] == "trained"]
    assert [line["run"] for line in listed] == [damaged.id, stopped.id, run.id]
    assert "config.json" in listed[0]["error"]
    assert listed[1]["state"] == "stopped"
    assert listed[1]["test_accuracy"] is None
    assert listed[2] == {
        "run": run.id,
        "title": title_of(run),
        "dataset": "small",
        "model": "dpn",
        "test_accuracy": run.result()["test_accuracy"],
        "origin": "trained",
        "state": "finished",
        "created": run.config().created,
    }
    long = Run(run.path.with_name("a-name-longer-than-its-column" * 3))
    run.path.rename(long.path)
    assert main(["runs"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert "config.json" in lines[damaged.id]
    assert lines[stopped.id].endswith("stopped")
    accuracy = f"{long.result()['test_accuracy']:.2%}"
    assert lines[long.id].endswith(accuracy)
    set_title(long, "Café <b> =1+1")
    assert next(line for line in said("runs") if line["run"] == long.id)["title"] == "Café <b> =1+1"
    assert main(["runs"]) == 0
    assert f"{accuracy}  Café <b> =1+1\n" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["status.json", "result.json"])
def test_runs_survives_any_damaged_file(said, run, name):
    for content in ({}, {"test_accuracy": "x"}, {"state": []}):
        write_json(run.path / name, content)
        line = next(line for line in said("runs") if line["run"] == run.id)
        assert name in line["error"]
