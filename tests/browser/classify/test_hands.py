"""How people in other countries write, drawn with a mouse and with a finger, and read right.

And what is no digit: it is doubted.
"""

import pytest
from playwright.sync_api import expect

from tests.browser.actions import SEVEN, button, draw
from tests.hands.ways import WAYS

pytestmark = pytest.mark.browser

LETTER = [[(60, 240), (60, 40), (140, 150), (220, 40), (220, 240)]]
SCRIBBLE = [
    [
        *[(50, 60), (220, 90), (70, 150), (230, 180), (60, 230), (110, 50), (150, 240)],
        *[(190, 45), (215, 230), (60, 100), (235, 130), (90, 215)],
    ]
]
DRAWN = ("a crossed 7 with a serif", "a flagged and footed 1", "an open 4, bowed", "a curved 9")


@pytest.mark.parametrize(("run", "touch"), [("dpn", True), ("residual", False)])
def test_digits_of_other_countries_are_read_right_and_what_is_no_digit_is_doubted(
    new_page, app, run, touch
):
    page = new_page(phone=touch)
    page.goto(f"{app.url}/?run=shipped-mnist-{run}")
    doubt = page.get_by_text("looks like none of my classes")
    answer = page.locator(".st-key-answer h2")

    def clear():
        button(page, "clear-home").click()
        expect(page.get_by_role("heading", name="Draw a digit")).to_be_visible()

    for way in DRAWN:
        digit, strokes = WAYS[way]
        draw(page, strokes, touch=touch, name="home")
        expect(answer).to_have_text(str(digit))
        clear()
    for strokes in (LETTER, SCRIBBLE):
        draw(page, strokes, touch=touch, name="home")
        expect(doubt).to_be_visible()
        clear()
    draw(page, SEVEN, touch=touch, name="home")
    expect(answer).to_have_text("7")
    expect(doubt).to_have_count(0)
