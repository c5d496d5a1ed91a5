"""Mazes in a real browser, on a phone: walls are drawn across the way, and the plan goes round."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_wall_is_planned_round_and_the_goal_is_dragged(new_page, app):
    page = new_page(phone=True)
    page.goto(f"{app.url}/Maze?kind=obstacles&size=8&seed=13")
    said = page.locator(".st-key-maze_verdict h2")
    expect(said).to_have_text("9 steps, as short as any.")
    canvas = page.locator(".st-key-maze_map canvas")
    expect(canvas).to_have_attribute(
        "aria-label", "A map of 8 by 8 cells: arrow keys move, Enter acts"
    )
    canvas.scroll_into_view_if_needed()

    def middle(row, column):
        box = canvas.bounding_box()
        side = box["width"] / 8
        return box["x"] + side * (column + 0.5), box["y"] + side * (row + 0.5)

    page.touchscreen.tap(*middle(3, 4))
    expect(said).not_to_have_text("9 steps, as short as any.")
    expect(said).to_contain_text("as short as any")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]

    page.locator(".st-key-maze_mode").get_by_text("Erase", exact=True).click()
    page.wait_for_timeout(1000)  # what was chosen is on its way
    page.touchscreen.tap(*middle(3, 4))
    expect(said).to_have_text("9 steps, as short as any.")
    page.mouse.move(*middle(0, 3))  # the goal
    page.mouse.down()
    page.mouse.move(*middle(6, 4), steps=4)
    page.mouse.up()
    expect(said).to_have_text("2 steps, as short as any.")
