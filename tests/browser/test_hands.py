"""How people in other countries write, drawn with a mouse and with a finger, and read right."""

import pytest
from playwright.sync_api import expect

from tests.browser.actions import button, draw
from tests.hands.ways import WAYS

pytestmark = pytest.mark.browser

DRAWN = ("a crossed 7 with a serif", "a flagged and footed 1", "an open 4, bowed", "a curved 9")


@pytest.mark.parametrize("touch", [False, True], ids=["mouse", "touch"])
def test_a_crossed_7_a_flagged_1_an_open_4_and_a_curved_9_are_read_right(new_page, app, touch):
    page = new_page(phone=touch)
    page.goto(f"{app.url}/?run=shipped-mnist-{'dpn' if touch else 'residual'}")
    for way in DRAWN:
        digit, strokes = WAYS[way]
        draw(page, strokes, touch=touch, name="home")
        expect(page.locator(".st-key-answer h2")).to_have_text(str(digit))
        button(page, "clear-home").click()
        expect(page.get_by_role("heading", name="Draw a digit")).to_be_visible()
