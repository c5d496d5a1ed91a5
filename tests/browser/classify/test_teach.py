"""Teaching in a real Chromium: draw, correct, teach, see the answer change, keep, reload."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.actions import SEVEN, button, canvas, draw, still

pytestmark = pytest.mark.browser


def answer(page, words):
    expect(page.locator(".st-key-answer").get_by_role("heading", name=words)).to_be_visible()


def open_classify(page, app, run="shipped-mnist-dpn"):
    page.goto(f"{app.url}/Classify?run={run}")
    canvas(page)
    page.wait_for_timeout(500)
    draw(page, SEVEN)


def test_draw_correct_teach_keep_reload(new_page, app):
    page = new_page(phone=True)
    open_classify(page, app)
    answer(page, "7")
    still(page)
    page.locator(".st-key-correct").get_by_text("1", exact=True).click()
    expect(page.get_by_text("Your lesson: 1 picture")).to_be_visible()
    another_window_has_a_lesson_of_its_own(new_page(), app)
    button(page, "teach").click()
    expect(button(page, "keep")).to_be_visible(timeout=90_000)
    expect(page.get_by_text(re.compile("before → after"))).to_contain_text("7 → 1")
    button(page, "keep").click()
    answer(page, "1")  # the same drawing, by the new model
    expect(page.get_by_role("combobox", name="Model")).to_have_value(re.compile("taught"))
    expect(page.get_by_text("This model was taught 1 lesson")).to_be_visible()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"]
    run = re.search(r"run=([^&]+)", page.url)[1]
    assert "lesson" in (app.runs / run / "config.json").read_text()
    page.reload()
    expect(page.get_by_text("Your lesson: 1 picture")).to_be_visible()
    canvas(page)
    page.wait_for_timeout(500)
    draw(page, SEVEN)
    answer(page, "1")
    expect(page.get_by_text("This model was taught 1 lesson")).to_be_visible()


def another_window_has_a_lesson_of_its_own(page, app):
    open_classify(page, app)
    answer(page, "7")
    expect(page.get_by_role("heading", name="Your lesson", exact=True)).to_be_visible()
    expect(page.get_by_text("Your lesson: 1 picture")).to_have_count(0)
