"""Deeper into one answer: walk the trellis, turn the maximum, ask what if, travel in time."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.actions import ZERO, button, canvas, draw
from tests.browser.inside.opened import (
    LOSS,
    SUM,
    TEMPLATE,
    TRELLIS,
    chart,
    expect_another,
    expect_another_lead,
    lead,
    open_inside,
    slide,
    verdict,
)

pytestmark = pytest.mark.browser


def test_walk_the_trellis_turn_the_maximum_and_erase(page, app):
    open_inside(page, app, "Step by step", image=225)
    walk_the_trellis(page)
    turn_the_maximum_and_the_temperature(page)
    page.get_by_test_id("stButtonGroup").get_by_text("What if").click()
    erase_and_see_the_sum_change(page)


def walk_the_trellis(page):
    expect(page.get_by_text("Step 8: row 8 arrives.")).to_be_visible()
    trellis = chart(page, TRELLIS)
    before = trellis.inner_html()
    slide(page, "Step", "ArrowLeft", times=3)
    expect(page.get_by_text("Step 5: row 5 arrives.")).to_be_visible()
    expect(page.locator(".st-key-formulas .katex").first).to_contain_text("q5")
    expect_another(trellis, before)
    button(page, "play").click()  # from where it is to the end
    for step in (6, 7, 8):
        expect(page.get_by_text(f"Step {step}: row {step} arrives.")).to_be_visible()
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def turn_the_maximum_and_the_temperature(page):
    page.get_by_text("How sharply it decides").click()
    hard, template = lead(page), chart(page, TEMPLATE)
    before = template.inner_html()
    page.get_by_role("radio", name="Soft").click()
    soft = expect_another_lead(page, hard)
    slide(page, "Temperature", "ArrowRight")
    warmer = expect_another_lead(page, soft)
    assert len({hard, soft, warmer}) == 3
    expect_another(template, before)
    expect(page.locator(".st-key-formulas")).to_contain_text("log")
    page.get_by_role("radio", name="Hard").click()
    expect(verdict(page)).to_contain_text(f": {hard:+.2f}.")


def erase_and_see_the_sum_change(page):
    expect(page.get_by_text("the new sum is drawn here")).to_be_visible()
    page.wait_for_timeout(1_000)
    draw(page, [[(20, 175), (260, 175)]], name="if")
    effect = page.locator(".st-key-effect")
    expect(effect).to_contain_text(f"went from {lead(page):+.2f} to")
    expect(page.get_by_test_id("stVegaLiteChart").filter(has_text=SUM)).to_have_count(2)
    button(page, "undo-if").click()
    expect(page.get_by_text("the new sum is drawn here")).to_be_visible()


def test_travel_in_time(page, app, trained):
    open_inside(page, app, "Through time", run=trained, image=225)
    expect(page.get_by_text("validation accuracy")).to_be_visible()
    now = lead(page)
    confusion = page.locator("path[aria-label^='true 0, answered 0']").first
    expect(confusion).to_be_visible()
    seen = confusion.get_attribute("aria-label")
    charts = [chart(page, words) for words in (SUM, TEMPLATE, LOSS)]
    before = [one.inner_html() for one in charts]
    slide(page, "Moment of the training", "ArrowLeft", times=8)
    page.wait_for_timeout(1_000)
    slider = page.get_by_role("slider", name="Moment of the training")
    expect(slider).to_have_value("12")  # no answer that came late pulled it back
    slide(page, "Moment of the training", "Home")
    expect(page.get_by_text("Batch 0: validation accuracy")).to_be_visible()
    expect_another_lead(page, now)
    for one, earlier in zip(charts, before, strict=True):
        expect_another(one, earlier)
    expect(confusion).not_to_have_attribute("aria-label", seen)
    page.get_by_test_id("stSidebar").get_by_role("link", name="Classify").click()
    canvas(page)
    page.wait_for_timeout(500)
    draw(page, ZERO)
    expect(page.get_by_role("slider", name="Moment of the training")).to_have_attribute(
        "aria-valuetext", re.compile("batch 0")
    )
