"""Data: a set is counted and shown, or said why not."""

import numpy as np
import pytest

from dpn import ui
from dpn.data.known import DATASETS
from dpn.errors import DataError
from dpn.ui.data import explore
from tests.helpers import pictures
from tests.pages.session import Session, write_own


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
