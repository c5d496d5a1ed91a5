"""How soon an exported page answers a stroke, and whether it says what the lab says.

``python -m tests.benchmarks.answers.exported``: real pen strokes (pendigits, in ``$DPN_GATE_DATA``
or ../shared/data) are drawn with the mouse on each exported page, opened from disk; the lab is then
given the very pixels of that canvas. Without the strokes random ones are drawn. The page of photos
is given test images of CIFAR-10 as files. Beside the time by the clock stands what the page's own
thread computed, which a busy machine makes no longer.
"""

import base64
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from playwright.sync_api import Page, sync_playwright

from dpn.data.loading import load_dataset
from dpn.evaluation.evaluate import predict_logits
from dpn.explain.exact import explain
from dpn.export.web import to_html
from dpn.models.devices import set_threads
from dpn.pictures.decode import decode
from dpn.pictures.files import input_spec
from dpn.pictures.ink import BlankDrawing
from dpn.pictures.png import png, to_picture
from dpn.pictures.prepare import prepare
from dpn.runs.folder import find_run
from dpn.runs.run import Run
from tests.benchmarks.answers.chrome import words
from tests.benchmarks.record import note
from tests.browser.server import CHROMIUM, FLAGS
from tests.helpers import GATE_DATA

RUNS = ("shipped-mnist-dpn", "shipped-mnist-residual", "shipped-digits-dpn")
PHOTOS = "shipped-cifar10-residual"
DRAWINGS = 200
#: Widths of the brush, in turn: thin ones are made thicker before they are read.
BRUSHES = (6, 12, 18, 26, 40)
#: Times, in milliseconds, from the pen's lift, or from when a file was chosen, until the answer is
#: in the page, and on the screen.
WATCH = """() => {
    window.taken = [];
    const begin = () => { window.begun = performance.now(); };
    window.addEventListener("pointerup", begin, true);
    window.addEventListener("change", begin, true);
    new MutationObserver(() => {
        document.body.getBoundingClientRect();
        const there = performance.now() - window.begun;
        requestAnimationFrame(() => setTimeout(
            () => window.taken.push([there, performance.now() - window.begun])));
    }).observe(document.getElementById("time"), {childList: true});
}"""
#: Until so many answers are on the screen.
SHOWN = """(count) => new Promise((done) => {
    const look = () => (window.taken.length < count ? setTimeout(look, 10) : done());
    look();
})"""
ANSWER = """() => current && ({
    picture: isPhoto ? byId("chosen").src : byId("paper").toDataURL(),
    planes: current.planes.map((plane) => Array.from(plane.data)),
    logits: Array.from(current.found.logits),
    probabilities: Array.from(current.found.probabilities),
    terms: current.found.terms(current.order[0]),
})"""


