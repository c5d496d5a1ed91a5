"""Each page as a person meets it, without a browser: what it shows, what its buttons do."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from dpn import ui
from dpn.data.known import DATASETS
from dpn.doubt.known import claims
from dpn.errors import DataError
from dpn.jobs.questions import Answer
from dpn.jobs.serving import ModelServer
from dpn.models.build import model_size
from dpn.models.config import MODEL_NAMES
from dpn.models.presets import PRESET_NAMES, preset
from dpn.runs.folder import world_of
from dpn.runs.run import SHIPPED, Run
from dpn.ui import answers, frame
from dpn.ui.classify import upload
from dpn.ui.data import explore
from dpn.ui.train import live as train_live
from dpn.ui.train import result as train_result
from tests.helpers import pictures, until, write_npz
from tests.pages.session import BAR, SEVEN, ZERO, Session, finished_run, png, stopped_run, write_own
from tests.pictures.photographs import inked, rgba, sheet, to_png

ROOT = Path(__file__).parents[2]
PAGES = [page for page, _, _ in frame.PAGES]
MARKUP = ("<b>bold</b>", "[x](y)", "$a$ :red[x]")


def told(result):
    """The accuracy on a few test images, as it is shown."""
    count = int(np.sum(result["confusion"]))
    assert count < 5000
    return f"{result['test_accuracy']:.1%} of {count}"


# All pages


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_with_its_sidebar_and_without_a_problem(page):
    session = Session(page)
    assert not session.errors
    links = [link.value for link in session.at.sidebar.get("page_link")]
    assert links == [label for _, label, _ in frame.PAGES]
    assert sorted(PAGES[1:]) == sorted(
        f"pages/{page.name}" for page in (ROOT / "pages").glob("*.py")
    )
    assert [text.value for text in session.at.sidebar.caption] == ["Nothing is training."]
    assert session.at.title[0].value


def test_every_page_shows_the_training_that_is_under_way(data):
    write_npz(data)
    session = Session("pages/1_Train.py").train_long()
    run_id = session.run_id
    for page in PAGES:
        session.at.query_params = {}  # as after a click on a link of the sidebar
        session.open(page)
        (caption,) = (text.value for text in session.at.sidebar.caption)
        assert ui.plain("Digits 8×8 · DPN · today") in caption
        assert session.run_id not in caption
        assert "training" in caption or "paused" in caption
        assert session.run_id == run_id  # so that a reload finds it again
    other = Session("pages/5_Data.py")  # which has no training of its own
    assert ui.plain("Digits 8×8 · DPN · today") in other.at.sidebar.caption[0].value
    assert other.run_id is None


def test_only_who_follows_a_training_is_told_how_far_it_is(data, monkeypatch):
    """On a busy server each look of a sidebar may lose what the page has just drawn."""
    paces, fragment = {}, st.fragment

    def noted(function, **how):
        paces[function.__name__] = how.get("run_every")
        return fragment(function, **how)

    monkeypatch.setattr(st, "fragment", noted)
    write_npz(data)
    session = Session("pages/1_Train.py").train_long()
    assert paces["_sidebar_state"] is None  # the page shows it
    assert session.run().at.sidebar.caption[0].value.endswith("  \ntraining")  # which stays true
    assert not session.at.sidebar.get("progress")
    session.open("pages/2_Classify.py")
    assert paces["_sidebar_state"] == frame.FOLLOWED
    assert "training, " in session.at.sidebar.caption[0].value
    other = Session("pages/2_Classify.py")
    assert paces["_sidebar_state"] is None
    assert other.at.sidebar.caption[0].value.endswith("\ntraining")


# Train: settings


def test_every_data_set_is_listed_your_own_too(data):
    write_npz(data, "mine")
    session = Session("pages/1_Train.py")
    options = session.at.selectbox(key="dataset").options
    assert options[0] == "Digits 8×8"
    assert [option.partition(" (")[0] for option in options] == [
        *(spec.title for spec in DATASETS.values()),
        "mine",
        *("questions", "Banking77", "CLINC150", "TREC", "SST-2"),  # of other worlds
        *("movements", "strokes", "clicks", "Mazes"),
    ]


def test_each_model_and_preset_brings_its_own_dials_and_size(data):
    write_npz(data)
    session = Session("pages/1_Train.py").set("selectbox", "dataset", "small")
    sizes = set()
    for name in MODEL_NAMES:
        session.set("button_group", "model", name)
        for level in PRESET_NAMES:
            session.set("button_group", "preset", level)
            model, training = preset("small", (1, 8, 8), 3, name, level, 66)

            def dial(label, kind="number_input", start=f"small-{name}-{level}"):
                return getattr(session.at, kind)(key=f"{start}-{label}").value

            assert dial("Epochs") == training.epochs
            assert dial("Learning rate") == training.learning_rate
            assert dial("Batch size") == training.batch_size
            assert dial("Augmentation", "selectbox") == training.augmentation
            if name == "mlp":
                assert dial("Hidden units") == model.hidden
            else:
                assert dial("States") == model.states
                assert dial("Decisions") == model.decisions
            parameters, _ = model_size(model)
            assert any(f"**{parameters:,}** parameters" in text for text in session.texts)
            sizes.add(parameters)
    assert len(sizes) == 6


@pytest.mark.parametrize("name", ["digits", "mnist", "cifar10"])
def test_the_presets_of_every_kind_of_data_can_be_dialled(name):
    session = Session("pages/1_Train.py").set("selectbox", "dataset", name)
    for model in MODEL_NAMES:
        session.set("button_group", "model", model)
        for level in PRESET_NAMES:
            session.set("button_group", "preset", level)
            assert not session.errors
            assert session.buttons == {"start", "step"}


def test_a_changed_dial_changes_the_size_and_the_training(data, runs):
    write_npz(data)
    session = Session("pages/1_Train.py").set("selectbox", "dataset", "small")
    start = "small-dpn-quick"
    session.set("number_input", f"{start}-States", 5)
    session.set("number_input", f"{start}-Decisions", 3)
    session.set("selectbox", f"{start}-Maximum", "sparse")
    session.set("number_input", f"{start}-Epochs", 2)
    session.set("number_input", f"{start}-Seed", 7)
    session.press("job_start").until(lambda: "Test accuracy" in session.metrics)
    config = Run(runs / session.run_id).config()
    assert (config.model.states, config.model.decisions) == (5, 3)
    assert config.model.operator == "sparse"
    assert (config.training.epochs, config.training.seed) == (2, 7)
    parameters, _ = model_size(config.model)
    assert session.metrics["Parameters"] == f"{parameters:,}"
    assert any(f"**{parameters:,}** parameters" in text for text in session.texts)


def test_the_dials_stand_as_they_were_after_a_look_at_another_page(data):
    write_npz(data)
    session = Session("pages/1_Train.py").set("selectbox", "dataset", "small")
    session.set("button_group", "model", "mlp")
    session.set("number_input", "small-mlp-quick-Hidden units", 33)
    for page in ("pages/2_Classify.py", "pages/1_Train.py"):
        session.at.query_params = {}  # as after a click on a link of the sidebar
        session.open(page)
    assert session.at.selectbox(key="dataset").value == "small"
    assert session.at.button_group(key="model").value == "mlp"
    assert session.at.number_input(key="small-mlp-quick-Hidden units").value == 33


@pytest.mark.parametrize(
    ("label", "values"),
    [
        ("Epochs", (-1, 0, 1e9)),
        ("Learning rate", (-0.1, 0, 1e9)),
        ("States", (0, -5, 10**6)),
        ("Part size", (0, 1000)),
        ("Batch size", (0, 10**9)),
        ("Temperature", (0, -1)),
        ("Validation share", (0, 0.9)),
        ("Label smoothing", (-0.1, 1.0)),
        ("Seed", (-1, 2**40)),
    ],
)
def test_a_dial_takes_no_value_that_makes_no_sense(label, values):
    session = Session("pages/1_Train.py")
    key = f"digits-dpn-quick-{label}"
    before = session.at.number_input(key=key).value
    for value in values:
        session.set("number_input", key, value)
        assert session.at.number_input(key=key).value == before or session.errors
        dial = session.at.number_input(key=key).proto
        assert not dial.min <= value <= dial.max  # the browser refuses it, too


def test_settings_that_do_not_go_together_are_said_in_a_sentence(monkeypatch):
    """Should a dial let one through, the page says so and nothing can be started."""
    session = Session("pages/1_Train.py")
    monkeypatch.setattr("dpn.ui.train.dials._recursion", lambda model, dials: {"states": 0})
    session.run()
    (error,) = session.errors
    assert "states must be a whole number" in error.replace("\\", "")
    assert session.buttons == set()


def test_a_file_that_cannot_be_read_is_listed_with_its_problem(data):
    (data / "broken <b>.npz").write_bytes(b"not a zip")
    (data / "torn.npz").write_bytes(b"PK\3\4")
    session = Session("pages/1_Train.py")
    names = session.at.selectbox(key="dataset").options
    assert {"broken <b>", "torn"} <= set(names)
    for name in ("torn", "broken <b>"):
        session.set("selectbox", "dataset", name)
        (error,) = session.errors
        assert ui.plain(name) in error
        assert session.buttons == set()
    session.set("selectbox", "dataset", "digits")
    assert not session.errors
    assert session.buttons == {"start", "step"}


def test_wrong_labels_in_a_file_are_said_beside_it(data):
    images, labels = pictures(30)
    write_own(data, "wrong", images, labels + 5, ("a", "b", "c"))
    session = Session("pages/1_Train.py").set("selectbox", "dataset", "wrong")
    assert "labels in 0" in session.errors[0].replace("\\", "")
    assert session.buttons == set()


def test_what_was_assumed_of_a_file_is_said_beside_it_and_only_the_headers_of_a_large_one(
    data, monkeypatch
):
    images, labels = pictures(30)
    own = {f"x_{part}": images / 250 for part in ("train", "val", "test")}
    own |= {f"y_{part}": labels + 1 for part in ("train", "val", "test")}
    words = ("30 images of x_val join", "x_train lies in 0..", "Labels are 1 to 3")
    np.savez(data / "odd.npz", **own)
    for page in ("pages/1_Train.py", "pages/5_Data.py"):
        session = Session(page).set("selectbox", "dataset", "odd")
        texts = " ".join(session.texts).replace("\\", "")
        assert all(word in texts for word in words)
        session.set("selectbox", "dataset", "digits")
    monkeypatch.setattr("dpn.ui.loaded.QUICK_BYTES", 0)
    session = Session("pages/1_Train.py").set("selectbox", "dataset", "odd")
    texts = " ".join(session.texts).replace("\\", "")
    assert [word in texts for word in words] == [True, False, False]


def test_wrong_labels_in_a_large_file_end_the_training_in_a_sentence(data, monkeypatch):
    monkeypatch.setattr("dpn.ui.loaded.QUICK_BYTES", 0)
    images, labels = pictures(30)
    write_own(data, "wrong", images, labels + 5, ("a", "b", "c"))
    session = Session("pages/1_Train.py").set("selectbox", "dataset", "wrong")
    session.press("job_start").until(lambda: bool(session.errors))
    session.run()  # the sidebar is drawn before the page
    assert "labels in 0" in session.errors[0].replace("\\", "")
    assert session.buttons == {"start", "step"}
    assert "problem" in session.at.sidebar.caption[0].value


# Train: a training


def test_a_training_shows_its_numbers_and_then_its_result(runs):
    session = Session("pages/1_Train.py")
    assert "Press **Start**" in session.infos[0]
    session.set("number_input", "digits-dpn-quick-Epochs", 1).press("job_start")
    assert session.run_id
    # What it has written is read a moment after what it says.
    session.until(lambda: session.metrics.get("Images a second") not in (None, "–", "0"))
    assert session.step > 0
    assert session.charts == 2
    assert float(session.metrics["Loss"]) > 0
    assert session.metrics["Training accuracy"].endswith("%")
    session.until(lambda: "finished" in session.progress and session.matrix is not None)
    session.run()  # the sidebar is drawn before the page
    assert session.progress == "Batch 20 of 20: finished"
    result = Run(runs / session.run_id).result()
    assert session.metrics["Test accuracy"] == told(result)
    assert session.metrics["Validation accuracy"] == f"{result['validation_accuracy']:.1%}"
    assert session.metrics["Parameters"] == f"{result['parameters']:,}"
    assert session.matrix["images"].tolist() == np.ravel(result["confusion"]).tolist()
    assert 0.1 < result["test_accuracy"] < 1
    assert len(result["mistakes"]) > train_result.WORST
    assert list(session.tiles.items()) == [
        (item["index"], f"{item['label']} → {item['answer']} · {item['probability']:.0%}")
        for item in result["mistakes"][: train_result.WORST]
    ]
    assert "Explore the result" in [link.value for link in session.at.main.get("page_link")]
    assert all(url.endswith(".png") for url in session.at.image[0].value)
    assert session.buttons == {"start", "step"}
    assert "finished" in session.at.sidebar.caption[0].value


def test_a_model_without_mistakes_is_told_so(data):
    write_npz(data)
    session = Session("pages/1_Train.py").train_small()
    assert session.metrics["Test accuracy"] == "100% of 15"
    assert [text.value for text in session.at.success] == [
        "None: every test image was answered right."
    ]


def test_the_buttons_follow_the_training():
    session = Session("pages/1_Train.py")
    assert session.buttons == {"start", "step"}
    session.train_long()
    session.until(lambda: "training" in session.progress)
    assert session.buttons == {"pause", "stop"}
    session.press("job_pause").until(lambda: session.buttons == {"step", "resume", "stop"})
    session.until(lambda: "paused" in session.progress)
    before = session.step
    session.press("job_step")
    session.until(lambda: session.step != before and "paused" in session.progress)
    assert session.step == before + 1
    session.press("job_resume").until(lambda: session.step > before + 1)
    assert session.buttons == {"pause", "stop"}
    session.press("job_stop").until(lambda: session.buttons == {"start", "step", "resume"})
    assert "stopped" in session.progress
    stopped = session.step
    run_id = session.run_id
    session.press("job_resume").until(lambda: session.step > stopped)
    assert session.run_id == run_id
    assert session.buttons == {"pause", "stop"}


def test_the_buttons_follow_a_training_that_ends_while_the_page_is_drawn(monkeypatch):
    session = Session("pages/1_Train.py").train_long()
    panel = train_live.panel

    def late(*args):
        ui.jobs().stop(session.run_id)
        until(lambda: not ui.jobs().view(session.run_id).live)
        panel(*args)

    monkeypatch.setattr(train_live, "panel", late)
    assert session.run().buttons == {"start", "step", "resume"}


def test_the_second_click_on_start_does_not_pause(monkeypatch):
    monkeypatch.setattr("dpn.ui.train.buttons.DOUBLE_CLICK", 60.0)
    session = Session("pages/1_Train.py").train_long()
    before = session.step
    session.press("job_pause").until(lambda: session.step > before)
    assert session.buttons == {"pause", "stop"}
    monkeypatch.setattr("dpn.ui.train.buttons.DOUBLE_CLICK", 0.0)
    session.press("job_pause").until(lambda: session.buttons == {"step", "resume", "stop"})
    session.press("job_stop").until(lambda: "stopped" in session.progress)


def test_step_begins_a_training_with_one_batch():
    session = Session("pages/1_Train.py").press("job_step")
    session.until(lambda: session.step == 1 and "paused" in session.progress)
    assert session.buttons == {"step", "resume", "stop"}
    session.run()
    assert session.step == 1


def test_another_window_sees_the_same_training_by_its_address():
    session = Session("pages/1_Train.py").train_long()
    other = Session("pages/1_Train.py", run=session.run_id)
    assert other.run_id == session.run_id
    assert other.step > 0
    other.press("job_pause").until(lambda: "paused" in other.progress)
    session.until(lambda: session.buttons == {"step", "resume", "stop"})
    assert session.step == other.step


def test_a_second_training_waits_for_its_turn(data):
    write_npz(data)
    first = Session("pages/1_Train.py").train_long()
    second = Session("pages/1_Train.py").begin_small()
    second.until(lambda: "waiting for its turn" in second.progress)
    assert second.run_id != first.run_id
    assert second.buttons == {"pause", "stop"}
    first.press("job_stop")
    second.until(lambda: "Test accuracy" in second.metrics)


def test_a_download_is_seen_and_can_be_stopped(monkeypatch, runs):
    def load(*_args, progress, **_named):
        for _ in range(10_000_000):
            progress(3_000_000, 12_000_000)
        raise AssertionError("the download went on")

    monkeypatch.setattr("dpn.training.opening.load_dataset", load)
    session = Session("pages/1_Train.py").set("selectbox", "dataset", "kmnist").press("job_start")
    session.until(lambda: session.progress == "Downloading the data: 3.0 of 12.0 MB")
    assert session.buttons == {"pause", "stop"}
    session.press("job_stop").until(lambda: session.progress == "Stopped")
    assert session.buttons == {"start", "step"}
    assert not runs.exists()


# Train: runs from before


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


# Classify: the model


def test_with_nothing_trained_the_shipped_model_answers():
    session = Session("pages/2_Classify.py")
    assert session.at.selectbox(key="answering").value == "shipped-mnist-dpn"
    assert "shipped" in session.at.selectbox(key="answering").options[0]
    assert session.at.button_group(key="way-ink").value == "draw"
    assert len(session.infos) == 1
    assert session.infos[0].startswith("Draw with the mouse")
    assert not session.charts
    assert session.at.button(key="undo-draw").disabled
    assert session.at.button(key="clear-draw").disabled


def test_without_any_model_the_page_invites_to_train_one(monkeypatch, tmp_path):
    monkeypatch.setattr("dpn.runs.run.SHIPPED", tmp_path / "none")
    session = Session("pages/2_Classify.py")
    assert "no model yet" in session.infos[0]
    links = [link.value for link in session.at.main.get("page_link")]
    assert links == ["Train a model"]


def test_the_newest_run_answers_and_a_damaged_one_hides_no_other(data, runs):
    write_npz(data)
    for name in ("1-good", "2-good", "3-broken", "4-old", "5-undated", "6-empty", "7-unscored"):
        finished_run(data, runs, name)
    (runs / "3-broken" / "config.json").write_text("{")
    (runs / "5-undated" / "config.json").write_text(
        json.dumps({**json.loads((runs / "1-good/config.json").read_text()), "created": "then"})
    )
    (runs / "4-old" / "config.json").write_text('{"format": 0}')
    (runs / "6-empty" / "weights.safetensors").unlink()
    (runs / "7-unscored" / "result.json").write_text("[]")
    session = Session("pages/2_Classify.py")
    chosen = session.at.selectbox(key="answering")
    assert chosen.value == "5-undated"  # which answers as any other
    shipped = sum(world_of(Run(path.parent)) == "picture" for path in SHIPPED.glob("*/config.json"))
    assert len(chosen.options) == 3 + shipped
    assert not session.errors


def test_a_finished_run_answers_rather_than_a_newer_one_that_was_stopped(data, runs):
    write_npz(data)
    finished_run(data, runs, "1-finished")
    stopped_run(data, runs, "2-stopped")
    session = Session("pages/2_Classify.py")
    assert session.at.selectbox(key="answering").value == "1-finished"
    assert "stopped" in session.at.selectbox(key="answering").options[0]  # it can be chosen


def test_weights_that_are_damaged_are_said_where_the_answer_would_be(data, runs, canvas):
    write_npz(data)
    (finished_run(data, runs).path / "weights.safetensors").write_bytes(b"x")
    session = Session("pages/2_Classify.py")
    canvas.draw(SEVEN)
    session.run()
    (error,) = session.errors
    assert "weights" in error
    session.set("selectbox", "answering", "shipped-digits-dpn")
    assert not session.errors
    assert session.heading


def test_the_run_just_trained_answers_until_another_is_chosen(data, runs):
    write_npz(data)
    finished_run(data, runs, "0-older")
    session = Session("pages/2_Classify.py")
    session.set("selectbox", "answering", "shipped-digits-dpn")
    session.open("pages/1_Train.py").train_small().open("pages/2_Classify.py")
    assert session.at.selectbox(key="answering").value == session.run_id
    session.set("selectbox", "answering", "0-older")
    session.open("pages/5_Data.py").open("pages/2_Classify.py")
    assert session.at.selectbox(key="answering").value == "0-older"


def test_runs_that_read_the_same_can_be_told_apart(data, runs):
    write_npz(data)
    made = [finished_run(data, runs, f"{i}-small-{i}bcd") for i in (1, 2)]
    session = Session("pages/2_Classify.py", run=made[0].id)
    for run in (*made, made[0]):
        session.set("selectbox", "answering", run.id).run()
        assert session.at.selectbox(key="answering").value == run.id
    options = session.at.selectbox(key="answering").options
    assert len(set(options)) == len(options)
    assert sum(option.endswith(("(1bcd)", "(2bcd)")) for option in options) == 2


def test_a_model_of_colour_photos_opens_where_photos_are_uploaded(data, runs):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 255, (30, 8, 8, 3)).astype(np.uint8)
    write_own(data, "photos", images, np.arange(30) % 3, ("a", "b", "c"))
    finished_run(data, runs, name="photos", steps=2)
    session = Session("pages/2_Classify.py")
    assert session.at.button_group(key="way-photo").value == "upload"
    photo = io.BytesIO()
    Image.fromarray(images[0].repeat(9, 0).repeat(7, 1)).save(photo, "PNG")
    session.at.file_uploader[0].upload("cat.png", photo.getvalue())
    session.run()
    assert session.charts == 1
    asked = {group.key.partition("-")[0] for group in session.at.button_group}
    assert asked == {"way", "right", "export_as"}  # nothing to ask about ink
    assert session.images[0] == "photo"


# Classify: drawing


def test_a_drawing_is_answered_as_the_model_answers_it(canvas):
    session = Session("pages/2_Classify.py")
    canvas.draw(ZERO)
    session.run()
    p = answer_of_shipped(canvas)
    first, second = np.argsort(-p)[:2]
    assert first == 0
    assert session.heading == (
        f"0\n{answers.percent(p[0])} sure, then **{second}** with {answers.percent(p[second])}"
    )
    assert session.charts == 1
    assert session.images == ["drawing", "ink", "crop", "square", "box", "centred input"]
    assert all(url.endswith(".png") for strip in session.at.image for url in strip.value)
    assert not session.infos
    assert not any("Still training" in text for text in session.texts)


def answer_of_shipped(canvas):
    """What may be claimed of the drawing as it is now, on another way."""
    from dpn.pictures.files import input_spec
    from dpn.pictures.prepare import prepare

    run = Run(SHIPPED / "shipped-mnist-dpn")
    picture = Image.open(io.BytesIO(canvas.sent[canvas.asked["key"]].image_bytes))
    prepared = prepare(np.asarray(picture), input_spec(run.config()), "drawing")
    answer = ui.model_server().predict(run, prepared.input[None])
    return claims(answer.probabilities, answer.known)[0]


def test_the_canvas_asks_for_what_the_page_needs(canvas):
    Session("pages/2_Classify.py")
    assert canvas.asked["return_image_data"] is True  # without it there is no picture
    assert canvas.asked["width"] == canvas.asked["height"] <= 300  # fits a phone
    assert canvas.asked["initial_drawing"] is None


@pytest.mark.parametrize(
    ("lines", "width", "words"),
    [
        ([], 18, "Nothing is drawn yet"),
        ([[(140, 140), (141, 141)]], 3, "Only a dot"),
        ([[(130, 140), (150, 140)]], 20, "Only a dot"),
    ],
)
def test_next_to_nothing_gets_no_answer(canvas, lines, width, words):
    session = Session("pages/2_Classify.py")
    canvas.draw(*lines or [[(400, 400), (410, 410)]], width=width)  # outside, it leaves no ink
    session.run()
    assert words in session.infos[0]
    assert not session.charts
    assert session.heading is None


@pytest.mark.parametrize(
    ("best", "heading"),
    [
        (0.59, "Not sure\n**3** (59.0%) or **8** (21.0%)?"),
        (0.61, "3\n61.0% sure, then **8** with 21.0%"),
    ],
)
def test_a_model_that_is_not_sure_says_so(canvas, monkeypatch, best, heading):
    p = np.full((1, 10), (0.79 - best) / 8, dtype=np.float32)
    p[0, 3], p[0, 8] = best, 0.21
    monkeypatch.setattr(ModelServer, "predict", lambda *_: Answer(p, None))
    session = Session("pages/2_Classify.py")
    canvas.draw(SEVEN)
    session.run()
    assert session.heading == heading
    assert session.charts == 1


@pytest.mark.parametrize(
    ("known", "heading"),
    [
        (0.2, "Not sure\nThis looks like none of my classes. The nearest is **3**."),
        (0.6, "Not sure\n**3** (54.0%) or **8** (6.0%)?"),
        (0.9, "3\n81.0% sure, then **8** with 9.0%"),
        (None, "3\n90.0% sure, then **8** with 10.0%"),
    ],
)
def test_what_looks_like_none_of_the_classes_is_never_called_sure(
    canvas, monkeypatch, known, heading
):
    p = np.zeros((1, 10), dtype=np.float32)
    p[0, 3], p[0, 8] = 0.9, 0.1
    known = None if known is None else np.array([known], np.float32)
    monkeypatch.setattr(ModelServer, "predict", lambda *_: Answer(p, None, known))
    session = Session("pages/2_Classify.py")
    canvas.draw(SEVEN)
    session.run()
    assert session.heading == heading
    said = "This model cannot tell when a picture is none of its classes."
    assert (said in session.texts) == (known is None)


def test_undo_and_clear_take_strokes_back(canvas):
    session = Session("pages/2_Classify.py")
    session.set("selectbox", "answering", "shipped-digits-dpn")
    canvas.draw(SEVEN)
    session.run()
    seven = session.heading
    canvas.draw(BAR)
    session.run()
    assert session.heading != seven
    key = canvas.asked["key"]
    session.press("undo-draw")
    assert session.heading == seven
    assert canvas.asked["key"] != key  # a new canvas, which begins with what is left
    assert len(canvas.asked["initial_drawing"]["objects"]) == 1
    canvas.draw(BAR)
    session.run().press("clear-draw")
    assert session.infos[0].startswith("Draw with the mouse")
    assert canvas.asked["initial_drawing"] is None
    assert session.at.button(key="undo-draw").disabled
    assert session.at.button(key="clear-draw").disabled


def test_strokes_that_come_together_are_undone_together(canvas):
    session = Session("pages/2_Classify.py")
    canvas.draw(SEVEN)
    session.run()
    seven = session.heading
    canvas.draw(BAR, [(60, 60), (60, 200)])
    session.run().press("undo-draw")
    assert session.heading == seven
    assert len(canvas.asked["initial_drawing"]["objects"]) == 1


def test_a_drawing_is_still_there_after_a_look_at_another_page(canvas):
    session = Session("pages/2_Classify.py")
    canvas.draw(SEVEN)
    heading = session.run().heading
    key = canvas.asked["key"]
    session.open("pages/5_Data.py").open("pages/2_Classify.py")
    assert session.heading == heading
    assert canvas.asked["key"] != key
    assert len(canvas.asked["initial_drawing"]["objects"]) == 1
    other = Session("pages/2_Classify.py")  # and only in this window
    assert other.heading is None


def test_a_model_that_is_training_answers_with_the_batch_it_has_come_to(canvas):
    session = Session("pages/1_Train.py").train_long().open("pages/2_Classify.py")
    assert session.at.selectbox(key="answering").value == session.run_id
    canvas.draw(SEVEN)

    def batch():
        words = next((text for text in session.texts if "Still training" in text), "0.")
        return int(words.split()[-1].rstrip(".").replace(",", ""))

    session.until(lambda: batch() > 0)
    first = batch()
    session.until(lambda: batch() > first)


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


# Classify: files


def open_upload(*files):
    session = Session("pages/2_Classify.py").set("button_group", "way-ink", "upload")
    for name, content in files:
        session.at.file_uploader[0].upload(name, content)
    return session.run()


def test_an_uploaded_picture_is_answered():
    session = open_upload(("zero.png", png(ZERO)))
    assert session.heading.startswith("0\n")
    assert "**zero\\.png**: read as a drawing, dark ink on light" in session.texts
    assert session.charts == 1
    assert not session.at.dataframe  # one picture needs no table
    session = open_upload(("zero.png", png(ZERO, light=True)))
    assert session.heading.startswith("0\n")
    assert "**zero\\.png**: read as a drawing, light ink on dark" in session.texts
    session.set("button_group", "ground", "dark")
    assert "**zero\\.png**: read as a drawing, dark ink on light" in session.texts


def test_many_files_are_a_table_and_bad_ones_hide_no_good_one():
    files = [
        ("zero.png", png(ZERO)),
        ("=cmd.png", png(ZERO, light=True)),
        ("empty.png", b""),
        ("blank.png", png()),
        ("notes <b>[x](y).png", b"just words"),
    ]
    session = open_upload(*files)
    warnings = [warning.value for warning in session.at.warning]
    assert len(warnings) == 3
    for name, warning in zip(("empty.png", "blank.png", files[4][0]), warnings, strict=True):
        assert ui.plain(name) in warning
    table = session.at.dataframe[0].value
    assert table["file"].tolist() == ["zero.png", "'=cmd.png"]
    assert table["answer"].tolist() == ["0", "0"]
    assert table["read as"].tolist() == ["drawing", "drawing"]
    assert table["sure"].between(0.3, 1).all()
    assert table["picture"].str.startswith("data:image/png;base64,").all()
    assert session.at.get("download_button")[0].label == "Download as CSV"
    assert "**zero\\.png**: read as a drawing, dark ink on light" in session.texts


def test_pictures_of_one_name_are_told_apart():
    session = open_upload(("image.jpg", png(ZERO)), ("image.jpg", png(SEVEN)))
    assert session.at.dataframe[0].value["answer"].tolist() == ["0", "7"]
    assert session.heading.startswith("0\n")
    session.at.session_state["answers"] = {"selection": {"rows": [1], "columns": [], "cells": []}}
    session.run()
    assert session.heading.startswith("7\n")
    assert session.at.session_state["last_upload"].data == png(SEVEN)


def test_only_bad_files_leave_no_table():
    session = open_upload(("a.png", b""), ("b.png", b"x"))
    assert len(session.at.warning) == 2
    assert not session.at.dataframe
    assert not session.charts


def test_a_file_is_prepared_once_for_each_way_of_reading_it(monkeypatch):
    prepared, prepare = [], upload.prepare

    def counted(rgba, spec, *reading):
        prepared.append(reading)
        return prepare(rgba, spec, *reading)

    monkeypatch.setattr(upload, "prepare", counted)
    session = open_upload(("zero.png", png(ZERO)))
    session.run()
    assert prepared == [("auto", None)]
    session.set("button_group", "kind", "photo").run()
    assert prepared == [("auto", None), ("photo", None)]
    session.set("button_group", "ground", "light")
    session.set("button_group", "ground", "detect")
    assert prepared == [("auto", None), ("photo", None), ("photo", False)]


def test_a_drawing_and_a_photo_are_told_apart_and_a_person_can_say_otherwise():
    photo = to_png(sheet(inked(0, 160), np.random.default_rng(0), falls=0.5))
    session = open_upload(("sheet.png", photo), ("zero.png", png(ZERO)))
    assert session.at.button_group(key="kind").value == "auto"
    assert "**sheet\\.png**: read as a photo of paper, dark ink on light" in session.texts
    assert session.images[0] == "photo"
    assert session.at.dataframe[0].value["answer"].tolist() == ["0", "0"]
    session.set("button_group", "kind", "drawing")
    assert "**sheet\\.png**: read as a drawing, dark ink on light" in session.texts
    session.set("button_group", "kind", "plain")
    assert "**sheet\\.png**" in session.texts
    assert session.images == ["picture", "crop", "input", "grey"]


def test_the_camera_begins_with_deciding_too():
    session = Session("pages/2_Classify.py").set("button_group", "way-ink", "camera")
    assert not session.charts
    session.at.camera_input[0].upload("camera.jpg", png(ZERO))
    session.run()
    assert session.at.button_group(key="kind").value == "auto"
    assert session.charts == 1
    assert session.images[0] == "drawing"


def test_two_figures_in_one_drawing_are_said_and_nobody_is_sure():
    beside = np.hstack([inked(0, 160, 0.7), inked(4, 160, 0.7)])
    session = open_upload(("both.png", to_png(rgba(255 - 238 * beside))))
    assert session.heading.startswith("Not sure\nI see two figures, and read one: **")
    assert "% sure" not in session.heading


# Data


def test_a_data_set_is_counted_and_shown():
    session = Session("pages/5_Data.py")
    shown = session.metrics
    counts = [int(shown[f"{part} images"].replace(",", "")) for part in PARTS]
    assert sum(counts) == 1797
    assert counts[1] == pytest.approx(0.1 * (counts[0] + counts[1]), rel=0.1)
    assert shown["Classes"] == "10"
    assert shown["Image"] == "8×8 grey"
    names = [text.value for text in session.at.main.markdown]
    assert [name for name in names if name in "0123456789"] == list("0123456789")
    assert len(session.at.image) == 10
    assert all(strip.value[0].endswith(".png") for strip in session.at.image)
    (figure,) = session.figures
    assert [bar["name"] for bar in figure["data"]] == [
        "training part",
        "validation part",
        "test part",
    ]


PARTS = ("Training", "Validation", "Test")


def test_others_shows_other_samples_of_the_same_set():
    session = Session("pages/5_Data.py")
    first = [strip.value for strip in session.at.image]
    assert [strip.value for strip in session.run().at.image] == first
    (others,) = (button for button in session.at.main.button if button.label == "Other samples")
    others.click()
    session.run()
    assert len(session.at.image) == 10
    assert [strip.value for strip in session.at.image] != first


def test_of_many_classes_some_are_shown_and_all_can_be(data):
    images, _ = pictures(75)
    write_own(data, "many", images, np.arange(75) % 25, [f"no. {i}" for i in range(25)])
    session = Session("pages/5_Data.py").set("selectbox", "dataset", "many")
    assert session.metrics["Classes"] == "25"
    assert len(session.at.image) == explore.CLASSES
    session.at.number_input[0].set_value(6)
    session.run()
    names = [text.value for text in session.at.main.markdown]
    assert ui.plain("no. 5") in names
    assert ui.plain("no. 24") in names
    assert ui.plain("no. 4") not in names


def test_a_set_of_colour_photos_and_a_class_without_a_training_image(data):
    images = np.random.default_rng(0).integers(0, 255, (20, 9, 10, 3)).astype(np.uint8)
    write_own(data, "photos", images, np.arange(20) % 2, ("a", "b", "never"))
    session = Session("pages/5_Data.py").set("selectbox", "dataset", "photos")
    assert session.metrics["Image"] == "9×10 colour"
    assert session.metrics["Classes"] == "3"
    assert len(session.at.image) == 3
    assert not session.errors


def test_a_set_that_cannot_be_read_says_why(data):
    images, labels = pictures(30)
    write_own(data, "wrong", images, labels + 5, ("a", "b", "c"))
    (data / "torn.npz").write_bytes(b"PK")
    session = Session("pages/5_Data.py")
    for name in ("wrong", "torn"):
        session.set("selectbox", "dataset", name)
        (error,) = session.errors
        assert name in error
        assert not session.figures
    session.set("selectbox", "dataset", "digits")
    assert not session.errors
    assert session.figures


def test_a_set_that_is_not_here_can_be_downloaded(data, monkeypatch):
    asked = []

    def download(name, folder, progress):
        asked.append((name, folder))
        progress(1_000_000, 0)
        progress(1_000_000, 2_000_000)
        if len(asked) == 1:
            raise DataError("kmnist: the server <b>did not</b> answer; try again")
        images = np.zeros((40, 28, 28), dtype=np.uint8)
        write_own(folder, name, images, np.arange(40) % 10, DATASETS[name].class_names)

    monkeypatch.setattr(explore, "download", download)
    session = Session("pages/5_Data.py").set("selectbox", "dataset", "kmnist")
    assert not asked  # not before it is wanted
    assert "not on this machine" in session.infos[0]
    assert "MB to download" in session.infos[0]
    press_download(session)
    (error,) = session.errors
    assert error == ui.plain("kmnist: the server <b>did not</b> answer; try again")
    assert not session.progress
    assert session.at.selectbox(key="dataset").value == "kmnist"
    press_download(session)
    assert asked == [("kmnist", data)] * 2
    assert not session.errors
    assert session.metrics["Classes"] == "10"
    assert len(session.at.image) == 10


def press_download(session):
    (button,) = (button for button in session.at.main.button if button.label == "Download")
    button.click()
    session.run()


# Names are never markup


def test_class_names_are_shown_as_they_are(data, canvas):
    images, labels = pictures(60)
    labels[::2] = 0  # so that the model makes mistakes
    write_own(data, "__set__ +1", images, labels, MARKUP)
    session = Session("pages/5_Data.py").set("selectbox", "dataset", "__set__ +1")
    names = [text.value for text in session.at.main.markdown]
    assert {ui.plain(name) for name in MARKUP} <= set(names)
    assert session.figures[0]["data"][0]["x"][0] == "&lt;b&gt;bold&lt;/b&gt;"

    session.open("pages/1_Train.py").train_small("__set__ +1")
    session.until(lambda: session.tiles)
    words = session.tiles.values()
    used = {part for label in words for part in label.rsplit(" · ", 1)[0].split(" → ")}
    assert used <= {ui.plain(name) for name in MARKUP}
    assert "\\_\\_set\\_\\_" in session.at.sidebar.caption[0].value

    session.open("pages/2_Classify.py").set("button_group", "way-photo", "draw")
    canvas.draw(SEVEN)
    session.run()
    assert any(ui.plain(name) in session.heading for name in MARKUP)
    assert not any(name in session.heading for name in MARKUP)


def test_no_file_is_written_outside_the_two_folders(data, runs):
    write_npz(data)
    before = {path for path in ROOT.iterdir() if path.name in ("data", "runs")}
    session = Session("pages/1_Train.py").train_small()
    assert os.listdir(runs) == [session.run_id]
    assert {path for path in ROOT.iterdir() if path.name in ("data", "runs")} == before
