"""Your own pictures, from a dropped zip to a training."""

import os
import re
import signal

import pytest
from playwright.sync_api import expect

from tests.browser.actions import button
from tests.browser.server import running_app
from tests.helpers import until
from tests.own.written import pets, zipped

pytestmark = pytest.mark.browser


def drop(page, app):
    """Drop a zip of 16 pictures, and two files that are none, on the panel."""
    page.goto(f"{app.url}/Train")
    button(page, "bring").click()
    place = page.locator(".st-key-bring_files input[type=file]")
    expect(place).to_be_attached()
    files = {**pets(8, "pets/"), "pets/cats/no.png": b"?", "__MACOSX/pets/._x": b""}
    zip_ = {"name": "pets.zip", "mimeType": "application/zip", "buffer": zipped(files)}
    place.set_input_files(zip_)


def test_a_dropped_zip_is_shown_used_and_trained_on(page, app):
    drop(page, app)
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


def test_what_was_brought_is_gone_with_the_server(new_page, tmp_path):
    """One that is told to end removes it; what one that was killed leaves, the next removes."""
    temporary = tmp_path / "temporary"
    (temporary / "dpn-own-not-a-servers").mkdir(parents=True)

    def brought():
        return [path.name for path in temporary.glob("dpn-own-*/*/*.npz")]

    def hold(app):
        page = new_page()
        drop(page, app)
        button(page, "bring_use").click()
        expect(page.get_by_text("It is here for your visit")).to_be_visible()
        assert len(brought()) == 1

    with running_app(tmp_path, TMPDIR=str(temporary)) as app:
        hold(app)
        os.kill(app.pid, signal.SIGKILL)
    assert len(brought()) == 1
    with running_app(tmp_path, TMPDIR=str(temporary)) as app:
        until(lambda: not brought(), 20)
        hold(app)  # and its window stays open
    assert [path.name for path in temporary.glob("dpn-own-*")] == ["dpn-own-not-a-servers"]
    assert "Traceback" not in app.log.read_text()
