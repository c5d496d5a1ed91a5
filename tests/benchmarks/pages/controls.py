"""How long Inside takes to settle after a click: ``python -m tests.benchmarks.pages.controls``.

On the next image, and on another moment of the training, of a digit and of a photo: until nothing
on the page has changed any more, pictures among it. Beside it what the browser's main thread
computed for a click, which other work on the machine lengthens less.

With addresses of servers that run already, and with what stands after the ``?`` of a page of
theirs, their clicks take turns, and each is told as a ratio of the first one's:

    python -m tests.benchmarks.pages.controls http://localhost:8601 http://localhost:8602 \\
        "run=…-mnist-dpn-…&image=8"
"""

import json
import re
import statistics
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.benchmarks.answers.chrome import app_and_page, words
from tests.benchmarks.record import note
from tests.browser.actions import button, still
from tests.browser.server import CHROMIUM, FLAGS, ROOT, App

#: Clicks of each kind that count, and those before them that do not.
TIMES, BEFORE = 20, 2
#: Milliseconds in which nothing may have changed, until a page has settled.
STILL = 1_200
#: The models that are looked into, and how they are trained; a short training has moments, too.
MODELS = {"a digit": ["mnist", "dpn"], "a photo": ["cifar10", "residual", "--steps", "60"]}
#: Notes when the page last changed, in milliseconds since the last click or key.
WATCH = """() => {
    let pressed = 0;
    window.settled = 0;
    const changed = () => { window.settled = performance.now() - pressed; };
    for (const kind of ["pointerup", "keydown"]) window.addEventListener(kind, () => {
        pressed = performance.now();
        window.settled = 0;
    }, true);
    const area = document.querySelector("[data-testid='stMainBlockContainer']");
    const all = {subtree: true, childList: true, characterData: true, attributes: true};
    new MutationObserver(changed).observe(area, all);
    area.addEventListener("load", changed, true);
}"""


def measure(data: Path | None) -> None:
    """Print the times of a server that is started for it; without MNIST and CIFAR-10 nothing."""
    if data is None:
        print("The controls of Inside: left out, its data sets are not here\n")
        return
    for what, (dataset, model, *more) in MODELS.items():
        with app_and_page(900, data) as found:
            if not found:
                return
            app, page = found
            _enter(page, f"{app.url}/Inside?run={_train(app, dataset, model, more)}&image=8")
            for control, act in CONTROLS.items():
                taken = [_click(page, act, turn) for turn in range(-BEFORE, TIMES)][BEFORE:]
                for name, times in zip(FIGURES, zip(*taken, strict=True), strict=True):
                    note(f"pages.controls, {control} of {what}, {name}", list(times), "ms")
                    print(f"- {control} of {what}, {name}: {words(list(times))}", flush=True)


def in_turns(addresses: list[str], query: str) -> None:
    """Print the times of servers that run already, whose clicks take turns, and their ratios."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        expect.set_options(timeout=120_000)
        pages = [browser.new_page(viewport={"width": 1440, "height": 900}) for _ in addresses]
        for page, address in zip(pages, addresses, strict=True):
            _enter(page, f"{address}/Inside?{query}")
        for control, act in CONTROLS.items():
            taken: list[list[tuple[float, float]]] = [[] for _ in pages]
            for turn in range(-BEFORE, TIMES):
                order = range(len(pages)) if turn % 2 else reversed(range(len(pages)))
                for at in order:
                    taken[at].append(_click(pages[at], act, turn))
            for index, figure in enumerate(FIGURES):
                each = [[click[index] for click in one[BEFORE:]] for one in taken]
                for address, times in zip(addresses, each, strict=True):
                    told = f"{words(times)}, {_of(times, each[0])}"
                    print(f"- {control}, {figure}, {address}: {told}")
            sys.stdout.flush()
        browser.close()


def _of(times: list[float], first: list[float]) -> str:
    """Return the ratios of the medians and of the 95th percentiles."""
    at = int(0.95 * (len(times) - 1))
    middle = statistics.median(times) / statistics.median(first)
    return f"{middle:.2f} and {sorted(times)[at] / sorted(first)[at]:.2f} of the first one's"


def _train(app: App, dataset: str, model: str, more: list[str]) -> str:
    command = [sys.executable, "-m", "dpn", "train", "--dataset", dataset, "--model", model, *more]
    command += ["--data-dir", str(app.data), "--runs-dir", str(app.runs), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return str(json.loads(done.stdout)["run"])


def _enter(page: Page, address: str) -> None:
    page.goto(address, timeout=120_000)
    expect(page.get_by_test_id("stVegaLiteChart").last).to_be_visible()
    still(page)
    page.wait_for_timeout(2 * STILL)
    page.evaluate(WATCH)


def _click(page: Page, act, turn: int) -> tuple[float, float]:
    """Return the milliseconds until the page has settled, and of the browser's main thread."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.bring_to_front()
    before = _busy(devtools)
    act(page, turn)
    quiet, last = 0, -1.0
    while quiet < STILL:
        page.wait_for_timeout(200)
        now = float(page.evaluate("window.settled"))
        runs = page.locator("[data-test-script-state='running']").count()
        quiet = quiet + 200 if now == last and now and not runs else 0
        last = now
    busy = _busy(devtools) - before
    devtools.detach()
    return last, busy


def _busy(devtools) -> float:
    told = devtools.send("Performance.getMetrics")["metrics"]
    return 1000 * next(one["value"] for one in told if one["name"] == "TaskDuration")


def _next(page: Page, _turn: int) -> None:
    button(page, "image_next").click()


def _moment(page: Page, turn: int) -> None:
    slider = page.get_by_role("slider", name=re.compile("Moment"))
    slider.focus()
    slider.press("ArrowLeft" if turn % 2 == 0 else "ArrowRight")


FIGURES = ("settled", "main thread")
CONTROLS = {"next image": _next, "moment": _moment}

if __name__ == "__main__":
    *servers, asked = sys.argv[1:] or [""]
    if servers:
        in_turns(servers, asked)
    else:
        from tests.helpers import GATE_DATA

        measure(GATE_DATA if GATE_DATA.is_dir() else None)
