"""Train's panel takes the settings of the run beside it, and says when its own are others."""

import json

import pytest

from dpn.jobs.workers import worker
from dpn.models.presets import preset
from dpn.models.train_config import TrainConfig
from dpn.runs.run import Run
from dpn.tracking import tools
from dpn.ui.train.result import settings_words
from tests.helpers import write_npz
from tests.pages.session import Session, finished_run, stopped_run, write_own

TRAIN = "pages/1_Train.py"
NOTE = "These settings are for the next training: the run shown here has its own."


def panel(session):
    boxes = {box.label: box.value for box in session.at.number_input}
    groups = [session.at.button_group(key=key).value for key in ("model", "preset")]
    return (session.at.selectbox(key="dataset").value, *groups, boxes)


def test_the_panel_takes_the_settings_of_the_run_in_the_address(data, runs):
    write_npz(data)
    run = finished_run(data, runs, model="mlp", steps=None, epochs=2.5, learning_rate=0.05, seed=9)
    session = Session(TRAIN, run=run.id)
    name, model, _, dials = panel(session)
    assert (name, model) == ("small", "mlp")
    assert (dials["Epochs"], dials["Learning rate"], dials["Seed"]) == (2.5, 0.05, 9)
    assert dials["Hidden units"] == run.config().model.hidden == 8
    assert any(f"**{run.result()['parameters']:,}** parameters" in text for text in session.texts)
    assert settings_words(run.config()) in session.texts
    assert "each image 2 or 3 times" in settings_words(run.config())
    assert "That is each image 2 or 3 times." in session.texts
    assert NOTE not in session.texts
    session.set("number_input", f"{run.id}-Epochs", 1.0)
    assert NOTE in session.texts
    session.press("job_start").until(lambda: session.run_id != run.id)
    session.until(lambda: "Test accuracy" in session.metrics)
    config = Run(runs / session.run_id).config()
    assert config.model == run.config().model
    assert config.training == run.config().training.replace(epochs=1.0)
    assert session.at.number_input(key=f"{run.id}-Epochs").value == 1.0  # it stands as it was
    assert NOTE not in session.texts


def test_another_choice_leaves_the_settings_of_the_run_for_a_presets(data, runs):
    write_npz(data)
    run = finished_run(data, runs, steps=None, epochs=2.5)
    session = Session(TRAIN, run=run.id)
    near = session.at.button_group(key="preset").value
    session.set("button_group", "model", "mlp").set("button_group", "model", "dpn")
    model, training = preset("small", (1, 8, 8), 3, "dpn", near, 66)
    assert panel(session)[3]["Epochs"] == training.epochs
    assert panel(session)[3]["States"] == model.states
    assert NOTE in session.texts


@pytest.mark.parametrize("level", ["quick", "best"])
def test_the_nearest_preset_is_chosen(data, runs, level):
    write_npz(data)
    model, training = preset("small", (1, 8, 8), 3, "dpn", level, 66)
    run = stopped_run(data, runs)
    config = json.loads((run.path / "config.json").read_text())
    changed = {"model": model.to_dict(), "training": training.to_dict()}
    (run.path / "config.json").write_text(json.dumps({**config, **changed}))
    assert panel(Session(TRAIN, run=run.id))[2] == level


def test_what_no_dial_can_say_is_brought_into_its_range(data, runs):
    write_npz(data)
    run = finished_run(data, runs)  # by a number of batches, which the panel has not
    config = json.loads((run.path / "config.json").read_text())
    config["training"] |= {"epochs": 10_000.0, "learning_rate": 1e-9, "batch_size": 60_000}
    TrainConfig.from_dict(config["training"])  # it is accepted there
    (run.path / "config.json").write_text(json.dumps(config))
    session = Session(TRAIN, run=run.id)
    dials = panel(session)[3]
    assert (dials["Epochs"], dials["Learning rate"], dials["Batch size"]) == (500, 1e-6, 8192)
    assert NOTE in session.texts
    assert not session.errors
    assert "6 batches" in settings_words(run.config())


