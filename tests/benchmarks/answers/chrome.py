"""What the browser benchmarks share: the app with a Chromium beside it, and how times are told."""

import json
import shutil
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.server import CHROMIUM, FLAGS, App, running_app


@contextmanager
def app_and_page(height: int, data: Path | None = None) -> Iterator[tuple[App, Page] | None]:
    """Start the app, with ``data`` as its data folder, and one window; None without Chromium."""
    if CHROMIUM is None:
        print("Browser times: left out, Chromium is not installed\n")
        yield None
        return
    folder = Path("/tmp/dpn-bench")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    if data:
        (folder / "data").symlink_to(data)
    with running_app(folder) as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        expect.set_options(timeout=60_000)
        yield app, browser.new_page(viewport={"width": 1440, "height": height})
        browser.close()


def since_lifted(where: str) -> str:
    """Return a script for the page: what a CSS selector finds, says something else after a stroke.

    ``window.answered`` is null until then, afterwards the milliseconds since the pen was lifted.
    """
    return """() => {
    window.answered = null;
    const said = () => document.querySelector(WHERE)?.innerText;
    const before = said();
    window.addEventListener("pointerup", () => {
        const lifted = performance.now();
        const timer = setInterval(() => {
            if (said() && said() !== before) {
                window.answered = performance.now() - lifted;
                clearInterval(timer);
            }
        }, 5);
    }, {once: true, capture: true});
}""".replace("WHERE", json.dumps(where))


def words(milliseconds: list[float]) -> str:
    """Return the median and the 95th percentile."""
    ordered = sorted(milliseconds)
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    median = statistics.median(ordered)
    return f"median {median:.0f} ms, 95th percentile {p95:.0f} ms (n = {len(ordered)})"
