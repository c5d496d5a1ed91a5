"""How soon the page answers: the first loss after Start, and a stroke's new answer."""

import re
import time

from playwright.sync_api import Page, expect

from tests.benchmarks.answers.chrome import app_and_page, since_lifted, words
from tests.benchmarks.record import note
from tests.browser.actions import button, canvas, draw

STROKES = 40
#: In the page: milliseconds since the pen was lifted until the words of the answer change.
WATCH = since_lifted(".st-key-answer")


def measure() -> None:
    """Print the times; the app, the training and Chromium share this machine."""
    with app_and_page(height=900) as found:
        if not found:
            return
        app, page = found
        first = _first_loss(page, app.url)
        note("answers.strokes, first loss after Start", first, "s")
        print(f"First loss on the screen after Start: {first:.2f} s\n", flush=True)
        idle = _answers(page, app.url)
        _start_long_training(page, app.url)
        page.get_by_test_id("stSidebar").get_by_role("link", name="Classify").click()
        training = _answers(page, None)
    for when, taken in (("idle", idle), ("while its model trains", training)):
        note(f"answers.strokes, on the screen, {when}", taken, "ms")
        print(f"A stroke's answer on the screen, {when}: {words(taken)}\n", flush=True)


def _first_loss(page: Page, url: str) -> float:
    page.goto(f"{url}/Train")
    start = button(page, "job_start")
    expect(start).to_be_enabled()
    page.wait_for_timeout(8_000)  # a person reads the page first
    started = time.perf_counter()
    start.click()
    loss = page.locator("[data-testid='stMetric']").filter(has_text="Loss")
    expect(loss).to_have_text(re.compile(r"\d"))
    seconds = time.perf_counter() - started
    expect(page.get_by_text("Test accuracy")).to_be_visible()
    return seconds


def _start_long_training(page: Page, url: str) -> None:
    page.goto(f"{url}/Train")
    epochs = page.get_by_role("spinbutton", name="Epochs")
    epochs.fill("400")
    epochs.press("Enter")
    page.wait_for_timeout(1_000)
    button(page, "job_start").click()
    expect(page.get_by_text(re.compile(r"Batch [1-9][\d,]* of .*: training"))).to_be_visible()


def _answers(page: Page, url: str | None) -> list[float]:
    """Draw a stroke, clear, draw another; return the milliseconds from each pen's lift."""
    if url:
        page.goto(f"{url}/Classify")
    taken = []
    for index in range(STROKES):
        canvas(page)
        page.wait_for_timeout(700)
        page.evaluate(WATCH)
        x = 60 + 4 * index
        draw(page, [[(x, 50), (x - 30, 150), (x, 240)]])
        page.wait_for_function("window.answered !== null", timeout=20_000)
        taken.append(page.evaluate("window.answered"))
        button(page, "clear-draw").click()
        expect(page.get_by_text("Draw with the mouse")).to_be_visible()
    return taken


if __name__ == "__main__":
    measure()
