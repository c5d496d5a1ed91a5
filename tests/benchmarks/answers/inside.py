"""How soon the Inside page shows the effect of each of its controls."""

import json
import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.benchmarks.answers.chrome import app_and_page, words
from tests.benchmarks.record import note
from tests.browser.actions import button, draw
from tests.browser.server import ROOT, App
from tests.helpers import GATE_DATA

TIMES = 20
#: In the page: milliseconds from the next click or key to the last change of words and charts.
WATCH = """(area) => {
    window.changed = null;
    let pressed = null;
    const start = () => { pressed ??= performance.now(); };
    for (const kind of ["pointerup", "keydown"])
        window.addEventListener(kind, start, {once: true, capture: true});
    window.watcher?.disconnect();
    window.watcher = new MutationObserver(() => {
        if (pressed) window.changed = performance.now() - pressed;
    });
    const all = {subtree: true, childList: true, characterData: true, attributes: true};
    window.watcher.observe(document.querySelector(area), all);
}"""


def measure(data: Path | None) -> None:
    """Print the times; the app and Chromium share this machine.

    ``data`` is a folder with MNIST; without it the embedded digits are looked into.
    """
    dataset = "mnist" if data else "digits"
    with app_and_page(2400, data) as found:
        if not found:
            return
        app, page = found
        page.goto(f"{app.url}/Inside?run={_train(app, dataset)}&image=8")
        expect(page.get_by_text("All bars add up")).to_be_visible()
        page.wait_for_timeout(3_000)
        times = {name: _times(page, act) for name, act in CONTROLS.items()}
    print(f"The effect of a control of Inside on the screen ({dataset}):\n")
    for name, taken in times.items():
        note(f"answers.inside, {name}", taken, "ms")
        print(f"- {name}: {words(taken)}")
    everything = [one for taken in times.values() for one in taken]
    note("answers.inside, any control", everything, "ms")
    print(f"- any of them: {words(everything)}\n", flush=True)


def _train(app: App, dataset: str) -> str:
    command = [sys.executable, "-m", "dpn", "train", "--dataset", dataset, "--model", "dpn"]
    command += ["--data-dir", str(app.data), "--runs-dir", str(app.runs), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return str(json.loads(done.stdout)["run"])


def _times(page: Page, act) -> list[float]:
    taken = []
    for turn in range(TIMES):
        page.evaluate(WATCH, MAIN)
        act(page, turn)
        page.wait_for_timeout(1_600)
        changed = page.evaluate("window.changed")
        assert changed is not None, "the page did not change"
        taken.append(changed)
    return taken


def _open(page: Page, what: Locator) -> None:
    """Press what must be open first, and begin to watch afresh."""
    what.click()
    page.wait_for_timeout(1_500)
    page.evaluate(WATCH, MAIN)


def _image(page: Page, _turn: int) -> None:
    button(page, "image_next").click()


def _operator(page: Page, turn: int) -> None:
    if turn == 0:
        _open(page, page.get_by_text("How sharply it decides"))
    page.get_by_role("radio", name=("Soft", "Sparse", "Hard")[turn % 3]).click()


def _temperature(page: Page, turn: int) -> None:
    if turn == 0:
        _open(page, page.get_by_role("radio", name="Soft"))
    _slide(page, "Temperature", turn)


def _moment(page: Page, turn: int) -> None:
    _slide(page, "Moment", turn)


def _step(page: Page, turn: int) -> None:
    if turn == 0:
        _open(page, page.get_by_test_id("stButtonGroup").get_by_text("Step by step"))
    _slide(page, "Step", turn)


def _stroke(page: Page, turn: int) -> None:
    if turn == 0:
        _open(page, page.get_by_test_id("stButtonGroup").get_by_text("What if"))
    x = 40 + 10 * turn
    draw(page, [[(x, 90), (x, 190)]], name="if")


def _slide(page: Page, name: str, turn: int) -> None:
    slider = page.get_by_role("slider", name=re.compile(name))
    slider.focus()
    slider.press("ArrowLeft" if turn % 2 == 0 else "ArrowRight")


MAIN = "[data-testid='stMainBlockContainer']"
CONTROLS = {
    "the next image": _image,
    "another maximum": _operator,
    "temperature": _temperature,
    "moment of the training": _moment,
    "step of the recursion": _step,
    "a stroke of the eraser": _stroke,
}

if __name__ == "__main__":
    measure(GATE_DATA if GATE_DATA.is_dir() else None)
