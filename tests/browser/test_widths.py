"""Pages between a phone and a desk: nothing is covered, cut or wider than its page."""

import pytest
from playwright.sync_api import expect

from tests.browser.actions import button, canvas, still

pytestmark = pytest.mark.browser

#: Whether what is happening has the whole width, and the settings below it as well.
ALONE = """() => {
  const box = one => one.getBoundingClientRect();
  const page = document.querySelector(".st-key-result_first");
  const columns = [...page.querySelectorAll("[data-testid='stColumn']")].map(box);
  const [settings, result] = [columns[0], columns.at(-1)];
  return result.y < settings.y
    && [settings, result].every(one => one.width === box(page).width);
}"""


@pytest.mark.parametrize("width", [641, 768, 769, 830, 930])
def test_the_title_is_seen_whole_and_the_wide_canvas_fits(page, app, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{app.url}/Classify?what=number")
    paper = canvas(page, "number").bounding_box()
    still(page)
    toolbar = page.get_by_test_id("stHeader").bounding_box()
    title = page.get_by_role("heading", level=1).bounding_box()
    link = button(page, "copy_link").bounding_box()
    # On a wide page the toolbar has nothing to hide behind; on a narrow one it is not seen through.
    if width <= 768:
        assert min(title["y"], link["y"]) >= toolbar["y"] + toolbar["height"]
    assert paper["x"] + paper["width"] <= width
    main = page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth <= main.clientWidth")


def test_where_there_is_no_room_training_is_as_wide_as_the_page_and_comes_first(new_page, app):
    page = new_page(phone=True)
    page.goto(f"{app.url}/Train")
    expect(button(page, "job_start")).to_be_visible()
    for width in (390, 700, 800, 1200):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(ALONE, timeout=10_000)  # the menu takes its time to make room
