"""README's pictures of the pages, taken anew: ``python -m tests.browser.site.pictures [NAME…]``.

Those of docs/ whose names are functions here; with no name all of them. Evaluate needs MNIST's test
images: they are looked for in $DPN_GATE_DATA, else in ../shared/data.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.actions import button, draw
from tests.browser.server import CHROMIUM, FLAGS, ROOT, running_app
from tests.helpers import GATE_DATA

FOUR = [
    [(104, 42), (84, 140), (90, 150), (216, 150)],
    [(180, 50), (172, 240)],
]
DOCS = ROOT / "docs"


def classify(page: Page, url: str) -> None:
    """Draw a 4, and photograph its answer."""
    page.goto(f"{url}/Classify")
    draw(page, FOUR)
    expect(page.locator(".st-key-answer").get_by_role("heading", name="4")).to_be_visible()
    _take(page, "classify")


def inside(page: Page, url: str) -> None:
    """Take the 4 apart: the answer, the sum, the places."""
    classify(page, url)
    page.get_by_text("Look inside").click()
    expect(page.get_by_role("heading", name="Why 4")).to_be_visible()
    expect(page.get_by_text("What decides").first).to_be_visible()
    page.set_viewport_size({"width": 1440, "height": 1198})
    _take(page, "inside")
    page.set_viewport_size({"width": 1440, "height": 900})


def steps(page: Page, url: str) -> None:
    """Photograph the trellis of the 4, at its last step."""
    inside(page, url)
    page.get_by_text("Step by step", exact=True).first.click()
    way = page.get_by_role("radio", name="Step by step")
    page.wait_for_timeout(2_000)
    way.evaluate("e => e.closest('[data-testid=stElementContainer]').scrollIntoView()")
    _take(page, "steps")


def evaluate(page: Page, url: str) -> None:
    """Photograph the confusion matrix and the mistakes of the shipped MNIST model."""
    page.goto(f"{url}/Evaluate?run=shipped-mnist-dpn")
    expect(page.get_by_text("Calibration error").first).to_be_visible()
    _take(page, "evaluate")


def train(page: Page, url: str) -> None:
    """Train on the digits, and photograph the middle of it."""
    page.goto(f"{url}/Train?preset=best")
    expect(button(page, "job_start")).to_be_enabled()
    button(page, "job_start").click()
    page.get_by_text("Test pictures").first.wait_for()
    page.wait_for_timeout(6_000)
    _take(page, "train")


def _take(page: Page, name: str) -> None:
    page.wait_for_timeout(3_000)  # charts come late
    page.mouse.move(5, 5)
    page.screenshot(path=DOCS / f"{name}.png")
    print(DOCS / f"{name}.png", flush=True)


PICTURES = (steps, evaluate, train)  # `steps` takes classify and inside on its way


def main() -> None:
    """Take those that are named, or all."""
    assert CHROMIUM, "Chromium is not installed"
    asked = [globals()[name] for name in sys.argv[1:]] or PICTURES
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        if GATE_DATA.is_dir():
            (Path(folder) / "data").symlink_to(GATE_DATA.resolve())
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        expect.set_options(timeout=60_000)
        with running_app(Path(folder)) as app:
            for take in asked:
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                take(page, app.url)
                page.close()
        browser.close()


if __name__ == "__main__":
    main()
