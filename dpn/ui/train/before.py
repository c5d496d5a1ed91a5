"""Before the first training: what will be learned, and how the chosen model does it."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from dpn import ui
from dpn.data.catalogue import DatasetInfo
from dpn.data.samples import Samples, read_samples
from dpn.language import msg, t
from dpn.models.config import ModelConfig
from dpn.models.train_config import TrainConfig
from dpn.ui.maze import samples as maps
from dpn.ui.moves import lists as series_lists
from dpn.ui.texts import item_rows, lists
from dpn.ui.train.tiles import LARGE, UNKNOWN, blank, caption, picture, tile, tiles
from dpn.ui.words import how_many

#: Tiles for which room is kept while the pictures are read.
ROOM = 12


def what_it_will_learn(model: ModelConfig, training: TrainConfig) -> None:
    """Draw some training images and a line of how the model reads them. Draw it last.

    On a cold start the embedded digits and an npz wait for nothing; a set that has to be downloaded
    shows nothing.
    """
    info = ui.sets.sets()[training.dataset]
    st.subheader(t("What it will learn"))
    if info.source == "download":
        fetched = t("Start fetches it: {size} MB.", size=info.download_mb)
        st.markdown(f"{ui.plain(info.about)} {fetched}")
        return
    st.markdown(ui.plain(f"{info.about} {how_it_reads(model)}"))
    if info.world == "text":
        lists.some_texts(info.name)
        return
    if info.world == "series":
        series_lists.some_series(info.name)
        return
    if info.world == "maze":
        maps.some_maps()
        return
    if info.world == "list":
        item_rows.some_lists(info.name)
        return
    place = st.empty()
    awaited = ui.warm_up()
    if info.source not in ("npz", "embedded") and not awaited.is_set():
        empty = tile(blank(LARGE), caption(UNKNOWN))
        place.html(tiles([empty] * ROOM, "large"))
        awaited.wait()
    with st.spinner(t("Reading the data …")):
        samples = _samples(info)
    place.html(samples_html(samples))


def how_it_reads(model: ModelConfig) -> str:
    """Say in one sentence what a model does with an image, with its own numbers."""
    states = _states(model)
    if model.world == "text":
        return t("The model reads each text word by word, with {states}.", states=states)
    if model.world == "list":
        return t(
            "The model reads each list item by item, with {states}, and names what comes next.",
            states=states,
        )
    if model.world == "series":
        return t(
            "The model reads each series in time, {steps} at a time, with {states}.",
            steps=how_many(model.frame_steps, "step"),
            states=states,
        )
    if model.world == "maze":
        return t(
            "It learns from shortest ways. Sweep by sweep, each cell takes the best of {moves}.",
            moves=how_many(model.decisions, "move"),
        )
    if model.model == "mlp":
        numbers = model.channels * model.height * model.width
        return t(
            "The model takes all {numbers:,} numbers of a picture at once, through two layers of "
            "{units}.",
            numbers=numbers,
            units=how_many(model.hidden, "unit"),
        )
    height, width = (-(-side // 2**model.halvings) for side in (model.height, model.width))
    parts = _parts(model, height, width)
    if model.model == "dpn":
        return t(
            "The model reads each picture in {parts}, with {states}.", parts=parts, states=states
        )
    return t(
        "A small network turns each picture into {height}×{width} cells, read in {parts}, with "
        "{states}.",
        height=height,
        width=width,
        parts=parts,
        states=states,
    )


def _states(model: ModelConfig) -> str:
    """Return how many states a model has, and what each does at a step."""
    states = how_many(model.states, "state")
    if model.decisions == 1:
        return states
    best = msg("{states}, and at each step a state takes the best of {decisions}")
    weighs = msg("{states}, and at each step a state weighs {decisions}")
    decisions = how_many(model.decisions, "decision")
    return t(best if model.operator == "hard" else weighs, states=states, decisions=decisions)


def _parts(model: ModelConfig, height: int, width: int) -> str:
    """Return how a map of so many pixels or cells is cut, and in which order it is read."""
    size = min(model.part_size, max(height, width))
    down, across = -(-height // size), -(-width // size)
    if model.parts == "patches":
        patches = how_many(down * across, "patch")
        return t("{patches} of {size}×{size}, line by line", patches=patches, size=size)
    is_down, line = model.parts == "rows", model.parts.removesuffix("s")
    count, order = (down, t("top to bottom")) if is_down else (across, t("left to right"))
    if size == 1:
        return t("{lines}, {order}", lines=how_many(count, line), order=order)
    bands, lines = how_many(count, "band"), how_many(size, line)
    return t("{bands} of {lines}, {order}", bands=bands, lines=lines, order=order)


def samples_html(samples: Samples) -> str:
    """Return the images with the names of their classes."""
    names = [samples.class_names[label] for label in samples.labels]
    return tiles(
        [
            tile(picture(image, LARGE, name), caption(name))
            for image, name in zip(samples.images, names, strict=True)
        ],
        "large",
    )


def _samples(info: DatasetInfo) -> Samples:
    changed = os.stat(info.path).st_mtime_ns if info.path else 0
    return _read(info.name, str(ui.sets.folder_of(info.name)), changed)


@st.cache_resource(show_spinner=False, max_entries=32)
def _read(name: str, folder: str, changed: int) -> Samples:  # noqa: ARG001 - part of the key
    return read_samples(name, Path(folder))
