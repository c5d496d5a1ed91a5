"""Home in a real Chromium: draw at once, be answered with the sum, and take it further."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.actions import BAR, SEVEN, button, canvas, draw
from tests.browser.server import running_app

pytestmark = pytest.mark.browser


def answer(page):
    return page.locator(".st-key-answer h2")


def test_a_stroke_on_a_server_that_just_started_is_answered_and_the_device_is_named(
    new_page, tmp_path
):
    with running_app(tmp_path) as fresh:
        page = new_page()
        page.goto(fresh.url)
        draw(page, SEVEN, name="home")
        expect(answer(page)).to_have_text("7")
        expect(page.get_by_text("still waking up")).to_have_count(0)
        expect(page.get_by_text("device:")).to_have_count(0)
        assert "Traceback" not in fresh.log.read_text()


def test_the_sum_follows_each_stroke_nothing_below_moves_and_a_reload_finds_the_drawing_again(
    page, app
):
    page.goto(app.url)
    canvas(page, "home")
    page.wait_for_timeout(500)
    train = button(page, "train_digits")
    before = train.bounding_box()["y"]
    draw(page, SEVEN, name="home")
    expect(answer(page)).to_have_text("7")
    lead = page.locator(".st-key-played").get_by_text("together they make the lead of 7")
    said = lead.inner_text()
    draw(page, BAR, name="home")
    expect(lead).not_to_have_text(said)
    assert abs(train.bounding_box()["y"] - before) <= 2
    button(page, "clear-home").click()
    expect(page.get_by_role("heading", name="Draw a digit")).to_be_visible()
    page.wait_for_timeout(500)
    draw(page, SEVEN, name="home")
    expect(answer(page)).to_have_text("7")
    it_is_found_again_after_a_reload_and_not_in_a_second_window(page, app)


def test_look_inside_explains_the_answer_that_was_given(page, app):
    page.goto(f"{app.url}/?run=shipped-mnist-residual")
    canvas(page, "home")
    page.wait_for_timeout(500)
    draw(page, SEVEN, name="home")
    expect(answer(page)).to_have_text("7")
    lead = page.locator(".st-key-played").get_by_text("together they make the lead of 7")
    number = re.search(r"[+-]\d+\.\d+", lead.inner_text())[0]
    button(page, "look_inside").click()
    expect(page.get_by_role("heading", name="7, ")).to_be_visible()
    said = re.compile(rf"All bars add up to 7's lead over \d: {re.escape(number)}")
    expect(page.get_by_text(said)).to_be_visible()


def test_on_a_phone_one_draws_without_scrolling_and_the_sum_comes_after_the_answer(new_page, app):
    page = new_page(phone=True)
    page.goto(app.url)
    paper = canvas(page, "home")
    page.wait_for_timeout(1_000)  # until the styles have come, too
    box = paper.bounding_box()
    assert box["y"] + box["height"] < 844 * 0.75
    assert box["width"] > 390 * 0.85
    draw(page, SEVEN, touch=True, name="home")
    expect(answer(page)).to_have_text("7")
    chart = page.locator(".st-key-played [data-testid='stVegaLiteChart']")
    assert paper.bounding_box()["y"] < answer(page).bounding_box()["y"]
    assert answer(page).bounding_box()["y"] < chart.bounding_box()["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def it_is_found_again_after_a_reload_and_not_in_a_second_window(page, app):
    beside = page.context.new_page()
    beside.goto(f"{app.url}/Classify")
    expect(beside.get_by_text("Draw with the mouse")).to_be_visible()
    page.reload()
    expect(answer(page)).to_have_text("7")
    page.goto(f"{app.url}/Classify")  # from the address, so a new session, too
    expect(page.get_by_text("What the model sees")).to_be_visible()
    expect(beside.get_by_text("What the model sees")).to_have_count(0)
