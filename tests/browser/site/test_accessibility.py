"""Each page, in both themes, for those who see little or use a keyboard: axe-core finds nothing."""

import pytest
from playwright.sync_api import expect

from tests.browser.actions import SEVEN, draw
from tests.browser.test_road import PAGES

pytestmark = pytest.mark.browser

#: axe-core's grades, of which these are barriers for somebody.
BARRIERS = ("serious", "critical")
#: What stands behind a page's name in the address.
ASKED = {"Compare": "?runs=shipped-digits-dpn,shipped-mnist-dpn"}

#: Words on the axes and in the legends of charts, which axe does not see, with less than 4.5:1.
FAINT = """() => {
  const light = c => c.map(v => (v / 255 <= 0.04045 ? v / 255 / 12.92
    : ((v / 255 + 0.055) / 1.055) ** 2.4)).reduce((sum, v, i) =>
    sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
  const ground = numbers(getComputedStyle(document.querySelector(".stApp")).backgroundColor);
  const words = [...document.querySelectorAll("[class*=role-axis-] text,"
    + "[class*=role-legend-] text, .xtick text, .ytick text, text.xtitle, text.ytitle")];
  return words.filter(word => {
    const style = getComputedStyle(word), colour = numbers(style.fill), part = style.fillOpacity;
    const mixed = ground.slice(0, 3).map((v, i) => v * (1 - part) + colour[i] * part);
    const [high, low] = [light(mixed), light(ground.slice(0, 3))].sort((a, b) => b - a);
    return word.textContent.trim() && (high + 0.05) / (low + 0.05) < 4.5;
  }).map(word => `${word.textContent}: ${getComputedStyle(word).fill}`);
}"""


@pytest.mark.parametrize("path", list(PAGES))
def test_axe_finds_no_barrier_in_light_and_dark(page, app, path):
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.goto(f"{app.url}/{path}{ASKED.get(path, '')}")
        expect(page.get_by_role("heading", name=PAGES[path], exact=True)).to_be_visible()
        if path in ("", "Classify"):
            draw(page, SEVEN, name="draw" if path else "home")
            expect(page.locator(".st-key-answer h2")).to_be_visible()  # no more of what was
        kind = "stMain" if path in ("Train", "Data", "Words", "Moves") else "stVegaLiteChart"
        expect(page.get_by_test_id(kind).first).to_be_visible()
        assert barriers_of(page) == {}, theme


def barriers_of(page):
    """What axe finds, and words of charts that are hard to read, when the page stands still."""
    from axe_playwright_python.sync_playwright import Axe

    for _ in range(2):  # what is drawn anew is dimmed, and fades in
        expect(page.get_by_test_id("stSpinner")).to_have_count(0)
        expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
        expect(page.locator("[data-stale='true']")).to_have_count(0)
        page.wait_for_timeout(500)
    page.wait_for_function(
        "() => document.getAnimations().every(one => one.playState != 'running')"
    )
    found = {
        rule["id"]: [node["html"][:160] for node in rule["nodes"]]
        for rule in Axe().run(page).response["violations"]
        if rule["impact"] in BARRIERS
    }
    faint = page.evaluate(FAINT)
    return found | ({"faint": faint} if faint else {})
