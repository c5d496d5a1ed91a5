"""What was tracked, read back with each tool's own reader: it is what metrics.jsonl holds."""

import contextlib
import importlib.util
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from tensorboard.backend.event_processing.event_file_loader import LegacyEventFileLoader

from dpn.runs.history import History
from dpn.tracking.followers import Followers
from dpn.tracking.tensorboard import TensorBoard
from dpn.tracking.tools import is_installed
from dpn.tracking.tracker import Beginning, Ending
from dpn.tracking.wandb import Wandb
from dpn.training.loop import run_training
from dpn.training.opening import open_training, reopen_training
from tests.helpers import short_training, small_model, threads_of_torch, write_npz

TOOLS = ["tensorboard", "wandb", "mlflow"]
#: It wants another Pillow than we test with, so it is tried by hand.
TOOLS += ["trackio"] if is_installed("trackio") else []
STEPS, STOPPED, SAVED = 24, 12, 8
CURVES = ("train/loss", "train/accuracy", "train/learning_rate", "train/images_per_second")
VALIDATION = ("validation/loss", "validation/accuracy")
PICTURES = ("result/confusion", "result/worst_mistakes")


def follow(run, data, again_from=None):
    said = []
    return Followers(run, data, TOOLS, again_from, said.append), said


@pytest.fixture
def tracked(tmp_path):
    """A training that was killed some steps after a checkpoint, and then went on to its end."""
    data = tmp_path / "data"
    write_npz(data)
    settings = short_training(steps=STEPS, learning_rate=0.002, checkpoint_seconds=1000)
    with threads_of_torch(1):
        trainer, run = open_training(small_model(), settings, data, tmp_path / "runs")
        followers, said = follow(run, data)
        followers.wait_until_ready()
        records = run_training(trainer, run)
        while trainer.step_count < STOPPED:
            next(records)
            if trainer.step_count == SAVED:
                saved = {name: value.clone() for name, value in trainer.state().items()}
        records.close()
        run.save_checkpoint(saved)  # as if it had been killed before it could save more
        followers.close(wait=True)
        trainer = reopen_training(run, data)
        assert trainer.step_count == SAVED
        followers, said_again = follow(run, data, SAVED)
        followers.wait_until_ready()
        list(run_training(trainer, run))
        followers.close(wait=True)
    assert said == said_again == []
    return run


def wanted(curves, name):
    kind, _, field = name.partition("/")
    table = curves.steps if kind == "train" else curves.validation
    values = table["examples"] / table["seconds"] if field.startswith("images") else table[field]
    return list(zip(table["step"].astype(int).tolist(), values.tolist(), strict=True))


@pytest.mark.filterwarnings("ignore")  # SQLAlchemy's, of what MLflow asks of it
def test_each_tool_reads_back_what_the_run_has(tracked, tmp_path):
    """One test, for to make the run takes longer than to read it."""
    curves = History(tracked.path / "metrics.jsonl").poll()
    assert len(curves.steps["step"]) == STEPS
    check_tensorboard(tracked, curves)
    check_wandb(tracked, curves, tmp_path)
    check_mlflow(tracked, curves)
    if "trackio" in TOOLS:
        check_trackio(tracked, curves)


def assert_same(found, curves, name, again=False):
    """Steps and values; a second take of a step has a speed of its own where it is not logged."""
    expected = wanted(curves, name)
    assert [step for step, _ in found] == [step for step, _ in expected]
    if name == "train/images_per_second" and not again:
        found, expected = found[:SAVED], expected[:SAVED]
    np.testing.assert_allclose([v for _, v in found], [v for _, v in expected], rtol=1e-6)


def check_tensorboard(tracked, curves):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    log = EventAccumulator(str(tracked.path), size_guidance={"scalars": 0, "images": 0})
    log.Reload()
    for name in CURVES + VALIDATION:
        found = [(event.step, event.value) for event in log.Scalars(name)]
        assert_same(found, curves, name, again=True)
    result = tracked.result()
    (accuracy,) = log.Scalars("result/test_accuracy")
    assert accuracy.value == pytest.approx(result["test_accuracy"])
    for name in PICTURES:
        (image,) = log.Images(name)
        assert image.encoded_image_string.startswith(b"\x89PNG")
        assert image.width >= 100
    hparams = log.summary_metadata
    tags = {tag for tag, value in hparams.items() if value.plugin_data.plugin_name == "hparams"}
    assert {t.rpartition("/")[2] for t in tags} == {
        "experiment", "session_start_info", "session_end_info",
    }  # fmt: skip
    assert not [path for path in tracked.path.rglob("events.*") if path.parent != tracked.path]


