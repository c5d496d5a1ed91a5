"""Train: runs from before, by their address."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dpn import ui
from tests.helpers import write_npz
from tests.pages.session import Session, finished_run, stopped_run

ROOT = Path(__file__).parents[3]


def told(result):
    """The accuracy on a few test images, as it is shown."""
    count = int(np.sum(result["confusion"]))
    assert count < 5000
    return f"{result['test_accuracy']:.1%} of {count}"


@pytest.mark.parametrize("name", ["no-such-run", "<b>x</b> [y](z)", "../elsewhere"])
def test_an_unknown_run_in_the_address_is_said_plainly(name):
    session = Session("pages/1_Train.py", run=name)
    (error,) = session.errors
    assert ui.plain(repr(name)) in error
    assert session.buttons == {"start", "step"}
    assert not session.charts


def test_a_run_that_cannot_be_one_in_the_address_is_said_plainly():
    session = Session("pages/1_Train.py", run="\0")
    (warning,) = session.at.warning
    assert "run takes the id of a run" in warning.value
    assert session.buttons == {"start", "step"}


def test_the_address_opens_no_folder_outside_the_runs_folder(data, tmp_path):
    write_npz(data)
    run = finished_run(data, tmp_path / "private")
    session = Session("pages/1_Train.py", run=str(run.path))
    assert "There is no run" in session.errors[0]
    assert session.matrix is None


def test_a_finished_run_is_shown_after_a_restart(data, runs):
    write_npz(data)
    run = finished_run(data, runs)
    session = Session("pages/1_Train.py", run="there")
    assert session.progress == "Batch 6 of 6: finished"
    assert session.metrics["Test accuracy"] == told(run.result())
    assert session.charts == 3
    assert session.matrix["images"].tolist() == np.ravel(run.result()["confusion"]).tolist()
    assert session.buttons == {"start", "step"}


def test_mistakes_are_not_shown_on_other_images_of_the_same_name(data, runs):
    write_npz(data)
    run = finished_run(data, runs)
    mistake = {"index": 14, "label": 2, "answer": 0, "probability": 0.9}
    run.set_result({**run.result(), "mistakes": [mistake]})
    session = Session("pages/1_Train.py", run="there")
    assert any(one.key == "open_14" for one in session.at.button)
    write_npz(data, test=3)  # alike, but for the test part
    session.run()
    assert "Test accuracy" in session.metrics
    (error,) = session.errors
    assert "has changed since run" in error
    evaluate = Session("pages/4_Evaluate.py", run="there")
    assert any("has changed since run" in text for text in (*evaluate.infos, *evaluate.errors))


def test_a_shipped_run_is_shown_with_the_length_it_had():
    session = Session("pages/1_Train.py", run="shipped-digits-dpn")
    assert session.step > 0
    spec = json.loads(session.at.get("vega_lite_chart")[0].proto.spec)
    assert spec["encoding"]["x"]["scale"]["domain"] == [0, session.step]
    assert "Test accuracy" in session.metrics


def test_a_stopped_run_goes_on_after_a_restart(data, runs):
    write_npz(data)
    stopped_run(data, runs)
    session = Session("pages/1_Train.py", run="there")
    assert "stopped" in session.progress
    assert session.buttons == {"start", "step", "resume"}
    session.press("job_resume").until(lambda: "Test accuracy" in session.metrics)
    session.until(lambda: session.buttons == {"start", "step"})
    assert session.progress == "Batch 6 of 6: finished"


def test_an_interrupted_run_says_so_and_goes_on(data, runs):
    write_npz(data)
    run = stopped_run(data, runs)
    status = {**run.status(), "state": "running", "pid": 2**22 + 1}  # of no process on Linux
    (run.path / "status.json").write_text(json.dumps(status))
    session = Session("pages/1_Train.py", run="there")
    assert "interrupted" in session.progress
    assert "can be resumed" in session.at.warning[0].value
    session.press("job_resume").until(lambda: "Test accuracy" in session.metrics)
    assert not session.at.warning


def test_a_failed_run_still_says_why_after_a_restart(data, runs):
    write_npz(data)
    run = stopped_run(data, runs)
    run.set_status("failed", "The loss was <b>not</b> finite.", step=3, total_steps=6)
    session = Session("pages/1_Train.py", run="there")
    assert session.errors == [ui.plain("The loss was <b>not</b> finite.")]
    assert session.buttons == {"start", "step", "resume"}


@pytest.mark.parametrize("state", ["running", "paused", "queued"])
def test_a_run_under_way_elsewhere_hears_no_button(data, runs, state):
    write_npz(data)
    run = stopped_run(data, runs)
    with subprocess.Popen(
        [sys.executable, "-c", ANOTHER_PROCESS, run.path, state],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout.readline() == b"written\n"
        session = Session("pages/1_Train.py", run="there")
        assert ui.STATE_WORDS[state] in session.progress
        assert session.buttons == {"start", "step"}
        process.stdin.close()
    assert "interrupted" in session.run().progress
    assert session.buttons == {"start", "step", "resume"}


def test_a_training_of_another_process_is_seen_and_watched(data, runs):
    write_npz(data)
    run = stopped_run(data, runs)
    with subprocess.Popen(
        [sys.executable, "-c", ANOTHER_PROCESS, run.path, "running"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout.readline() == b"written\n"
        session = Session("pages/5_Data.py")
        assert any("training in another process" in text for text in session.texts)
        session.at.button(key="watch-there").click()
        session.run()
        assert session.at.session_state["run_id"] == "there"
        process.stdin.close()
    session = Session("pages/5_Data.py")
    assert "Nothing is training." in session.texts


ANOTHER_PROCESS = """
import pathlib, sys
from dpn.runs.run import Run
Run(pathlib.Path(sys.argv[1])).set_status(sys.argv[2], step=3, total_steps=6)
print("written", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("file", ["status.json", "config.json", "result.json"])
def test_a_damaged_run_is_said_once_and_a_new_one_can_start(data, runs, file):
    write_npz(data)
    run = finished_run(data, runs)
    (run.path / file).write_text("{")
    session = Session("pages/1_Train.py", run="there")
    (error,) = session.errors
    assert file in error.replace("\\", "")
    assert session.buttons == {"start", "step"}


def test_a_result_whose_data_are_gone_still_shows_its_numbers(data, runs):
    write_npz(data)
    run = finished_run(data, runs, steps=1)
    result = run.result()
    assert result["mistakes"]
    (data / "small.npz").unlink()
    session = Session("pages/1_Train.py", run="there")
    assert len(session.errors) == 1
    assert session.metrics["Test accuracy"] == told(result)
    assert session.matrix is not None


def a_run_whose_status_is_damaged():
    from dpn import ui
    from dpn.ui.train import live as train_live

    ui.look_at("there")
    train_live._live_panel(None, None)


def test_a_run_damaged_meanwhile_is_one_sentence_when_only_the_curves_are_redrawn(data, runs):
    write_npz(data)
    (finished_run(data, runs).path / "status.json").write_text("{")
    at = AppTest.from_function(a_run_whose_status_is_damaged, default_timeout=60).run()
    assert not at.exception
    assert len(at.error) == 1
