"""From `streamlit run` to Home and its first answer, and what an app that nobody uses holds.

``python -m tests.benchmarks visitors.idle``. Memory is the proportional set size (Pss) of all
processes of the app, as Linux tells it: a page that two share counts half for each. It is looked at
some seconds after the first answer, with nobody there, once the app has made all that it makes.
"""

import asyncio
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.benchmarks.answers.chrome import words
from tests.benchmarks.record import note
from tests.benchmarks.visitors.processes import memory_of_all
from tests.benchmarks.visitors.protocol import visit
from tests.browser.actions import draw
from tests.browser.server import CHROMIUM, FLAGS, running_app
from tests.helpers import run_async

TIMES = 3
#: Seconds after which the app has collected its garbage, and its spare processes stand.
QUIET = 26
#: Windows that are opened at once, each at Home with one drawing, to tell what one of them costs.
VISITORS = 30
ONE = [[(140, 50), (140, 235)]]


def measure(times: int = TIMES) -> None:
    """Print seconds and MiB; the server and Chromium share this machine."""
    if CHROMIUM is None:
        print("Idle: left out, Chromium is not installed\n")
        return
    painted, answered, idle, each = [], [], [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for _ in range(times):
            started = time.perf_counter()
            with tempfile.TemporaryDirectory() as folder, running_app(Path(folder)) as app:
                first, then = _first_visit(browser, app.url, started)
                painted.append(first)
                answered.append(then)
                time.sleep(QUIET)
                idle.append(memory_of_all(app.pid))
                each.append(run_async(_visitors(app.url, app.pid)))
        browser.close()
    note("visitors.idle, Home painted", painted, "ms")
    note("visitors.idle, first drawing answered", answered, "ms")
    note("visitors.idle, memory of all processes", idle, "MiB")
    note("visitors.idle, memory of a visitor", each, "MiB")
    print(f"From `streamlit run` to Home painted: {words(painted)}")
    print(f"and to the first drawing answered: {words(answered)}")
    print(f"Memory (Pss) of an idle app's processes: {', '.join(f'{one:.0f}' for one in idle)} MiB")
    print(
        f"of each of {VISITORS} visitors: {', '.join(f'{one:.1f}' for one in each)} MiB\n",
        flush=True,
    )


def _first_visit(browser: Browser, url: str, started: float) -> tuple[float, float]:
    """Return the milliseconds since the start until Home stands, and until a stroke is answered."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(url)
    page.wait_for_function("document.querySelector('h1')?.innerText", timeout=60_000)
    painted = 1000 * (time.perf_counter() - started)
    page.locator(".st-key-paper-home canvas").last.wait_for(timeout=60_000)
    draw(page, ONE, name="home")
    page.wait_for_function(
        "document.querySelector('.st-key-answer h2')?.innerText.trim() === '1'", timeout=60_000
    )
    answered = 1000 * (time.perf_counter() - started)
    context.close()
    return painted, answered


async def _visitors(url: str, pid: int) -> float:
    """Return the MiB that each of many open windows adds."""
    before = memory_of_all(pid)
    async with asyncio.timeout(200):
        opened = [visit(url) for _ in range(VISITORS)]
        visitors = [await one.__aenter__() for one in opened]
        for visitor in visitors:
            await visitor.draw([(140.0, 50.0), (140.0, 235.0)], name="home")
        await asyncio.sleep(2)
        after = memory_of_all(pid)
        for one in opened:
            await one.__aexit__(None, None, None)
    return (after - before) / VISITORS


if __name__ == "__main__":
    measure()
