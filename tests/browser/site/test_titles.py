"""In a real browser: a run is renamed, stays chosen, and what stands side by side is level."""

import pytest
from playwright.sync_api import expect

from dpn.runs.run import Run
from dpn.runs.title import own_title, set_title
from tests.browser.actions import canvas

pytestmark = pytest.mark.browser


@pytest.fixture
def run(app, trained):
    run = Run(app.runs / trained)
    yield run
    set_title(run, "")


def model(page):
    return page.locator(".st-key-answering")


def test_a_run_is_renamed_beside_its_title_and_its_numbers_are_as_large_as_the_live_ones(
    page, app, run
):
    page.goto(f"{app.url}/Train?run={run.id}")
    numbers = page.get_by_test_id("stMetricValue")
    expect(numbers).to_have_count(7)
    sizes = numbers.evaluate_all("all => all.map(one => getComputedStyle(one).fontSize)")
    assert len(set(sizes)) == 1
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_test_id("stCode")).to_contain_text(run.id)
    title = page.get_by_role("textbox", name="Title", exact=True)
    title.fill("Mine <b>x</b>")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".st-key-run_heading h3")).to_have_text("Mine <b>x</b>")
    expect(title).to_have_count(0)  # it has closed
    assert own_title(run) == "Mine <b>x</b>"
    page.reload()
    expect(page.locator(".st-key-run_heading h3")).to_have_text("Mine <b>x</b>")


def test_a_chosen_run_stays_chosen_when_it_is_renamed_elsewhere_and_boxes_are_level(page, app, run):
    """A browser knows an entry by its label alone."""
    set_title(run, "before")
    page.goto(f"{app.url}/Classify")
    canvas(page)
    page.wait_for_timeout(1_000)  # a list that is open is closed when its page is drawn anew
    model(page).click()
    page.get_by_role("option", name="before").click()
    expect(page).to_have_url(f"{app.url}/Classify?model={run.id}")
    set_title(run, "after")
    for way in ("Upload", "Draw", "Upload", "Draw"):
        page.locator(".st-key-way-ink").get_by_text(way, exact=True).click()
        place = page.get_by_test_id("stFileUploader") if way == "Upload" else None
        expect(place or page.locator(".st-key-paper-draw")).to_be_visible()
        expect(model(page).locator("input")).to_have_value("after")
    expect(page).to_have_url(f"{app.url}/Classify?model={run.id}")

    level(page, 3)
    page.get_by_test_id("stSidebar").get_by_role("link", name="Inside").click()
    expect(page.get_by_role("heading", name="Inside", exact=True)).to_be_visible()
    level(page, 2)  # what stands below another is not meant


def level(page, count):
    """Names that stand side by side are, and the boxes under them."""
    row = page.locator('[class*="st-key-choices"]')
    names = row.get_by_test_id("stWidgetLabel")
    expect(names).to_have_count(count)
    first, second = (names.nth(i).bounding_box()["y"] for i in (0, -1))
    assert first == pytest.approx(second, abs=0.5)
    boxes = row.locator('[data-testid="stButtonGroup"] button'), model(page).locator("input")
    shown = [box.first.bounding_box() for box in boxes]
    middles = [box["y"] + box["height"] / 2 for box in shown]
    assert middles[0] == pytest.approx(middles[1], abs=1.5)
