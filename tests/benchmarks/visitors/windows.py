"""Real Chromium windows whose persons draw on Classify, for the load benchmark."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import random
import time
from collections import Counter

from playwright.sync_api import Page, expect, sync_playwright

from tests.benchmarks.answers.strokes import WATCH
from tests.benchmarks.visitors.canvas import digit_like
from tests.browser.actions import button, canvas, draw
from tests.browser.server import CHROMIUM, FLAGS

#: Seconds between two strokes of one person.
THINKING = (3.0, 6.0)
#: prctl(2) and capabilities(7): what a thread and its children may never do again.
PR_CAPBSET_DROP, CAP_SYS_NICE = 24, 23


def draw_in_windows(
    url: str, pages: int, stop: asyncio.Event, seconds: list[float], problems: Counter[str]
) -> None:
    """Draw in real windows, one after the other, each time as soon as its person has thought.

    Args:
        url: where the app is.
        pages: how many windows.
        stop: set when it is time to end.
        seconds: gets the time of each answer.
        problems: gets what went wrong, and how often.
    """
    rng = random.Random(0)
    _ordinary_user()
    with sync_playwright() as playwright:
        expect.set_options(timeout=60_000)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        windows = []
        for _ in range(pages):
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            windows.append([time.monotonic() + rng.uniform(*THINKING), context.new_page()])
            windows[-1][1].goto(f"{url}/Classify")
        while not stop.is_set():
            due = min(windows, key=lambda window: window[0])
            time.sleep(max(0.0, min(due[0] - time.monotonic(), 1.0)))
            if time.monotonic() < due[0]:
                continue
            try:
                seconds.append(_stroke_in(due[1], rng))
            except Exception as error:  # of Playwright: the window goes on with the next drawing
                problems[f"Chromium: {str(error).splitlines()[0]}"] += 1
            due[0] = time.monotonic() + rng.uniform(*THINKING)
        browser.close()


def _ordinary_user() -> None:
    """Let what this thread starts not go before others: Chromium, run by root, sets itself nice -8.

    Of a visitor's Chromium the server sees nothing but messages; one that is served first on the
    server's own processors would be measured instead of the app.
    """
    with contextlib.suppress(OSError, AttributeError):  # not Linux
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_SYS_NICE)


def _stroke_in(page: Page, rng: random.Random) -> float:
    """Draw one stroke; return the seconds from the pen's lift until its answer is on the screen."""
    canvas(page)
    page.evaluate(WATCH)
    draw(page, [digit_like(rng)])
    page.wait_for_function("window.answered !== null", timeout=30_000)
    seconds = page.evaluate("window.answered") / 1000
    button(page, "clear-draw").click()
    expect(page.get_by_text("Draw with the mouse")).to_be_visible()
    return float(seconds)
