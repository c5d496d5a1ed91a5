"""A movement in a real browser: drawn with a finger, answered, and a stretch of it blanked out."""

import re

import pytest
from playwright.sync_api import expect

from dpn.training.loop import run_training
from dpn.training.opening import open_training
from tests.browser.actions import SEVEN, draw
from tests.helpers import short_training, small_frames

pytestmark = pytest.mark.browser


def test_a_finger_is_answered_and_a_stretch_is_blanked_out(new_page, app):
    training = short_training(dataset="strokes", steps=30)
    trainer, run = open_training(small_frames(), training, app.data, app.runs)
    list(run_training(trainer, run))
    page = new_page(phone=True)
    page.goto(f"{app.url}/Moves?run={run.id}")
    expect(page.get_by_text("Draw with the mouse")).to_be_visible()
    draw(page, SEVEN, touch=True, name="moves")
    expect(page.get_by_text("What each moment added")).to_be_visible()
    page.get_by_role("slider").last.press("End")
    expect(page.get_by_text(re.compile("^Without steps 1 to "))).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
