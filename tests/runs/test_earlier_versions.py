"""Runs that an earlier version made open as they did then.

``of_version_0_1`` holds what 0.1.0 wrote before it was laid out in wings: a training of the digits
that was finished (three of its moments are kept), and one that was stopped after 57 batches.
"""

import json
import shutil
from pathlib import Path

import pytest
import torch

from dpn.__main__ import main
from dpn.data.loading import load_dataset
from dpn.evaluation.evaluate import evaluate
from dpn.explain.exact import explain
from dpn.runs.folder import find_run, list_runs
from dpn.runs.history import History
from dpn.runs.snapshots import list_snapshots

KEPT = Path(__file__).parent / "of_version_0_1"
FINISHED, STOPPED = "20261128-092715-115-digits-dpn-9583", "20261128-101137-420-digits-dpn-ca2f"


@pytest.fixture
def runs(tmp_path):
    """A copy, for to resume writes."""
    return Path(shutil.copytree(KEPT, tmp_path / "runs"))


def test_they_are_listed_with_their_settings_and_states(runs):
    listed = {run.id: run for run in list_runs(runs) if run.origin == "trained"}
    assert list(listed) == [STOPPED, FINISHED]
    config = listed[FINISHED].config()
    assert (config.training.dataset, config.training.seed, config.model.states) == ("digits", 3, 6)
    assert config.preparation == "digits"
    assert listed[FINISHED].status()["state"] == "finished"
    assert listed[STOPPED].status()["state"] == "stopped"


def test_the_curves_and_the_moments_are_there(runs):
    run = find_run(FINISHED, runs)
    steps = History(run.path / "metrics.jsonl").poll().steps
    assert steps["step"].tolist() == list(range(1, 41))
    assert list(list_snapshots(run.path)) == [0, 10, 40]
    first, last = run.load_model(0), run.load_model(40)
    assert not torch.equal(first.R, last.R)
    assert torch.equal(last.R, run.load_model().R)


def test_the_model_answers_as_it_did_then_and_explains_itself(runs, tmp_path):
    run = find_run(FINISHED, runs)
    data = load_dataset("digits", tmp_path)
    model = run.load_model()
    scores = evaluate(model, data.x_test, data.y_test)
    assert scores.accuracy == pytest.approx(run.result()["test_accuracy"], abs=1e-9)
    assert scores.confusion.tolist() == run.result()["confusion"]
    found = explain(model.double(), data.x_test[:5])
    total = found.contributions.sum(1) + found.bias.sum(1) + found.smoothing.sum(1) + found.readout
    assert total == pytest.approx(found.score, abs=1e-9)


def test_the_stopped_one_is_resumed_to_its_end(runs, tmp_path, capsys):
    arguments = ["train", "--resume", STOPPED, "--runs-dir", str(runs), "--json"]
    assert main(arguments) == 0
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert result["run"] == STOPPED
    assert result["test_accuracy"] > 0.8
    steps = History(runs / STOPPED / "metrics.jsonl").poll().steps["step"]
    assert steps.tolist() == list(range(1, 121))


@pytest.mark.parametrize("verb", ["runs", "evaluate", "predict", "explain"])
def test_the_command_line_reads_them(runs, tmp_path, capsys, verb):
    from PIL import Image

    picture = tmp_path / "one.png"
    image = Image.new("L", (60, 60), 255)
    image.paste(0, (26, 8, 34, 52))
    image.save(picture)
    rest = {"runs": [], "evaluate": [FINISHED]}.get(verb, [FINISHED, str(picture)])
    assert main([verb, *rest, "--runs-dir", str(runs), "--json"]) == 0
    said = capsys.readouterr().out
    assert FINISHED in said or verb in ("predict", "explain")
    assert json.loads(said.splitlines()[0])