def measure(runs: tuple[str, ...] = (*RUNS, PHOTOS), count: int = DRAWINGS) -> None:
    """Print a row a model."""
    if CHROMIUM is None:
        print("Exported pages: left out, Chromium is not installed\n")
        return
    set_threads(1)  # the browser needs the other core
    print("| page | MB | answer in the page | on the screen | computed | same label | differs by |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name in runs:
            run, file = find_run(name, Path("none")), Path(folder) / f"{name}.html"
            file.write_bytes(to_html(run, Path("none"), Path("none")))
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(file.as_uri())
            page.evaluate(WATCH)
            given = (
                [_photo(page, Path(folder), *one) for one in enumerate(photos(count))]
                if name == PHOTOS
                else [_drawing(page, *one) for one in enumerate(strokes(count))]
            )
            if given:
                print(_row(page, run, file.stat().st_size, given), flush=True)
            page.close()
        browser.close()
    print()


def strokes(count: int) -> list[np.ndarray]:
    """Return drawings, each the points (N, 2) of one stroke on a canvas of 280 pixels."""
    rng = np.random.default_rng(0)
    file = GATE_DATA / "pendigits_train.csv"
    if not file.exists():
        return list(rng.integers(30, 250, (count, 6, 2)).astype(float))
    rows = np.loadtxt(file, delimiter=",", dtype=int)
    points = rows[rng.permutation(len(rows))[:count], :16].reshape(-1, 8, 2).astype(float)
    points[..., 1] = 100 - points[..., 1]
    points[..., 0] *= 0.75  # they were stretched to a square
    return list(50 + 1.8 * points)


def photos(count: int) -> list[np.ndarray]:
    """Return test images (C, H, W) of CIFAR-10, none where they are not here."""
    if not GATE_DATA.is_dir():
        return []
    return list(load_dataset("cifar10", GATE_DATA, download=False).x_test[:count].numpy())


def _row(page: Page, run: Run, size: int, given: list[Callable[[], Callable[[], None]]]) -> str:
    """Return a row of the table; what is given is got ready, and then asked."""
    config, model = run.config(), run.load_model()
    kind = "photo" if config.preparation == "photo" else "drawing"
    same, answered, off, sums, pixels = 0, 0, 0.0, 0.0, 0
    browser, computed = page.context.new_cdp_session(page), []
    browser.send("Performance.enable")

    def thread() -> float:
        """Return the milliseconds that the page's thread has computed for."""
        told = browser.send("Performance.getMetrics")["metrics"]
        return next(1000 * float(one["value"]) for one in told if one["name"] == "ThreadTime")

    for index, ready in enumerate(given, start=1):
        ask = ready()
        before = thread()
        ask()
        page.evaluate(SHOWN, index)
        computed.append(thread() - before)
        said = page.evaluate(ANSWER)
        rgba = decode(base64.b64decode(said["picture"].split(",")[1]) if said else b"", "canvas")
        try:
            image = prepare(rgba, input_spec(config), kind, dark_on_light=True).input
        except BlankDrawing:
            assert said is None
            continue
        logits = predict_logits(model, torch.from_numpy(image)[None])
        ours = torch.softmax(logits, dim=1)[0].numpy()
        theirs = np.array(said["probabilities"])
        found = explain(model, image[None])
        answered += 1
        same += int(ours.argmax() == theirs.argmax())
        off = max(off, float(np.abs(ours - theirs).max()))
        sums = max(sums, abs(sum(said["terms"]) - max(said["logits"])))
        parts = np.array(said["terms"][: found.contributions.shape[1]])
        sums = max(sums, float(np.abs(parts - found.contributions[0]).max()))
        pixels += int((np.array(said["planes"]).ravel() != image.ravel()).sum())
    there, shown = zip(*page.evaluate("window.taken"), strict=True)
    assert len(there) == len(given)
    note(f"answers.exported, on the screen, {run.id}", list(shown), "ms")
    cells = [run.id, f"{size / 1e6:.1f}", words(list(there)), words(list(shown)), words(computed)]
    cells += [f"{same} of {answered}", f"{off:.1g} of a probability, {sums:.1g} of a sum; "
              f"{pixels} pixels differ"]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _drawing(page: Page, index: int, points: np.ndarray) -> Callable[[], Callable[[], None]]:
    """Return what draws, on a page without the one before, until the pen is to be lifted."""

    def ready() -> Callable[[], None]:
        width = BRUSHES[index % len(BRUSHES)]
        page.evaluate("width => { byId('clear').click(); byId('brush').value = width; }", width)
        box = page.locator("#paper").bounding_box()
        assert box
        for number, (x, y) in enumerate(points):
            page.mouse.move(box["x"] + 1 + x, box["y"] + 1 + y)
            if number == 0:
                page.mouse.down()
        return page.mouse.up

    return ready


def _photo(
    page: Page, folder: Path, index: int, image: np.ndarray
) -> Callable[[], Callable[[], None]]:
    """Return what keeps an image as a file that is to be chosen, each under a name of its own."""

    def ready() -> Callable[[], None]:
        file = folder / f"{index}.png"
        file.write_bytes(png(to_picture(image)))
        return lambda: page.set_input_files("#file", file)

    return ready


if __name__ == "__main__":
    measure()
