"""A drawing as a movement, and what a model of pictures says of the same drawing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from dpn import settings, ui
from dpn.address.drawing import decode, shorten
from dpn.errors import ImageError
from dpn.language import t
from dpn.pictures.files import input_spec
from dpn.pictures.ink import BlankDrawing
from dpn.pictures.prepare import prepare
from dpn.runs.folder import find_run
from dpn.series.found import Values
from dpn.series.pen import along
from dpn.ui import answers
from dpn.ui.classify.draw import pixels
from dpn.ui.shared import FIRST


def series_of(objects: Sequence[dict[str, Any]], channels: int) -> Values:
    """Return a canvas' strokes as a series (n, channels): x, y, and whether the pen is down.

    Raises:
        ImageError: they are too long, or no strokes.
    """
    text = shorten(objects)
    if text is None:
        raise ImageError(
            t("The drawing is too long to be read as a movement. Clear it and draw less.")
        )
    strokes = [np.array(stroke.points, np.float64) for stroke in decode(text)]
    return along(strokes)[:, :channels]


def say_picture(picture: bytes | None) -> None:
    """Say what the first shipped model takes a picture of the drawing for."""
    assert picture is not None
    run = find_run(FIRST, settings.runs_dir())
    config = run.config()
    ui.warm_up().wait()
    try:
        prepared = prepare(pixels(picture), input_spec(config), "drawing", dark_on_light=True)
    except BlankDrawing:
        return
    found = ui.model_server().predict(run, prepared.input[None]).probabilities[0]
    best = int(found.argmax())
    st.markdown(
        t(
            "As a picture, {model} takes it for **{name}** ({share}).",
            model=ui.plain(ui.title_of(run)),
            name=ui.plain(config.class_names[best]),
            share=answers.percent(float(found[best])),
        )
    )
