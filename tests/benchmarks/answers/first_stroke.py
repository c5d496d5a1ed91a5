"""How long Home takes to its first answer: ``python -m tests.benchmarks.answers.first_stroke``.

Cold: a server that has just started, opened as soon as it serves, drawn on as soon as the canvas is
there; counted from there, and from when it was started. Warm: the same server again, in a new
window that keeps nothing. The stroke is made at once: how long a person draws is not the lab's
time.
"""

import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests.benchmarks.answers.chrome import words
from tests.benchmarks.record import note
from tests.browser.server import CHROMIUM, FLAGS, running_app

TIMES = 5


def measure() -> None:
    """Print the times; the server and Chromium share this machine."""
    if CHROMIUM is None:
        print("First stroke: left out, Chromium is not installed\n")
        return
    found: dict[str, list[float]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        expect.set_options(timeout=60_000)
        for _ in range(TIMES):
            started = time.perf_counter()
            with tempfile.TemporaryDirectory() as folder, running_app(Path(folder)) as app:
                serves = time.perf_counter()
                painted, answered = _first_answer(browser, app.url)
                times = {
                    "answer, server just started": answered - serves,
                    "Home painted, from the server's start": painted - started,
                    "answer, from the server's start": answered - started,
                }
                time.sleep(8)  # a server that has been up for a while
                opened = time.perf_counter()
                times["answer, server warm"] = _first_answer(browser, app.url)[1] - opened
                for what, seconds in times.items():
                    found.setdefault(what, []).append(1000 * seconds)
        browser.close()
    for what, taken in found.items():
        note(f"answers.first_stroke, {what}", taken, "ms")
        print(f"Home, first stroke, {what}: {words(taken)}\n", flush=True)


def _first_answer(browser: Browser, url: str) -> tuple[float, float]:
    """Open Home and draw; return when the canvas was there, and when the stroke was answered."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(url)
    # Looked for all the time: what tests wait with looks only now and then, up to half a second.
    paper = page.locator(".st-key-paper-home canvas:visible").last
    while not paper.count():
        time.sleep(0.005)
    painted = time.perf_counter()
    corner = paper.bounding_box()
    page.mouse.move(corner["x"] + 140, corner["y"] + 50)
    page.mouse.down()
    page.mouse.move(corner["x"] + 140, corner["y"] + 235)
    page.mouse.up()
    page.wait_for_function("document.querySelector('.st-key-answer h2')?.innerText.trim() === '1'")
    answered = time.perf_counter()
    context.close()
    return painted, answered


if __name__ == "__main__":
    measure()
