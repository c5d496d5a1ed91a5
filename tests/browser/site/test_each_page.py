"""Each page by its address: it asks nobody else for anything, and all can read and use it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.actions import SEVEN, draw

pytestmark = pytest.mark.browser

#: The pages by their addresses, and what stands at the top of each.
PAGES = {
    "": "A classifier that shows its work",
    "Train": "Train",
    "Classify": "Classify",
    "Words": "Words",
    "Moves": "Moves",
    "Maze": "Maze",
    "Inside": "Inside",
    "Evaluate": "Evaluate",
    "Data": "Data",
    "Compare": "Compare",
}

#: axe-core's grades, of which these are barriers for somebody.
BARRIERS = ("serious", "critical")
#: What axe-core looks for: in the dark by the rules that see colours alone.
OPTIONS = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"]},
}
#: What stands behind a page's name in the address.
ASKED = {
    "Compare": "?runs=shipped-digits-dpn,shipped-mnist-dpn",
    **dict.fromkeys(("Inside", "Evaluate"), "?model=shipped-digits-dpn"),  # its images are here
}

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
def test_it_opens_needs_no_other_host_and_has_no_barrier_in_light_and_dark(page, app, path):
    """What axe-core finds is a barrier for those who see little or use a keyboard."""
    said, hosts = [], set()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.on("request", lambda request: hosts.add(re.sub(r"^\w+://([^/:]+).*", r"\1", request.url)))
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        with page.expect_response(lambda answer: answer.request.is_navigation_request()) as got:
            page.goto(f"{app.url}/{path}{ASKED.get(path, '')}")
        expect(page.get_by_role("heading", name=PAGES[path], exact=True)).to_be_visible()
        if path in ("", "Classify"):
            draw(page, SEVEN, name="draw" if path else "home")
            expect(page.locator(".st-key-answer h2")).to_be_visible()  # no more of what was
        kind = "stMain" if path in ("Train", "Data", "Moves") else "stVegaLiteChart"
        expect(page.get_by_test_id(kind).first).to_be_visible()
        assert barriers_of(page, theme) == {}, theme
    headers = got.value.headers
    assert "'unsafe-inline'" not in headers["content-security-policy"].split("style-src")[0]
    assert headers["x-content-type-options"] == "nosniff"
    sidebar = page.get_by_test_id("stSidebar")
    for label in ("Home", *list(PAGES)[1:]):
        expect(sidebar.get_by_role("link", name=label)).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_test_id("stAlert").filter(has_text="unexpected")).to_have_count(0)
    assert {host for host in hosts if not host.startswith(("data", "blob"))} == {"localhost"}
    assert not [text for text in said if "Content Security Policy" in text or "error: " in text]


def barriers_of(page, theme):
    """What axe finds, and words of charts that are hard to read, when the page stands still.

    In the dark the page is the same but for its colours.
    """
    from axe_playwright_python.sync_playwright import Axe

    for _ in range(2):  # what is drawn anew is dimmed, and fades in
        expect(page.get_by_test_id("stSpinner")).to_have_count(0)
        expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
        expect(page.locator("[data-stale='true']")).to_have_count(0)
        page.wait_for_timeout(250)
    page.wait_for_function(
        "() => document.getAnimations().every(one => one.playState != 'running')"
    )
    found = {
        rule["id"]: [node["html"][:160] for node in rule["nodes"]]
        for rule in Axe().run(page, options=OPTIONS[theme]).response["violations"]
        if rule["impact"] in BARRIERS
    }
    faint = page.evaluate(FAINT)
    return found | ({"faint": faint} if faint else {})
