"""A model that learns, in pictures: its answers to a dozen test images, and its templates.

All who watch see the same looks: the training answers once, and the HTML is made once.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import streamlit as st

from dpn import ui
from dpn.charts.style import against_for
from dpn.data.samples import DOZEN
from dpn.errors import DPNError
from dpn.jobs.job import JobView
from dpn.jobs.look import Look, watched
from dpn.language import CODE, language, msg, percent, t
from dpn.models.config import ModelConfig
from dpn.pictures.png import diverging
from dpn.runs.run import ACTIVE, Run
from dpn.ui.train.tiles import (
    SMALL,
    UNKNOWN,
    blank,
    caption,
    picture,
    picture_of,
    tile,
    tiles,
    title,
)
from dpn.ui.words import how_many

#: Seconds between two looks of a training at most; less often where many watch.
EVERY = 1.0
HINT = msg(
    "A dozen test images, the same for all. They are only watched: nothing is chosen by them."
)
SCALE = msg("Blue: brightness there adds to the score. Orange: it takes away.")
#: Templates for which room is kept before the first look.
TEMPLATES = 12


def watch(view: JobView | None, run: Run | None, pace: float | None) -> None:
    """Draw the test pictures of a run and, while it trains here, its templates.

    Args:
        view: its training, if it is one of this process.
        run: its folder, None as long as there is none.
        pace: seconds between two looks of a viewer at its curves.
    """
    is_live = view is not None and view.live
    if (view.world if view else ui.world_here(run)) != "picture":
        return
    if run is not None and not ui.sets.may_see(run):
        return  # its test pictures are another visitor's, or gone
    config = run.config() if run else None
    look = _look(view, run, pace) if config else None  # its folder can be gone while it trains
    if look is None and not is_live:
        return  # no weights, or its data are not here: nothing can be asked
    names = config.class_names if config else ()
    goes_on = is_live or ui.on_disk(run)[0] in ACTIVE  # elsewhere: seconds behind its curves
    st.html(answers_html(look, names, language(), goes_on=goes_on))
    if is_live:
        model = config.model if config else None
        st.html(templates_html(look, model, names, language(), dark=ui.is_dark()))


def _look(view: JobView | None, run: Run | None, pace: float | None) -> Look | None:
    if view is not None and view.live:
        return ui.jobs().look(view.id, max(pace or 0.0, EVERY))
    if run is None or not run.weights_stamp():
        return None
    try:
        return _last_look(str(run.path), ui.stamp(run))
    except DPNError:
        return None  # what is wrong with a run is said once, where its result is read


@st.cache_resource(show_spinner=False, max_entries=64)
def _last_look(path: str, stamp: int) -> Look:  # noqa: ARG001 - part of the key
    """Ask the weights of a training that is over, or of another process."""
    run = Run(Path(path))
    images, labels = (part.numpy() for part in ui.test_images(run))
    chosen = watched(labels)
    said = ui.model_server().predict(run, images[chosen]).probabilities
    none = np.zeros((0, 1, 1), np.float32)
    step = int(run.status()["step"])
    return Look(step, images[chosen], labels[chosen], said.argmax(1), said.max(1), none)


@functools.lru_cache(maxsize=32)
def answers_html(
    look: Look | None, names: tuple[str, ...], _language: str = CODE, *, goes_on: bool = False
) -> str:
    """Return the test pictures with what the model says of each; empty ones before the first.

    While a training ``goes_on`` it is said after which batch: its curves may be further.
    """
    if look is None:
        empty = tile(blank(SMALL - 4), _said(UNKNOWN, "&nbsp;", 0.0))
        return title(t("Test pictures"), UNKNOWN, t(HINT)) + tiles([empty] * DOZEN)
    made = [
        _answer(image, names[label], names[answer], float(sure))
        for image, label, answer, sure in zip(
            look.images, look.labels, look.answers, look.sure, strict=True
        )
    ]
    right = t("{right} of {count} right", right=look.right, count=len(made))
    if goes_on:
        right = t("{words} after batch {step:,}", words=right, step=look.step)
    return title(t("Test pictures"), right, t(HINT)) + tiles(made)


def _answer(image: npt.NDArray[np.uint8], truth: str, answer: str, sure: float) -> str:
    is_right = truth == answer
    words = t(
        "{truth}; the model says {answer}, {share} sure",
        truth=truth,
        answer=answer,
        share=percent(sure, 0),
    )
    mark = "✓" if is_right else "✗"
    return tile(
        picture(image, SMALL, words),
        _said(answer, f"<b>{mark}</b> {percent(sure, 0)}", sure),
        "right" if is_right else "wrong",
    )


def _said(answer: str, mark: str, sure: float) -> str:
    bar = f'<div class="sure"><i style="width:{sure:.0%}"></i></div>'
    return f"{bar}{caption(answer)}<div>{mark}</div>"


@functools.lru_cache(maxsize=32)
def templates_html(
    look: Look | None,
    model: ModelConfig | None,
    names: tuple[str, ...],
    _language: str = CODE,
    *,
    dark: bool,
) -> str:
    """Return the templates of a look, on one scale; empty ones before the first."""
    head = title(t("Templates taking shape"), t(SCALE))
    if look is None or model is None:
        return f'{head}<div class="templates">{_group([blank(SMALL - 4)] * TEMPLATES, "…")}</div>'
    boxes = [
        picture_of(diverging(values, 1.0, against_for(dark)), SMALL, t(SCALE))
        for values in look.templates
    ]
    said = _groups(look, model, names)
    each = len(boxes) // len(said)
    groups = [_group(boxes[i * each : (i + 1) * each], words) for i, words in enumerate(said)]
    return f'{head}<div class="templates">{"".join(groups)}</div>'


def _groups(look: Look, model: ModelConfig, names: tuple[str, ...]) -> list[str]:
    """Return whose the templates are, in words; each has as many."""
    if look.states:
        return [
            t("State {number}, most for {name}", number=state + 1, name=names[best])
            for state, best in zip(look.states, look.favourites, strict=True)
        ]
    count = len(look.templates)
    if model.model == "mlp":
        return [
            t("First layer: {count} of {units}", count=count, units=how_many(model.hidden, "unit"))
        ]
    kernels = how_many(model.encoder_channels, "kernel")
    return [t("First layer: {count} of {kernels}", count=count, kernels=kernels)]


def _group(boxes: Sequence[str], words: str) -> str:
    wide, narrow = len(boxes), min(len(boxes), 4)
    style = f"--wide:{wide};--narrow:{narrow}"
    return f'<figure style="{style}">{"".join(boxes)}{caption(words)}</figure>'