def test_a_run_whose_data_are_gone_or_others_leaves_the_panel_as_it_is(data, runs):
    write_npz(data)
    run = finished_run(data, runs)
    (data / "small.npz").unlink()
    session = Session(TRAIN, run=run.id)
    assert panel(session)[:3] == ("digits", "dpn", "quick")
    assert NOTE in session.texts
    images = [[[0] * 9] * 9] * 30
    write_own(data, "small", images, [0, 1, 2] * 10, ("a", "b", "c"))
    assert panel(Session(TRAIN, run=run.id))[0] == "digits"


def test_a_damaged_run_leaves_the_panel_usable(data, runs):
    write_npz(data)
    run = finished_run(data, runs)
    (run.path / "config.json").write_text("{")
    session = Session(TRAIN, run=run.id)
    assert panel(session)[:3] == ("digits", "dpn", "quick")
    assert session.buttons == {"start", "step"}


def test_a_model_is_drawn_with_right_after_its_training(data, runs):
    write_npz(data)
    run = finished_run(data, runs)
    session = Session("pages/2_Classify.py")
    session.set("selectbox", "answering", "shipped-mnist-dpn")  # somebody has chosen another one
    session.at.query_params = {"run": run.id}
    session.open(TRAIN)
    assert session.at.button(key="try_it").label == "Draw with this model"
    session.press("try_it").open("pages/2_Classify.py")
    assert session.at.selectbox(key="answering").value == run.id


# The tools that a training is shown to


def dial(session):
    return next((b for b in session.at.button_group if str(b.key).endswith("-track")), None)


class Followers:
    """Stands in for processes: notes what they were started for."""

    started = ()

    def __init__(self, run, data_dir, names, again_from, say):
        Followers.started = (run.id, names, again_from)
        (run.path / "tracking").mkdir()
        (run.path / "tracking" / f"{names[0]}.json").write_text("{}")

    def wait_until_ready(self, unless):
        assert not unless()

    def close(self, *, wait):
        assert not wait  # or the page would hear late that it is over


def test_a_chosen_tracker_follows_the_training(data, runs, monkeypatch):
    write_npz(data)
    monkeypatch.setattr(tools, "is_installed", lambda name: name in ("tensorboard", "mlflow"))
    monkeypatch.setattr(worker, "Followers", Followers)
    run = finished_run(data, runs)
    session = Session(TRAIN, run=run.id)
    pills = dial(session)
    assert pills.options == ["TensorBoard", "MLflow"]
    assert pills.value == []
    assert "W&B is not installed here: pip install wandb." in pills.help
    session.set("button_group", pills.key, ["tensorboard"])
    session.press("job_start").until(lambda: session.run_id != run.id)
    session.until(lambda: "Test accuracy" in session.metrics)
    started = Run(runs / session.run_id)
    assert started.config().training.track == "tensorboard"
    assert Followers.started == (started.id, ("tensorboard",), None)
    session.run()
    assert any("tensorboard --logdir" in text for text in session.texts)
    notes = started.path / "tracking" / "tensorboard.json"
    notes.write_text(json.dumps({"stopped": "TensorBoard stopped: no [space] left"}))
    session.run()
    assert any("space" in warning.value for warning in session.at.warning)
    assert not any("tensorboard --logdir" in text for text in session.texts)


def test_a_public_server_offers_what_its_operator_allows(data, runs, monkeypatch):
    monkeypatch.setattr(tools, "is_installed", lambda name: True)
    monkeypatch.setenv("DPN_PUBLIC", "1")
    assert dial(Session(TRAIN)) is None
    monkeypatch.setenv("DPN_TRACK", "mlflow")
    assert dial(Session(TRAIN)).options == ["MLflow"]


def test_without_any_tool_it_says_what_to_install(data, runs, monkeypatch):
    monkeypatch.setattr(tools, "is_installed", lambda name: False)
    session = Session(TRAIN)
    assert dial(session).disabled
    assert any("pip install tensorboard" in text for text in session.texts)


def test_what_the_data_decide_of_a_model_is_no_setting_of_its_own(runs):
    """Of texts, series and lists: how many words there are, how long they are, and the like."""
    session = Session(TRAIN).set("selectbox", "dataset", "movements")
    session.set("number_input", "movements-frames-quick-Epochs", 0.05)
    session.press("job_start").until(lambda: "Test accuracy" in session.metrics)
    assert Run(runs / session.run_id).config().model.channels == 2
    assert NOTE not in session.texts
    session.set("number_input", "movements-frames-quick-Epochs", 1.0)
    assert NOTE in session.texts
