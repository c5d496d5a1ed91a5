"""One window on the app without a browser, and a stand-in for the canvas."""

import io
import json
import secrets
import time
import types
from pathlib import Path

import numpy as np
import pyarrow as pa
import streamlit as st
from PIL import Image, ImageDraw
from streamlit.testing.v1 import AppTest

from dpn.training.loop import run_training
from dpn.training.opening import open_training
from tests.helpers import short_training, small_model, until
from tests.made import made_once

ROOT = Path(__file__).parents[2]

ZERO = [(140, 45), (85, 80), (75, 150), (100, 225), (150, 240), (195, 190), (200, 110), (140, 45)]
SEVEN = [(70, 60), (200, 60), (185, 110), (120, 235)]
BAR = [(90, 150), (190, 150)]


class Canvas:
    """What stands in for the component that a person draws on."""

    def __init__(self):
        self.asked = {}
        self.sent = {}

    def __call__(self, **asked):
        self.asked = asked
        self.sent = st.session_state.setdefault("sent", {})  # each window has its own
        return self.sent.get(asked["key"]) or types.SimpleNamespace(
            json_data=None, image_bytes=None
        )

    def draw(self, *lines, width=18):
        """Add strokes to those the canvas began with, and send all of them."""
        now = self.sent.get(self.asked["key"])
        seed = self.asked["initial_drawing"] or {"objects": []}
        objects = [*(now.json_data if now else seed)["objects"]]
        objects += [{"type": "Path", "line": line} for line in lines]
        picture = Image.new("RGBA", (280, 280), "#ffffff")
        for stroke in objects:
            ImageDraw.Draw(picture).line(stroke["line"], "#111111", width, joint="curve")
        out = io.BytesIO()
        picture.save(out, "PNG")
        self.send(objects, out.getvalue())

    def send(self, objects, picture):
        """Be a canvas with these objects that looks like this."""
        self.sent[self.asked["key"]] = types.SimpleNamespace(
            json_data={"objects": objects}, image_bytes=picture
        )


class Session:
    """One window on the app.

    Where ``st.switch_page`` led is not where the next run begins: ``open`` that page, too.
    """

    def __init__(self, page, **address):
        self.at = AppTest.from_file(ROOT / "app.py", default_timeout=60)
        self.at.session_state["visitor"] = secrets.token_hex(8)  # each has a cookie of its own
        self.at.query_params = address
        self.open(page)  # as by a link: nothing was drawn before

    def open(self, page):
        self.at.switch_page(page)
        return self.run()

    def run(self):
        """Draw the page again, and see that nothing unforeseen happened."""
        self.at.run()
        assert not self.at.exception
        assert not [text for text in self.errors if "unexpected" in text]
        return self

    def until(self, condition):
        """Draw it again and again, as a fragment does, until something holds."""
        until(lambda: (self.run() and condition()) or time.sleep(0.03))
        return self

    def set(self, kind, key, value):
        getattr(self.at, kind)(key=key).set_value(value)
        return self.run()

    def press(self, key):
        button = self.at.button(key=key)
        assert not button.disabled, f"{key} is greyed out"
        button.click()
        return self.run()

    @property
    def errors(self):
        return [error.value for error in self.at.error]

    @property
    def infos(self):
        return [info.value for info in self.at.info]

    @property
    def texts(self):
        return [text.value for text in (*self.at.markdown, *self.at.caption)]

    @property
    def heading(self):
        """The answer, of which the class is the first line."""
        texts = [text.value for text in self.at.main.markdown]
        return next((text.lstrip("#").lstrip() for text in texts if text.startswith("#")), None)

    @property
    def metrics(self):
        return {metric.label: metric.value for metric in self.at.metric}

    @property
    def progress(self):
        return next((bar.text for bar in self.at.main.get("progress")), "")

    @property
    def images(self):
        return [caption for strip in self.at.image for caption in strip.captions]

    @property
    def charts(self):
        return len(self.at.get("vega_lite_chart"))

    def chart(self, kind):
        """The rows of this kind in the first chart that has some."""
        for chart in self.at.get("vega_lite_chart"):
            table = pa.ipc.open_stream(chart.proto.data.data).read_pandas()
            if "kind" in table and (table["kind"] == kind).any():
                return table[table["kind"] == kind].reset_index(drop=True)
        return None

    @property
    def matrix(self):
        """The cells of the confusion matrix: the rows of its table."""
        tables = (
            pa.ipc.open_stream(chart.proto.data.data).read_pandas()
            for chart in self.at.get("vega_lite_chart")
        )
        return next((table for table in tables if "truth" in table), None)

    @property
    def tiles(self):
        """The words under each image that opens Inside, in their order, by the image's number."""
        found = (button for button in self.at.main.button if (button.key or "").startswith("open_"))
        return {int(button.key.removeprefix("open_")): button.label for button in found}

    @property
    def figures(self):
        return [json.loads(chart.proto.spec) for chart in self.at.get("plotly_chart")]

    # The page of trainings

    @property
    def buttons(self):
        """The buttons of a training that can be pressed."""
        names = {f"job_{name}": name for name in ("start", "pause", "step", "resume", "stop")}
        return {names[b.key] for b in self.at.button if b.key in names and not b.disabled}

    @property
    def run_id(self):
        return self.at.query_params.get("run")

    @property
    def step(self):
        return int(self.progress.split()[1].replace(",", "")) if " of " in self.progress else 0

    def train_long(self):
        """Start a training of the digits that no test waits for."""
        self.set("number_input", "digits-dpn-quick-Epochs", 500)
        return self.press("job_start").until(lambda: self.step > 0)

    def train_small(self, name="small"):
        """Train on small pictures to the end."""
        self.begin_small(name)
        return self.until(lambda: "Test accuracy" in self.metrics)

    def begin_small(self, name="small"):
        """Start a training on small pictures that is soon over: a page is drawn beside it."""
        self.set("selectbox", "dataset", name)
        return self.set("number_input", f"{name}-dpn-quick-Epochs", 10).press("job_start")


def said_by(chart):
    """What each mark of a chart says to those who do not see it, in the rows' order."""
    assert '"description": {"field": "words"' in json.dumps(json.loads(chart.proto.spec))
    return pa.ipc.open_stream(chart.proto.data.data).read_pandas()["words"].dropna().tolist()


def finished_run(data, runs, run_id="there", name="small", model="dpn", parts="rows", **changes):
    """A run that this process trained to its end before the app was opened."""

    def make():
        training = short_training(dataset=name, **changes)
        architecture = small_model(model, parts=parts)
        trainer, run = open_training(architecture, training, data, runs, run_id=run_id)
        list(run_training(trainer, run))

    file = data / f"{name}.npz"
    told = name, model, parts, *sorted(changes.items()), file.exists() and file.read_bytes()
    return made_once(told, runs / run_id, make)


def stopped_run(data, runs, run_id="there"):
    """A run that stopped after a few batches."""
    trainer, run = open_training(small_model(), short_training(), data, runs, run_id=run_id)
    records = run_training(trainer, run)
    for _ in range(4):
        next(records)
    records.close()
    return run


def write_own(data, name, images, labels, names):
    np.savez(
        data / f"{name}.npz",
        x_train=images,
        y_train=labels,
        x_test=images,
        y_test=labels,
        class_names=np.array(names),
    )


def png(*lines, light=False):
    picture = Image.new("L", (280, 280), 0 if light else 255)
    for line in lines:
        ImageDraw.Draw(picture).line(line, 255 if light else 0, 18, joint="curve")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
