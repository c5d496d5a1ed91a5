"""Your own pictures: from a dropped zip to a page that leaves the lab; gone with the server."""

import os
import re
import signal

import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from tests.browser.actions import SEVEN, ZERO, button, draw_exported
from tests.browser.server import running_app
from tests.helpers import until
from tests.own.written import picture, zipped

pytestmark = pytest.mark.browser


def sheet(strokes, seed):
    """A PNG of strokes in dark ink on paper, each one a little elsewhere and of another pen."""
    rng = np.random.default_rng(seed)
    image = Image.new("L", (280, 280), 250)
    by, pen = rng.uniform(-20, 20, 2), int(rng.integers(12, 24))
    for stroke in strokes:
        points = [tuple(by + point + rng.uniform(-6, 6, 2)) for point in stroke]
        ImageDraw.Draw(image).line(points, 20, width=pen, joint="curve")
    return picture(np.asarray(image))


def drop(page, app):
    """Drop a zip of 24 drawings, and two files that are none, on the panel."""
    page.goto(f"{app.url}/Train")
    button(page, "bring").click()
    place = page.locator(".st-key-bring_files input[type=file]")
    expect(place).to_be_attached()
    files = {f"signs/{name}/{i}.png": sheet(strokes, i)
             for name, strokes in (("ring", ZERO), ("hook", SEVEN)) for i in range(12)}  # fmt: skip
    files |= {"signs/ring/no.png": b"?", "__MACOSX/signs/._x": b""}
    zip_ = {"name": "signs.zip", "mimeType": "application/zip", "buffer": zipped(files)}
    place.set_input_files(zip_)


def run_of(url):
    """The run in an address, None without one."""
    found = re.search(r"[?&]run=([^&]+)", url)
    return found and found[1]


def train(page, app):
    """Train with the settings as they stand, to the end; return the run's id."""
    before = run_of(page.url)
    button(page, "job_start").click()
    page.wait_for_url(lambda url: run_of(url) not in (None, before))
    until((app.runs / run_of(page.url) / "result.json").exists, 60)
    return run_of(page.url)


def test_from_a_dropped_zip_to_a_page_that_answers_without_the_lab(new_page, app, tmp_path):
    page = new_page()
    drop(page, app)
    panel = page.get_by_role("dialog")
    expect(panel.get_by_text("24 images of 2 classes")).to_be_visible()
    expect(panel.get_by_text("a fifth of each class")).to_be_visible()
    expect(panel.get_by_text("What was left out")).to_be_visible()
    button(page, "bring_use").click()
    expect(panel).to_have_count(0)
    expect(page.get_by_text("It is here for your visit")).to_be_visible()
    run = train(page, app)
    expect(page.get_by_text("Test accuracy")).to_be_visible()
    expect(page.get_by_text(re.compile("signs · DPN")).first).to_be_visible()
    epochs = page.get_by_role("spinbutton", name="Epochs")
    epochs.fill("1")
    epochs.press("Enter")
    page.wait_for_timeout(800)
    other = train(page, app)
    page.goto(f"{app.url}/Compare?runs={run},{other}")
    expect(page.get_by_text("Settings that differ")).to_be_visible()
    expect(page.get_by_text(re.compile("McNemar's test"))).to_be_visible()

    page.goto(f"{app.url}/Classify?model={run}")
    page.get_by_text("Upload", exact=True).click()
    unseen = {"name": "new.png", "mimeType": "image/png", "buffer": sheet(ZERO, 99)}
    page.locator("input[type=file]").set_input_files(unseen)
    expect(page.get_by_role("heading", name="ring", exact=True)).to_be_visible()
    page.get_by_role("button", name="Export").click()
    page.get_by_role("radio", name="Web page").click()
    button(page, "export_make").click()
    with page.expect_download() as download:
        page.locator(".st-key-export_save button").click()
    download.value.save_as(tmp_path / "page.html")
    page = new_page()
    page.context.set_offline(True)
    page.goto((tmp_path / "page.html").as_uri())
    for strokes, name in ((ZERO, "ring"), (SEVEN, "hook")):
        draw_exported(page, strokes)
        expect(page.locator("#words strong")).to_have_text(name)
        page.get_by_role("button", name="Clear").click()


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
