"""Movements in a real browser: a drawing is answered as the way of a pen and as a picture."""

import re

import pytest
from playwright.sync_api import expect

from dpn.models.config import ModelConfig
from dpn.series.pen import STEPS
from dpn.training.loop import run_training
from dpn.training.opening import open_training
from tests.browser.actions import BAR, SEVEN, button, draw
from tests.helpers import short_training

pytestmark = pytest.mark.browser


def test_a_stroke_is_answered_as_a_movement_and_as_a_picture(new_page, app):
    model = ModelConfig(model="frames", channels=3, classes=10, states=4, length=STEPS)
    trainer, run = open_training(model, short_training(dataset="strokes"), app.data, app.runs)
    list(run_training(trainer, run))
    page = new_page(phone=True)
    page.goto(f"{app.url}/Moves?model={run.id}")
    draw(page, SEVEN, name="moves")
    expect(page.get_by_text("takes it for 7")).to_be_visible(timeout=20_000)
    expect(page.locator(".st-key-way svg, .st-key-way canvas").first).to_be_visible()
    address = page.url
    draw(page, BAR, name="moves")
    expect(page).not_to_have_url(address)  # it holds the drawing
    expect(page).to_have_url(re.compile("drawing="))
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    button(page, "clear-moves").click()
    expect(page.get_by_text(re.compile("Draw with the mouse"))).to_be_visible()
