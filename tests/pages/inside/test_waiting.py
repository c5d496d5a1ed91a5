"""Inside: what is shown while the test images go through the model for the first time."""

from contextlib import contextmanager

import numpy as np
import streamlit as st

from dpn import ui
from tests.pages.inside.seen import DIGITS, INSIDE
from tests.pages.session import Session, finished_run, write_own


def waited(monkeypatch, **chosen):
    """Whether a visit says that the test images are classified."""
    said = []

    @contextmanager
    def spinner(text, **_):
        said.append(text)
        yield

    monkeypatch.setattr(st, "spinner", spinner)
    assert not Session(INSIDE, **chosen).errors
    return "Classifying the test images …" in said


def test_the_first_photo_of_a_model_says_what_takes_so_long_and_others_do_not(
    data, runs, monkeypatch
):
    images = np.random.default_rng(0).integers(0, 255, (60, 16, 16, 3)).astype(np.uint8)
    write_own(data, "photos", images, np.arange(60) % 3, ("a", "b", "c"))
    run = finished_run(data, runs, name="photos", model="residual", steps=20)
    assert waited(monkeypatch, run=run.id, image="0")
    assert ui.is_compared(run)
    assert not waited(monkeypatch, run=run.id, image="1")
    assert not waited(monkeypatch, run=DIGITS.id, image="1")
