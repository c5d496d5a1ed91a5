"""How long Home takes to its first answer: ``python -m tests.benchmarks.answers.first_stroke``.

Cold: a server that has just started, opened as soon as it serves, drawn on as soon as the canvas is
there. Warm: the same server again, in a new window.
"""

import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests.benchmarks.answers.chrome import words
from tests.benchmarks.record import note
from tests.browser.actions import draw
from tests.browser.server import CHROMIUM, FLAGS, running_app

TIMES = 5
#: One quick stroke: how long a person draws is not the lab's time.
ONE = [[(140, 50), (140, 235)]]


def measure() -> None:
    """Print the times; the server and Chromium share this machine."""
    if CHROMIUM is None:
        print("First stroke: left out, Chromium is not installed\n")
        return
    cold, warm = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        expect.set_options(timeout=60_000)
        for _ in range(TIMES):
            with tempfile.TemporaryDirectory() as folder, running_app(Path(folder)) as app:
                cold.append(_first_answer(browser, app.url))
                time.sleep(8)  # a server that has been up for a while
                warm.append(_first_answer(browser, app.url))
        browser.close()
    note("answers.first_stroke, server just started", cold, "ms")
    note("answers.first_stroke, server warm", warm, "ms")
    print(f"Home, first stroke answered, server just started: {words(cold)}\n", flush=True)
    print(f"Home, first stroke answered, server warm: {words(warm)}\n", flush=True)


def _first_answer(browser: Browser, url: str) -> float:
    """Return the milliseconds from opening Home to the answer to the first stroke."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    started = time.perf_counter()
    page.goto(url)
    # Looked for all the time: what tests wait with looks only now and then, up to half a second.
    while not page.locator(".st-key-paper-home canvas:visible").count():
        time.sleep(0.005)
    draw(page, ONE, name="home")
    page.wait_for_function("document.querySelector('.st-key-answer h2')?.innerText.trim() === '1'")
    taken = 1000 * (time.perf_counter() - started)
    context.close()
    return taken


if __name__ == "__main__":
    measure()
