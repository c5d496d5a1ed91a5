"""Train: what can be chosen, and what is said of it."""

import numpy as np
import pytest

from dpn import ui
from dpn.data.known import DATASETS
from dpn.models.build import model_size
from dpn.models.config import MODEL_NAMES
from dpn.models.presets import PRESET_NAMES, preset
from dpn.runs.run import Run
from tests.helpers import pictures, write_npz
from tests.pages.session import Session, write_own


def test_every_data_set_is_listed_your_own_too(data):
    write_npz(data, "mine")
    session = Session("pages/1_Train.py")
    options = session.at.selectbox(key="dataset").options
    assert options[0] == "Digits 8×8"
    assert [option.partition(" (")[0] for option in options] == [
        *(spec.title for spec in DATASETS.values()),
        "mine",
        *("Questions", "Banking77", "CLINC150", "TREC", "SST-2"),  # of other worlds
        *("Movements", "Pen strokes", "Shop visits", "Mazes"),
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
    words = ("images of x_val (30) join", "x_train lies in 0..", "Labels are 1 to 3")
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
