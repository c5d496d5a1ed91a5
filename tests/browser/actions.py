"""What a person does in the app."""

import io
import itertools
import math
import re

import numpy as np
from PIL import Image
from playwright.sync_api import expect

#: Pixels of a canvas, before a phone enlarges it.
SIDE = 280
#: Strokes on a canvas of 280 pixels: a seven, the bar of one, and a zero.
SEVEN = [[(70, 60), (200, 60), (185, 110), (120, 235)]]
BAR = [[(90, 150), (190, 150)]]
ZERO = [
    [
        (140, 45),
        (85, 80),
        (75, 150),
        (100, 225),
        (150, 240),
        (195, 190),
        (200, 110),
        (175, 60),
        (140, 45),
    ]
]


def button(page, key):
    """Return the button that the app gave this key."""
    return page.locator(f".st-key-{key} button:visible")


def canvas(page, name="draw"):
    """Return the canvas that takes strokes, once it is there: "draw", "home", or "if" on Inside.

    After Clear the page may keep the old one for a while, hidden.
    """
    top = page.locator(f".st-key-paper-{name} canvas:visible").last
    expect(top).to_be_visible()
    return top


def still(page):
    """Wait until no script runs: among what is just being drawn a click can be lost."""
    expect(page.locator("[data-test-script-state='notRunning']")).to_be_attached()


def draw(page, strokes, *, touch=False, name="draw", side=SIDE):
    """Draw strokes, each a list of points in pixels of the canvas with this name and width."""
    target = canvas(page, name)
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    scale = box["width"] / side  # on a phone the page enlarges it
    for stroke in strokes:
        points = [(box["x"] + scale * x, box["y"] + scale * y) for x, y in stroke]
        (_touch if touch else _mouse)(page, points)


def draw_exported(page, strokes):
    """Draw strokes, as ``draw`` takes them, on an exported page."""
    box = page.locator("#paper").bounding_box()
    scale = (box["width"] - 2) / 280
    for stroke in strokes:
        for index, (x, y) in enumerate(stroke):
            page.mouse.move(box["x"] + 1 + scale * x, box["y"] + 1 + scale * y)
            if index == 0:
                page.mouse.down()
        page.mouse.up()


def _mouse(page, points):
    page.mouse.move(*points[0])
    page.mouse.down()
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        page.mouse.move(x1, y1, steps=_steps(x1 - x0, y1 - y0))
    page.mouse.up()


def _touch(page, points):
    """Touch through the browser's own protocol: what a finger on a phone sends."""
    session = page.context.new_cdp_session(page)

    def send(kind, touches):
        session.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in touches]},
        )

    send("touchStart", [points[0]])
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        steps = _steps(x1 - x0, y1 - y0)
        for part in range(1, steps + 1):
            send("touchMove", [(x0 + (x1 - x0) * part / steps, y0 + (y1 - y0) * part / steps)])
    send("touchEnd", [])


def _steps(*way):
    """How often a pointer is seen on its way of so many pixels; each time costs two frames."""
    return 1 + round(math.hypot(*way) / 60)


def train(page, app):
    """Start to train the digits with the settings as they stand; return the run's id."""
    page.goto(f"{app.url}/Train")
    start = button(page, "job_start")
    expect(start).to_be_enabled()
    start.click()
    page.wait_for_url(re.compile(r"run=\S+"))
    return re.search(r"run=([^&]+)", page.url)[1]


def train_long(page, app):
    """Start a training that no test waits for, and return its run's id once it takes steps."""
    page.goto(f"{app.url}/Train")
    epochs = page.get_by_role("spinbutton", name="Epochs")
    expect(epochs).to_be_visible()
    epochs.fill("400")
    epochs.press("Enter")
    page.wait_for_timeout(800)
    button(page, "job_start").click()
    running = page.get_by_text(re.compile(r"Batch [1-9][\d,]* of .*: training"))
    expect(running).to_be_visible(timeout=60_000)  # a second one's process has to start first
    still(page)
    return re.search(r"run=([^&]+)", page.url)[1]


def seven_png(*, invert=False):
    pixels = np.full((120, 100), 255, dtype=np.uint8)
    pixels[15:25, 20:80] = 0
    for row in range(25, 105):
        left = 70 - (row - 25) // 2
        pixels[row, left : left + 10] = 0
    out = io.BytesIO()
    Image.fromarray(255 - pixels if invert else pixels).save(out, "PNG")
    return out.getvalue()
