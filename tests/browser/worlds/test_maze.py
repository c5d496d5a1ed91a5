"""Mazes in a real browser, on a phone: tap a wall across the way, and the plan goes round."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_wall_that_is_tapped_is_planned_round(new_page, app):
    page = new_page(phone=True)
    page.goto(f"{app.url}/Maze?kind=obstacles&size=8&seed=13")
    said = page.locator(".st-key-maze_verdict h2")
    expect(said).to_have_text("9 steps, as short as any.")
    chart = page.locator(".st-key-maze_map [data-testid='stVegaLiteChart'] svg").first
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 4.5 / 8, box["y"] + box["height"] * 3.5 / 8)
    expect(said).not_to_have_text("9 steps, as short as any.")
    expect(said).to_contain_text("as short as any")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