def test_a_run_that_is_tracked_from_the_middle_has_its_settings_in_tensorboard(tmp_path):
    kept = {}
    for again_from in (8, 12):
        tracker = TensorBoard()
        tracker.open(Beginning(tmp_path, {"training.seed": 3}, again_from, kept))
        tracker.close(Ending("stopped", again_from))
    found = [
        value.tag
        for path in sorted(tmp_path.glob("events.*"))
        for event in LegacyEventFileLoader(str(path)).Load()
        for value in event.summary.value
    ]
    assert found == ["_hparams_/experiment", "_hparams_/session_start_info"]


@pytest.mark.parametrize(
    ("state", "code"), [("finished", 0), ("stopped", 0), ("failed", 1), ("interrupted", 1)]
)
def test_a_run_that_broke_off_is_a_crash_to_wandb(tmp_path, monkeypatch, state, code):
    ended = []
    run = SimpleNamespace(finish=lambda exit_code: ended.append(exit_code))
    library = SimpleNamespace(init=lambda **how: run, Settings=dict)
    monkeypatch.setitem(sys.modules, "wandb", library)
    for name in ("DATA", "CACHE", "CONFIG", "ARTIFACT"):
        monkeypatch.setenv(f"WANDB_{name}_DIR", str(tmp_path))
    monkeypatch.setenv("WANDB_ERROR_REPORTING", "false")
    tracker = Wandb("wandb")
    tracker.open(Beginning(tmp_path, {}))
    tracker.close(Ending(state, 6))
    assert ended == [code]


def read_wandb(path, home):
    """All records of a .wandb file, from W&B's own offline reader.

    It is what ``wandb leet inspect --json`` starts, after a second of imports.
    """
    core = Path(importlib.util.find_spec("wandb").origin).parent / "bin" / "wandb-core"
    command = [core, "leet", "inspect", "--no-observability", "--json", "--run-file", path]
    command.append(path.parents[1])
    quiet = {**os.environ, "WANDB_ERROR_REPORTING": "false", "HOME": str(home)}
    said = subprocess.run(command, capture_output=True, check=True, env=quiet, text=True).stdout
    return [json.loads(line) for line in said.splitlines()]


def check_wandb(tracked, curves, home):
    files = sorted(tracked.path.glob("wandb/offline-run-*/run-*.wandb"))
    assert len(files) == 2
    records = [record for path in files for record in read_wandb(path, home)]

    def of(kind):
        return [record[kind] for record in records if record["type"] == kind]

    assert len({run["run_id"] for run in of("run")}) == 1
    assert [run["config"]["update"]["training.learning_rate"] for run in of("run")] == [0.002] * 2
    assert [end.get("exit_code", 0) for end in of("exit")] == [0, 0]
    rows = [history["item"] for history in of("history")]
    for name in CURVES + VALIDATION:
        assert_same([(row["_step"], row[name]) for row in rows if name in row], curves, name)
    (end,) = [row for row in rows if "result/test_accuracy" in row]
    assert end["result/test_accuracy"] == tracked.result()["test_accuracy"]
    for name in PICTURES:
        picture = files[1].parent / "files" / end[f"{name}.path"]
        assert max(np.asarray(Image.open(picture)).max((0, 1))) == 255
    (artifact,) = of("artifact")
    (weights,) = artifact["manifest"]["contents"]
    assert weights["path"] == "weights.safetensors"
    staged = Path(weights["local_path"])  # until it is synced
    assert staged.read_bytes() == (tracked.path / "weights.safetensors").read_bytes()
    assert staged.is_relative_to(tracked.path)


def check_mlflow(tracked, curves):
    from mlflow.tracking import MlflowClient

    folder = tracked.path.parent / "mlflow"
    client = MlflowClient(tracking_uri=f"sqlite:///{folder / 'mlflow.db'}")
    experiment = client.get_experiment_by_name("dpn-lab")
    (run,) = client.search_runs([experiment.experiment_id])
    assert run.info.run_name == tracked.id
    assert run.info.status == "FINISHED"
    assert run.data.params["training.learning_rate"] == "0.002"
    for name in CURVES + VALIDATION:
        history = client.get_metric_history(run.info.run_id, name)
        assert_same([(metric.step, metric.value) for metric in history], curves, name)
    assert run.data.metrics["result/test_accuracy"] == tracked.result()["test_accuracy"]
    names = {file.path for file in client.list_artifacts(run.info.run_id)}
    assert names == {"weights.safetensors", "result_confusion.png", "result_worst_mistakes.png"}
    (weights,) = folder.rglob("weights.safetensors")
    assert weights.read_bytes() == (tracked.path / "weights.safetensors").read_bytes()


def check_trackio(tracked, curves):
    (path,) = (tracked.path.parent / "trackio").glob("*.db")
    with contextlib.closing(sqlite3.connect(path)) as store:
        rows = [
            {"step": step, **json.loads(values)}
            for step, values in store.execute("SELECT step, metrics FROM metrics ORDER BY id")
        ]
    for name in CURVES + VALIDATION:
        assert_same([(r["step"], r[name]) for r in rows if name in r], curves, name)
    assert [row for row in rows if "result/test_accuracy" in row]
