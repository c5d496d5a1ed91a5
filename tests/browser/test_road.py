"""The main road in a real Chromium: open, train, watch, draw, undo, clear, upload, reload."""

import re

import pytest
from playwright.sync_api import expect

from dpn.runs.history import History
from tests.browser.actions import (
    BAR,
    SEVEN,
    ZERO,
    button,
    canvas,
    draw,
    seven_png,
    train,
    train_long,
)
from tests.helpers import until

pytestmark = pytest.mark.browser

#: From now on looks every 40 ms: what the dozen answered, and, of 50 looks from when both live
#: charts are drawn, in how many they are not.
WATCH = """() => {
    window.answered = new Set();
    window.blank = 0;
    let looks = 0;
    setInterval(() => {
        const charts = [...document.querySelectorAll("[data-testid='stVegaLiteChart']")];
        const drawn = charts.slice(0, 2).filter(c => {  // the result has one, too
            const inner = c.querySelector("canvas, svg");
            return inner && inner.getBoundingClientRect().height > 100;
        });
        if ((looks || drawn.length === 2) && looks < 50) {
            looks++;
            window.blank += drawn.length !== 2;
        }
        const row = document.querySelector(".tiles:has(.sure)");
        if (row && row.querySelectorAll(".right img, .wrong img").length === 12)
            window.answered.add(row.textContent);
    }, 40);
}"""


def test_train_on_digits_watch_it_and_see_the_loss_fall(page, app):
    """Charts are never blank, a dozen answers change until most are right, and it ends."""
    page.goto(f"{app.url}/Train")
    expect(button(page, "job_start")).to_be_enabled()
    page.evaluate(WATCH)
    button(page, "job_start").click()
    chart = page.get_by_test_id("stVegaLiteChart").first
    expect(chart.locator("canvas, svg").first).to_be_visible()
    row = page.locator(".tiles:has(.sure)")
    expect(row.locator("figure")).to_have_count(12)  # their room is kept before the first look
    top = until(lambda: row.evaluate("row => row.offsetTop"), 20)
    loss = page.locator("[data-testid='stMetric']").filter(has_text="Loss")
    expect(loss).to_have_text(re.compile(r"\d"))
    expect(page.get_by_text("Test accuracy")).to_be_visible(timeout=60_000)
    assert page.evaluate("[window.blank, window.answered.size > 1]") == [0, True]
    run_id = re.search(r"run=([^&]+)", page.url)[1]
    losses = History(app.runs / run_id / "metrics.jsonl").poll().steps["loss"]
    shown = float(loss.get_by_test_id("stMetricValue").inner_text())
    assert max(shown, losses[-20:].mean()) < losses[:20].mean() / 2
    tested = page.locator("[data-testid='stMetric']").filter(has_text="Test accuracy")
    accuracy = float(tested.get_by_test_id("stMetricValue").inner_text().partition("%")[0])
    assert accuracy >= 95
    expect(page.locator("path[aria-label^='true 0, answered 0: ']").first).to_be_visible()
    expect(page.get_by_test_id("stSidebar").get_by_text("finished")).to_be_visible()
    expect(page.get_by_text("Templates taking shape")).to_have_count(0)  # the result took its place
    assert row.locator(".right").count() >= 10
    assert row.evaluate("row => row.offsetTop") == top


def test_charts_follow_a_drawing_is_answered_meanwhile_pause_step_resume_and_stop(page, app):
    run_id = train_long(page, app)
    curves = page.get_by_test_id("stVegaLiteChart").locator("svg")
    expect(curves).to_have_count(2)
    curves.evaluate_all("all => { for (const one of all) one.dataset.kept = 'yes'; }")
    told = page.locator("[data-testid='stMetric']").filter(has_text="Loss")
    seen = told.inner_text()
    expect(told).not_to_have_text(seen)
    expect(page.locator("svg[data-kept]")).to_have_count(2)  # only their numbers are new
    page.get_by_test_id("stSidebar").get_by_role("link", name="Classify").click()
    draw(page, ZERO)
    said = page.get_by_text(re.compile(r"answered after batch [\d,]+"))
    expect(said).to_be_visible()
    first = _batch(said)
    until(lambda: _batch(said) > first, 15)  # the answer follows the training
    page.get_by_test_id("stSidebar").get_by_role("link", name="Train").click()
    button(page, "job_pause").click()
    state = page.get_by_text(re.compile(r"Batch [\d,]+ of [\d,]+: paused"))
    expect(state).to_be_visible()
    before = _batch(state)
    button(page, "job_step").click()
    expect(page.get_by_text(re.compile(rf"Batch {before + 1:,} of .*paused"))).to_be_visible()
    button(page, "job_resume").click()
    expect(page.get_by_text(re.compile(r"Batch .*: training"))).to_be_visible()
    button(page, "job_stop").click()
    expect(page.get_by_text(re.compile(r"Batch .*: stopped"))).to_be_visible()
    assert (app.runs / run_id / "checkpoint.safetensors").exists()
    button(page, "job_resume").click()  # a stopped run goes on
    expect(page.get_by_text(re.compile(r"Batch .*: training"))).to_be_visible()
    button(page, "job_stop").click()
    expect(page.get_by_text(re.compile(r"Batch .*: stopped"))).to_be_visible()


