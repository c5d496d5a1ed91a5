"""Each page, in both themes, for those who see little or use a keyboard: axe-core finds nothing."""

import pytest
from playwright.sync_api import expect

from tests.browser.actions import SEVEN, draw
from tests.browser.test_road import PAGES

pytestmark = pytest.mark.browser

#: axe-core's grades, of which these are barriers for somebody.
BARRIERS = ("serious", "critical")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", list(PAGES))
def test_axe_finds_no_barrier(new_page, app, path, theme):
    from axe_playwright_python.sync_playwright import Axe

    page = new_page(theme=theme)
    page.goto(f"{app.url}/{path}")
    expect(page.get_by_role("heading", name=PAGES[path], exact=True)).to_be_visible()
    if path in ("", "Classify"):
        draw(page, SEVEN, name="draw" if path else "home")
    chart = page.get_by_test_id("stVegaLiteChart" if path not in ("Train", "Data") else "stMain")
    expect(chart.first).to_be_visible()
    # What is drawn anew is dimmed, and fades in.
    expect(page.locator("[data-stale='true']")).to_have_count(0)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    expect(page.get_by_test_id("stSpinner")).to_have_count(0)
    page.wait_for_timeout(1_000)
    found = Axe().run(page).response["violations"]
    barriers = {
        rule["id"]: [node["html"][:160] for node in rule["nodes"]]
        for rule in found
        if rule["impact"] in BARRIERS
    }
    assert not barriers
