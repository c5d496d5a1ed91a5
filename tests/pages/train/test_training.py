"""Train: a training under way."""

from contextlib import closing

import numpy as np

from dpn import ui
from dpn.runs.run import Run
from dpn.training.loop import run_training
from dpn.training.opening import reopen_training
from dpn.ui.train import live as train_live
from dpn.ui.train import result as train_result
from tests.helpers import until, write_npz
from tests.pages.session import Session, stopped_run


def told(result):
    """The accuracy on a few test images, as it is shown."""
    count = int(np.sum(result["confusion"]))
    assert count < 5000
    return f"{result['test_accuracy']:.1%} of {count}"


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
        (item["index"], f"{item['label']} → {item['answer']} ·\u00a0{item['probability']:.0%}")
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


def test_what_another_process_has_gone_on_with_stands_as_its_folder_tells(data, runs):
    """As after `train --resume` on the command line."""
    write_npz(data)
    session = Session("pages/1_Train.py").set("selectbox", "dataset", "small")
    session.set("number_input", "small-dpn-quick-Epochs", 3).press("job_step")
    session.until(lambda: "paused" in session.progress)
    session.press("job_stop").until(lambda: "stopped" in session.progress)
    run = Run(runs / session.run_id)
    with closing(run_training(reopen_training(run, data), run)) as records:
        next(records)
        session.run()
        assert "training" in session.progress
        assert session.buttons == {"start", "step"}
        assert len([*records]) > 1
    session.run()
    assert "finished" in session.progress
    assert session.buttons == {"start", "step"}
    assert "Test accuracy" in session.metrics


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


def test_so_is_the_download_of_a_run_that_goes_on(monkeypatch, data, runs):
    write_npz(data)
    run = stopped_run(data, runs)
    before = (run.path / "status.json").read_bytes()

    def load(*_args, progress=None, **_named):
        for _ in range(10_000_000):
            progress(3_000_000, 12_000_000)
        raise AssertionError("the download went on")

    monkeypatch.setattr("dpn.training.opening.load_dataset", load)
    session = Session("pages/1_Train.py", run=run.id).press("job_resume")
    session.until(lambda: session.progress == "Downloading the data: 3.0 of 12.0 MB")
    session.press("job_stop").until(lambda: session.buttons == {"start", "step", "resume"})
    assert (run.path / "status.json").read_bytes() == before