def test_two_sessions_do_not_see_each_other_and_a_training_survives_reload_and_a_closed_tab(
    new_page, app
):
    first, second = new_page(), new_page()
    _open_canvas(first, app)
    _open_canvas(second, app)
    draw(first, SEVEN)
    _expect_answer(first)
    second.wait_for_timeout(1_000)
    expect(second.get_by_text("Draw with the mouse")).to_be_visible()
    second.goto(f"{app.url}/Train")
    epochs = second.get_by_role("spinbutton", name="Epochs")
    epochs.fill("400")  # it must not be over before it is stopped
    epochs.press("Enter")
    second.wait_for_timeout(800)
    start = button(second, "job_start")
    expect(start).to_be_enabled()
    run_id = train(first, app)
    start.click()  # while the first one trains
    expect(second.get_by_text(re.compile("waiting|training|Loading"))).not_to_have_count(0)
    second.wait_for_url(re.compile(r"run=\S+"))
    assert run_id not in second.url
    button(second, "job_stop").click()
    first.reload()
    assert run_id in first.url
    expect(first.get_by_text(re.compile(r"Batch [\d,]+ of"))).to_be_visible()
    first.get_by_test_id("stSidebar").get_by_role("link", name="Data").click()
    expect(first.get_by_role("heading", name="Data", exact=True)).to_be_visible()
    expect(first.get_by_test_id("stSidebar").get_by_text("Digits 8×8 · DPN")).to_be_visible()
    first.close()
    again = new_page()
    again.goto(f"{app.url}/Train?run={run_id}")
    expect(again.get_by_text("Test accuracy")).to_be_visible(timeout=90_000)
    expect(second.get_by_text("Test accuracy")).to_have_count(0)


def test_draw_undo_clear_and_find_the_drawing_again_after_a_look_at_another_page(page, app):
    _open_canvas(page, app)
    expect(page.get_by_text("Draw with the mouse")).to_be_visible()
    draw(page, [[(140, 140), (141, 141)]])
    page.wait_for_timeout(1_000)
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(0)  # a dot gets no answer
    button(page, "clear-draw").click()
    page.wait_for_timeout(300)
    draw(page, SEVEN)
    _expect_answer(page)
    expect(page.get_by_text("What the model sees")).to_be_visible()
    draw(page, BAR)
    page.wait_for_timeout(500)
    button(page, "undo-draw").click()
    page.wait_for_timeout(500)
    _expect_answer(page)  # of the seven without its bar
    button(page, "clear-draw").click()
    expect(page.get_by_text("Draw with the mouse")).to_be_visible()
    draw(page, ZERO)
    _expect_answer(page)
    sidebar = page.get_by_test_id("stSidebar")
    sidebar.get_by_role("link", name="Data").click()
    expect(page.get_by_role("heading", name="Data", exact=True)).to_be_visible()
    sidebar.get_by_role("link", name="Classify").click()
    _expect_answer(page)
    canvas(page)
    page.wait_for_timeout(500)
    draw(page, BAR)
    page.wait_for_timeout(500)
    _expect_answer(page)
    canvas(page).hover()  # what it shows then covers nothing that is above it
    page.wait_for_timeout(500)
    camera = page.get_by_test_id("stButtonGroup").get_by_role("radio", name="Camera")
    camera.click(position={"x": 40, "y": 26}, timeout=3_000)
    expect(camera).to_be_checked()


def test_draw_by_touch_on_a_phone(new_page, app):
    page = new_page(phone=True)
    _open_canvas(page, app)
    box = canvas(page).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    draw(page, ZERO, touch=True)
    _expect_answer(page)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390, "the page scrolls sideways"


def test_upload_good_and_bad_files(page, app):
    page.goto(f"{app.url}/Classify")
    page.get_by_text("Upload", exact=True).click()
    page.locator("input[type=file]").set_input_files(
        [
            {"name": "seven.png", "mimeType": "image/png", "buffer": seven_png()},
            {"name": "dark.png", "mimeType": "image/png", "buffer": seven_png(invert=True)},
            {"name": "empty.png", "mimeType": "image/png", "buffer": b""},
            {"name": "notes <b>.png", "mimeType": "image/png", "buffer": b"just words"},
        ]
    )
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    warnings = page.get_by_test_id("stAlert")
    expect(warnings).to_have_count(2)
    expect(warnings.filter(has_text="empty.png")).to_have_count(1)
    expect(warnings.filter(has_text="notes <b>.png")).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_text("Download as CSV").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert text.splitlines()[0].startswith("file,answer,sure")
    assert {line.split(",")[0] for line in text.splitlines()[1:]} == {"seven.png", "dark.png"}


def test_an_unknown_run_in_the_address_is_said_plainly(page, app):
    page.goto(f"{app.url}/Train?run=no-such-run")
    expect(page.get_by_test_id("stAlert").filter(has_text="no-such-run")).to_be_visible()
    expect(button(page, "job_start")).to_be_enabled()


def _open_canvas(page, app):
    """Of a model that takes drawings, whatever was trained here before."""
    page.goto(f"{app.url}/Classify?model=shipped-digits-dpn")
    canvas(page)
    page.wait_for_timeout(500)  # the strokes of a real person come no sooner


def _expect_answer(page):
    expect(page.get_by_test_id("stVegaLiteChart")).to_be_visible()


def _batch(locator):
    return int(re.search(r"[Bb]atch ([\d,]+)", locator.inner_text())[1].replace(",", ""))
