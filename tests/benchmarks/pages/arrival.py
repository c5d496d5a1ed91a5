"""How long the first visit of Train takes: ``python -m tests.benchmarks.pages.arrival``.

Cold: a server that has just started, opened as soon as it serves. Warm: the same again, in a new
window. From opening the address until Start can be pressed, and until the sample images are there.
"""

import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests.benchmarks.answers.chrome import words
from tests.browser.actions import button
from tests.browser.server import CHROMIUM, FLAGS, running_app

TIMES = 5


def measure() -> None:
    """Print the times; the server and Chromium share this machine."""
    if CHROMIUM is None:
        print("First visit: left out, Chromium is not installed\n")
        return
    found: dict[str, list[float]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        expect.set_options(timeout=60_000)
        for _ in range(TIMES):
            with tempfile.TemporaryDirectory() as folder, running_app(Path(folder)) as app:
                for state in ("just started", "warm"):
                    start, samples = _visit(browser, app.url)
                    found.setdefault(f"Start, server {state}", []).append(start)
                    found.setdefault(f"samples, server {state}", []).append(samples)
        browser.close()
    for what, times in found.items():
        print(f"Train, {what}: {words(times)}\n", flush=True)


def _visit(browser: Browser, url: str) -> tuple[float, float]:
    """Return the milliseconds until Start can be pressed, and until the samples are there."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    began = time.perf_counter()
    page.goto(f"{url}/Train")
    expect(button(page, "job_start")).to_be_enabled()
    start = time.perf_counter()
    page.wait_for_function("document.querySelectorAll('.tiles.large img').length === 12")
    samples = time.perf_counter()
    context.close()
    return 1000 * (start - began), 1000 * (samples - began)


if __name__ == "__main__":
    measure()
