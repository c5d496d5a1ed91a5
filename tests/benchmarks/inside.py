"""How soon the Inside page shows the effect of each of its controls."""

import re
import shutil
import statistics
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.actions import button, train
from tests.browser.server import CHROMIUM, FLAGS, running_app

TIMES = 20
#: In the page: milliseconds from the next click or key to the last change of words and charts.
WATCH = """(area) => {
    window.changed = null;
    const root = document.querySelector(area);
    const look = () => root.innerHTML;
    let before = look();
    let pressed = null;
    const start = () => { pressed ??= performance.now(); };
    for (const kind of ["pointerup", "keydown"])
        window.addEventListener(kind, start, {once: true, capture: true});
    const timer = setInterval(() => {
        const now = look();
        if (now !== before && pressed) window.changed = performance.now() - pressed;
        before = now;
        if (pressed && performance.now() - pressed > 1500) clearInterval(timer);
    }, 20);
}"""


def measure() -> None:
    """Print the times; the app and Chromium share this machine."""
    if CHROMIUM is None:
        print("Inside page: left out, Chromium is not installed\n")
        return
    folder = Path("/tmp/dpn-bench")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    with running_app(folder) as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 2400})
        expect.set_options(timeout=60_000)
        run = train(page, app)
        page.goto(f"{app.url}/Inside?run={run}&image=225")
        expect(page.get_by_text("All terms add up")).to_be_visible()
        page.wait_for_timeout(3_000)
        times = {name: _times(page, *control) for name, control in CONTROLS.items()}
        browser.close()
    for name, taken in times.items():
        print(f"- {name}: {_words(taken)}")
    everything = [one for taken in times.values() for one in taken]
    print(f"- any control: {_words(everything)}\n", flush=True)


def _words(milliseconds: list[float]) -> str:
    ordered = sorted(milliseconds)
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    median = statistics.median(ordered)
    return f"median {median:.0f} ms, 95th percentile {p95:.0f} ms (n = {len(ordered)})"


def _times(page: Page, area: str, act) -> list[float]:
    taken = []
    for turn in range(TIMES):
        page.evaluate(WATCH, area)
        act(page, turn)
        page.wait_for_timeout(1_600)
        changed = page.evaluate("window.changed")
        assert changed is not None, f"{area} did not change"
        taken.append(changed)
    return taken


def _image(page: Page, _turn: int) -> None:
    button(page, "image_next").click()


def _operator(page: Page, turn: int) -> None:
    page.get_by_role("radio", name=("Soft", "Sparse", "Hard")[turn % 3]).click()


def _temperature(page: Page, turn: int) -> None:
    if turn == 0:
        page.get_by_role("radio", name="Soft").click()
        page.wait_for_timeout(1_500)
        page.evaluate(WATCH, "[data-testid='stMainBlockContainer']")
    _slide(page, "Temperature", turn)


def _moment(page: Page, turn: int) -> None:
    _slide(page, "Moment", turn)


def _step(page: Page, turn: int) -> None:
    _slide(page, "Step", turn)


def _slide(page: Page, name: str, turn: int) -> None:
    slider = page.get_by_role("slider", name=re.compile(name))
    slider.focus()
    slider.press("ArrowLeft" if turn % 2 == 0 else "ArrowRight")


MAIN = "[data-testid='stMainBlockContainer']"
CONTROLS = {
    "the next image": (MAIN, _image),
    "another maximum": (MAIN, _operator),
    "temperature": (MAIN, _temperature),
    "moment of the training": (MAIN, _moment),
    "step of the recursion": (MAIN, _step),
}

if __name__ == "__main__":
    measure()
