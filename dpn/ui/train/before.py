"""Before the first training: what will be learned, and how the chosen model does it."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from dpn import ui
from dpn.data.catalogue import DatasetInfo
from dpn.data.samples import Samples, read_samples
from dpn.models.config import ModelConfig, TrainConfig
from dpn.ui.maze import samples as maps
from dpn.ui.moves import lists as series_lists
from dpn.ui.texts import item_rows, lists
from dpn.ui.train.tiles import LARGE, UNKNOWN, blank, caption, picture, tile, tiles

#: Tiles for which room is kept while the pictures are read.
ROOM = 12


def what_it_will_learn(model: ModelConfig, training: TrainConfig) -> None:
    """Draw some training images and a line of how the model reads them. Draw it last.

    On a cold start the embedded digits and an npz wait for nothing; a set that has to be downloaded
    shows nothing.
    """
    info = ui.sets.sets()[training.dataset]
    st.subheader("What it will learn")
    if info.source == "download":
        st.markdown(f"{ui.plain(info.about)} Start fetches it: {info.download_mb} MB.")
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
    place.html(samples_html(_samples(info)))


def how_it_reads(model: ModelConfig) -> str:
    """Say in one sentence what a model does with an image, with its own numbers."""
    if model.world == "text":
        return (
            f"The model reads each text word by word, with {_count(model.states, 'state')}"
            f"{_choice(model)}."
        )
    if model.world == "list":
        return (
            f"The model reads each list item by item, with {_count(model.states, 'state')}"
            f"{_choice(model)}, and names what comes next."
        )
    if model.world == "series":
        steps = f"{_count(model.frame_steps, 'step')} at a time"
        return (
            f"The model reads each series in time, {steps}, with "
            f"{_count(model.states, 'state')}{_choice(model)}."
        )
    if model.world == "maze":
        return (
            "It learns from shortest ways. Sweep by sweep, each cell takes the best of "
            f"{_count(model.decisions, 'move')}."
        )
    if model.model == "mlp":
        numbers = model.channels * model.height * model.width
        return (
            f"The model takes all {numbers:,} numbers of a picture at once, through two layers of "
            f"{_count(model.hidden, 'unit')}."
        )
    height, width = (-(-side // 2**model.halvings) for side in (model.height, model.width))
    reads = f"{_parts(model, height, width)}, with {_count(model.states, 'state')}{_choice(model)}."
    if model.model == "dpn":
        return f"The model reads each picture in {reads}"
    return f"A small network turns each picture into {height}×{width} cells, read in {reads}"


def _choice(model: ModelConfig) -> str:
    decides = "takes the best of" if model.operator == "hard" else "weighs"
    if model.decisions == 1:
        return ""
    return f", and at each step a state {decides} {_count(model.decisions, 'decision')}"


def _parts(model: ModelConfig, height: int, width: int) -> str:
    """Return how a map of so many pixels or cells is cut, and in which order it is read."""
    size = min(model.part_size, max(height, width))
    down, across = -(-height // size), -(-width // size)
    if model.parts == "patches":
        return f"{_count(down * across, 'patch')} of {size}×{size}, line by line"
    count, order = (down, "top to bottom") if model.parts == "rows" else (across, "left to right")
    line = model.parts.removesuffix("s")
    if size == 1:
        return f"{_count(count, line)}, {order}"
    return f"{_count(count, 'band')} of {_count(size, line)}, {order}"


def _count(number: int, thing: str) -> str:
    more = "es" if thing.endswith("ch") else "s"
    return f"{number:,} {thing}{more if number != 1 else ''}"


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


@st.cache_resource(show_spinner="Reading the data …", max_entries=32)
def _read(name: str, folder: str, changed: int) -> Samples:  # noqa: ARG001 - part of the key
    return read_samples(name, Path(folder))
