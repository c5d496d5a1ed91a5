"""Your own pictures, from a dropped zip to a training."""

import re

from playwright.sync_api import expect

from tests.browser.actions import button
from tests.own.written import pets, zipped


def test_a_dropped_zip_is_shown_used_and_trained_on(page, app):
    page.goto(f"{app.url}/Train")
    button(page, "bring").click()
    place = page.locator(".st-key-bring_files input[type=file]")
    expect(place).to_be_attached()
    files = {**pets(8, "pets/"), "pets/cats/no.png": b"?", "__MACOSX/pets/._x": b""}
    zip_ = {"name": "pets.zip", "mimeType": "application/zip", "buffer": zipped(files)}
    place.set_input_files(zip_)
    panel = page.get_by_role("dialog")
    expect(panel.get_by_text("16 images of 2 classes")).to_be_visible()
    expect(panel.get_by_text("a fifth of each class")).to_be_visible()
    expect(panel.get_by_text("Left out: 2")).to_be_visible()
    button(page, "bring_use").click()
    expect(panel).to_have_count(0)
    expect(page.get_by_text("It is here for your visit")).to_be_visible()
    epochs = page.get_by_role("spinbutton", name="Epochs")
    epochs.fill("2")
    epochs.press("Enter")
    page.wait_for_timeout(800)
    button(page, "job_start").click()
    expect(page.get_by_text("Test accuracy")).to_be_visible(timeout=60_000)
    expect(page.get_by_text(re.compile("pets · DPN")).first).to_be_visible()
