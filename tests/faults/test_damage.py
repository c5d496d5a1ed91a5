"""A file of a run that is cut, garbled, edited by hand or no file: a sentence, and the others show.

Elsewhere: each entry of config.json and any bytes in any file (tests/runs/test_damage.py),
snapshots (test_snapshots.py), lines of the metrics (test_history.py), the pages (tests/pages).
"""

import json
import shutil

import pytest

from dpn.__main__ import main
from dpn.errors import DPNError, RunError
from dpn.runs.folder import list_runs
from dpn.runs.history import History
from dpn.runs.run import Run
from dpn.runs.snapshots import list_snapshots
from dpn.training.loop import run_training
from dpn.training.opening import open_training, reopen_training
from tests.helpers import short_training, small_model, threads_of_torch, write_npz

SNAPSHOT = "snapshots/000000003.safetensors"
FILES = (
    "config.json",
    "status.json",
    "metrics.jsonl",
    "result.json",
    "checkpoint.safetensors",
    "weights.safetensors",
    SNAPSHOT,
)


@pytest.fixture(scope="module")
def pattern(tmp_path_factory):
    """A folder with data and a finished run."""
    folder = tmp_path_factory.mktemp("pattern")
    write_npz(folder / "data")
    with threads_of_torch(1):
        trainer, run = open_training(
            small_model(), short_training(), folder / "data", folder / "runs", run_id="0-pattern"
        )
        list(run_training(trainer, run))
    return folder


@pytest.fixture
def folder(pattern, tmp_path):
    for name in ("1-before", "2-damaged", "3-after"):
        shutil.copytree(pattern / "runs" / "0-pattern", tmp_path / "runs" / name)
    shutil.copytree(pattern / "data", tmp_path / "data")
    return tmp_path


def a_folder(path):
    path.unlink()
    path.mkdir()


DAMAGE = {
    "missing": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-9]),
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "not text": lambda path: path.write_bytes(b"\xff\xfe\x80" * 40),
    "a list": lambda path: path.write_text("[1, 2]\n"),
    "deep": lambda path: path.write_text("[" * 100_000),
    "a folder": a_folder,
}


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("damage", DAMAGE)
def test_one_damaged_file_is_a_sentence_and_hides_no_other_run(folder, capsys, file, damage):
    run = Run(folder / "runs" / "2-damaged")
    DAMAGE[damage](run.path / file)
    readers = {
        "config": run.config,
        "status": run.status,
        "result": run.result,
        "checkpoint": run.load_checkpoint,
        "weights": run.load_model,
        "moment": lambda: run.load_model(3),
        "moments": lambda: list_snapshots(run.path),
        "metrics": lambda: History(run.path / "metrics.jsonl").poll(),
        "stamp": run.weights_stamp,
        "resume": lambda: reopen_training(run, folder / "data"),
    }
    said = []
    for read in readers.values():
        try:
            read()
        except DPNError as error:
            said.append(str(error))
    assert all(words.endswith(".") and "\n" not in words for words in said)
    named = [words for words in said if file.rpartition("/")[2] in words or "snapshot" in words]
    harmless = file == "metrics.jsonl" or (file, damage) == ("result.json", "missing")
    assert named or harmless

    assert main(["runs", "--json", "--runs-dir", str(folder / "runs")]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    listed = {line["run"]: line for line in lines if line["origin"] == "trained"}
    others = {"1-before", "3-after"}
    assert set(listed) - {run.id} == others
    assert (run.id in listed) == ((file, damage) != ("config.json", "missing"))
    for other in others:
        assert listed[other]["state"] == "finished"
        Run(folder / "runs" / other).load_model()


def edited(run, name, change):
    value = json.loads((run.path / name).read_text())
    change(value)
    (run.path / name).write_text(json.dumps(value))


@pytest.mark.parametrize(
    "change",
    [
        {"step": "3"},
        {"step": -1},
        {"total_steps": None},
        {"total_steps": 1.5},
        {"message": ["x"]},
        {"state": "done"},
    ],
)
def test_a_status_edited_by_hand_is_refused(folder, change):
    run = Run(folder / "runs" / "2-damaged")
    edited(run, "status.json", lambda status: status.update(change))
    with pytest.raises(RunError, match=r"^status.json of run '2-damaged' is damaged"):
        run.status()


def test_a_status_without_its_process_is_not_under_way(folder):
    run = Run(folder / "runs" / "2-damaged")
    edited(run, "status.json", lambda s: (s.update(state="running"), s.pop("pid")))
    assert run.status()["state"] == "interrupted"
    edited(run, "status.json", lambda status: status.update(host="another"))
    with pytest.raises(RunError, match="under way in process None. Stop it there first"):
        reopen_training(run, folder / "data")


@pytest.mark.parametrize(
    "change",
    [
        {"test_accuracy": "0.9"},
        {"test_accuracy": True},
        {"test_loss": None},
        {"train_seconds": -1},
        {"train_seconds": 1e300},
        {"parameters": float("nan")},
        {"confusion": "none"},
        {"confusion": [[1, 2], [3]]},
        {"confusion": [[1.5]]},
        {"confusion": [[10**30]]},
        {"mistakes": {}},
        {"mistakes": [3]},
        {"mistakes": [{"index": 1, "label": 0, "answer": 1}]},
        {"mistakes": [{"index": -1, "label": 0, "answer": 1, "probability": 0.5}]},
    ],
)
def test_a_result_edited_by_hand_is_refused(folder, change):
    run = Run(folder / "runs" / "2-damaged")
    assert run.result()["mistakes"] is not None
    edited(run, "result.json", lambda result: result.update(change))
    with pytest.raises(RunError, match=r"^result.json of run '2-damaged' is damaged"):
        run.result()
    assert [other.id for other in list_runs(folder / "runs")][:3] == [
        "3-after", "2-damaged", "1-before"
    ]  # fmt: skip


def test_a_checkpoint_of_another_time_or_model_is_refused(folder):
    run = Run(folder / "runs" / "2-damaged")
    run.set_status("stopped", step=6, total_steps=6)
    edited(run, "config.json", lambda config: config["training"].update(steps=5))
    with pytest.raises(RunError, match="checkpoint does not fit"):
        reopen_training(run, folder / "data")
    edited(run, "config.json", lambda config: config["model"].update(states=5))
    with pytest.raises(RunError, match="checkpoint does not fit"):
        reopen_training(run, folder / "data")
