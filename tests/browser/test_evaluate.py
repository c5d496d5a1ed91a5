"""The confusion matrix in a real Chromium: a click opens its images, an image opens Inside."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("phone", [False, True])
def test_a_click_on_a_cell_shows_its_images_and_one_opens_inside(new_page, app, trained, phone):
    page = new_page(phone=phone, theme="dark" if phone else "light")
    page.goto(f"{app.url}/Train?run={trained}")
    page.get_by_role("link", name="Explore the result").click()
    expect(page.get_by_role("heading", name="Evaluate", exact=True)).to_be_visible()
    expect(
        page.get_by_text(re.compile(r"mistakes?(, surest of the wrong class first)?$"))
    ).to_be_visible()

    truth, answer = _click(page, r"true (\d), answered (?!\1)(\d): \d+ image", phone)
    said = re.compile(rf"^\d+ images? of {truth} answered as {answer}")
    expect(page.get_by_text(said)).to_be_visible()
    assert _lists(page) == (truth, answer)
    tiles = page.locator("[class*='st-key-open_'] button")
    expect(tiles.filter(has_not_text=re.compile(rf"^{truth} → {answer} ·\s\d+%$"))).to_have_count(0)
    expect(tiles).not_to_have_count(0)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= page.viewport_size["width"], "the page scrolls sideways"

    _pick(page, "Answer", "any")  # the lists say where the matrix is, too
    expect(page.get_by_text(re.compile(rf"^\d+ images of {truth}, mistakes first"))).to_be_visible()
    _click(page, rf"true ({truth}), answered ({answer}): ", phone)  # the same cell once more
    expect(page.get_by_text(said)).to_be_visible()
    assert _lists(page) == (truth, answer)
    _click(page, rf"true ({truth}), answered ({truth}): ", phone)
    expect(page.get_by_text(f"images of {truth} answered right")).to_be_visible()
    expect(tiles.filter(has_not_text=f"{truth} → {truth}")).to_have_count(0)

    last = tiles.first
    key = last.locator("xpath=ancestor::*[contains(@class, 'st-key-open_')]").get_attribute("class")
    index = re.search(r"st-key-open_(\d+)", key)[1]
    last.click()
    page.wait_for_url(re.compile(rf"/Inside\?.*image={index}$"))
    assert f"run={trained}" in page.url
    expect(page.get_by_role("heading", name="Inside", exact=True)).to_be_visible()


def test_the_moment_moves_and_the_matrix_is_never_blank(page, app, trained):
    page.goto(f"{app.url}/Evaluate?run={trained}")
    matrix = page.locator("[class*='st-key-confusion'] .mark-rect path[aria-label]")
    expect(matrix).to_have_count(100)
    expect(page.get_by_text("One scale for all")).to_be_visible()
    before = _words(matrix)
    page.evaluate(
        """() => {
            window.blank = 0;
            window.watch = setInterval(() => {
                const cells = "[class*='st-key-confusion'] .mark-rect path[aria-label]";
                if (document.querySelectorAll(cells).length < 100) window.blank++;
            }, 20);
        }"""
    )
    loss = page.locator("[data-testid='stMetric']").filter(has_text="Cross-entropy")
    now = loss.get_by_test_id("stMetricValue").inner_text()
    slider = page.get_by_role("slider", name="Moment of the training")
    for _ in range(12):
        slider.press("ArrowLeft")
    expect(loss.get_by_test_id("stMetricValue")).not_to_have_text(now)
    expect(page.get_by_test_id("stSpinner")).to_have_count(0)
    page.wait_for_timeout(500)
    assert _words(matrix) != before
    assert page.evaluate("window.blank") == 0


def _click(page, pattern, phone=False):
    """Click, or touch, the first cell whose words match; return the groups of the match."""
    cells = page.locator("[class*='st-key-confusion'] .mark-rect path[aria-label]")
    expect(cells).not_to_have_count(0)
    words = _words(cells)
    place = next(
        place
        for place, text in enumerate(words)
        if re.match(pattern, text) and ": 0 images" not in text
    )
    cell = cells.nth(place)
    cell.scroll_into_view_if_needed()
    box = cell.bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    (page.touchscreen.tap if phone else page.mouse.click)(*middle)
    return re.match(pattern, words[place]).groups()


def _words(cells):
    return cells.evaluate_all("paths => paths.map(path => path.getAttribute('aria-label'))")


def _lists(page):
    return tuple(
        page.get_by_role("combobox", name=label).input_value() for label in ("True class", "Answer")
    )


def _pick(page, label, value):
    box = page.get_by_role("combobox", name=label)
    box.click()
    box.fill(value)
    box.press("Enter")
