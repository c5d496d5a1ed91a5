"""A number is written with mouse and finger, read, one digit corrected, another looked into."""

import pytest
from playwright.sync_api import expect

from tests.browser.actions import button, canvas, draw, still
from tests.numbers.written import strokes

pytestmark = pytest.mark.browser

WIDE = 560


def write(page, text, *, touch=False):
    """Write a number on the wide canvas; each answer comes after a stroke."""
    step = min(78, 500 / len(text))
    size = min(1.0, step / 62)
    lines = strokes(text, 24, 70, size, step=step / size)
    draw(page, lines, touch=touch, name="number", side=WIDE)


@pytest.mark.parametrize("touch", [False, True], ids=["mouse", "touch"])
def test_numbers_are_written_read_corrected_and_looked_into(new_page, app, touch):
    page = new_page(phone=touch)
    page.goto(f"{app.url}/Classify?model=shipped-mnist-residual")
    page.get_by_role("radio", name="Number").click()
    for text in ("42" if touch else "03012345678", "2026"):
        write(page, text, touch=touch)
        expect(page.get_by_role("heading", name=text, exact=True)).to_be_visible()
        if touch:
            fits(page)
        if text != "2026":
            button(page, "clear-number").click()
            expect(page.get_by_text("up to 12 digits")).to_be_visible()
            page.wait_for_timeout(500)
    group = page.locator("[class*='st-key-number_chosen'] button")
    expect(group).to_have_count(4)
    group.nth(3).click()
    expect(page.get_by_role("heading", name="This 6")).to_be_visible()
    still(page)  # until then the buttons of the digit before are there, too
    page.locator("[class*='st-key-right-number'] button").filter(has_text="5").click()
    expect(page.get_by_text("Your lesson: 1 picture")).to_be_visible()
    expect(page.get_by_alt_text("A picture of 5")).to_be_visible()
    page.locator(".st-key-number_picture path[aria-label^='0 (']").first.click()
    expect(page.get_by_role("heading", name="Inside", exact=True)).to_be_visible()
    expect(page.get_by_text("A digit of my number")).to_be_visible()
    expect(page.get_by_text("Why 0 and not")).to_be_visible()


def fits(page):
    """The wide canvas is as wide as a phone, and the page no wider."""
    box = canvas(page, "number").bounding_box()
    assert box["x"] >= 0
    assert 340 <= box["width"] <= 390 - 2 * box["x"] + 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
