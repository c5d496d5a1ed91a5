"""In a real browser, with three runs: model, moment and picture go along on every way."""

import dataclasses
import re

import pytest
from playwright.sync_api import expect

from dpn.models.presets import preset
from dpn.training.loop import run_training
from dpn.training.opening import open_training
from tests.browser.actions import SEVEN, button, canvas, draw, seven_png

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def others(app, trained):
    """Two more runs, newer than the first and worse: whoever mixes them up says something else."""
    made = []
    for seed in (1, 2):
        model, training = preset("digits", (1, 8, 8), 10)
        training = dataclasses.replace(training, epochs=2.0, seed=seed)
        trainer, run = open_training(model, training, app.data, app.runs)
        for _ in run_training(trainer, run):
            pass
        made.append(run.id)
    return made


def go(page, name):
    page.get_by_test_id("stSidebar").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name=name, exact=True, level=1)).to_be_visible()


def model_is(page, app, run_id):
    expect(page).to_have_url(re.compile(rf"[?&]model={run_id}(&|$)"))


def moment(page):
    return page.get_by_role("slider", name="Moment of the training")


def moment_is(page, words):
    expect(moment(page)).to_have_attribute("aria-valuetext", re.compile(words))


def test_model_moment_and_picture_go_along_on_every_way(page, app, trained, others):
    first, second = others
    page.goto(f"{app.url}/Classify?run={second}&model={first}")
    canvas(page)
    page.wait_for_timeout(500)
    draw(page, SEVEN)
    moment(page).press("Home")
    moment_is(page, "batch 0")

    # Classify to Inside: what was drawn, by the model and the moment that answered.
    button(page, "look_inside").click()
    model_is(page, app, first)
    moment_is(page, "batch 0")
    expect(page.get_by_role("radio", name="Drawing")).to_be_checked()
    expect(page.get_by_text("All bars add up")).to_be_visible()

    # Inside to Evaluate, and an image of its own back to Inside.
    go(page, "Evaluate")
    model_is(page, app, first)
    moment_is(page, "batch 0")
    tile = page.locator("[class*='st-key-open_'] button").first
    tile.click()
    page.wait_for_url(re.compile(r"/Inside\?.*image=\d+"))
    model_is(page, app, first)
    moment_is(page, "batch 0")
    expect(page.get_by_role("radio", name="Test image")).to_be_checked()

    # Back to Classify: the drawing is still there; a picture that is uploaded goes along, too.
    go(page, "Classify")
    model_is(page, app, first)
    moment_is(page, "batch 0")
    page.locator(".st-key-way-ink").get_by_text("Upload", exact=True).click()
    file = {"name": "seven.png", "mimeType": "image/png", "buffer": seven_png()}
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(file)
    button(page, "look_inside").click()
    model_is(page, app, first)
    moment_is(page, "batch 0")
    expect(page.get_by_role("radio", name="Upload")).to_be_checked()

    # From another run's result its own images, by its own model as it is at the end.
    page.goto(f"{app.url}/Train?run={trained}")
    page.locator("[class*='st-key-open_'] button").first.click()
    page.wait_for_url(re.compile(r"/Inside\?.*image=\d+"))
    model_is(page, app, trained)
    moment_is(page, "now")
