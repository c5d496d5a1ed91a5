"""Uploads: prepared as the model takes them, or named with what is wrong."""

import base64
import io
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from dpn.pictures.files import input_spec
from dpn.pictures.prepare import prepare
from dpn.runs.start import create_run
from dpn.ui.classify import upload
from tests.helpers import NAMES, pictures, short_training, small_model


def upload_of(name, data):
    return SimpleNamespace(name=name, file_id=name, getvalue=lambda: data)


def png(image):
    out = io.BytesIO()
    Image.fromarray(image).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def config(tmp_path):
    return create_run(tmp_path, small_model(), short_training(), NAMES, "mnist").config()


def test_a_file_is_prepared_as_the_model_takes_it(config):
    image = 255 - pictures(2, side=40)[0][1]
    item = upload._prepare(upload_of("a.png", png(image)), config, "drawing", None)
    rgba = np.dstack([image] * 3 + [np.full_like(image, 255)])
    expected = prepare(rgba, input_spec(config), "drawing")
    assert (item.name, item.problem) == ("a.png", "")
    assert item.prepared.input.shape == (1, 8, 8)
    assert np.array_equal(item.prepared.input, expected.input)
    kind, data = item.thumbnail.split(",")
    assert kind == "data:image/png;base64"
    assert max(Image.open(io.BytesIO(base64.b64decode(data))).size) <= 80


@pytest.mark.parametrize(
    "data",
    [b"", b"just words", png(np.full((40, 40), 255, dtype=np.uint8))],
    ids=["empty", "words", "blank"],
)
def test_a_file_without_an_answer_says_its_name_and_why(config, data):
    item = upload._prepare(upload_of("b<i>.png", data), config, "drawing", None)
    assert item.prepared is None
    assert item.problem.count("b<i>.png") == 1
    assert len(item.problem) > len("b<i>.png: ")


def test_how_the_ink_was_read_is_said_where_it_was_looked_for():
    def said(inverted, kind, asked="auto"):
        return upload._reading_words(SimpleNamespace(inverted=inverted, kind=kind), asked)

    assert said(True, "drawing") == ": read as a drawing, dark ink on light"
    assert said(False, "photo") == ": read as a photo of paper, light ink on dark"
    assert said(None, "plain") == ": read as a picture like the training images"
    assert said(None, "plain", "plain") == said(None, "photo") == ""
