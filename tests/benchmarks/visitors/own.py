"""From a dropped zip of 200 pictures to a training: ``python -m tests.benchmarks.visitors.own``.

In Chromium, on a server that is warm: the zip is dropped on the panel, its button is pressed as
soon as it can be, then Start, and the clock stops when the page shows the first batch. The pictures
are JPEGs of 640 x 480 pixels of two classes, with the noise of a camera: decoding them is most of
the work.
"""

from __future__ import annotations

import io
import re
import statistics
import tempfile
import time
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.server import CHROMIUM, FLAGS, running_app

PICTURES, TIMES = 200, 5
SIZE = 480, 640


def photographs(count: int = PICTURES) -> bytes:
    """Return a zip of so many JPEGs in two class folders."""
    rng = np.random.default_rng(0)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for index in range(count):
            coarse = rng.integers(0, 256, (6, 8, 3)).astype(np.uint8)
            image = np.asarray(Image.fromarray(coarse).resize(SIZE[::-1], Image.Resampling.BICUBIC))
            noisy = np.clip(image + rng.normal(0, 6, image.shape), 0, 255).astype(np.uint8)
            picture = io.BytesIO()
            Image.fromarray(noisy).save(picture, "JPEG", quality=90)
            archive.writestr(f"{('cats', 'dogs')[index % 2]}/{index}.jpg", picture.getvalue())
    return out.getvalue()


def drop_and_train(page: Page, url: str, file: Path) -> tuple[float, float]:
    """Return the seconds until what was understood is shown, and until the first batch is."""
    page.goto(f"{url}/Train")
    page.locator(".st-key-bring button").click()
    place = page.locator(".st-key-bring_files input[type=file]")
    expect(place).to_be_attached()
    page.wait_for_timeout(500)
    began = time.monotonic()
    place.set_input_files(file)
    use = page.locator(".st-key-bring_use button")
    expect(use).to_be_enabled()
    understood = time.monotonic() - began
    use.click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("It is here for your visit")).to_be_visible()
    page.locator(".st-key-job_start button").click()
    expect(page.get_by_text(re.compile(r"Batch [1-9][\d,]* of"))).to_be_visible()
    return understood, time.monotonic() - began


def measure(times: int = TIMES) -> None:
    """Print the median and the range of both."""
    data = photographs()
    both = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        expect.set_options(timeout=60_000)
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with running_app(Path(folder)) as app:
            file = Path(folder) / "pets.zip"
            file.write_bytes(data)
            for _ in range(times + 1):  # the first warms the server
                context = chromium.new_context(viewport={"width": 1440, "height": 900})
                both.append(drop_and_train(context.new_page(), app.url, file))
                context.close()
                while not list(app.runs.glob("*/result.json")):
                    time.sleep(0.2)
                time.sleep(4)  # until the next process is ready to train
        chromium.close()
    shown, training = zip(*both[1:], strict=True)
    print(
        f"A zip of {PICTURES} JPEGs of {SIZE[1]}×{SIZE[0]} ({len(data) / 1e6:.1f} MB), from the "
        f"drop: understood after {_range(shown)}, first batch shown after {_range(training)}, "
        f"n = {times}\n"
    )


def _range(seconds: tuple[float, ...]) -> str:
    middle = statistics.median(seconds)
    return f"{middle:.1f} s (median; {min(seconds):.1f} to {max(seconds):.1f})"


if __name__ == "__main__":
    measure()
