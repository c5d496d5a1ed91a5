"""How long it takes from one page to another: ``python -m tests.benchmarks.pages.switches``.

From the click on a page's name in the sidebar to the last change of the page's contents. First: the
pages of a window that has been to none of them (on a server that has drawn each); again: later in
the same window.
"""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.benchmarks.answers.chrome import app_and_page, words
from tests.benchmarks.record import note

#: Laps in one window; the first is told apart.
LAPS = 4
#: Milliseconds in which nothing may have changed, until a page has settled.
STILL = 1_500
#: Notes when the page's contents last changed, in milliseconds since a link was pressed.
WATCH = """() => {
    let pressed = 0;
    window.settled = 0;
    window.addEventListener("pointerdown", () => { pressed = performance.now(); }, true);
    new MutationObserver(all => {
        const main = document.querySelector("[data-testid=stMain]");
        if (pressed && all.some(one => main?.contains(one.target)))
            window.settled = performance.now() - pressed;
    }).observe(document.body, {subtree: true, childList: true, characterData: true});
}"""


def measure(data: Path | None) -> None:
    """Print the times of each page; the app and Chromium share this machine."""
    with app_and_page(900, data) as found:
        if not found:
            return
        app, page = found
        _lap(page, app.url)  # each page is drawn once, by another window
        page.close()
        page = page.context.browser.new_page(viewport={"width": 1440, "height": 900})
        first = _lap(page, app.url)
        later = [_lap(page) for _ in range(LAPS - 1)]
    print("From a click on a page's name until the page has settled, ms:\n")
    print("| page | first | again |\n|---|---|---|")
    for name, took in first.items():
        print(f"| {name} | {took:.0f} | {', '.join(f'{lap[name]:.0f}' for lap in later)} |")
    again = [took for lap in later for took in lap.values()]
    note("pages.switches, first in a window", list(first.values()), "ms")
    note("pages.switches, again", again, "ms")
    print(f"\nFirst {words(list(first.values()))}; again {words(again)}\n", flush=True)


def _lap(page: Page, url: str = "") -> dict[str, float]:
    """Go to each page once, the first one last; return the milliseconds of each."""
    if url:
        page.goto(url)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        _wait(page)
        page.evaluate(WATCH)
    links = page.get_by_test_id("stSidebar").get_by_role("link")
    names = [text.split()[-1] for text in links.all_inner_texts()]  # an icon stands first
    took = {}
    for index in [*range(1, len(names)), 0]:
        page.evaluate("window.settled = 0")
        links.nth(index).click()
        _wait(page)
        took[names[index]] = float(page.evaluate("window.settled"))
    return took


def _wait(page: Page) -> None:
    """Wait until no script runs and nothing has changed for a while."""
    quiet, before = 0, None
    while quiet < STILL:
        page.wait_for_timeout(100)
        now = page.evaluate("[window.settled, document.body.innerHTML.length]")
        busy = page.locator("[data-test-script-state='running'], [data-stale='true']").count()
        quiet = quiet + 100 if now == before and not busy else 0
        before = now


if __name__ == "__main__":
    measure(None)
